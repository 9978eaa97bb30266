"""ONNX files opened, and what is wrong with them said."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from core.errors import ModelError
from pipeline.models.onnx_session import (
    open_session,
    providers,
    signature_of,
    unsuitable,
    written,
)
from pipeline.models.runtime import Runtime
from tests.support.checkpoints import faces as packs

CPU = Runtime(device="cpu", precision="fp32")


def opened(path):
    return open_session(path, CPU, model="m", port="p")


def test_a_signature_has_names_and_sizes_without_the_weights(tmp_path):
    signature = signature_of(packs.arcface(tmp_path / "a.onnx", dim=7), model="m", port="p")
    assert signature.inputs == {"input": (None, 3, 112, 112)}
    assert signature.outputs == {"embedding": (None, 7)}
    assert written(signature.inputs) == "?x3x112x112"


def test_a_session_runs(tmp_path):
    session = opened(packs.arcface(tmp_path / "a.onnx", dim=7))
    [found] = session.run(None, {"input": np.zeros((2, 3, 112, 112), np.float32)})
    assert found.shape == (2, 7)


def test_opening_says_nothing(tmp_path, capfd):
    opened(packs.scrfd(tmp_path / "a.onnx"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("content", [b"", b"plain text" * 50, None])
def test_damaged_files_are_refused_in_one_sentence(tmp_path, content):
    path = packs.arcface(tmp_path / "a.onnx")
    path.write_bytes(path.read_bytes()[:-2_000] if content is None else content)
    for read in (opened, lambda file: signature_of(file, model="m", port="p")):
        with pytest.raises(ModelError, match=r"m cannot be loaded: a\.onnx is not a whole") as one:
            read(path)
        assert "models.overrides.p" in str(one.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"nothing\.onnx is not a whole"):
        opened(tmp_path / "nothing.onnx")


def test_a_network_of_another_kind_is_named_with_what_was_expected(tmp_path):
    error = unsuitable(tmp_path / "a.onnx", model="m", port="p", expected="be a cat", found="barks")
    assert "a.onnx is expected to be a cat, but it barks" in str(error)


def test_the_graphics_card_is_used_where_this_runtime_knows_one():
    assert providers("cpu") == ["CPUExecutionProvider"]
    chosen = providers("cuda:1")
    assert chosen[-1] == "CPUExecutionProvider"
    known = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
    assert (chosen[0] == ("CUDAExecutionProvider", {"device_id": 1})) == known
