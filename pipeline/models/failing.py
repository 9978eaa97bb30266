"""One sentence for a model that fails at its work, whichever library raised."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import ModelError
from pipeline.models.checkpoint import reason_of

_ONNX_SESSION = "pipeline.models.onnx_session"


@contextmanager
def working(name: str, work: str) -> Iterator[None]:
    """What torch, transformers or ONNX Runtime raises inside becomes a ModelError that names the
    model and its ``work`` ("looking for people"); a ModelError passes as it is."""
    try:
        yield
    except MemoryError as error:
        raise ModelError(
            f"{name} does not fit the memory while {work}; take a smaller model "
            "(models.overrides) or another models.device."
        ) from error
    except (RuntimeError, ValueError, TypeError, LookupError, *onnx_errors()) as error:
        raise ModelError(
            f"{name} failed while {work} ({reason_of(error)}); run "
            f"`python -m pipeline models pull {name}` to get it anew, or name another model in "
            "models.overrides."
        ) from error


def onnx_errors() -> tuple[type[Exception], ...]:
    """Those of ONNX Runtime, which have no common base; none where nobody has opened a session:
    a model of torch must not load a second runtime to fail."""
    opened = sys.modules.get(_ONNX_SESSION)
    return () if opened is None else opened.ONNX_ERRORS
