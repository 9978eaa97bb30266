"""Frames made smaller."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.frames import Frame


def scaled(frame: Frame, width: int) -> Frame:
    """``frame`` at most ``width`` pixels wide, never enlarged; the frame itself where it is."""
    height, present = frame.image.shape[:2]
    if present <= width:
        return frame
    size = (width, max(1, round(height * width / present)))
    image = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA)
    return Frame(at_ms=frame.at_ms, image=np.asarray(image, dtype=np.uint8))
