"""Networks on ONNX Runtime share the machine with whoever decodes."""

from __future__ import annotations

from pathlib import Path

from pipeline.models.onnx_session import open_session
from pipeline.models.runtime import Runtime
from tests.support.checkpoints import detectors


def test_threads_of_a_session_sleep_while_they_wait(tmp_path: Path) -> None:
    path = detectors.yolox(tmp_path)
    runtime = Runtime(device="cpu", precision="fp32")
    session = open_session(path, runtime, model="tiny", port="person_detector")
    said = session.get_session_options().get_session_config_entry("session.intra_op.allow_spinning")
    assert said == "0"
