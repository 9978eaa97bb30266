"""What stands in the way of a start is one sentence that says what to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core.config import Config, EditorConfig, SlackConfig
from core.errors import ConfigError, MachineError
from pipeline import preflight
from pipeline.launcher import addresses
from pipeline.preflight import Address, check_ports, check_space, only_launcher
from tests.support import REPOSITORY
from tests.support.ports import free_ports

HOLD = """
import os, sys
from pathlib import Path
from core.config import Config
from core.errors import MachineError
from pipeline.preflight import only_launcher
try:
    with only_launcher(Config(data_dir=Path(sys.argv[1]))) as register:
        register.write([int(pid) for pid in sys.argv[2:]])
        print("held", flush=True)
        sys.stdin.read()
except MachineError as error:
    print(error, flush=True)
"""


def another_launcher(data_dir: Path, *pids: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir), *map(str, pids)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=20)[0].strip()


def port(number: int, setting: str = "editor.port") -> Address:
    return Address(host="127.0.0.1", port=number, setting=setting)


def test_a_busy_port_names_the_port_its_owner_and_the_setting() -> None:
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", 0))
        owner.listen()
        number = owner.getsockname()[1]
        with pytest.raises(MachineError) as raised:
            check_ports([port(number)])
    sentence = str(raised.value)
    assert sentence.startswith(f"Port {number} is taken by ")
    assert f"(process {os.getpid()})" in sentence
    assert "set another editor.port in config.json" in sentence


def test_a_free_port_is_fine() -> None:
    check_ports([port(number) for number in free_ports(2)])


def test_one_port_for_two_settings_names_both() -> None:
    with pytest.raises(ConfigError, match=r"editor\.port and slack\.port are both 8080"):
        check_ports([port(8080), port(8080, "slack.port")])


def test_a_port_left_to_chance_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"slack\.port: give it a fixed port"):
        check_ports([port(0, "slack.port")])


def test_an_address_this_machine_does_not_have_names_the_setting() -> None:
    with pytest.raises(MachineError, match=r"Nothing can listen on 192\.0\.2\.1:.*editor\.port"):
        check_ports([Address(host="192.0.2.1", port=free_ports(1)[0], setting="editor.port")])


def test_only_ports_that_will_be_used_are_checked() -> None:
    sandbox = Config(editor=EditorConfig(port=1), slack=SlackConfig(port=2, sandbox_port=3))
    assert [each.port for each in addresses(sandbox)] == [1, 2, 3]
    http = Config(slack=SlackConfig(bot_token="xoxb-1", port=2))
    assert [each.setting for each in addresses(http)] == ["editor.port", "slack.port"]
    socket_mode = Config(slack=SlackConfig(bot_token="xoxb-1", app_token="xapp-1"))
    assert [each.setting for each in addresses(socket_mode)] == ["editor.port"]


def test_a_nearly_full_disk_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "SPACE_TO_RUN", 2**60)
    with pytest.raises(MachineError, match=r"has \d+ MB left and ClipOps needs \d+ MB; free some"):
        check_space(tmp_path)


def test_a_second_launcher_says_where_the_first_one_is(tmp_path: Path) -> None:
    first = another_launcher(tmp_path)
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    second = end(another_launcher(tmp_path))
    assert f"already runs on {tmp_path} (process {first.pid}) at http://127.0.0.1:8080" in second
    end(first)
    with only_launcher(Config(data_dir=tmp_path)):
        pass


def test_what_a_killed_launcher_left_running_is_ended_first(tmp_path: Path) -> None:
    left = subprocess.Popen(["sleep", "600"], start_new_session=True)
    killed = another_launcher(tmp_path, left.pid)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "held\n"
    killed.kill()
    end(killed)
    with only_launcher(Config(data_dir=tmp_path)):
        assert left.poll() is not None


def test_a_process_that_got_the_number_of_an_old_one_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    created = psutil.Process(stranger.pid).create_time()
    note = {"launcher": 1, "processes": [[stranger.pid, created - 100]]}
    (tmp_path / "launcher.lock").write_text(json.dumps(note))
    with only_launcher(Config(data_dir=tmp_path)):
        assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("note", ["", "{", '["?"]', '{"processes": 7}'])
def test_a_lock_file_that_makes_no_sense_is_no_obstacle(tmp_path: Path, note: str) -> None:
    (tmp_path / "launcher.lock").write_text(note)
    with only_launcher(Config(data_dir=tmp_path)):
        pass
