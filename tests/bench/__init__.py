"""Measuring ClipOps against references in the same run: ``python -m tests.bench``.

Under tests/ because the references (OpenCV, the ffmpeg program) are not for the product to import.
"""
