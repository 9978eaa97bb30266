"""python -m pipeline spaces: list the embedding spaces, switch to one, change its index."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from core.config import Config
from db.spaces import SpaceSummary
from pipeline.commands.library import library, print_json
from pipeline.documents import Document
from pipeline.spaces import Loss


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser("spaces", help="embedding spaces: list, switch, change the index")
    actions = command.add_subparsers(metavar="action")
    command.set_defaults(run=_list, json=False)

    show = actions.add_parser("list", help="every space, what is in it, and which one searches use")
    show.add_argument("--json", action="store_true", help="one JSON document on standard output")
    show.set_defaults(run=_list)

    turn = actions.add_parser("switch", help="have searches use a space, where it is not worse")
    turn.add_argument("space", help="model@revision or number")
    turn.add_argument("--anyway", action="store_true", help="without comparing it first")
    turn.set_defaults(run=_switch)

    change = actions.add_parser("index", help="change what its index keeps; prints what that loses")
    change.add_argument("space", help="model@revision or number")
    change.add_argument(
        "kind",
        choices=["vector", "halfvec", "bit"],
        help="all of a vector, half its precision, or the sign of each number",
    )
    change.set_defaults(run=_index)


def _list(config: Config, arguments: argparse.Namespace) -> int:
    from db.spaces import list_spaces

    with library(config) as database, database.transaction() as conn:
        found = list_spaces(conn)
    if arguments.json:
        print_json(document(found))
        return 0
    if not found:
        print("There are no vectors yet; they come with the first video.")
    for one in found:
        space = one.space
        print(
            f"{space.id:>4}  {space.kind:<8} {space.state:<9} {space.name}  {space.dim} numbers, "
            f"{space.distance}, {space.index_kind} index"
        )
        megabytes = one.bytes / 2**20
        print(
            f"      {one.segments:,} moments, {one.vectors:,} distinct vectors, {megabytes:.1f} MiB"
        )
        if space.held_back:
            print(f"      held back: {space.held_back}")
    return 0


def _switch(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.progress_bar import ProgressBar
    from pipeline.registry import Registry
    from pipeline.spaces import switch
    from pipeline.workshop import Workshop

    with library(config) as database, ProgressBar() as bar:
        workshop = Workshop(config=config, database=database, registry=Registry(config))
        bar.stage(arguments.space, "comparing")
        verdict = switch(workshop, arguments.space, bar.progress, anyway=arguments.anyway)
    if verdict is not None:
        print(verdict.sentence)
    print(f"Searches use {arguments.space} now.")
    return 0


def _index(config: Config, arguments: argparse.Namespace) -> int:
    from pipeline.progress_bar import ProgressBar
    from pipeline.registry import Registry
    from pipeline.spaces import reindex
    from pipeline.workshop import Workshop

    with library(config) as database, ProgressBar() as bar:
        workshop = Workshop(config=config, database=database, registry=Registry(config))
        bar.stage(arguments.space, "building the index")
        losses = reindex(workshop, arguments.space, arguments.kind, bar.progress)
    _print(losses)
    return 0


def _print(losses: Sequence[Loss]) -> None:
    for one in losses:
        print(
            f"{one.kind:<8} recall@10 {one.recall:.3f} (worst query {one.worst:.1f}, "
            f"{one.queries} queries), {one.bytes / 2**20:.1f} MiB"
        )
    if len(losses) == 2:
        before, after = losses
        print(f"{after.kind} instead of {before.kind} loses {before.recall - after.recall:.3f}.")


def document(found: Sequence[SpaceSummary]) -> Document:
    """The JSON document of ``spaces list --json``."""
    return {
        "spaces": [
            {
                "space_id": one.space.id,
                "kind": one.space.kind,
                "name": one.space.name,
                "dim": one.space.dim,
                "state": one.space.state,
                "distance": one.space.distance,
                "index": one.space.index_kind,
                "segments": one.segments,
                "vectors": one.vectors,
                "bytes": one.bytes,
                "held_back": one.space.held_back,
            }
            for one in found
        ]
    }
