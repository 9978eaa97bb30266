"""Learning the Korean map: the same every time, honest about what it has not seen, and good."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from core.errors import InputError
from pipeline.evaluation.sentences import read_rows
from pipeline.models.korean_map import KoreanMap
from pipeline.models.text_minilm import MiniLmEncoder
from pipeline.training import sentence_pairs
from pipeline.training.korean_figures import found
from pipeline.training.korean_map import learn, quantised
from pipeline.training.phrases import phrases
from pipeline.training.sentence_pairs import read_pairs
from pipeline.training.short_queries import SHORT_QUERIES
from pipeline.training.told_scenes import told_scenes
from tests.support import REPOSITORY

TEXT = REPOSITORY.parent / "shared" / "text"
COLOURS = ["빨간", "파란", "노란", "검은", "하얀", "초록", "갈색", "회색"]
THINGS = ["재킷", "바지", "모자", "신발", "가방", "우산"]


@pytest.fixture(scope="module")
def lesson() -> tuple[list[str], np.ndarray]:
    """Every colour and every thing has a direction of its own; a phrase is their sum."""
    random = np.random.default_rng(5)
    direction = {word: random.standard_normal(384) for word in (*COLOURS, *THINGS)}
    texts = [f"{colour} {thing}" for colour in COLOURS for thing in THINGS]
    vectors = np.stack([sum(direction[word] for word in text.split()) for text in texts])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return texts, vectors.astype(np.float32)


def test_a_phrase_it_has_not_seen_lands_on_its_meaning(lesson):
    texts, vectors = lesson
    unseen = [index for index in range(len(texts)) if index % 7 == 3]
    seen = [index for index in range(len(texts)) if index % 7 != 3]
    learnt = learn([texts[i] for i in seen], vectors[seen], judged=len(seen))
    for rows in (learnt.ridge_rows, learnt.rows):
        asked = learnt.encode([texts[i] for i in unseen], rows)
        assert ((asked @ vectors.T).argmax(axis=1) == unseen).all()


def test_the_same_input_gives_the_same_bytes(lesson):
    files = [quantised(learn(*lesson, judged=len(lesson[0]))) for _ in range(2)]
    assert files[0] == files[1]


def test_the_file_points_where_the_numbers_did(lesson, tmp_path: Path):
    texts, vectors = lesson
    learnt = learn(texts, vectors, judged=len(texts))
    exact = learnt.encode(texts, learnt.rows)
    nearness = []
    for finer in (0, len(learnt.vocabulary)):
        file = tmp_path / f"{finer}.npz"
        file.write_bytes(quantised(learnt, finer=finer))
        nearness.append((KoreanMap.load(file, sha256=None).encode(texts) * exact).sum(axis=1))
    # Two bits leave .12 of the energy of independent numbers as error (Max, 1960).
    assert nearness[0].min() > 0.9
    assert nearness[1].min() > 0.99


def test_only_the_most_frequent_n_grams_are_kept(lesson, tmp_path: Path):
    learnt = learn(*lesson, judged=len(lesson[0]))
    file = tmp_path / "short.npz"
    file.write_bytes(quantised(learnt, most=10, finer=4))
    kept = KoreanMap.load(file, sha256=None)
    assert kept.size == 10
    assert kept.encode(learnt.vocabulary[:1]).any()


def test_phrases_and_scenes_are_the_same_every_time():
    assert phrases() == phrases()
    assert told_scenes(50, 3) == told_scenes(50, 3)
    assert told_scenes(50, 3) != told_scenes(50, 4)


def test_held_out_sentences_are_not_learnt_from(tmp_path: Path):
    """Neither in Korean nor in English, nor with other capitals and punctuation."""
    asked = SHORT_QUERIES[0]
    _write(
        tmp_path,
        "train",
        [
            ("A man runs.", "남자가 뛴다.", "A cat sleeps.", "고양이가 잔다."),
            ("The dog barks", "개가 짖는다", "Two men talk.", "두 남자가 말한다."),
            ("A bird flies.", "새가 난다.", asked.english, "윗도리 하나."),
        ],
    )
    _write(tmp_path, "dev", [("the DOG barks!", "강아지가 짖는다.", "It rains.", "고양이가  잔다")])
    pairs = read_pairs(tmp_path)
    assert [korean for korean, _ in pairs.sentences] == [
        "남자가 뛴다.",
        "새가 난다.",
        "두 남자가 말한다.",
    ]
    assert pairs.dropped == 3
    learnt_from = {sentence_pairs._key(text) for pair in pairs.own for text in pair}
    for query in SHORT_QUERIES:
        assert sentence_pairs._key(query.korean) not in learnt_from
        assert sentence_pairs._key(query.english) not in learnt_from
    assert not {korean for korean, _ in pairs.own} & {korean for korean, _ in pairs.scenes}


def test_a_folder_without_the_sentences_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"sts-train\.tsv"):
        read_pairs(tmp_path)


def test_a_text_without_a_vector_finds_nothing():
    english = {"a": np.array([1, 0], np.float32), "b": np.array([0, 1], np.float32)}
    korean = {"가": np.array([1, 0], np.float32), "나": np.zeros(2, np.float32)}
    share = found([("가", "a"), ("나", "b")], korean, english)
    assert (share.first, share.among_ten) == (0.5, 0.5)


@pytest.mark.skipif(not TEXT.is_dir(), reason=f"the bilingual sentences are not in {TEXT}")
def test_korean_finds_its_english_on_rows_kept_from_training():
    rows = read_rows(TEXT, "dev")
    encoder = MiniLmEncoder()
    texts = sorted({row.english[0] for row in rows}, key=len)
    english = dict(zip(texts, encoder.encode(texts), strict=True))
    asked = list(dict.fromkeys(row.korean[0] for row in rows))
    korean = dict(zip(asked, encoder.encode(asked), strict=True))
    share = found([(row.korean[0], row.english[0]) for row in rows], korean, english)
    assert share.first >= 0.80
    assert share.among_ten >= 0.93


def _write(folder: Path, split: str, rows: list[tuple[str, str, str, str]]) -> None:
    (folder / "korsts").mkdir(exist_ok=True)
    (folder / "stsb_en").mkdir(exist_ok=True)
    lines = ["genre\tfilename\tyear\tid\tscore\tsentence1\tsentence2"]
    lines += [f"main-captions\tx\t2012\t{n}\t3.0\t{r[1]}\t{r[3]}" for n, r in enumerate(rows)]
    (folder / "korsts" / f"sts-{split}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = folder / "stsb_en" / f"stsb-en-{split}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows((r[0], r[2], 3.0) for r in rows)
