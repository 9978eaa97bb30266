"""Batches that shrink until they fit the memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from core.errors import ModelError
from pipeline.models.failing import onnx_errors

Item = TypeVar("Item")
Result = TypeVar("Result")

log = structlog.get_logger()

_NO_MEMORY = (
    "not enough memory",  # torch's allocator for the CPU: a plain RuntimeError
    "can't allocate memory",  # the same on other systems
    "Failed to allocate memory",  # ONNX Runtime's, for the CPU and for CUDA
    "std::bad_alloc",
    "out of memory",  # CUDA, through ONNX Runtime
)


def run_batched(
    items: Sequence[Item],
    size: int,
    run: Callable[[Sequence[Item]], Sequence[Result]],
) -> list[Result]:
    """``run`` over ``items`` in batches of at most ``size``: one result per item, in their order.

    A batch that does not fit the memory is tried again in halves, and the smaller size is kept
    for the rest. Raises ModelError when a single item does not fit; other errors of ``run`` pass.
    """
    results: list[Result] = []
    size = max(1, size)
    shrunk = False
    while len(results) < len(items):
        batch = items[len(results) : len(results) + size]
        try:
            made = run(batch)
        except (RuntimeError, MemoryError, *onnx_errors()) as error:
            if not _is_out_of_memory(error):
                raise
            cause: BaseException = error
        else:
            if len(made) != len(batch):
                raise ModelError(
                    f"A model gave {len(made)} results for {len(batch)} inputs; its weights do "
                    "not fit the adapter that models.overrides names."
                )
            results.extend(made)
            continue
        if len(batch) == 1:
            raise ModelError(
                "A single input does not fit the memory of the device; take a smaller model "
                "(models.overrides), smaller pictures, or another models.device."
            ) from cause
        # Outside the except block: the traceback kept the failed batch's tensors alive there.
        cause.__traceback__ = None
        del cause
        _release()
        size = len(batch) // 2
        if not shrunk:
            log.warning("batch_halved", reason="out of memory", was=len(batch), now=size)
            shrunk = True
    return results


def _is_out_of_memory(error: BaseException) -> bool:
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    message = str(error)
    return any(said in message for said in _NO_MEMORY)


def _release() -> None:
    """Give the cached blocks back, so that a smaller batch does not fail for their pieces."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
