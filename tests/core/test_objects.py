"""Reading things out of what people type, and naming them in both languages."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lexicon import KOREAN_COLOURS
from core.objects import GROUPS, LABELS, NAMES, english_plural, known_label, korean_label, labels_in
from core.vocabulary import has_korean
from tests.support import REPOSITORY


def test_there_are_the_80_labels_of_coco_in_its_order():
    assert len(set(LABELS)) == 80
    assert (LABELS[0], LABELS[2], LABELS[39], LABELS[62], LABELS[79]) == (
        *("person", "car", "bottle", "tv"),
        "toothbrush",
    )


@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_a_korean_name(label):
    assert has_korean(korean_label(label))


# Before a noun 새 is "new" and 오렌지 a colour.
@pytest.mark.parametrize("label", sorted(set(LABELS) - {"bird", "orange"}))
def test_every_korean_name_is_understood_in_a_sentence(label):
    name = korean_label(label)
    for query in (f"{name} 옆에 있는 것", f"검은 {name}", f"{name}의 앞에서"):
        assert labels_in(query) == (label,), query


@pytest.mark.parametrize("label", sorted(set(LABELS) - {"orange"}))
def test_every_label_is_understood_in_english_in_singular_and_plural(label):
    assert labels_in(f"the {label} there") == (label,)
    assert labels_in(f"three {english_plural(label)}") == (label,)
    assert labels_in(label.upper()) == (label,)


@pytest.mark.parametrize("label", LABELS)
def test_every_other_name_is_understood(label):
    for name in NAMES[label]:
        if name not in ("새", "오렌지"):
            assert labels_in(name) == (label,), name


def test_no_name_means_two_things():
    names = [name for label in LABELS for name in {label, *NAMES[label]}] + list(GROUPS)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("자동차", ["car"]),
        ("차", ["car"]),
        ("cars", ["car"]),
        ("병을", ["bottle"]),
        ("병을 집어 드는 손", ["bottle"]),
        ("빨간 차가 지나간다", ["car"]),
        ("빨간차가", ["car"]),
        ("차량이 많은", ["car", "truck", "bus", "motorcycle"]),
        ("가방을 든 여자", ["backpack", "handbag", "suitcase", "person"]),
        ("곰 인형을 든 아이", ["teddy bear", "person"]),
        ("테니스 라켓", ["tennis racket"]),
        ("책상위에 노트북", ["dining table", "laptop"]),
        ("병과 컵이랑", ["bottle", "cup"]),
        ("칼로 위협하는", ["knife"]),
        ("개 두 마리", ["dog"]),
        ("새가 날아간다", ["bird"]),
        ("새 두 마리", ["bird"]),
        ("오렌지를 먹는", ["orange"]),
        ("말을 타는 사람", ["horse", "person"]),
        ("말이 달린다", ["horse"]),
        ("차를 타는 사람", ["car", "person"]),
        ("차가 많은 길", ["car"]),
        ("배가 들어온다", ["boat"]),
        ("배를 타고", ["boat"]),
        ("a remote on the table", ["remote", "dining table"]),
        ("remote control", ["remote"]),
        ("the remote there", ["remote"]),
        ("traffic lights and hot dogs", ["traffic light", "hot dog"]),
        ("a man with a knife", ["person", "knife"]),
        ("wine-glass", ["wine glass"]),
        ("an orange on the table", ["orange", "dining table"]),
        ("TV 앞 소파에서", ["tv", "couch"]),
        ("car, truck, car", ["car", "truck"]),
    ],
)
def test_things_are_read_in_the_order_of_the_text(query, expected):
    assert list(labels_in(query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        *("", "빨간 옷", "차이가 있는", "양쪽에서", "양손에 든", "개인 물건", "세 개", "3개를"),
        *("새 옷", "새로 온 손님", "새벽 두 시", "말하고 있는", "말을 하는", "말을 걸어"),
        *("오렌지색 조끼", "오렌지 조끼", "orange vest", "an orange jacket", "병원", "공원에서"),
        *("차를 마시는", "차 한잔", "차를 끓이는", "배가 고픈", "배가 아픈", "배 아파서"),
        *("말이 많은", "말 없는", "말이 빠른", "remote area", "a remote village"),
        *("carpet", "busy street", "catalogue", "scarf", "차도를 건너는"),
    ],
)
def test_what_only_looks_like_a_thing_is_none(query):
    assert labels_in(query) == ()


def test_things_counted_in_korean_are_named_once():
    assert labels_in("병 세 개") == ("bottle",)


def test_decomposed_hangul_reads_the_same():
    assert labels_in(unicodedata.normalize("NFD", "자전거를 탄")) == ("bicycle",)


@pytest.mark.parametrize("colour", sorted(set(KOREAN_COLOURS) - {"orange"}))
def test_a_colour_written_together_with_the_thing_does_not_hide_it(colour):
    assert labels_in(f"{KOREAN_COLOURS[colour]}자동차를") == ("car",)


def test_a_label_nobody_translated_is_shown_as_it_is():
    assert korean_label("forklift") == "forklift"
    assert english_plural("forklift") == "forklifts"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        *(("person", "person"), ("Person", "person"), ("motorbike", "motorcycle")),
        *(("aeroplane", "airplane"), ("sofa", "couch"), ("pottedplant", "potted plant")),
        *(("diningtable", "dining table"), ("tvmonitor", "tv"), ("Cell_Phone", "cell phone")),
        *(("forklift", "forklift"), ("Traffic cone", "Traffic cone"), ("bag", "bag")),
    ],
)
def test_the_names_other_detectors_use_become_ours_where_there_is_one(theirs, ours):
    assert known_label(theirs) == ours


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text):
    labels = labels_in(text)
    assert set(labels) <= set(LABELS)
    assert len(set(labels)) == len(labels)


@given(st.sampled_from(LABELS), st.sampled_from(["을", "를", "이", "가", "과", "와", "도", "에서"]))
def test_particles_do_not_hide_a_name_they_fit(label, particle):
    name = korean_label(label)
    closed = (ord(name[-1]) - 0xAC00) % 28 != 0
    fits = {"을": closed, "이": closed, "과": closed, "를": not closed, "가": not closed}
    if fits.get(particle, particle != "와" or not closed) and name + particle not in (
        "차도",
        "양도",
        "말도",
        "연도",
    ):
        assert label in labels_in(f"{name}{particle} 본다")


def test_it_loads_nothing_heavy():
    script = "import sys, core.objects; sys.exit('numpy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=False).returncode == 0
    )
