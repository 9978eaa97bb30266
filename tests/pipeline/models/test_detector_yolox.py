"""YOLOX: boxes as its paper decodes them, real people and things, other networks refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from core.errors import ModelError
from core.objects import LABELS
from pipeline.frames import Frame
from pipeline.linking import Tracker
from pipeline.models.detector_yolox import YoloxDetector
from pipeline.models.runtime import Runtime
from pipeline.models.scaling import scaled
from pipeline.tracks import Observation, is_person
from pipeline.video import sample_frames
from pipeline.weights import Located
from tests.support.checkpoints import faces as packs
from tests.support.checkpoints.detectors import yolox


def load(path: Path, *, batch_size: int | None = None) -> YoloxDetector:
    runtime = Runtime(device="cpu", precision="fp32", batch_size=batch_size)
    return YoloxDetector(Located(path=path, name=path.stem, revision="1"), runtime)


@pytest.fixture(scope="module")
def nano(shared_models) -> YoloxDetector:
    return load(shared_models / "yolox_nano_coco_raw.onnx")


def frames(*images: np.ndarray) -> list[Frame]:
    return [Frame(at_ms=n, image=image) for n, image in enumerate(images)]


def picture(height: int, width: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def by_hand(path: Path, image: np.ndarray, height: int, width: int):
    """(label, score, left, top, right, bottom in pixels), best first, one cell at a time."""
    canvas = np.full((height, width, 3), 114, np.uint8)
    canvas[: image.shape[0], : image.shape[1]] = image
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    blob = canvas.transpose(2, 0, 1)[None].astype(np.float32)
    [[rows]] = session.run(None, {"images": blob})
    found, row = [], 0
    for stride in (8, 16, 32):
        for y in range(height // stride):
            for x in range(width // stride):
                dx, dy, log_w, log_h, objectness, *shares = map(float, rows[row])
                row += 1
                label = LABELS[int(np.argmax(shares))]
                score = objectness * max(shares)
                half_w, half_h = np.exp(log_w) * stride / 2, np.exp(log_h) * stride / 2
                cx, cy = (x + dx) * stride, (y + dy) * stride
                if score >= (0.1 if label == "person" else 0.3):
                    box = (cx - half_w, cy - half_h, cx + half_w, cy + half_h)
                    found.append((label, score, *box))
    found.sort(key=lambda one: -one[1])
    kept = []
    for one in found:
        if all(one[0] != other[0] or overlap(one[2:], other[2:]) <= 0.45 for other in kept):
            kept.append(one)
    return kept


def overlap(a, b) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


# Numbers.


@pytest.mark.parametrize("shape", [(96, 128), (96, 60), (40, 128)])
def test_boxes_are_decoded_as_published_in_a_picture_laid_upper_left(tmp_path, shape):
    path = yolox(tmp_path)
    image = picture(*shape)
    expected = by_hand(path, image, 96, 128)
    [found] = load(path).look(frames(image))
    height, width = shape
    inside = [one for one in expected if np.ptp(np.clip((one[2], one[4]), 0, width)) > 0]
    inside = [one for one in inside if np.ptp(np.clip((one[3], one[5]), 0, height)) > 0]
    assert len(found) > 20
    # What lies wholly in the filling is dropped before it could hide anything inside.
    assert {one.label for one in found} == {one[0] for one in inside}
    if shape == (96, 128):
        assert len(found) == len(inside)
    for sighting in found:
        near = [one for one in inside if abs(one[1] - sighting.score) < 1e-4]
        left, top = sighting.box.left * width, sighting.box.top * height
        right, bottom = left + sighting.box.width * width, top + sighting.box.height * height
        assert any(
            one[0] == sighting.label
            and abs(np.clip(one[2], 0, width) - left) < 1e-3
            and abs(np.clip(one[3], 0, height) - top) < 1e-3
            and abs(np.clip(one[4], 0, width) - right) < 1e-3
            and abs(np.clip(one[5], 0, height) - bottom) < 1e-3
            for one in near
        )


def test_an_export_that_decodes_inside_gives_the_same(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "decoded").mkdir()
    raw = load(yolox(tmp_path / "raw"))
    decoded = load(yolox(tmp_path / "decoded", decoded=True))
    look = frames(picture(300, 500), picture(96, 128, seed=1))
    for one, other in zip(raw.look(look), decoded.look(look), strict=True):
        assert len(one) == len(other) > 20
        for a, b in zip(one, other, strict=True):
            assert (a.label, round(a.score, 5)) == (b.label, round(b.score, 5))
            assert abs(a.box.left - b.box.left) < 1e-4
            assert abs(a.box.height - b.box.height) < 1e-4


def test_a_network_for_one_picture_and_one_for_several_see_the_same(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    look = frames(*(picture(90 + n, 160, seed=n) for n in range(11)))
    one = load(yolox(tmp_path / "one", batch=1)).look(look)
    many = load(yolox(tmp_path / "many"), batch_size=4).look(look)
    assert [len(a) for a in one] == [len(a) for a in many]
    assert one[10][0].label == many[10][0].label


def test_size_and_cells_are_read_from_the_model(tmp_path):
    detector = load(yolox(tmp_path, height=64, width=224))
    assert detector.frame_width == 224
    assert detector.look(frames(picture(120, 160)))[0]


def test_the_only_network_of_a_folder_is_taken(tmp_path):
    yolox(tmp_path)
    assert load(tmp_path).look(frames(picture(50, 50))) != [()]


# Real footage.


def people_in(nano: YoloxDetector, path: Path, *, fps: float, end_ms: int | None = None):
    """Tracks that are people, followed as in the pipeline but for their clothes; seconds."""
    tracker, aspect, last_ms = None, 1.0, 0
    for frame in sample_frames(path, fps=fps, width=480, end_ms=end_ms):
        if tracker is None:
            aspect = frame.image.shape[1] / frame.image.shape[0]
            tracker = Tracker(aspect=aspect)
        [sightings] = nano.look([scaled(frame, nano.frame_width)])
        people = [one for one in sightings if one.label == "person"]
        tracker.update(
            frame.at_ms,
            [Observation(at_ms=frame.at_ms, box=one.box, score=one.score) for one in people],
        )
        last_ms = frame.at_ms
    return [
        (track.start_ms / 1_000, track.end_ms / 1_000)
        for track in tracker.finish()
        if is_person(track, judges_motion=False, aspect=aspect, from_ms=0, to_ms=last_ms)
    ]


def test_all_six_visits_are_found_and_nobody_else(nano, shared_media):
    found = people_in(nano, shared_media / "one-by-one-person-detection.mp4", fps=2)
    assert len(found) == 6
    visits = [(6, 19), (23, 44), (50, 69), (75, 86), (92, 119), (124, 135)]
    for (start, end), (from_s, to_s) in zip(found, visits, strict=True):
        assert abs(start - from_s) < 1.5
        assert abs(end - to_s) < 1.5


def test_hands_are_somebody_for_a_moment_only_and_cars_are_nobody(nano, shared_media):
    hands = people_in(nano, shared_media / "bottle-detection.mp4", fps=4, end_ms=18_000)
    assert max((end - start for start, end in hands), default=0) < 3
    assert people_in(nano, shared_media / "car-detection.mp4", fps=2) == []


def test_bottles_are_counted_in_every_frame(nano, shared_media):
    footage = shared_media / "bottle-detection.mp4"
    looks = nano.look(list(sample_frames(footage, fps=1, width=416, end_ms=18_000)))
    bottles = [sum(one.label == "bottle" for one in look) for look in looks]
    assert min(bottles) >= 1
    assert max(bottles) == 3


def test_a_real_picture_may_be_of_any_kind(nano, shared_media):
    footage = shared_media / "worker-zone-detection.mp4"
    frame = list(sample_frames(footage, fps=1, width=768))[1]
    grey = np.repeat(frame.image.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    huge = np.repeat(np.repeat(frame.image, 10, axis=0), 10, axis=1)
    for image in (frame.image, grey, huge):
        [look] = nano.look(frames(image))
        assert max((one.score for one in look if one.label == "person"), default=0) > 0.5
    [nothing] = nano.look(frames(np.zeros((4_320, 7_680, 3), np.uint8)))
    assert all(one.score < 0.5 for one in nothing if one.label == "person")


# Other networks.


def text(folder: Path) -> Path:
    path = folder / "text.onnx"
    path.write_text("this is not a network", encoding="utf-8")
    return path


def truncated(folder: Path) -> Path:
    path = yolox(folder)
    path.write_bytes(path.read_bytes()[:-900])
    return path


def two(folder: Path) -> Path:
    shutil.copy(yolox(folder), folder / "another.onnx")
    return folder


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (text, r"text\.onnx is not a whole ONNX network"),
        (truncated, r"yolox\.onnx is not a whole ONNX network"),
        (lambda folder: folder / "nowhere", r"holds no ONNX files"),
        (two, r"holds 2 ONNX files, one is expected"),
        (lambda folder: yolox(folder, classes=79), r"YOLOX for 80 labels .* gives \?x\d+x84"),
        (lambda folder: yolox(folder, sigmoid=False), r"scores from 0 to 1"),
        (
            lambda folder: packs.arcface(folder / "face.onnx"),
            r"face\.onnx is expected to be a YOLOX .*, but it takes \?x3x112x112 and gives \?x24",
        ),
        (
            lambda folder: packs.scrfd(folder / "scrfd.onnx"),
            r"scrfd\.onnx is expected to be a YOLOX",
        ),
    ],
)
def test_what_is_no_yolox_is_refused_in_one_sentence(tmp_path, build, sentence):
    with pytest.raises(ModelError, match=sentence) as caught:
        load(build(tmp_path))
    assert "models.overrides.person_detector" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "file", ["yunet_n_dynamic.onnx", "person-reidentification-retail-0267.mvnfix.onnx"]
)
def test_real_networks_of_another_kind_are_refused(shared_models, file):
    with pytest.raises(ModelError, match=r"is expected to be a YOLOX for 80 labels"):
        load(shared_models / file)


def test_a_network_that_fails_at_its_work_is_named_in_one_sentence(tmp_path):
    detector = load(yolox(tmp_path))
    detector._size = (64, 64)  # ONNX Runtime refuses what it gets
    with pytest.raises(ModelError, match=r"failed while looking for people \(.*models\.overrides"):
        detector.look(frames(picture(64, 64)))
