"""python -m pipeline evaluate: a little library, real queries, figures on paper and as JSON."""

from __future__ import annotations

import argparse
import json

import pytest

from core.errors import InputError, NotFound
from core.types import Actor
from db import feedback
from db.videos import get_video
from pipeline.commands import evaluate
from pipeline.evaluation.retrieval import METRICS
from pipeline.registry import Registry
from pipeline.vectors import write_vectors
from pipeline.workshop import Workshop
from tests.support.library import add_segments, add_video, draft, person, segments

MOMENTS = [
    ("A person in a red top comes in from the left and stands in the middle for 8 s.",
     "빨간 상의에 파란 하의를 입은 사람이 왼쪽에서 들어와 가운데에 8초 동안 서 있습니다.",
     "red", "blue"),
    ("A person in a black top and grey bottoms runs out to the right.",
     "검은 상의에 회색 하의를 입은 사람이 오른쪽으로 뛰어나갑니다.", "black", "grey"),
    ("Nobody in view; nothing moves.", "아무도 보이지 않고 움직임이 없습니다.", None, None),
]  # fmt: skip
ENGLISH = [
    ("a man is playing a guitar", "a man plays the guitar", 5.0),
    ("a dog runs in the park", "a cat sleeps on the sofa", 1.0),
    ("two children are eating", "children eat together", 4.2),
    ("a plane is landing", "the plane takes off", 2.5),
]
KOREAN = [
    ("한 남자가 기타를 치고 있다", "남자가 기타를 친다"),
    ("개가 공원에서 뛴다", "고양이가 소파에서 잔다"),
    ("두 아이가 먹고 있다", "아이들이 함께 먹는다"),
    ("비행기가 착륙하고 있다", "비행기가 이륙한다"),
]


@pytest.fixture
def aisle(config, database) -> list[int]:
    """Three moments of ten seconds, with vectors; their segment numbers."""
    video_id = add_video(database, title="aisle")
    drafts = []
    for at, (caption, caption_ko, upper, lower) in enumerate(MOMENTS):
        start, end = at * 10_000, at * 10_000 + 10_000
        seen = (person(start, end - 1, upper=upper, lower=lower),) if upper else ()
        drafts.append(draft(video_id, start, end, caption, caption_ko, detections=seen))
    with database.transaction() as conn:
        add_segments(conn, video_id, drafts)
        video = get_video(conn, video_id)
    workshop = Workshop(config=config, database=database, registry=Registry(config))
    write_vectors(workshop, video, lambda _share: None)
    return [one.id for one in segments(database, video_id)]


@pytest.fixture
def run(config, database):
    parser = argparse.ArgumentParser()
    evaluate.register(parser.add_subparsers())

    def call(*words) -> int:
        arguments = parser.parse_args(["evaluate", *map(str, words)])
        return int(arguments.run(config, arguments))

    return call


