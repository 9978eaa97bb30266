from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from core.config import IngestConfig
from pipeline.segmenting import SegmentDraft, cut, is_fixed_camera
from pipeline.video import encode_mp4, probe

Image = npt.NDArray[np.uint8]

FPS = 10
CAMERA_FPS = 4
SIZE = 192, 108


def nothing(_: float) -> None:
    return None


def cut_file(
    path: Path, *, fixed_camera: bool | None = None, config: IngestConfig | None = None
) -> list[SegmentDraft]:
    facts = probe(path)
    drafts = cut(
        path,
        facts,
        fixed_camera=fixed_camera,
        config=config or IngestConfig(),
        progress=nothing,
    )
    assert drafts[0].start_ms == 0
    assert drafts[-1].end_ms == facts.duration_ms
    assert all(before.end_ms == after.start_ms for before, after in pairwise(drafts))
    assert all(draft.start_ms < draft.end_ms for draft in drafts)
    return drafts


def kinds(drafts: list[SegmentDraft]) -> list[str]:
    return [draft.kind for draft in drafts]


class Room:
    """A fixed camera's view, drawn frame by frame: textured wall and floor, sensor noise, a lamp
    that flickers, a clock burnt in, and people as tall figures in two colours."""

    def __init__(self, seed: int = 3) -> None:
        self.random = np.random.default_rng(seed)
        wall = self.random.integers(90, 160, (27, 48, 3)).astype(np.uint8)
        self.empty: Image = cv2.resize(wall, SIZE, interpolation=cv2.INTER_LINEAR)
        self.empty[80:] = (60, 80, 100)

    def view(self, number: int, people: list[tuple[float, float]], *, light: float = 1.0) -> Image:
        image = self.empty.astype(np.float32)
        for across, down in people:
            x, y = int(across * SIZE[0]), int(down * SIZE[1])
            sway = number // CAMERA_FPS % 2
            cv2.rectangle(image, (x - 6 + sway, y), (x + 6 + sway, y + 22), (200, 30, 30), -1)
            cv2.rectangle(image, (x - 5, y + 22), (x + 5, y + 42), (20, 20, 20), -1)
            cv2.circle(image, (x + sway, y - 5), 5, (220, 180, 150), -1)
        flicker = 1 + 0.03 * np.sin(number * 2.1)
        image = image * light * flicker + self.random.normal(0, 4, image.shape)
        shown = np.clip(image, 0, 255).astype(np.uint8)
        text = f"12:00:{number // CAMERA_FPS:02}.{number % CAMERA_FPS}"
        cv2.putText(shown, text, (2, 9), 0, 0.28, (255, 255, 255), 1)
        return shown


def visit(number: int, start_s: float, end_s: float) -> list[tuple[float, float]]:
    """Somebody who comes from the left, stands in the middle and leaves to the right."""
    at = number / CAMERA_FPS
    if not start_s <= at < end_s:
        return []
    walk = 2.5
    if at < start_s + walk:
        across = (at - start_s) / walk * 0.5
    elif at > end_s - walk:
        across = 0.5 + (at - end_s + walk) / walk * 0.5
    else:
        across = 0.5
    return [(across, 0.4)]


