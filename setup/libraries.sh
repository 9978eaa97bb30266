#!/bin/sh
# The system libraries of opencv-python: its wheel brings everything but libGL and GLib.
set -eu
. setup/system.sh

.venv/bin/python -c 'import cv2' >/dev/null 2>&1 || need "for OpenCV" libgl1 libglib2.0-0
if ! said=$(.venv/bin/python -c 'import cv2' 2>&1); then
    echo "OpenCV cannot be loaded: $(echo "$said" | tail -n 1)" >&2
    exit 1
fi