@pytest.fixture
def queries(aisle, tmp_path):
    path = tmp_path / "queries.jsonl"
    lines = [
        {"query": "red jacket", "relevant": [aisle[0]]},
        {"query": "somebody flees", "relevant": {str(aisle[1]): 2}},
        {"query": "아무도 없는 매장",
         "relevant": {"video": "aisle", "start_ms": 20_000, "end_ms": 30_000}},
        {"query": "빨간 jacket", "relevant": [aisle[0]]},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_planted_moments_are_all_found_first(run, queries, capsys):
    assert run("retrieval", "--queries", queries, "--json", "--resamples", 200) == 0
    shown, noted = capsys.readouterr()
    document = json.loads(shown)
    assert (document["queries"], document["segments"], document["resamples"]) == (4, 3, 200)
    (only,) = document["runs"]
    assert only["ranks"] == [1, 1, 1, 1]
    assert only["languages"]["all"]["metrics"]["mrr"] == {"estimate": 1, "low": 1, "high": 1}
    assert set(only["languages"]) == {"all", "en", "ko", "mixed"}
    assert tuple(only["languages"]["ko"]["metrics"]) == METRICS
    assert "asking 4 queries" in noted


def test_a_leg_that_is_left_out_is_missed_where_it_was_needed(run, queries, capsys):
    run("retrieval", "--queries", queries, "--legs", "--json", "--resamples", 200)
    runs = {one["name"]: one for one in json.loads(capsys.readouterr().out)["runs"]}
    assert len(runs) == 11
    # "somebody flees" shares no word with "runs out": only meaning finds it.
    assert runs["text alone"]["ranks"][1] is None
    assert runs["vector alone"]["ranks"][1] == 1
    # The built-in detector knows clothes, nobody by name, and no pictures were compared.
    assert runs["clothes alone"]["ranks"][0] == 1
    assert runs["clothes alone"]["ranks"][1] is None
    assert runs["video alone"]["ranks"] == [None] * 4
    assert runs["video alone"]["mrr_difference"]["estimate"] == -1
    assert runs["without video"]["mrr_difference"]["estimate"] == 0


def test_a_space_is_called_by_its_model(run, queries, database, capsys):
    with database.transaction() as conn, conn.cursor() as cursor:
        cursor.execute("SELECT model || '@' || revision AS name FROM embedding_spaces")
        name = cursor.fetchone()["name"]
    run("retrieval", "--queries", queries, "--space", name, "--json", "--resamples", 200)
    (only,) = json.loads(capsys.readouterr().out)["runs"]
    assert (only["space"], only["ranks"]) == (name, [1, 1, 1, 1])
    with pytest.raises(NotFound, match="no embedding space other"):
        run("retrieval", "--queries", queries, "--space", "other")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_figures_are_a_table_in_either_language(run, queries, capsys, language):
    run("retrieval", "--queries", queries, "--legs", "--language", language, "--resamples", 200)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[0] == "R@1"
    word = {"en": "without meaning", "ko": "의미 빼고"}[language]
    assert any(line.startswith(word) for line in lines)
    assert ("한국어" in lines[0]) == (language == "ko")


def test_a_bad_line_stops_before_anything_is_asked_or_written(run, queries, tmp_path, capsys):
    with queries.open("a", encoding="utf-8") as file:
        file.write('{"query": "red"}\n')
    page = tmp_path / "page.html"
    with pytest.raises(InputError, match=r'line 5: "relevant" is missing'):
        run("retrieval", "--queries", queries, "--report", page)
    assert not page.exists()
    assert capsys.readouterr() == ("", "")


def test_a_page_is_written_whole_or_not_at_all(run, queries, tmp_path):
    page = tmp_path / "page.html"
    run("retrieval", "--queries", queries, "--report", page, "--resamples", 200)
    assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    with pytest.raises(InputError, match="cannot be written"):
        run("retrieval", "--queries", queries, "--report", tmp_path / "no" / "page.html")


def test_captions_of_the_library_are_judged(run, aisle, tmp_path, capsys):
    path = tmp_path / "references.jsonl"
    lines = [
        {"segment": aisle[0], "references": ["A person in red stands in the middle."],
         "references_ko": ["빨간 옷을 입은 사람이 가운데에 서 있습니다."]},
        {"segment": aisle[2], "references": ["Nobody is there.", "Nobody in view."]},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    page = tmp_path / "page.html"
    run("captions", "--references", path, "--json", "--report", page, "--resamples", 200)
    found = json.loads(capsys.readouterr().out)["languages"]
    assert (found["en"]["captions"], found["ko"]["captions"]) == (2, 1)
    assert 0 < found["en"]["metrics"]["bleu"]["estimate"] < 100
    assert "tok:char" in found["ko"]["bleu_signature"]
    assert "<svg" in page.read_text(encoding="utf-8")
    assert run("captions", "--references", path, "--resamples", 200) == 0
    assert "CIDEr-D" in capsys.readouterr().out


@pytest.fixture
def sentences(tmp_path):
    """A folder as the encoders are measured by, with four rows in each split."""
    for split in ("dev", "train"):
        rows = ["genre\tfilename\tyear\tid\tscore\tsentence1\tsentence2"]
        english = []
        for number, ((a, b, score), (c, d)) in enumerate(zip(ENGLISH, KOREAN, strict=True)):
            tail = "" if split == "dev" or number else "!"
            rows.append(f"main-captions\tMSRvid\t2012\t{number}\t{score}\t{c}{tail}\t{d}")
            english.append(f"{a}{tail},{b},{score}")
        for folder, name, lines in (
            ("korsts", f"sts-{split}.tsv", rows),
            ("stsb_en", f"stsb-en-{split}.csv", english),
        ):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_english_stands_beside_korean(run, sentences, capsys):
    run("text", "--text", sentences, "--json", "--resamples", 200)
    (one,) = json.loads(capsys.readouterr().out)["encoders"]
    assert (one["encoder"], one["dim"]) == ("all-MiniLM-L6-v2", 384)
    everything = one["groups"]["all"]
    # The scores 5, 4.2, 2.5, 1 and the cosines of the English pairs have the same order.
    assert everything["likeness"]["en-en"]["estimate"] == 1
    assert everything["rows"] == 4
    assert set(everything["retrieval"]) == {"en->ko", "ko->en"}
    # Three of the four rows are in the other split too; the first differs by its "!".
    assert one["groups"]["unseen"]["rows"] == 1
    assert run("text", "--text", sentences, "--language", "ko", "--resamples", 200) == 0
    assert "한국어로 영어 찾기" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("stsb_en/stsb-en-dev.csv", "a,b,1.0\n", "must be the same pairs"),
        ("stsb_en/stsb-en-dev.csv", "a,b\n", "line 1: 2 columns instead of 3"),
        ("stsb_en/stsb-en-dev.csv", "a,b,9\nc,d,1\ne,f,1\ng,h,1\n", "from 0 to 5"),
        ("stsb_en/stsb-en-dev.csv", "a,b,4\nc,d,1\ne,f,1\ng,h,1\n", "is judged 5.0 in"),
        ("stsb_en/stsb-en-dev.csv", "a,b,x\nc,d,1\ne,f,1\ng,h,1\n", "'x' is not a score"),
    ],
)
def test_sentence_files_that_do_not_fit_are_refused(run, sentences, name, text, complaint):
    (sentences / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=complaint):
        run("text", "--text", sentences)
    with pytest.raises(InputError, match="cannot be read"):
        run("text", "--text", sentences / "nowhere")


