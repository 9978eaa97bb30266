"""BLEU as sacrebleu has it, CIDEr as worked by hand, references by segment or by sentence."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU

from core.errors import InputError
from pipeline.evaluation.captions import Pair, evaluate, needs_library, read_pairs
from pipeline.evaluation.cider import cider, tokens
from tests.support.library import add_video, segments

ENGLISH = [
    ("a man runs to the door", ["a man runs to the exit", "a person flees"]),
    ("nobody is in view", ["nobody in view", "the shop is empty", "an empty shop"]),
    ("a woman in red takes a bottle", ["a woman in a red coat takes a bottle"]),
]
KOREAN = [
    ("한 남자가 문으로 뛰어간다", ["남자가 문 쪽으로 뛴다"]),
    ("아무도 없다", ["아무도 보이지 않는다", "매장이 비어 있다"]),
]
WORDS = st.lists(st.sampled_from(["red", "man", "runs", "빨간", "문"]), max_size=8).map(" ".join)


def pairs(cases):
    return [Pair(caption=said, references=tuple(texts)) for said, texts in cases]


def streams(cases):
    most = max(len(texts) for _, texts in cases)
    return [[t[n] if n < len(t) else None for _, t in cases] for n in range(most)]


@pytest.mark.parametrize(
    ("language", "cases", "tokenizer"), [("en", ENGLISH, "13a"), ("ko", KOREAN, "char")]
)
def test_bleu_is_that_of_sacrebleu(language, cases, tokenizer):
    found = evaluate({language: pairs(cases)}, resamples=200)[language]
    theirs = BLEU(tokenize=tokenizer)
    score = theirs.corpus_score([said for said, _ in cases], streams(cases)).score
    bleu = found.metrics["bleu"]
    assert bleu.estimate == pytest.approx(score)
    assert bleu.low <= bleu.estimate <= bleu.high
    assert found.signature == str(theirs.get_signature())
    assert f"tok:{tokenizer}" in found.signature


def test_perfect_captions_have_perfect_figures():
    found = evaluate({"en": pairs([(texts[0], texts[:1]) for _, texts in ENGLISH])}, resamples=100)
    assert found["en"].metrics["bleu"].estimate == pytest.approx(100)
    # "nobody in view" has no run of four words: its cosines are 1, 1, 1 and 0.
    assert found["en"].metrics["cider_d"].estimate == pytest.approx(10 * (1 + 3 / 4 + 1) / 3)


def test_cider_of_three_sentences_worked_by_hand():
    # References "red car", "blue car", "dog": of 3 segments, "car" is in 2, all else in 1.
    # Weights: a = ln 3 - ln 2 = 0.405465 for "car", b = ln 3 = 1.098612 for the others.
    a, b = math.log(3 / 2), math.log(3)
    references = [["red car"], ["blue car"], ["dog"]]
    found = cider(["red car", "red car", "cat"], references)
    # 1. Itself: cosine 1 for 1-grams and 2-grams, none longer: (1 + 1 + 0 + 0) / 4.
    assert found.cider[0] == pytest.approx(0.5)
    assert found.cider_d[0] == pytest.approx(5)
    # 2. "red car" for "blue car" shares "car" alone: a * a / (a * a + b * b), over 4 lengths.
    shared = a * a / (a * a + b * b)
    assert found.cider[1] == pytest.approx(shared / 4) == pytest.approx(0.029968, abs=1e-5)
    assert found.cider_d[1] == pytest.approx(10 * shared / 4)
    # 3. Nothing in common.
    assert found.cider[2] == found.cider_d[2] == 0


def test_cider_counts_how_often_a_word_is_said_and_cider_d_does_not_reward_it():
    # "red" has weight ln 2, "car" too. "red red" against "red car": (2, 0) and (1, 1):
    # cosine 2 / (2 * sqrt 2); CIDEr-D clips 2 to 1: 1 / (2 * sqrt 2). Same length, no penalty.
    found = cider(["red red", "dog"], [["red car"], ["dog"]])
    assert found.cider[0] == pytest.approx(1 / math.sqrt(2) / 4)
    assert found.cider_d[0] == pytest.approx(10 * 1 / (2 * math.sqrt(2)) / 4)
    # Four words more than the reference cost exp(-16 / 72).
    longer = cider(["red car and so on now", "dog"], [["red car"], ["dog"]])
    shorter = cider(["red car", "dog"], [["red car"], ["dog"]])
    assert longer.cider_d[0] < shorter.cider_d[0] * math.exp(-16 / 72)


def test_several_references_are_averaged():
    alone = [cider(["red car", "dog"], [[text, text], ["dog"]]) for text in ("red car", "tree")]
    both = cider(["red car", "dog"], [["red car", "tree"], ["dog"]])
    assert both.cider[0] == pytest.approx((alone[0].cider[0] + alone[1].cider[0]) / 2)


def test_korean_is_taken_syllable_by_syllable():
    assert tokens("CCTV에서 뛴다!") == ["cctv", "에", "서", "뛴", "다"]
    assert tokens("A T-shirt, isn't it?") == ["a", "t", "shirt", "isn't", "it"]
    # Another particle leaves most of a caption in common; by words there would be nothing.
    found = cider(["남자가", "개"], [["남자는"], ["개"]])
    assert found.cider[0] > 0.2


@given(st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=3)), min_size=1, max_size=6))
def test_cider_stays_in_its_range(cases):
    found = cider([said for said, _ in cases], [texts for _, texts in cases])
    assert all(0 <= one <= 1 + 1e-9 for one in found.cider)
    assert all(0 <= one <= 10 + 1e-9 for one in found.cider_d)


@given(st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=3)), min_size=2, max_size=6))
def test_the_order_of_the_corpus_changes_nothing(cases):
    forth = cider([said for said, _ in cases], [texts for _, texts in cases])
    back = cider([said for said, _ in cases[::-1]], [texts for _, texts in cases[::-1]])
    assert forth.cider == pytest.approx(back.cider[::-1])
    assert forth.cider_d == pytest.approx(back.cider_d[::-1])


def written(tmp_path, *lines):
    path = tmp_path / "references.jsonl"
    path.write_text(
        "".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in lines),
        encoding="utf-8",
    )
    return path


def test_captions_come_from_the_library_by_number_or_stretch(database, tmp_path):
    video_id = add_video(
        database,
        [(0, 10_000, "a red car", "빨간 차"), (10_000, 20_000, "a dog", "개")],
        title="yard",
    )
    first = segments(database, video_id)[0].id
    path = written(
        tmp_path,
        {"segment": first, "references": ["red car"], "references_ko": "빨간 자동차"},
        {"video": "yard", "start_ms": 9_000, "end_ms": 19_000, "references": ["the dog", "dog"]},
    )
    assert needs_library(path)
    found = read_pairs(database, path)
    assert found["en"] == pairs([("a red car", ["red car"]), ("a dog", ["the dog", "dog"])])
    assert found["ko"] == pairs([("빨간 차", ["빨간 자동차"])])


def test_a_caption_of_its_own_needs_no_library(tmp_path):
    path = written(tmp_path, {"caption": "a dog", "references": ["dog"]})
    assert not needs_library(path)
    assert read_pairs(None, path)["en"] == pairs([("a dog", ["dog"])])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"caption": "a dog"}, "at least one sentence"),
        ({"references": ["dog"]}, '"caption" is missing'),
        ({"segment": 999_999, "references": ["dog"]}, "no live segment 999999"),
        ({"segment": "first", "references": ["dog"]}, "number of a segment"),
        ({"caption": "a dog", "references": [7]}, "list of sentences"),
        ({"caption": "a dog", "reference": ["dog"]}, '"reference" is no key'),
        ({"video": "nowhere", "start_ms": 0, "end_ms": 9, "references": ["d"]}, "no video nowhere"),
        ("not json\n", "not JSON"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(database, tmp_path, line, complaint):
    path = written(tmp_path, {"caption": "fine", "references": ["fine"]}, line)
    with pytest.raises(InputError, match=complaint) as refused:
        read_pairs(database, path)
    assert f"{path}, line 2: " in str(refused.value)
