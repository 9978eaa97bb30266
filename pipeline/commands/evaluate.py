"""evaluate: how good is the search, are the captions, is the text encoder?"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import Config
from pipeline.commands.library import library, print_json

if TYPE_CHECKING:
    from pipeline.evaluation.retrieval import Retrieval
    from pipeline.evaluation.sentences import TextEvaluation


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    evaluate = commands.add_parser("evaluate", help="measure search, captions and text encoders")
    actions = evaluate.add_subparsers(required=True, metavar="what")

    retrieval = actions.add_parser("retrieval", help="the search, by queries with known answers")
    retrieval.add_argument("--queries", type=Path, required=True, metavar="FILE.jsonl")
    retrieval.add_argument(
        "--space", nargs="+", default=[], help="embedding spaces to compare (default: the active)"
    )
    retrieval.add_argument(
        "--legs", action="store_true", help="also without each part of the search, and it alone"
    )
    retrieval.set_defaults(run=_retrieval)

    captions = actions.add_parser("captions", help="captions against what people wrote")
    captions.add_argument("--references", type=Path, required=True, metavar="FILE.jsonl")
    captions.set_defaults(run=_captions)

    text = actions.add_parser("text", help="text encoders on sentences, English beside Korean")
    text.add_argument("--text", type=Path, required=True, metavar="FOLDER")
    text.add_argument("--split", choices=["dev", "train"], default="dev")
    text.add_argument(
        "--encoder",
        nargs="+",
        default=[],
        metavar="ADAPTER[:WEIGHTS]",
        help="text encoders as in models.overrides (default: the configured one)",
    )
    text.set_defaults(run=_text)

    for one in (retrieval, captions, text):
        one.add_argument("--json", action="store_true", help="one JSON document on standard output")
        one.add_argument("--report", type=Path, metavar="OUT.html", help="write a page with plots")
        one.add_argument("--language", choices=["en", "ko"], default="en", help="of page and table")
        one.add_argument("--resamples", type=_resamples, default=2_000, help="bootstrap draws")

    feedback = actions.add_parser("feedback", help="what people marked, as a file of queries")
    feedback.add_argument(
        "--out", type=Path, metavar="FILE.jsonl", help="write it (default: standard output)"
    )
    feedback.set_defaults(run=_feedback)


def _retrieval(config: Config, arguments: argparse.Namespace) -> int:
    from db.relevance import count_live
    from pipeline.evaluation import documents, tables
    from pipeline.evaluation.page import write_whole
    from pipeline.evaluation.queries import read_queries
    from pipeline.evaluation.report import retrieval_page
    from pipeline.evaluation.retrieval import evaluate, settings
    from pipeline.progress_bar import ProgressBar
    from pipeline.search import Searcher

    with library(config) as database, ProgressBar() as bar:
        judged = read_queries(database, arguments.queries)
        with database.transaction() as conn:
            live = count_live(conn)
        bar.stage(arguments.queries.name, f"asking {_queries(len(judged))}")
        found: Retrieval = evaluate(
            Searcher(config, database).ranking,
            judged,
            settings(arguments.space, by_leg=arguments.legs),
            live=live,
            resamples=arguments.resamples,
            progress=bar.progress,
        )
    if arguments.report:
        made = retrieval_page(
            found, arguments.language, source=arguments.queries.name, made_at=_now()
        )
        write_whole(arguments.report, made)
    if arguments.json:
        print_json(documents.retrieval(found))
    else:
        _print(tables.retrieval(found, arguments.language))
    return 0


def _captions(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.evaluation import documents, tables
    from pipeline.evaluation.captions import evaluate, needs_library, read_pairs
    from pipeline.evaluation.page import write_whole
    from pipeline.evaluation.report import captions_page

    if needs_library(arguments.references):
        with library(config) as database:
            pairs = read_pairs(database, arguments.references)
    else:
        pairs = read_pairs(None, arguments.references)
    found = evaluate(pairs, resamples=arguments.resamples)
    if arguments.report:
        made = captions_page(
            found, arguments.language, source=arguments.references.name, made_at=_now()
        )
        write_whole(arguments.report, made)
    if arguments.json:
        print_json(documents.captions(found))
    else:
        _print(tables.captions(found, arguments.language))
    return 0


def _text(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.evaluation import documents, tables
    from pipeline.evaluation.page import write_whole
    from pipeline.evaluation.report import text_page
    from pipeline.evaluation.sentences import evaluate, read_rows
    from pipeline.progress_bar import ProgressBar
    from pipeline.registry import Registry

    rows = read_rows(arguments.text, arguments.split)
    trained_on = read_rows(arguments.text, "train") if arguments.split == "dev" else []
    found: list[TextEvaluation] = []
    with ProgressBar() as bar:
        for choice in arguments.encoder or [None]:
            encoder = Registry(_with_encoder(config, choice)).text_encoder()
            bar.stage(encoder.name, f"encoding {len(rows)} rows in two languages")
            found.append(
                evaluate(
                    encoder,
                    rows,
                    arguments.split,
                    trained_on=trained_on,
                    resamples=arguments.resamples,
                    progress=bar.progress,
                )
            )
    if arguments.report:
        made = text_page(found, arguments.language, source=arguments.text.name, made_at=_now())
        write_whole(arguments.report, made)
    if arguments.json:
        print_json(documents.text(found))
    else:
        _print(tables.text(found, arguments.language))
    return 0


def _feedback(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.evaluation.feedback import line, marked_queries, positions
    from pipeline.evaluation.page import write_whole

    with library(config) as database, database.transaction() as conn:
        marked = marked_queries(conn)
    usable = [one for one in marked if one.usable]
    text = "".join(json.dumps(line(one), ensure_ascii=False) + "\n" for one in usable)
    if arguments.out and usable:
        write_whole(arguments.out, text)
    elif not arguments.out:
        sys.stdout.write(text)
    places = positions(marked)
    pairs = sum(len(one.segments) for one in usable)
    queries, marks = _queries(len(usable)), _counted(pairs, "marked segment", "marked segments")
    print(f"{queries} with {marks}.", file=sys.stderr)
    if arguments.out and not usable:
        print(f"Nothing to write; {arguments.out} was left as it is.", file=sys.stderr)
    if left := len(marked) - len(usable):
        under = "it" if left == 1 else "them"
        print(f"{_queries(left)} left out: nothing under {under} is relevant.", file=sys.stderr)
    if places.known:
        answer = "clicked or played answer"
        clicked = _counted(places.known, answer, f"{answer}s")
        print(
            f"{places.first} of {clicked} stood first. People look at the first answers first: "
            "clicks favour the ranking they were made on.",
            file=sys.stderr,
        )
    return 0


def _queries(count: int) -> str:
    return _counted(count, "query", "queries")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _with_encoder(config: Config, choice: str | None) -> Config:
    if choice is None:
        return config
    overrides = {**config.models.overrides, "text_encoder": choice}
    return config.model_copy(
        update={"models": config.models.model_copy(update={"overrides": overrides})}
    )


def _print(lines: Sequence[str]) -> None:
    for one in lines:
        print(one)


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _resamples(text: str) -> int:
    if not text.isdigit() or not 100 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError("give a number from 100 to 100000")
    return int(text)