def texture(seed: int) -> Image:
    small = np.random.default_rng(seed).integers(0, 255, (9, 16, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def shot(seed: int, seconds: float) -> list[Image]:
    """A slowly moving view of one place."""
    whole = np.concatenate([texture(seed)] * 2, axis=1)
    return [whole[:, number // 4 : number // 4 + SIZE[0]] for number in range(int(seconds * FPS))]


class TestFixedCameras:
    def test_visits_and_quiet_stretches_are_told_apart(self, tmp_path: Path) -> None:
        room = Room()
        frames = [room.view(n, visit(n, 8, 20) + visit(n, 31, 40)) for n in range(50 * CAMERA_FPS)]
        encode_mp4(tmp_path / "a.mp4", frames, fps=CAMERA_FPS)
        drafts = cut_file(tmp_path / "a.mp4")
        assert kinds(drafts) == ["quiet", "activity", "quiet", "activity", "quiet"]
        borders = [draft.start_ms for draft in drafts[1:]]
        assert borders == [pytest.approx(t, abs=1_100) for t in (8_000, 20_000, 31_000, 40_000)]
        assert drafts[1].start_ms <= 8_200
        assert drafts[1].end_ms >= 19_800

    def test_noise_flicker_and_a_clock_are_no_activity(self, tmp_path: Path) -> None:
        room = Room()
        encode_mp4(
            tmp_path / "a.mp4", [room.view(n, []) for n in range(30 * CAMERA_FPS)], fps=CAMERA_FPS
        )
        assert kinds(cut_file(tmp_path / "a.mp4")) == ["quiet"]

    def test_a_change_of_exposure_is_no_activity(self, tmp_path: Path) -> None:
        room = Room()
        frames = [
            room.view(n, [], light=1.0 if n < 15 * CAMERA_FPS else 1.15)
            for n in range(30 * CAMERA_FPS)
        ]
        encode_mp4(tmp_path / "a.mp4", frames, fps=CAMERA_FPS)
        assert kinds(cut_file(tmp_path / "a.mp4", fixed_camera=True)) == ["quiet"]

    def test_somebody_who_stands_half_of_the_time_stays(self, tmp_path: Path) -> None:
        room = Room()
        frames = [room.view(n, visit(n, 10, 45)) for n in range(60 * CAMERA_FPS)]
        encode_mp4(tmp_path / "a.mp4", frames, fps=CAMERA_FPS)
        drafts = cut_file(tmp_path / "a.mp4")
        assert kinds(drafts) == ["quiet", "activity", "quiet"]
        assert drafts[1].start_ms == pytest.approx(10_000, abs=1_100)
        assert drafts[1].end_ms == pytest.approx(45_000, abs=1_100)

    def test_a_thing_taken_away_is_no_activity_once_it_is_gone(self, tmp_path: Path) -> None:
        room = Room()
        frames = []
        for number in range(60 * CAMERA_FPS):
            image = room.view(number, visit(number, 20, 26))
            if number < 23 * CAMERA_FPS:
                image[60:90, 120:150] = (40, 160, 40)
            frames.append(image)
        encode_mp4(tmp_path / "a.mp4", frames, fps=CAMERA_FPS)
        drafts = cut_file(tmp_path / "a.mp4", fixed_camera=True)
        assert kinds(drafts) == ["quiet", "activity", "quiet"]
        assert drafts[1].end_ms < 28_000

    def test_a_long_activity_is_cut(self, tmp_path: Path) -> None:
        room = Room()
        frames = [room.view(n, visit(n, 5, 45)) for n in range(50 * CAMERA_FPS)]
        encode_mp4(tmp_path / "a.mp4", frames, fps=CAMERA_FPS)
        drafts = cut_file(tmp_path / "a.mp4", config=IngestConfig(max_segment_ms=15_000))
        active = [draft for draft in drafts if draft.kind == "activity"]
        assert len(active) >= 3
        assert all(draft.end_ms - draft.start_ms <= 15_000 for draft in active)

    def test_the_same_file_gives_the_same_segments(self, tmp_path: Path) -> None:
        room = Room()
        frames = [room.view(n, visit(n, 4, 12)) for n in range(20 * CAMERA_FPS)]
        encode_mp4(tmp_path / "a.mp4", frames, fps=CAMERA_FPS)
        assert cut_file(tmp_path / "a.mp4") == cut_file(tmp_path / "a.mp4")

    def test_progress_rises_to_the_end(self, tmp_path: Path) -> None:
        room = Room()
        encode_mp4(
            tmp_path / "a.mp4", [room.view(n, []) for n in range(12 * CAMERA_FPS)], fps=CAMERA_FPS
        )
        shares: list[float] = []
        cut(
            tmp_path / "a.mp4",
            probe(tmp_path / "a.mp4"),
            fixed_camera=None,
            config=IngestConfig(),
            progress=shares.append,
        )
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


class TestEditedFootage:
    def test_hard_cuts_are_found_to_the_frame(self, tmp_path: Path) -> None:
        encode_mp4(tmp_path / "a.mp4", shot(1, 3) + shot(2, 2.5) + shot(3, 4), fps=FPS)
        drafts = cut_file(tmp_path / "a.mp4")
        assert kinds(drafts) == ["shot"] * 3
        assert [draft.start_ms for draft in drafts] == [0, 3_000, 5_500]

    def test_a_dissolve_is_found(self, tmp_path: Path) -> None:
        first, second = shot(1, 5), shot(2, 5)
        for step in range(10):
            share = (step + 1) / 11
            mixed = first[40 + step] * (1 - share) + second[step] * share
            second[step] = mixed.astype(np.uint8)
        encode_mp4(tmp_path / "a.mp4", first[:40] + second, fps=FPS)
        drafts = cut_file(tmp_path / "a.mp4", fixed_camera=False)
        assert len(drafts) == 2
        assert drafts[1].start_ms == pytest.approx(4_500, abs=500)

    def test_a_fade_through_black_is_found(self, tmp_path: Path) -> None:
        first, second = shot(1, 4), shot(2, 4)
        for step in range(8):
            first[-8 + step] = (first[-8 + step] * (1 - (step + 1) / 8)).astype(np.uint8)
            second[step] = (second[step] * (step / 8)).astype(np.uint8)
        encode_mp4(tmp_path / "a.mp4", first + second, fps=FPS)
        drafts = cut_file(tmp_path / "a.mp4", fixed_camera=False)
        assert len(drafts) == 2
        assert drafts[1].start_ms == pytest.approx(4_000, abs=500)

    def test_a_flash_of_another_picture_makes_no_tiny_segment(self, tmp_path: Path) -> None:
        encode_mp4(tmp_path / "a.mp4", shot(1, 4) + shot(2, 0.3) + shot(3, 4), fps=FPS)
        drafts = cut_file(tmp_path / "a.mp4", fixed_camera=False)
        assert all(draft.end_ms - draft.start_ms >= 800 for draft in drafts)

    def test_one_long_shot_is_cut_into_equal_parts(self, tmp_path: Path) -> None:
        encode_mp4(tmp_path / "a.mp4", shot(1, 25), fps=FPS)
        drafts = cut_file(
            tmp_path / "a.mp4", fixed_camera=False, config=IngestConfig(max_segment_ms=10_000)
        )
        assert [draft.start_ms for draft in drafts] == [0, 8_333, 16_666]

    def test_a_blink_of_a_video_is_one_segment(self, tmp_path: Path) -> None:
        encode_mp4(tmp_path / "a.mp4", shot(1, 0.2), fps=FPS)
        assert len(cut_file(tmp_path / "a.mp4")) == 1
        assert len(cut_file(tmp_path / "a.mp4", fixed_camera=True)) == 1


class TestTheSample:
    def test_every_visit_lies_in_an_activity_and_quiet_is_quiet(self, sample: Path) -> None:
        truth = json.loads((sample / "ground_truth.json").read_text(encoding="utf-8"))
        for camera in truth["cameras"]:
            drafts = cut_file(sample / camera["file"])
            active = [(d.start_ms, d.end_ms) for d in drafts if d.kind == "activity"]
            for event in camera["events"]:
                start, end = event["start_ms"], event["end_ms"]
                inside = [a for a, b in active if a <= start + 500 and b >= end - 500]
                assert inside, (camera["camera"], event["person"], active)
            for quiet in camera["quiet"]:
                if quiet["end_ms"] - quiet["start_ms"] >= 4_000:
                    near = [
                        d
                        for d in drafts
                        if d.kind == "quiet"
                        and abs(d.start_ms - quiet["start_ms"]) <= 1_000
                        and abs(d.end_ms - quiet["end_ms"]) <= 1_000
                    ]
                    assert near, (camera["camera"], quiet, drafts)


class TestRealFootage:
    def test_six_people_one_after_the_other_are_six_visits(self, shared_media: Path) -> None:
        drafts = cut_file(shared_media / "one-by-one-person-detection.mp4")
        visits = [(d.start_ms / 1_000, d.end_ms / 1_000) for d in drafts if d.kind == "activity"]
        # When each person is first and last seen, by eye.
        seen = [(6, 20.4), (22.6, 45.2), (50.2, 70.4), (74.5, 87.2), (92.2, 120.4), (123.4, 136.4)]
        assert len(visits) == 6
        for (start, end), (first, last) in zip(visits, seen, strict=True):
            assert start <= first < start + 2
            assert end - 2 < last <= end

    def test_shots_cut_from_fixed_cameras_are_six_shots(self, shared_media: Path) -> None:
        drafts = cut_file(shared_media / "dev_six_shots.mp4")
        truth = json.loads((shared_media / "dev_six_shots.json").read_text(encoding="utf-8"))
        starts = [draft.start_ms for draft in drafts[1:]]
        assert kinds(drafts) == ["shot"] * 6
        assert starts[:3] == [frame * 40 for frame in truth["hard_cuts"]]
        for start, transition in zip(starts[3:], truth["transitions"], strict=True):
            assert transition["start_frame"] * 40 <= start <= transition["end_frame"] * 40 + 40

    def test_cars_from_above_are_three_passages(self, shared_media: Path) -> None:
        drafts = cut_file(shared_media / "car-detection.mp4")
        assert kinds(drafts) == ["quiet", "activity"] * 3 + ["quiet"]

    def test_a_missing_bottle_is_quiet(self, shared_media: Path) -> None:
        drafts = cut_file(shared_media / "bottle-detection.mp4")
        quiet = [(d.start_ms, d.end_ms) for d in drafts if d.kind == "quiet"]
        for moment in (3_000, 9_000, 20_000, 39_000):
            assert any(start <= moment < end for start, end in quiet)

    def test_fixed_cameras_are_told_from_edited_footage(self, shared_media: Path) -> None:
        fixed = {
            clip.stem: is_fixed_camera(clip, probe(clip)) for clip in shared_media.glob("*.mp4")
        }
        assert [name for name, steady in fixed.items() if not steady] == ["dev_six_shots"]
