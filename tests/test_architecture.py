"""The house stands as designed: imports point one way, heavy things stay in their rooms."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import REPOSITORY

MAY_IMPORT = {
    "core": {"core"},
    "db": {"core", "db"},
    "pipeline": {"core", "db", "pipeline"},
    "bot": {"core", "db", "pipeline", "bot"},
    "editor": {"core", "db", "pipeline", "editor"},
    "migrations": {"core", "db", "migrations"},
}
ROOMS = {*MAY_IMPORT, "tests"}
HEAVY = {
    "torch",
    "torchvision",
    "transformers",
    "sentence_transformers",
    "insightface",
    "onnxruntime",
    "cv2",
    "av",
    "scenedetect",
}
HEAVY_ROOMS = ("pipeline/models/", "pipeline/training/", "pipeline/video.py")
LIGHT_ENTRIES = ("bot.app", "editor.app", "editor.server", "pipeline.search")
NOT_AT_START = sorted(HEAVY | {"numpy", "PIL", "yt_dlp"})
MOST_LINES = 400

MODULES = sorted(
    path.relative_to(REPOSITORY)
    for layer in MAY_IMPORT
    for path in (REPOSITORY / layer).rglob("*.py")
)


@functools.cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse((REPOSITORY / module).read_text(encoding="utf-8"), filename=str(module))


def imported_by(module: Path) -> Iterator[str]:
    """Every module name that is imported anywhere in the file, late imports included."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write absolute imports"
            yield node.module or ""


@functools.cache
def roots_of(module: Path) -> frozenset[str]:
    return frozenset(name.split(".")[0] for name in imported_by(module))


def test_imports_point_one_way() -> None:
    assert [
        f"{module} imports {', '.join(sorted(wrong))}"
        for module in MODULES
        if (wrong := roots_of(module) & ROOMS - MAY_IMPORT[module.parts[0]])
    ] == []


def test_heavy_libraries_stay_in_their_rooms() -> None:
    assert [
        f"{module} imports {', '.join(sorted(heavy))}"
        for module in MODULES
        if (heavy := roots_of(module) & HEAVY) and not module.as_posix().startswith(HEAVY_ROOMS)
    ] == []


def test_numpy_stays_in_the_pipeline() -> None:
    rooms = {module.parts[0] for module in MODULES if "numpy" in roots_of(module)}
    assert rooms <= {"pipeline"}


def test_a_module_can_be_read_in_one_sitting() -> None:
    lengths = {
        str(module): (REPOSITORY / module).read_text(encoding="utf-8").count("\n")
        for module in MODULES
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        str(module)
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ("environ", "getenv", "putenv", "environb")
    }
    assert readers == {"core/config.py"}


@pytest.mark.parametrize("entry", LIGHT_ENTRIES)
def test_bot_and_editor_start_without_anything_heavy(entry: str) -> None:
    script = (
        f"import sys, {entry}\n"
        f"loaded = [name for name in {NOT_AT_START!r} if name in sys.modules]\n"
        "sys.exit(f'loaded at import: {loaded}' if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
