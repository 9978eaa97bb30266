"""Pictures of people whose names are known: real faces with real weights where they are, painted
ones for the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from core.config import ModelsConfig
from core.errors import InputError, ModelError
from core.types import Box
from db import appearances, galleries, people
from pipeline import people as use_cases
from pipeline.enrolling import Picture
from pipeline.face_tracks import FaceWatch
from pipeline.frames import Frame
from pipeline.registry import Registry
from tests.support import REPOSITORY
from tests.support.faces import JIMIN, PaintedFaces, face, paint, store, track
from tests.support.library import add_video

LARGE = Box(left=0.3, top=0.2, width=0.3, height=0.5)


def done() -> dict[str, object]:
    return {"by": JIMIN, "idempotency_key": uuid4().hex}


def picture(folder: Path, label: str, name: str, *faces: tuple[np.ndarray, Box]) -> Path:
    path = folder / label / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image = paint(len(name), *faces).image
    image[-1, -1] = np.frombuffer(name.encode()[:3].ljust(3), np.uint8)  # no two alike
    Image.fromarray(image[:, :, ::-1]).save(path)
    return path


def enrol(config, database, *paths: Path, label: str | None = None, preview: bool = False):
    pictures = [Picture.of(path, label) for path in paths]
    return use_cases.enrol(
        config, database, PaintedFaces(), pictures, preview=preview, **done()
    )  # fmt: skip


def labels(database, video_id: int) -> list[str]:
    with database.transaction() as conn:
        listed = appearances.appearances_of_video(conn, video_id)
    return [one.person.label if one.person else "" for one in listed]


def test_folders_name_people_and_past_footage_is_compared_at_once(config, database, tmp_path):
    video_id = add_video(database, [(0, 10_000, "One.", "")])
    store(config, database, video_id, [track(face("ann", 0.2)), track(face("bob"), 3_000, 4_000)])
    paths = [picture(tmp_path, "staff/ann_lee", "1.png", (face("ann"), LARGE))]
    asked = enrol(config, database, *paths, preview=True)
    assert labels(database, video_id) == ["Unknown 1", "Unknown 2"]
    result = enrol(config, database, *paths)
    assert [one.status for one in result.files] == ["enrolled"]
    assert (asked.outcome.appearances, asked.outcome.segments) == (1, 1)
    assert (result.outcome.appearances, result.outcome.segments) == (1, 1)
    assert labels(database, video_id) == ["staff/ann lee", "Unknown 2"]
    with database.transaction() as conn:
        (one,) = people.list_people(conn, "named")
        (gallery_face,) = galleries.faces_of(conn, one.person.id)
    assert gallery_face.source == "1.png"
    with Image.open(use_cases.crop_path(config, gallery_face.crop)) as crop:
        assert min(crop.size) > 50
    undone = use_cases.undo(config, database, result.outcome.change_id, **done())
    assert undone.appearances == 1
    assert labels(database, video_id) == ["Unknown 1", "Unknown 2"]


def test_a_refused_picture_with_a_new_name_does_not_keep_the_rest_from_being_undone(
    config, database, tmp_path
):
    taken = picture(tmp_path, "staff/ann", "1.png", (face("ann"), LARGE))
    enrol(config, database, taken)
    copy = tmp_path / "guests" / "zoe" / "copy.png"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(taken.read_bytes())
    other = picture(tmp_path, "guests/bob", "2.png", (face("bob"), LARGE))
    result = enrol(config, database, copy, other)
    assert [one.status for one in result.files] == ["refused", "enrolled"]
    use_cases.undo(config, database, result.outcome.change_id, **done())
    with database.transaction() as conn:
        assert [one.person.label for one in people.list_people(conn, "named")] == ["staff/ann"]


def test_the_same_picture_twice_is_enrolled_once(config, database, tmp_path):
    path = picture(tmp_path, "staff/ann", "1.png", (face("ann"), LARGE))
    copy = path.with_name("copy.png")
    copy.write_bytes(path.read_bytes())
    result = enrol(config, database, path, copy)
    assert [one.status for one in result.files] == ["enrolled", "known"]
    again = enrol(config, database, path)
    assert ([one.status for one in again.files], again.outcome) == (["known"], None)
    other = enrol(config, database, path, label="guests/Bob")
    assert other.files[0].problem == f"{path} is enrolled as staff/ann already."
    with database.transaction() as conn:
        assert [one.person.label for one in people.list_people(conn)] == ["staff/ann"]


def test_each_unusable_picture_says_why_and_the_others_go_on(config, database, tmp_path):
    beside = Box(left=0.7, top=0.2, width=0.2, height=0.35)
    far = Box(left=0.7, top=0.2, width=0.05, height=0.08)
    tiny = Box(left=0.7, top=0.2, width=0.05, height=0.06)
    good = picture(tmp_path, "staff/ann", "g.png", (face("ann"), LARGE), (face("bob"), far))
    none = picture(tmp_path, "staff/ann", "n.png")
    several = picture(tmp_path, "staff/ann", "s.png", (face("ann"), LARGE), (face("bob"), beside))
    small = picture(tmp_path, "staff/ann", "t.png", (face("ann"), tiny))
    broken = tmp_path / "staff" / "ann" / "b.jpg"
    broken.write_bytes(b"\xff\xd8 not a picture")
    missing = tmp_path / "staff" / "ann" / "m.jpg"
    result = enrol(config, database, none, several, small, broken, missing, good)
    assert [one.status for one in result.files] == ["refused"] * 5 + ["enrolled"]
    problems = [one.problem for one in result.files]
    for problem, words in zip(
        problems, ["no face", "2 faces", "29 pixels", "not a picture", "no file"], strict=False
    ):
        assert words in problem
        assert problem.endswith(".")
        assert problem.count(". ") == 0
    assert result.outcome.people[0].label == "staff/ann"


def test_pictures_without_a_name_in_their_folders_ask_for_one(tmp_path):
    with pytest.raises(InputError, match="--as group/name"):
        Picture.of(Path("/face.jpg"))
    with pytest.raises(InputError, match="group/name"):
        Picture.of(tmp_path / "face.jpg", "Ann")


def command(config_file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """python -m pipeline people ... in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "--config", str(config_file), "people", *arguments],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_says_how_faces_are_turned_on(config_file):
    enrolled = command(config_file, "enroll", "x.jpg")
    assert enrolled.returncode == 1
    assert enrolled.stderr.count("\n") == 1
    assert "models.profile" in enrolled.stderr
    listed = command(config_file, "list")
    assert (listed.returncode, "models.profile" in listed.stdout) == (0, True)


