"""people: enrol pictures, see who is in the footage; name, merge, reject, forget, undo."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from pathlib import Path
from typing import Any

from core.config import Config
from core.errors import InputError, ModelError
from core.people import PeopleChange, PeopleOutcome, Receipt
from core.timecode import format_range
from core.types import Actor
from db import appearances, galleries, people, people_history
from db.pool import Database
from pipeline import people as use_cases
from pipeline import people_documents as documents
from pipeline.commands.library import library, print_json

MANY = 10_000
FACES_ARE_OFF = (
    "This configuration recognises no faces: set models.profile to cpu or gpu, or "
    "models.overrides.face_analyzer to insightface:<folder of ONNX files>, then run "
    "python -m pipeline models pull."
)
PICTURES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".avif"}
)


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    actions = commands.add_parser(
        "people", help="who is in the footage: enrol, name, merge, reject, forget"
    ).add_subparsers(required=True, metavar="action")

    enrol = actions.add_parser(
        "enroll", aliases=["enrol"], help="add pictures of people: <group>/<name>/*.jpg"
    )
    enrol.add_argument("files", nargs="+", type=Path, help="pictures, or folders of them")
    enrol.add_argument("--as", dest="label", help="group/name, instead of the two parent folders")
    listing = actions.add_parser("list", help="everybody, named people first")
    listing.add_argument("--unknown", action="store_true", help="only people without a name")
    show = actions.add_parser("show", help="one person: gallery, appearances, who was merged")
    name = actions.add_parser("name", help="say who an unknown person is")
    rename = actions.add_parser("rename", help="give a person another name or group")
    merge = actions.add_parser("merge", help="say that two people are one")
    unmerge = actions.add_parser("unmerge", help="take a merge back, now or years later")
    reject = actions.add_parser("reject", help="say that an appearance is not this person")
    assign = actions.add_parser("assign", help="say whose face an appearance shows")
    forget = actions.add_parser("forget", help="remove everything made of somebody's face")
    history = actions.add_parser("history", help="what was done about people, newest first")
    undo = actions.add_parser("undo", help="take one operation back")

    for one in (show, name, rename, unmerge, forget):
        one.add_argument("person", help="group/name, a name, or a number: 12 or 'Unknown 12'")
    for one in (name, rename):
        one.add_argument("label", help="group/name")
    merge.add_argument("person", metavar="from", help="who is merged away")
    merge.add_argument("into", help="who they are")
    for one in (reject, assign):
        one.add_argument("appearance", type=int, help="its number, as `people show` prints it")
    reject.add_argument("person", nargs="?", help="who it is not (default: whom it shows)")
    assign.add_argument("person", help="who it is; group/name makes somebody new")
    forget.add_argument("--yes", action="store_true", help="do it; without this it only counts")
    history.add_argument("person", nargs="?", help="only what concerns this person")
    history.add_argument("--receipts", action="store_true", help="list the receipts of forgetting")
    undo.add_argument("change", type=int, help="its number in the history")
    for one in (enrol, name, merge):
        one.add_argument("--preview", action="store_true", help="count what would change")
    for one in (enrol, listing, show, forget, history):
        one.add_argument("--json", action="store_true", help="one JSON document on standard output")
    for one, run in (
        (enrol, _enrol), (listing, _list), (show, _show), (name, _name), (rename, _rename),
        (merge, _merge), (unmerge, _unmerge), (reject, _reject), (assign, _assign),
        (forget, _forget), (history, _history), (undo, _undo),
    ):  # fmt: skip
        one.set_defaults(run=run)


def _enrol(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.registry import Registry

    registry = Registry(config)
    if not registry.has("face_analyzer"):
        raise ModelError(FACES_ARE_OFF)
    pictures, problems = _pictures(arguments.files, arguments.label)
    analyzer = registry.face_analyzer()
    assert analyzer is not None
    with library(config) as database:
        done = use_cases.enrol(
            config, database, analyzer, pictures, preview=arguments.preview, **_me()
        )
    problems += [one.problem for one in done.files if one.problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    if arguments.json:
        print_json(
            {
                "files": [
                    {"file": str(one.path), "person": one.label, "status": one.status,
                     "problem": one.problem or None}
                    for one in done.files
                ],
                **documents.outcome_document(done.outcome),
            }
        )  # fmt: skip
        return 1 if problems else 0
    verb = "would be enrolled" if arguments.preview else "enrolled"
    for label in dict.fromkeys(one.label for one in done.files):
        new = sum(one.label == label and one.status == "enrolled" for one in done.files)
        known = sum(one.label == label and one.status == "known" for one in done.files)
        if new or known:
            print(f"{label}: {new} faces {verb}" + (f", {known} were already" if known else ""))
    if done.outcome is not None:
        _say(done.outcome)
    return 1 if problems else 0


def _list(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database, database.transaction() as conn:
        kind: people.Kind | None = "unknown" if arguments.unknown else None
        found = people.list_people(conn, kind, limit=MANY)
    if arguments.json:
        print_json({"people": [documents.person_document(config, one) for one in found]})
        return 0
    if not found:
        print("Nobody yet. " + _how_to_begin(config))
    for one in found:
        merged = f"  (also {', '.join(m.label for m in one.merged)})" if one.merged else ""
        print(
            f"{one.person.id:>5}  {one.person.label}: {_count(one.appearances, 'appearance')} in "
            f"{_count(one.videos, 'video')}, {_count(one.gallery_faces, 'gallery face')}{merged}"
        )
    return 0


def _show(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database, database.transaction() as conn:
        person = people.find_person(conn, arguments.person)
        summary = people.summary_of(conn, person.id)
        gallery = galleries.faces_of(conn, person.id)
        seen = appearances.appearances_of_person(conn, person.id, limit=MANY)
    if arguments.json:
        faces = [documents.gallery_document(config, one) for one in gallery]
        listed = [documents.appearance_document(config, one) for one in seen]
        print_json({**documents.person_document(config, summary), "gallery": faces, "seen": listed})
        return 0
    print(f"{person.label} (number {person.id})")
    for merged in summary.merged:
        print(f"  merged into them: {merged.label} (number {merged.id})")
    for face in gallery:
        print(f"  gallery: {face.kind} {face.source} {face.size_px:.0f} px, {face.model}")
    for one in seen:
        how = "by hand" if one.decision == "manual" else f"{one.cosine:.2f}"
        print(
            f"  appearance {one.id}: video {one.video_id}, "
            f"{format_range(one.start_ms, one.end_ms)}, {one.size_px:.0f} px, {how}"
        )
    return 0


def _name(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        person = _find(database, arguments.person)
        _say(
            use_cases.name(
                config, database, person, arguments.label, preview=arguments.preview, **_me()
            )
        )
    return 0


def _rename(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        person = _find(database, arguments.person)
        _say(use_cases.rename(config, database, person, arguments.label, **_me()))
    return 0


def _merge(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        one, other = _find(database, arguments.person), _find(database, arguments.into)
        _say(use_cases.merge(config, database, one, other, preview=arguments.preview, **_me()))
    return 0


def _unmerge(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        person = _find(database, arguments.person, follow=False)
        _say(use_cases.unmerge(config, database, person, **_me()))
    return 0


def _reject(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        person = _find(database, arguments.person) if arguments.person else None
        _say(use_cases.reject(config, database, arguments.appearance, person, **_me()))
    return 0


def _assign(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        _say(use_cases.assign(config, database, arguments.appearance, arguments.person, **_me()))
    return 0


def _forget(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        person = _find(database, arguments.person)
        if arguments.yes:
            receipt = use_cases.forget(config, database, person, **_me())
        else:
            receipt = use_cases.preview_forget(config, database, person)
    if arguments.json:
        print_json(documents.receipt_document(receipt))
        return 0
    if not arguments.yes:
        print("Nothing is forgotten yet; say --yes to remove for good:")
    _print_receipt(receipt)
    return 0


def _history(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        person = _find(database, arguments.person, follow=False) if arguments.person else None
        with database.transaction() as conn:
            changes = people_history.list_changes(conn, person_id=person, limit=MANY)
            receipts = people_history.list_receipts(conn, limit=MANY)
    if arguments.receipts:
        if arguments.json:
            print_json({"receipts": [documents.receipt_document(one) for one in receipts]})
            return 0
        for receipt in receipts:
            _print_receipt(receipt)
        return 0
    if arguments.json:
        print_json({"changes": [documents.change_document(one) for one in changes]})
        return 0
    for change in changes:
        undone = f" (undone by {change.reverted_by})" if change.reverted_by else ""
        print(
            f"{change.id:>5}  {change.at:%Y-%m-%d %H:%M} UTC  {change.actor.name} "
            f"({change.actor.origin})  {_what(change)}{undone}"
        )
    return 0


def _undo(config: Config, arguments: argparse.Namespace) -> int:
    with library(config) as database:
        _say(use_cases.undo(config, database, arguments.change, **_me()))
    return 0


def _me() -> dict[str, Any]:
    by = Actor(name=getpass.getuser(), origin="api")
    return {"by": by, "idempotency_key": secrets.token_hex(16)}


def _find(database: Database, wanted: str, *, follow: bool = True) -> int:
    with database.transaction() as conn:
        return people.find_person(conn, wanted, follow=follow).id


def _pictures(files: list[Path], label: str | None) -> tuple[list[use_cases.Picture], list[str]]:
    """The pictures, those in folders included, and a sentence for each that has no name."""
    found: list[use_cases.Picture] = []
    problems: list[str] = []
    for given in files:
        inside = sorted(p for p in given.rglob("*") if p.suffix.lower() in PICTURES)
        if given.is_dir() and not inside:
            problems.append(f"There is no picture in {given}.")
        for path in inside if given.is_dir() else [given]:
            try:
                found.append(use_cases.Picture.of(path, label))
            except InputError as error:
                problems.append(str(error))
    return found, problems


def _how_to_begin(config: Config) -> str:
    from pipeline.registry import Registry

    if not Registry(config).has("face_analyzer"):
        return FACES_ARE_OFF
    return "Enrol pictures with: python -m pipeline people enroll <group>/<name>/*.jpg"


def _say(outcome: PeopleOutcome) -> None:
    who = ", ".join(one.label for one in outcome.people)
    changes = (
        f"{_count(outcome.appearances, 'appearance')} in {_count(outcome.segments, 'segment')}"
    )
    if outcome.change_id is None:
        print(f"Would change {changes}; nothing was changed. ({who})")
    else:
        print(f"{who}: {changes} changed. Take it back with: people undo {outcome.change_id}")


def _what(change: PeopleChange) -> str:
    subjects = ", ".join(change.subjects) or "somebody forgotten"
    text = f"{change.kind} {subjects}" if change.kind != "forget" else "forget"
    if change.reverts is not None:
        text = f"undo {change.reverts} ({subjects})"
    counted = _count(change.appearances, "appearance")
    return f"{text}: {counted}" + (f"  [{change.reason}]" if change.reason else "")


def _print_receipt(receipt: Receipt) -> None:
    if receipt.id:
        print(f"Receipt {receipt.id}, {receipt.at:%Y-%m-%d %H:%M} UTC, by {receipt.by.name}")
    for kind, number in receipt.removed.items():
        print(f"  {number:>5} {kind.replace('_', ' ')}")
    if receipt.left_captions:
        listed = ", ".join(map(str, receipt.left_captions))
        print(f"  {len(receipt.left_captions)} captions mention the name, left alone: {listed}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
