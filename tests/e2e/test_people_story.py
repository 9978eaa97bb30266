"""Real faces, all the way: footage in, somebody enrolled, found by name in Slack, on the web and
on the command line, with the same hits."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Page, expect

from pipeline.models.encoding import encode_mp4
from pipeline.models.picture_files import read_picture
from tests.e2e.test_story import ask, clipops, photograph
from tests.support import REPOSITORY
from tests.support.launched import Launched
from tests.support.process import run_json

pytestmark = pytest.mark.browser

FPS, SECONDS = 10, 3
WIDTH, HEIGHT = 1_280, 720


def panned(picture: Path) -> Iterator[cv2.typing.MatLike]:
    """Three seconds over a photograph, as a film about people shows it; RGB."""
    image = read_picture(picture)
    height, width = image.shape[:2]
    columns = min(width, round(0.95 * height * WIDTH / HEIGHT))
    rows = round(columns * HEIGHT / WIDTH)
    for number in range(FPS * SECONDS):
        left = round((width - columns) * number / (FPS * SECONDS))
        top = round(0.1 * (height - rows))
        cut = image[top : top + rows, left : left + columns]
        yield cv2.cvtColor(cv2.resize(cut, (WIDTH, HEIGHT)), cv2.COLOR_BGR2RGB)


@pytest.fixture(scope="module")
def faces(shared: Path) -> Path:
    folder = shared / "faces" / "us_government"
    if not folder.is_dir():
        pytest.skip(f"the face pictures are not at {folder}")
    return folder


@pytest.fixture(scope="module")
def film(shared: Path, faces: Path) -> Iterator[Launched]:
    """Everything running, with a real detector and face pack, on a film of two statesmen."""
    models = shared / "models"
    if not (models / "insightface" / "local_sc").is_dir():
        pytest.skip(f"the small real weights are not at {models}")
    folder = Path(tempfile.mkdtemp(prefix="clipops-test-faces-"))
    for title, names in (
        ("speech", ["obama1.jpg", "obama3.jpg"]),
        ("visit", ["biden/biden2.jpg"]),
        ("together", ["obama_and_biden.jpg"]),
    ):
        frames = (frame for name in names for frame in panned(faces / name))
        encode_mp4(folder / f"{title}.mp4", frames, fps=FPS)
    overrides = {
        "person_detector": f"yolox:{models / 'yolox_nano_coco_raw.onnx'}",
        "face_analyzer": f"insightface:{models / 'insightface' / 'local_sc'}",
    }
    with clipops("--videos", str(folder), models={"overrides": overrides}) as launched:
        yield launched
    shutil.rmtree(folder, ignore_errors=True)


def command(launched: Launched, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--config", str(launched.config_file), *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def enrolled(film: Launched, faces: Path) -> Launched:
    """One person enrolled from pictures, the other named by the face already seen."""
    pictures = [str(path) for path in sorted((faces / "obama").glob("*.jpg"))]
    preview = command(film, "people", "enroll", "--preview", "--as", "대통령/오바마", *pictures)
    assert "nothing was changed" in preview
    assert "대통령" not in command(film, "people", "list")
    command(film, "people", "enroll", "--as", "대통령/오바마", *pictures)
    unknown = run_json(film.config_file, "pipeline", "people", "list", "--unknown")["people"]
    seen_twice = max(unknown, key=lambda one: one["videos"])
    assert seen_twice["videos"] == 2  # followed from one video to the other before having a name
    command(film, "people", "name", str(seen_twice["person_id"]), "staff/Joe")
    return film


@pytest.mark.parametrize(
    ("words", "title"), [("오바마가 나온 장면", "speech"), ("Joe", "visit"), ("joe walks", "visit")]
)
def test_a_name_finds_the_same_moments_everywhere(
    enrolled: Launched, page: Page, words: str, title: str
) -> None:
    hits = run_json(enrolled.config_file, "pipeline", "search", words)["hits"]
    titles = {hit["title"] for hit in hits}
    assert titles == {title, "together"}
    name = "대통령/오바마" if title == "speech" else "staff/Joe"
    assert all(name in hit["people"] for hit in hits)
    assert all(name in hit["reasons"][0] for hit in hits)

    answer = ask(page, enrolled, words)
    expect(answer).to_contain_text(name)
    for hit in hits:
        expect(answer).to_contain_text(hit["title"])
    photograph(page, f"people-slack-{title}")

    page.goto(f"http://127.0.0.1:{enrolled.ports['editor']}/search?q={words}")
    found = page.locator("a[href*='segment=']")
    addresses = [str(found.nth(n).get_attribute("href")) for n in range(found.count())]
    order = list(dict.fromkeys(int(one.split("segment=")[1].split("&")[0]) for one in addresses))
    assert order == [hit["segment_id"] for hit in hits]
    expect(page.locator("main")).to_contain_text(name)
    photograph(page, f"people-web-{title}")


def test_not_this_person_outlives_doing_the_faces_again(enrolled: Launched) -> None:
    shown = run_json(enrolled.config_file, "pipeline", "people", "show", "staff/Joe")
    videos = run_json(enrolled.config_file, "pipeline", "videos")["videos"]
    (visit,) = [video["video_id"] for video in videos if video["title"] == "visit"]
    (wrong,) = [one for one in shown["seen"] if one["video_id"] == visit]
    command(enrolled, "people", "reject", str(wrong["appearance_id"]))
    assert {hit["title"] for hit in hits_for(enrolled, "Joe")} == {"together"}
    command(enrolled, "redo", "faces", "visit")
    assert {hit["title"] for hit in hits_for(enrolled, "Joe")} == {"together"}


def hits_for(launched: Launched, words: str) -> list[dict[str, object]]:
    found = run_json(launched.config_file, "pipeline", "search", words)["hits"]
    assert isinstance(found, list)
    return found