@pytest.fixture
def pack(config, shared_models):
    """The configuration with the real pack, and its analyzer."""
    folder = shared_models / "insightface" / "local_sc"
    models = ModelsConfig(
        overrides={"face_analyzer": f"insightface:{folder}"}, device="cpu", precision="fp32"
    )
    real = config.model_copy(update={"models": models})
    return real, Registry(real).face_analyzer()


def real_tracks(analyzer, settings, *paths: Path):
    """The tracks of a video that shows each picture for two seconds."""
    from pipeline.models.picture_files import read_picture

    watch = FaceWatch(analyzer, settings)
    at_ms = 0
    for path in paths:
        image = read_picture(path)
        watch.see([Frame(at_ms=at_ms + n * 500, image=image) for n in range(4)])
        at_ms += 10_000
    return watch.tracks()


def real_pictures(shared_faces: Path, *names: str) -> list[Picture]:
    root = shared_faces / "us_government"
    return [Picture.of(p) for name in names for p in sorted((root / name).glob("*.jpg"))]


def test_real_faces_are_enrolled_and_recognised(pack, database, shared_faces):
    config, analyzer = pack
    enrolled = use_cases.enrol(
        config, database, analyzer, real_pictures(shared_faces, "obama", "biden"), **done()
    )
    assert [one.status for one in enrolled.files] == ["enrolled"] * 4
    root = shared_faces / "us_government"
    video_id = add_video(database)
    tracks = real_tracks(
        analyzer, config.people,
        root / "obama1.jpg", root / "obama3.jpg", root / "obama_and_biden.jpg",
    )  # fmt: skip
    store(config, database, video_id, tracks, analyzer)
    found = labels(database, video_id)
    assert found[:2] == ["us government/obama"] * 2
    # Behind the two stands somebody who is in no gallery.
    *strangers, biden, obama = sorted(found[2:])
    assert (biden, obama) == ("us government/biden", "us government/obama")
    assert [one.startswith("Unknown") for one in strangers] == [True]
    with database.transaction() as conn:
        assert {one.id for one in people.people_named_in(conn, "biden at a table")} == {
            people.find_person(conn, "us_government/biden").id
        }


def test_a_real_face_of_nobody_enrolled_stays_unknown_until_it_is_named(
    pack, database, shared_faces
):
    config, analyzer = pack
    use_cases.enrol(config, database, analyzer, real_pictures(shared_faces, "obama"), **done())
    root = shared_faces / "us_government"
    first, second = add_video(database), add_video(database)
    store(
        config, database, first,
        real_tracks(analyzer, config.people, root / "obama_and_biden.jpg"), analyzer,
    )  # fmt: skip
    store(
        config, database, second,
        real_tracks(analyzer, config.people, *sorted((root / "biden").glob("*.jpg"))), analyzer,
    )  # fmt: skip
    before = labels(database, first)
    assert [one for one in before if "Unknown" not in one] == ["us government/obama"]
    (unknown,) = set(labels(database, second))
    assert unknown in before
    number = int(unknown.split()[1])
    named = use_cases.name(config, database, number, "us government/biden", **done())
    assert named.appearances == 3
    assert set(labels(database, second)) == {"us government/biden"}


def test_the_command_line_enrols_and_forgets_real_people(pack, config_file, shared_faces):
    config, _ = pack
    config_file.write_text(config.model_dump_json(), encoding="utf-8")
    folder = shared_faces / "us_government"
    pictures = [str(folder / "obama"), str(folder / "obama_and_biden.jpg")]
    enrolled = command(config_file, "enroll", *pictures, "--as", "presidents/obama")
    assert enrolled.returncode == 1
    assert "shows 3 faces" in enrolled.stderr
    assert "presidents/obama: 2 faces enrolled" in enrolled.stdout
    shown = json.loads(command(config_file, "show", "obama", "--json").stdout)
    assert (shown["label"], shown["appearances"], shown["gallery_faces"]) == (
        "presidents/obama", 0, 2
    )  # fmt: skip
    assert [Path(one["crop"]).exists() for one in shown["gallery"]] == [True, True]
    assert "enrol presidents/obama" in command(config_file, "history").stdout
    assert "--yes" in command(config_file, "forget", "obama").stdout
    assert "Receipt F-" in command(config_file, "forget", "obama", "--yes").stdout
    gone = command(config_file, "show", "obama")
    assert gone.returncode == 1
    assert "nobody called obama" in gone.stderr


def test_a_face_model_that_is_not_there_is_said_by_name(config, tmp_path):
    models = ModelsConfig(overrides={"face_analyzer": f"insightface:{tmp_path / 'none'}"})
    with pytest.raises(ModelError):
        Registry(config.model_copy(update={"models": models})).face_analyzer()
