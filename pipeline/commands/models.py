"""models: what the configured profile needs, getting it, and checking that it works."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterable, Sequence

from core.config import Config
from core.errors import ModelError
from pipeline import catalogue
from pipeline.catalogue import Hub, Model
from pipeline.checking import check_answer, check_files
from pipeline.commands.library import print_json
from pipeline.documents import Document
from pipeline.needed import BY_SERVICE, Need, needs, source_of, standing
from pipeline.pulling import Puller, check_hub_url, leads_inside
from pipeline.weights import COMMAND, is_absent

RESEARCH_ONLY = "for NON-COMMERCIAL research only"


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    models = commands.add_parser("models", help="list, get and check the models' weights")
    actions = models.add_subparsers(required=True, metavar="action")

    listed = actions.add_parser("list", help="what the configured profile needs and has")
    listed.add_argument("--all", action="store_true", help="every model ClipOps knows")
    listed.set_defaults(run=_list)

    pull = actions.add_parser("pull", help="get what is missing; goes on where it stopped")
    pull.add_argument("names", nargs="*", help="models to get (default: what the profile needs)")
    pull.add_argument("--again", action="store_true", help="get them anew though they are there")
    pull.add_argument(
        "--accept-non-commercial",
        action="store_true",
        help="you may use packs that are for non-commercial research only",
    )
    pull.set_defaults(run=_pull)

    check = actions.add_parser("check", help="compare hashes, load each model, ask it something")
    check.add_argument("names", nargs="*", help="models to check (default: what the profile needs)")
    check.add_argument("--quick", action="store_true", help="compare hashes only")
    check.set_defaults(run=_check)
    for action in (listed, check):
        action.add_argument("--json", action="store_true", help="one JSON document")


def _list(config: Config, arguments: argparse.Namespace) -> int:
    found = needs(config)
    everything = list(catalogue.KNOWN.values()) if arguments.all else []
    if arguments.json:
        document: Document = {
            "profile": config.models.profile,
            "folder": str(config.weights_dir),
            "models": [_need_document(need) for need in found],
        }
        if arguments.all:
            document["known"] = [_model_document(config, model) for model in everything]
        print_json(document)
        return 0
    if arguments.all:
        for model in everything:
            path, about = standing(model, config.weights_dir)
            print(f"{model.name}  {model.purpose}")
            print(f"    {_facts(model)}; from {source_of(model)}")
            print(f"    on disk: {path} (revision {about})" if path else "    not on this machine")
        return 0
    print(f"Profile {config.models.profile}; weights lie in {config.weights_dir}")
    for need in found:
        print(f"{need.port:<20}{need.adapter:<20}{_wanted(config, need)}")
        if need.path is not None:
            print(f"{'':<40}on disk: {need.path} (revision {need.revision})")
        elif need.problem is not None:
            absent = need.model is not None and is_absent(need.model, config.weights_dir)
            print(f"{'':<40}{'MISSING' if absent else need.problem}")
    missing = _unique(need.model for need in found if need.problem and need.model)
    if missing:
        known = [model.size for model in missing if model.size is not None]
        about = f"about {_size(sum(known))}" if known else _size(None)
        more = " and more" if known and len(known) < len(missing) else ""
        print(f"To get the {len(missing)} missing ({about}{more}): {COMMAND}")
    return 0


def _pull(config: Config, arguments: argparse.Namespace) -> int:
    models = _chosen(config, arguments.names)
    if not models:
        print("Nothing to pull: this configuration needs no weights from elsewhere.")
        return 0
    problems = 0
    for model in models:
        path, _ = standing(model, config.weights_dir)
        there = path is not None and not arguments.again
        if not there and model.non_commercial and not arguments.accept_non_commercial:
            problems += 1
            print(
                f"{model.name} is {RESEARCH_ONLY} ({model.page}); if that is what you do, run "
                f"`{COMMAND} --accept-non-commercial {model.name}`.",
                file=sys.stderr,
            )
            continue
        try:
            print(f"{model.name}: {path if there else _pull_one(config, model, arguments.again)}")
        except ModelError as error:
            problems += 1
            print(error, file=sys.stderr)
    return 1 if problems else 0


def _pull_one(config: Config, model: Model, anew: bool) -> str:
    from pipeline.progress_bar import ProgressBar

    hub_url = check_hub_url(config.models.hub_url)
    puller = Puller(
        folder=config.weights_dir,
        hub_url=hub_url,
        allow_private=isinstance(model.origin, Hub) and leads_inside(hub_url),
        say=lambda sentence: print(sentence, file=sys.stderr),
    )
    with ProgressBar() as bar:
        bar.stage(model.name, f"pulling {_size(model.size)}")
        return str(puller.pull(model, bar.progress, anew=anew))


def _check(config: Config, arguments: argparse.Namespace) -> int:
    results = _check_known(config, arguments.names) if arguments.names else []
    if not arguments.names:
        for need in needs(config):
            results.append(_check_need(config, need, quick=arguments.quick))
            gc.collect()  # the next model needs the memory of this one
    problems = [one for one in results if one["problem"]]
    if arguments.json:
        print_json({"models": results, "problems": len(problems)})
        return 1 if problems else 0
    for one in results:
        print(one["problem"] or one["verdict"], file=sys.stderr if one["problem"] else sys.stdout)
    return 1 if problems else 0


def _check_need(config: Config, need: Need, *, quick: bool) -> Document:
    name = need.model.name if need.model else need.weights or need.adapter
    problem, verdict = need.problem, "its own code, nothing to compare"
    if problem is None and need.model is not None and need.path is not None:
        files = check_files(need.model, need.path)
        problem, verdict = files.problem, _compared(files.right, files.unknown)
    elif need.path is not None:
        verdict = f"used as it lies in {need.path}"
    elif need.adapter in BY_SERVICE:
        verdict = "a service" + ("" if config.gemini.api_key else ", no key is set")
    if problem is None and not quick:
        problem = check_answer(need.port, need.adapter, need.weights, config)
        silent = need.adapter in ("none", "describer") or not _asks(config, need)
        verdict += "" if silent else "; loads and answers"
    return {
        "port": need.port,
        "adapter": need.adapter,
        "name": name,
        "problem": problem,
        "verdict": f"{need.port}: {name}: {verdict}",
    }


def _asks(config: Config, need: Need) -> bool:
    return need.adapter not in BY_SERVICE or bool(config.gemini.api_key)


def _check_known(config: Config, names: Sequence[str]) -> list[Document]:
    results = []
    for model in _chosen(config, names):
        path, about = standing(model, config.weights_dir)
        files = check_files(model, path) if path else None
        problem = files.problem if files else about
        verdict = _compared(files.right, files.unknown) if files else ""
        results.append(
            {
                "port": None,
                "adapter": None,
                "name": model.name,
                "problem": problem,
                "verdict": f"{model.name}: {verdict}; not loaded, check without a name loads it",
            }
        )
    return results


def _compared(right: int, unknown: int) -> str:
    known = f"{right} file{'' if right == 1 else 's'} as published or pulled"
    return known if not unknown else f"{known}, {unknown} nobody published a hash of"


def _chosen(config: Config, names: Sequence[str]) -> list[Model]:
    """The models of these names, an adapter's name being its usual one; without names those the
    profile needs."""
    if not names:
        return _unique(need.model for need in needs(config) if need.model)
    return _unique(catalogue.named(catalogue.USUAL.get(name, name)) for name in names)


def _unique(models: Iterable[Model]) -> list[Model]:
    return list({model.name: model for model in models}.values())


def _wanted(config: Config, need: Need) -> str:
    if need.model is not None:
        return f"{need.model.name}: {_facts(need.model)}"
    if need.adapter in BY_SERVICE:
        return f"{config.gemini.model}, a service; " + (
            "its key is set" if config.gemini.api_key else "no key is set (gemini.api_key)"
        )
    return need.weights or "needs no weights"


def _facts(model: Model) -> str:
    licence = f"licence {model.licence}" if model.licence else "licence unknown, ask its author"
    return f"{_size(model.size)}, {RESEARCH_ONLY if model.non_commercial else licence}"


def _size(size: int | None) -> str:
    if size is None:
        return "unknown size"
    return f"{size / 1e9:.1f} GB" if size >= 1_000_000_000 else f"{max(round(size / 1e6), 1)} MB"


def _need_document(need: Need) -> Document:
    return {
        "port": need.port,
        "adapter": need.adapter,
        **(_facts_document(need.model) if need.model else {"name": need.weights or None}),
        "path": str(need.path) if need.path else None,
        "revision": need.revision or None,
        "problem": need.problem,
    }


def _model_document(config: Config, model: Model) -> Document:
    path, about = standing(model, config.weights_dir)
    return {
        **_facts_document(model),
        "path": str(path) if path else None,
        "revision": about if path else None,
    }


def _facts_document(model: Model) -> Document:
    return {
        "name": model.name,
        "purpose": model.purpose,
        "size_bytes": model.size,
        "licence": model.licence,
        "non_commercial": model.non_commercial,
        "source": source_of(model),
        "page": model.page,
    }