def test_an_encoder_is_chosen_by_name(run, sentences):
    with pytest.raises(Exception, match="there is no adapter 'nobody'"):
        run("text", "--text", sentences, "--encoder", "nobody")


def test_marks_come_out_as_queries_that_can_be_asked(run, aisle, database, tmp_path, capsys):
    jimin = Actor(name="jimin", origin="web")
    with database.transaction() as conn:
        for query, at, kind, rank in (
            ("red jacket", 0, "relevant", 1),
            ("red jacket", 1, "click", 3),
            ("somebody flees", 1, "click", 1),
            ("nonsense", 2, "not_relevant", 1),
        ):
            feedback.record(conn, query=query, segment_id=aisle[at], kind=kind, by=jimin, rank=rank)
    out = tmp_path / "pairs.jsonl"
    run("feedback", "--out", out)
    shown, noted = capsys.readouterr()
    assert shown == ""
    assert "2 queries with 3 marked segments" in noted
    assert "1 query left out: nothing under it is relevant." in noted
    assert "1 of 2 clicked or played answers stood first" in noted
    run("feedback")
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")
    run("retrieval", "--queries", out, "--json", "--resamples", 200)
    (only,) = json.loads(capsys.readouterr().out)["runs"]
    assert only["ranks"] == [1, 1]


def test_one_mark_is_counted_as_one(run, aisle, database, capsys):
    jimin = Actor(name="jimin", origin="web")
    with database.transaction() as conn:
        feedback.record(
            conn, query="red jacket", segment_id=aisle[0], kind="click", by=jimin, rank=1
        )
    run("feedback")
    noted = capsys.readouterr().err
    assert "1 query with 1 marked segment.\n" in noted
    assert "1 of 1 clicked or played answer stood first." in noted


def test_no_marks_leave_a_file_as_it_is(run, database, tmp_path, capsys):
    out = tmp_path / "pairs.jsonl"
    out.write_text("mine")
    run("feedback", "--out", out)
    assert out.read_text() == "mine"
    assert "Nothing to write" in capsys.readouterr().err
