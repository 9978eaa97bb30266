"""Reading transformers checkpoints from disk, and saying what is wrong with those that do not fit.

transformers fills weights a checkpoint lacks with random numbers and goes on; a captioner would
then speak nonsense with a straight face. Here that is an error, like every other way in which a
folder can be broken or of another kind.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import torch
import transformers
from safetensors import SafetensorError

from core.errors import ModelError
from pipeline.models.runtime import Runtime, dtype, prepare
from pipeline.weights import Located

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Model = TypeVar("Model", bound="PreTrainedModel")

BROKEN = (
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    pickle.UnpicklingError,
    SafetensorError,
)
"""What transformers raises for files that are missing, cut off or of another kind."""

LONGEST_REASON = 200

_LIBRARY = re.compile(r"pip install ([\w-]+)|requires the (\w+) library", re.IGNORECASE)


def load_model(kind: type[Model], located: Located, runtime: Runtime, **options: Any) -> Model:
    """The model of class ``kind`` (one of transformers' or an Auto class), prepared for
    ``runtime``. ``options`` go to from_pretrained.

    Raises ModelError where the files cannot be read, are of another kind, lack weights of
    ``kind``, or do not fit the memory.
    """
    check_kind(kind, located)
    with reading(located):
        model, info = kind.from_pretrained(
            located.path,
            local_files_only=True,
            dtype=dtype(runtime),
            output_loading_info=True,
            **options,
        )
    missing = sorted(info["missing_keys"])
    if missing:
        raise ModelError(
            f"{located.name} at {located.path} lacks {len(missing)} weights of a "
            f"{type(model).__name__}, such as {missing[0]}; {way_out(located)}."
        )
    with reading(located):
        return prepare(model, runtime)


def load_part(kind: Any, located: Located, **options: Any) -> Any:
    """A tokenizer, an image processor or a configuration: ``kind.from_pretrained`` of the folder.
    Raises ModelError where its files are missing or broken."""
    with reading(located):
        return kind.from_pretrained(located.path, local_files_only=True, **options)


def load_tokenizer(located: Located) -> transformers.PreTrainedTokenizerBase:
    """The folder's tokenizer; raises ModelError where there is none (transformers would make an
    empty one) or it is broken."""
    tokenizer = load_part(transformers.AutoTokenizer, located)
    words = set(tokenizer("a picture of a man", add_special_tokens=False).input_ids)
    if words <= {tokenizer.unk_token_id}:
        raise ModelError(
            f"{located.name} at {located.path} has no words in its tokenizer; {way_out(located)}."
        )
    return tokenizer


def check_kind(kind: Any, located: Located) -> None:
    """Raises ModelError where config.json is not that of a ``kind``; Auto classes take many and
    are asked themselves."""
    expected = getattr(getattr(kind, "config_class", None), "model_type", None)
    try:
        found = json.loads((located.path / "config.json").read_text(encoding="utf-8"))["model_type"]
    except OSError as error:
        raise ModelError(
            f"{located.name} has no config.json in {located.path}; {way_out(located)}."
        ) from error
    except (ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"{located.name}: config.json in {located.path} does not say what model it is; "
            f"{way_out(located)}."
        ) from error
    if expected and found != expected:
        raise ModelError(
            f"{located.name} is a {found} model and a {expected} model is needed; name one, or "
            "another adapter, in models.overrides."
        )


@contextmanager
def reading(located: Located) -> Iterator[None]:
    """Any failure inside becomes a ModelError that names the model, the reason and the way out."""
    transformers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise ModelError(
            f"{located.name} does not fit the memory of the device; take a smaller model "
            "(models.overrides) or another models.device."
        ) from error
    except ImportError as error:
        raise ModelError(_lacking(located, error)) from error
    except BROKEN as error:
        raise ModelError(
            f"{located.name} cannot be used from {located.path} ({reason_of(error)}); "
            f"{way_out(located)}."
        ) from error


def way_out(located: Located) -> str:
    return (
        f"run `python -m pipeline models pull {located.name}` to get it anew, or name another "
        "model in models.overrides"
    )


def _lacking(located: Located, error: ImportError) -> str:
    named = _LIBRARY.search(str(error))
    library = next(filter(None, named.groups())).lower() if named else error.name
    if not library:
        return (
            f"{located.name} needs a library that is not installed ({reason_of(error)}); install "
            "it, or name another model in models.overrides."
        )
    return (
        f"{located.name} needs the library {library}, which is not installed; run "
        f"`pip install {library}`, or name another model in models.overrides."
    )


def reason_of(error: BaseException) -> str:
    """The first line of what a library said, short enough for a sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = lines[0].rstrip(".:") if lines else type(error).__name__
    return reason if len(reason) <= LONGEST_REASON else reason[:LONGEST_REASON] + "…"
