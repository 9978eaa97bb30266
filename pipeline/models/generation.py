"""The settings captioners generate with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import transformers
from transformers import GenerationConfig

from core.config import ModelsConfig
from core.errors import ConfigError

OURS = frozenset(
    {
        "num_return_sequences",
        "return_dict_in_generate",
        "output_attentions",
        "output_hidden_states",
        "output_scores",
        "output_logits",
    }
)
"""They change what generate returns, not what it says."""

BEAMS_ONLY = frozenset({"length_penalty", "early_stopping"})

LEAST = {
    "num_beams": 1,
    "num_beam_groups": 1,
    "max_new_tokens": 1,
    "max_length": 1,
    "min_new_tokens": 0,
    "min_length": 0,
    "top_k": 0,
    "no_repeat_ngram_size": 0,
}
"""Whole numbers and the least each may be; transformers finds out in the middle of generating."""


def settings(models: ModelsConfig, **usual: Any) -> dict[str, Any]:
    """``usual`` with ``models.generation`` over it, ready for generate.

    Raises ConfigError for a setting generate does not know, and for values it refuses.
    """
    known = {
        name for name in vars(GenerationConfig()) if not name.startswith("_") and name not in OURS
    }
    for name in models.generation:
        if name not in known:
            raise ConfigError(
                f"models.generation: {name!r} is not a setting of generate; some are "
                "max_new_tokens, num_beams, do_sample, temperature, top_p and repetition_penalty."
            )
        _check_number(name, models.generation[name])
    chosen: Mapping[str, Any] = {**usual, **models.generation}
    if chosen.get("num_beams", 1) == 1:
        # What only beams obey is refused without them, and these were not the person's wish.
        chosen = {k: v for k, v in chosen.items() if k not in BEAMS_ONLY - set(models.generation)}
    transformers.logging.set_verbosity_error()
    try:
        GenerationConfig(**chosen).validate(strict=True)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"models.generation cannot be used: {_reason(error)}") from error
    return dict(chosen)


def _check_number(name: str, value: bool | int | float) -> None:
    least = LEAST.get(name)
    if least is None:
        return
    if isinstance(value, bool) or value != int(value) or value < least:
        raise ConfigError(
            f"models.generation.{name}: {value!r} is not a whole number from {least} on."
        )


def _reason(error: Exception) -> str:
    """The lines of transformers that name a setting, else the first one."""
    lines = [line.strip(" -") for line in str(error).splitlines() if line.strip(" -")]
    named = [line for line in lines if line.startswith("`")]
    return " ".join(named or lines[:1])
