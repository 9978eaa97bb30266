"""What the section ``perception`` says is what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.config import Config, DatabaseConfig
from core.types import VideoFacts
from db import videos
from pipeline import looking
from pipeline.models.keyframe_copies import first_alike
from pipeline.models.person_background import BackgroundPersonDetector
from pipeline.reading_ahead import Waiting
from pipeline.registry import Registry
from pipeline.video import probe, sample_frames
from tests.bench import perception_films as films
from tests.bench import perception_weights as made
from tests.bench.perception_calls import ONNX, watching
from tests.bench.perception_figures import Figures, Pace, Spent, Waits, Way, Work, figures_from
from tests.bench.perception_gpu import captions_paced, different_pictures
from tests.bench.perception_library import Library, missing
from tests.bench.perception_look import not_reading_ahead
from tests.bench.perception_tables import tables
from tests.bench.perception_texts import texts
from tests.bench.perception_ways import Run, compared, least_cosine
from tests.support.checkpoints import load_adapter
from tests.support.library import add_video


class Adder:
    """A model in two steps, the second inside the first."""

    def __init__(self) -> None:
        self.sums: list[float] = []

    def double(self, rows: np.ndarray) -> np.ndarray:
        return self.whole(rows) * 2

    def whole(self, rows: np.ndarray) -> np.ndarray:
        self.sums.append(float(rows.sum()))
        return rows


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds in which every second shows something else."""
    return different_pictures(tmp_path_factory.mktemp("film"), 4)


BOTH = (f"{__name__}:Adder.double", f"{__name__}:Adder.whole")


def spans(*seconds: float) -> tuple[Spent, ...]:
    return tuple(Spent(seconds=one, processor_s=2 * one) for one in seconds)


def test_calls_are_noted_once_with_their_rows_and_can_be_made_again() -> None:
    adder = Adder()
    with watching(*BOTH) as calls:
        adder.double(np.ones((3, 2)))
        adder.whole(np.ones((5, 2)))
        adder.double(np.ones((3, 2)))
    assert calls.times == {"Adder": 3}  # what a model asks inside its call is part of that call
    assert calls.rows == {"Adder": 11}
    assert calls.seconds["Adder"] > 0

    adder.sums.clear()
    calls.again()
    assert adder.sums == [6, 10, 6]


def test_nothing_is_noted_afterwards_even_where_a_call_failed() -> None:
    adder = Adder()
    with pytest.raises(AttributeError), watching(*BOTH) as calls:
        adder.whole(None)  # type: ignore[arg-type]
    adder.whole(np.ones((1, 1)))
    assert len(calls.asked) == 1
    assert Adder.whole.__name__ == "whole"
    assert not hasattr(Adder.whole, "__wrapped__")


def test_a_detector_is_asked_again_for_as_many_frames_as_before(film: Path, tmp_path: Path) -> None:
    detector = load_adapter("person_detector", "yolox", tmp_path)
    frames = list(sample_frames(film, fps=1, width=detector.frame_width))
    with watching(ONNX) as calls:
        detector.look(frames)
    assert calls.rows == {"yolox": 4}
    calls.again()


def test_a_pace_is_the_share_of_time_the_bare_models_take_round_by_round() -> None:
    pace = Pace(
        what="w", unit="u", items=10, precision="fp32", product=spans(2, 4, 5), bare=spans(1, 4, 4)
    )
    assert pace.ratios == (0.5, 1.0, 0.8)
    assert pace.processor_ratios == (0.5, 1.0, 0.8)
    assert (pace.product_per_s, pace.bare_per_s) == (2.5, 2.5)


def figures() -> Figures:
    return Figures(
        stage="look",
        chosen="int8",
        peak_mib=700.5,
        paces=(
            Pace(
                what="people", unit="frames", items=9, precision="fp32",
                product=spans(2.0), bare=spans(1.7),
            ),
        ),
        works=(
            Work(
                clip="quiet", stage="clips", clip_s=600.0, took=Spent(seconds=6, processor_s=9),
                calls={"CLIP": 2}, rows={"CLIP": 20}, model_s={"CLIP": 5.0},
            ),
        ),
        waits=(
            Waits(
                how="ahead", took=spans(4.0), models_waited_s=(1.0,), decoder_waited_s=(2.0,)
            ),
        ),
        ways=(
            Way(what="texts", way="fp32", seconds=(0.4,), cosine=1.0),
            Way(what="texts", way="int8", seconds=(0.04,), cosine=0.9995, target=8.0),
            Way(what="texts", way="coarse", seconds=(0.04,), cosine=0.99, target=8.0),
        ),
        notes=("said",),
    )  # fmt: skip


def test_figures_come_back_from_json_as_they_were() -> None:
    assert figures_from(json.loads(json.dumps(figures().document()))) == figures()


