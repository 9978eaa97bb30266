"""What models are asked in one pass of the product, and the same asked again in a tight loop."""

from __future__ import annotations

import functools
import importlib
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ONNX = "onnxruntime:InferenceSession.run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call of a model: how many pictures, faces or sentences it was given (``rows``)."""

    model: str
    rows: int
    seconds: float
    key: Hashable


class Calls:
    """Calls in their order. Of the inputs one example per model and shape is kept: time depends
    on the shapes only, and the inputs of minutes of footage would not fit the memory."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._examples: dict[Hashable, Callable[[], object]] = {}
        self._inside = False

    def again(self) -> None:
        """Ask all of it again, with ready inputs and nothing in between."""
        from pipeline.models.runtime import inference

        with inference():
            for one in self.asked:
                self._examples[one.key]()
        _finish()

    @property
    def rows(self) -> Counter[str]:
        """Per model."""
        return Counter({model: self._sum(model, "rows") for model in self._models()})

    @property
    def times(self) -> Counter[str]:
        """Calls per model."""
        return Counter(one.model for one in self.asked)

    @property
    def seconds(self) -> dict[str, float]:
        """Per model, as they went by in the pass."""
        return {model: self._sum(model, "seconds") for model in self._models()}

    def note(self, ask: Callable[..., Any], owner: object, *args: Any, **kwargs: Any) -> Any:
        """Ask and remember; what a model asks inside of its own call is part of that call."""
        if self._inside:
            return ask(owner, *args, **kwargs)
        key = (id(owner), _shape(args), _shape(kwargs))
        if key not in self._examples:
            # Some models add to the dict they are given.
            kept, named = _copied(args), _copied(kwargs)
            self._examples[key] = lambda: ask(owner, *_copied(kept), **_copied(named))
        self._inside = True
        started = time.perf_counter()
        try:
            return ask(owner, *args, **kwargs)
        finally:
            self._inside = False
            self.asked.append(
                Asked(
                    model=_name(owner),
                    rows=_rows((args, kwargs)) or 1,
                    seconds=time.perf_counter() - started,
                    key=key,
                )
            )

    def _models(self) -> list[str]:
        return sorted({one.model for one in self.asked})

    def _sum(self, model: str, what: str) -> Any:
        return sum(getattr(one, what) for one in self.asked if one.model == model)


@contextmanager
def watching(*methods: str) -> Iterator[Calls]:
    """Note every call of ``module:Class.method`` while the block runs."""
    calls = Calls()
    with ExitStack() as stack:
        for method in methods:
            stack.enter_context(_watched(method, calls))
        yield calls


@contextmanager
def _watched(method: str, calls: Calls) -> Iterator[None]:
    module, _, path = method.partition(":")
    kind, _, name = path.partition(".")
    owner = getattr(importlib.import_module(module), kind)
    own = vars(owner).get(name)
    ask = getattr(owner, name)

    @functools.wraps(ask)
    def noted(self: object, *args: Any, **kwargs: Any) -> Any:
        return calls.note(ask, self, *args, **kwargs)

    setattr(owner, name, noted)
    try:
        yield
    finally:
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)


def _name(owner: object) -> str:
    """A session's file, else the class: where several networks are sessions only the file tells."""
    path = getattr(owner, "_model_path", None)
    return Path(path).stem if path else type(owner).__name__


def _copied(given: Any) -> Any:
    if isinstance(given, dict):
        return {name: _copied(value) for name, value in given.items()}
    return tuple(_copied(value) for value in given) if isinstance(given, tuple) else given


def _shape(given: Any) -> Hashable:
    if hasattr(given, "shape"):
        return tuple(given.shape)
    if isinstance(given, dict):
        return tuple((name, _shape(value)) for name, value in given.items())
    if isinstance(given, tuple | list):
        return tuple(_shape(value) for value in given)
    return repr(given) if isinstance(given, str | int | float | bool | None) else type(given)


def _rows(given: Any) -> int | None:
    """The first size of the first array."""
    if hasattr(given, "shape"):
        return int(given.shape[0]) if given.shape else None
    values = given.values() if isinstance(given, dict) else given
    if isinstance(given, dict | tuple | list):
        return next((rows for value in values if (rows := _rows(value))), None)
    return None


def _finish() -> None:
    """A graphics card works on after the call returned."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()
