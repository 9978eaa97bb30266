"""Batches keep the order and shrink until they fit."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from structlog.testing import capture_logs

from core.errors import ModelError
from pipeline.models.batching import run_batched
from pipeline.models.onnx_session import session_options

FAR_TOO_MUCH = 1 << 60


def doubling(sizes: list[int], *, fits: int | None = None, fail=None):
    """A run that writes down the size of its batches and calls ``fail`` above ``fits`` items."""

    def run(batch):
        sizes.append(len(batch))
        if fits is not None and len(batch) > fits:
            fail()
        return [2 * item for item in batch]

    return run


def torch_says_so():
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def torch_cannot_allocate():
    torch.empty(FAR_TOO_MUCH, dtype=torch.uint8)


def numpy_cannot_allocate():
    np.empty(FAR_TOO_MUCH, np.uint8)


def onnx_runtime_cannot_allocate():
    """A network that repeats its number as often as it is told."""
    graph = helper.make_graph(
        [helper.make_node("Expand", ["x", "size"], ["y"])],
        "repeat",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [1]),
            helper.make_tensor_value_info("size", TensorProto.INT64, [1]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=9)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), session_options(), providers=["CPUExecutionProvider"]
    )
    session.run(None, {"x": np.ones(1, np.float32), "size": np.array([1 << 45])})


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_results_come_in_order_in_batches_of_at_most_the_size(size):
    sizes: list[int] = []
    assert run_batched(range(7), size, doubling(sizes)) == [0, 2, 4, 6, 8, 10, 12]
    assert max(sizes) <= size
    assert sum(sizes) == 7


def test_nothing_is_run_for_nothing():
    sizes: list[int] = []
    assert run_batched([], 4, doubling(sizes)) == []
    assert sizes == []


@pytest.mark.parametrize(
    "fail",
    [
        torch_says_so,
        torch_cannot_allocate,
        numpy_cannot_allocate,
        onnx_runtime_cannot_allocate,
    ],
)
def test_a_batch_that_does_not_fit_is_halved_and_the_smaller_size_kept(fail):
    sizes: list[int] = []
    with capture_logs() as logs:
        results = run_batched(range(11), 8, doubling(sizes, fits=3, fail=fail))
    assert results == [2 * item for item in range(11)]
    assert sizes == [8, 4, 2, 2, 2, 2, 2, 1]
    assert [entry["event"] for entry in logs] == ["batch_halved"]


def test_a_single_item_that_does_not_fit_says_what_to_change():
    with pytest.raises(ModelError, match=r"smaller model \(models\.overrides\).*models\.device"):
        run_batched(range(3), 2, doubling([], fits=0, fail=torch_says_so))


def test_what_a_failed_batch_held_is_free_before_the_next_try():
    import weakref

    held: list[weakref.ref] = []

    def run(batch):
        tensor = torch.zeros(4)
        assert all(reference() is None for reference in held)
        held.append(weakref.ref(tensor))
        if len(batch) > 1:
            torch_says_so()
        return [float(tensor[0])] * len(batch)

    assert run_batched(range(4), 4, run) == [0.0] * 4


def test_other_errors_are_not_taken_for_a_lack_of_memory():
    def run(batch):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="shapes"):
        run_batched(range(3), 2, run)


def test_results_that_do_not_match_the_batch_are_an_error():
    with pytest.raises(ModelError, match="3 results for 2 inputs"):
        run_batched(range(2), 2, lambda batch: [1, 2, 3])
