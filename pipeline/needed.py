"""Which models a configuration needs, and how they stand on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.config import Config
from core.errors import ModelError
from pipeline import catalogue
from pipeline.catalogue import Hub, Model, Pack, PlainFile
from pipeline.registry import Registry
from pipeline.weights import locate, locate_model

WITHOUT_WEIGHTS = frozenset({"none", "background", "colour-names", "colours", "describer"})
"""Adapters that are all ClipOps's own: there is nothing to get."""

BY_SERVICE = frozenset({"gemini"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one port asks for. ``model`` None: the adapter brings all it needs, asks a service, or
    takes weights from a path the configuration names; ``path`` where they lie, ``revision`` what
    signs, ``problem`` the sentence that says what is missing."""

    port: str
    adapter: str
    weights: str
    model: Model | None = None
    path: Path | None = None
    revision: str = ""
    problem: str | None = None


def needs(config: Config) -> list[Need]:
    """One per port, in the order of the profile. Raises ConfigError for a wrong override."""
    chosen = Registry(config).chosen
    return [need_of(config, port, choice) for port, choice in chosen.items()]


def need_of(config: Config, port: str, choice: str) -> Need:
    """The need of a port whose ``choice`` is ``adapter`` or ``adapter:weights``."""
    adapter, _, weights = choice.partition(":")
    if adapter in WITHOUT_WEIGHTS or adapter in BY_SERVICE:
        return Need(port=port, adapter=adapter, weights=weights)
    try:
        model = catalogue.of_adapter(adapter, weights)
    except ModelError:
        model = None  # a path, or nothing that can be: locate says which
    try:
        found = locate(adapter, weights, folder=config.weights_dir)
    except ModelError as error:
        return Need(port=port, adapter=adapter, weights=weights, model=model, problem=str(error))
    return Need(
        port=port,
        adapter=adapter,
        weights=weights,
        model=model,
        path=found.path,
        revision=found.revision,
    )


def standing(model: Model, folder: Path) -> tuple[Path | None, str]:
    """Where a model of the catalogue lies and its revision; (None, why not)."""
    try:
        found = locate_model(model, folder=folder)
    except ModelError as error:
        return None, str(error)
    return found.path, found.revision


def source_of(model: Model) -> str:
    """Where a model comes from, for people."""
    match model.origin:
        case Hub(repository=repository, revision=revision):
            return f"{repository}@{revision}"
        case PlainFile(url=url) | Pack(url=url):
            return url
        case package:
            return f"package {package.distribution}"