def test_tables_scale_to_an_hour_and_judge_by_the_targets() -> None:
    paces, waits, works, memory, ways, card = (
        table.document()["rows"] for table in tables([figures()], [])
    )
    assert paces[0]["ratio"] == 0.85
    assert paces[0]["target 0.9 met"] is False
    assert (waits[0]["models wait, %"], waits[0]["decoder waits, %"]) == (25, 50)
    stage, model, *_ = [row for row in works if row["footage"] == "a quiet camera"]
    assert (stage["s/h"], stage["share of real time, %"]) == (36, 1)
    assert (model["calls/h"], model["pictures, faces or sentences/h"]) == (12, 120)
    assert memory[0]["peak MiB"] == 700.5
    assert [row["met"] for row in ways] == [None, True, False]
    assert card == []


def test_what_is_not_here_is_said_in_the_report(tmp_path: Path) -> None:
    lacking = missing(tmp_path)
    assert "Skipped: there is no ../shared/models/yolox_nano_coco_raw.onnx." in lacking
    no_card = Figures(stage="blip2", chosen="", peak_mib=1.0, notes=("No graphics card.",))
    shown = "\n".join(table.markdown() for table in tables([no_card], lacking))
    assert all(line in shown for line in (*lacking, "No graphics card."))


def test_each_round_works_on_a_library_of_its_own(database_url: str) -> None:
    config = Config(database=DatabaseConfig(url=database_url))
    library, registry = Library(config), Registry(config)
    with library.itself(registry) as workshop:
        add_video(workshop.database, [(0, 1_000, "one", "하나")])
    for _ in range(2):
        with library.copied(registry) as workshop:
            with workshop.database.transaction() as conn:
                assert videos.count_videos(conn) == 1
            add_video(workshop.database, [(0, 1_000, "two", "둘")])


def test_the_quiet_film_shows_noise_and_nobody() -> None:
    frames = [frame.astype(float) for frame, _ in zip(films.noisy(3), range(3), strict=True)]
    apart = frames[0] - frames[2]
    assert 2 < apart.std() < 8
    blocks = apart[: 16 * (apart.shape[0] // 16), : 16 * (apart.shape[1] // 16)]
    means = blocks.reshape(blocks.shape[0] // 16, 16, blocks.shape[1] // 16, 16, 3).mean((1, 3))
    assert abs(means).max() < 3


def test_without_reading_ahead_the_same_frames_come_in_turn(film: Path) -> None:
    ahead, waiting = views(film), Waiting()
    with not_reading_ahead():
        in_turn = views(film, waiting)
    assert in_turn == ahead
    assert waiting.consumer_s > 0
    assert views(film) == ahead


def views(film: Path, waiting: Waiting | None = None) -> list[int]:
    facts: VideoFacts = probe(film)
    work = looking.Work(
        path=film,
        facts=facts,
        registry=Registry(Config()),
        fps=1.0,
        progress=lambda _share: None,
        detector=BackgroundPersonDetector(),
        waiting=waiting or Waiting(),
    )
    return [view.small.at_ms for view in work.views(fps=1.0)]


def test_captions_from_a_film_are_paced_against_the_same_model(film: Path, tmp_path: Path) -> None:
    captioner = load_adapter("captioner", "blip2", tmp_path)
    found = captions_paced(captioner, film, batch=None, rounds=1)
    assert found.items == 4
    assert found.what.startswith("captions from the file, 4 at a time")
    assert found.ratios[0] > 0


def test_no_two_pictures_of_that_film_are_alike(film: Path) -> None:
    pictures = [[one.image] for one in sample_frames(film, fps=1, width=768)]
    assert first_alike(pictures) == [0, 1, 2, 3]


def test_vocabularies_have_the_published_sizes() -> None:
    assert len(made.vocabulary(["a picture of"], 1_000)) == 1_000
    opt = made.opt_vocabulary(made.OPT_WORDS)
    assert len(opt) == made.OPT_WORDS
    assert opt("\n", add_special_tokens=False).input_ids == [made.OPT_NEWLINE]


def test_sentences_are_different_and_in_both_languages() -> None:
    said = texts(100)
    assert len(set(said)) == 100
    assert sum(text.isascii() for text in said) == 50


def test_slow_ways_are_asked_once_and_on_few_items() -> None:
    asked: list[tuple[str, int]] = []

    def ask(way: str, vectors: np.ndarray) -> Run:
        def run(count: int) -> np.ndarray:
            asked.append((way, count))
            return vectors[:count]

        return Run(ask=run, items=2 if way == "slow" else 4, once=way == "slow")

    exact = np.eye(4, dtype=np.float32)
    turned = np.roll(exact, 1, axis=0)
    found = compared(
        "w", {"fp32": ask("fp32", exact), "slow": ask("slow", turned)}, rounds=2, target=4
    )
    assert asked == [("fp32", 4), ("slow", 2), ("fp32", 4), ("fp32", 4)]
    assert [len(way.seconds) for way in found] == [2, 1]
    assert [(way.cosine, way.target) for way in found] == [(1.0, None), (0.0, 4)]
    assert least_cosine(exact, exact[:2]) == 1
