"""The embedded server starts, is shared, and comes back from every kind of crash."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest

from core.config import Config, DatabaseConfig
from core.errors import DatabaseUnavailable, MachineError
from db import postmaster
from db import server as product
from db.cluster import Cluster
from tests.support.holder import address, holding, let_go
from tests.support.ports import free_ports
from tests.support.postgres import TestServer

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root meets this case")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A short folder everyone may enter, with no server left in it afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="clipops-test-"))
    parent.chmod(0o755)
    folder = parent / "data"
    yield folder
    if folder.is_dir():
        Cluster.under(folder).stop()
    shutil.rmtree(parent)


def start(data_dir: Path, url: str | None = None) -> product.Server:
    return product.start(Config(data_dir=data_dir, database=DatabaseConfig(url=url)))


def ask(url: str, question: str) -> object:
    with closing(psycopg2.connect(url)) as conn, conn.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone() if cursor.description else None
        conn.commit()
        return answer[0] if answer else None


def postmaster_of(data_dir: Path) -> psutil.Process:
    return psutil.Process(int((data_dir / "pg" / "postmaster.pid").read_text().split()[0]))


def kill_the_server(data_dir: Path) -> None:
    server_process = postmaster_of(data_dir)
    server_process.kill()
    server_process.wait(10)


def is_running(data_dir: Path) -> bool:
    return postmaster.status(data_dir / "pg") is not None


def test_first_start_makes_a_database_with_pgvector(data_dir: Path) -> None:
    with start(data_dir) as running:
        assert ask(running.url, "SELECT current_database()") == "clipops"
        version = ask(running.url, "SELECT extversion FROM pg_extension WHERE extname = 'vector'")
        assert str(version) >= "0.8"
        assert ask(running.url, "SHOW listen_addresses") == ""
        # Upper and lower case are known beyond ASCII, whatever the locale of the machine.
        assert ask(running.url, "SELECT lower('ÄÉ')") == "äé"


def test_a_shell_with_a_missing_locale_makes_no_difference(data_dir: Path) -> None:
    with holding(data_dir, LANG="xx_XX.UTF-8", LC_ALL="xx_XX.UTF-8") as process:
        assert address(process).startswith("postgresql://")


def test_data_is_there_after_a_restart(data_dir: Path) -> None:
    with start(data_dir) as running:
        ask(running.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert not is_running(data_dir)
    with start(data_dir) as running:
        assert ask(running.url, "SELECT answer FROM kept") == 42


def test_the_last_one_out_stops_the_server(data_dir: Path) -> None:
    with holding(data_dir) as first, holding(data_dir) as second:
        assert address(first) == address(second)
        let_go(first)
        assert is_running(data_dir)
        let_go(second)
        assert not is_running(data_dir)


def test_two_handles_of_one_process_count_as_two(data_dir: Path) -> None:
    first, second = start(data_dir), start(data_dir)
    first.close()
    first.close()
    assert ask(second.url, "SELECT 1") == 1
    second.close()
    assert not is_running(data_dir)


def test_six_processes_at_once_share_one_new_server(data_dir: Path) -> None:
    with (
        holding(data_dir) as a,
        holding(data_dir) as b,
        holding(data_dir) as c,
        holding(data_dir) as d,
        holding(data_dir) as e,
        holding(data_dir) as f,
    ):
        addresses = {address(process) for process in (a, b, c, d, e, f)}
    assert len(addresses) == 1
    assert addresses.pop().startswith("postgresql://")
    assert not is_running(data_dir)


def test_a_killed_user_does_not_keep_the_server_alive(data_dir: Path) -> None:
    with holding(data_dir) as killed, holding(data_dir) as other:
        address(killed), address(other)
        killed.kill()
        killed.wait()
        assert is_running(data_dir)
        let_go(other)
        assert not is_running(data_dir)


def test_a_server_whose_users_were_all_killed_is_joined_and_then_stopped(data_dir: Path) -> None:
    with holding(data_dir) as killed:
        address(killed)
        killed.kill()
        killed.wait()
    left_alone = postmaster_of(data_dir).pid
    with start(data_dir):
        assert postmaster_of(data_dir).pid == left_alone
    assert not is_running(data_dir)


def test_a_killed_server_comes_back_with_its_data(data_dir: Path) -> None:
    with start(data_dir) as running:
        ask(running.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        kill_the_server(data_dir)
        with start(data_dir) as again:
            assert ask(again.url, "SELECT answer FROM kept") == 42


def test_a_user_of_a_killed_server_can_bring_it_back_at_the_same_address(data_dir: Path) -> None:
    with start(data_dir) as running:
        assert not running.ensure_running()
        kill_the_server(data_dir)
        assert running.ensure_running()
        assert ask(running.url, "SELECT 1") == 1


def test_a_killed_server_does_not_wait_for_a_backend_deep_in_its_work(data_dir: Path) -> None:
    with start(data_dir) as running, closing(psycopg2.connect(running.url)) as conn:
        backend = psutil.Process(conn.info.backend_pid)
        # A stopped backend cannot notice that its server is gone.
        backend.suspend()
        kill_the_server(data_dir)
        with start(data_dir) as again:
            assert ask(again.url, "SELECT 1") == 1
        assert not backend.is_running() or backend.status() == psutil.STATUS_ZOMBIE


def test_a_stale_lock_file_with_a_living_strangers_number_is_no_obstacle(data_dir: Path) -> None:
    start(data_dir).close()
    lock = data_dir / "pg" / "postmaster.pid"
    lock.write_text(
        f"{os.getpid()}\n{data_dir / 'pg'}\n1700000000\n5432\n{data_dir / 'pg'}\n\n\nready\n"
    )
    (data_dir / "pg" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    with start(data_dir) as running:
        assert ask(running.url, "SELECT 1") == 1


def test_a_half_written_lock_file_is_no_obstacle(data_dir: Path) -> None:
    start(data_dir).close()
    (data_dir / "pg" / "postmaster.pid").write_text("")
    with start(data_dir) as running:
        assert ask(running.url, "SELECT 1") == 1


def test_an_interrupted_first_start_leaves_nothing_half(data_dir: Path) -> None:
    draft = data_dir / "pg.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with start(data_dir) as running:
        assert ask(running.url, "SELECT 1") == 1
    assert not draft.exists()


def test_a_data_folder_deleted_under_a_running_server_starts_afresh(data_dir: Path) -> None:
    with holding(data_dir) as killed:
        address(killed)
        killed.kill()
        killed.wait()
    old = postmaster_of(data_dir)
    shutil.rmtree(data_dir)
    with start(data_dir) as running:
        assert ask(running.url, "SELECT 1") == 1
        assert not old.is_running() or old.status() == psutil.STATUS_ZOMBIE


def test_ctrl_c_for_the_starter_leaves_the_server_to_the_others(data_dir: Path) -> None:
    with holding(data_dir) as starter:
        address(starter)
        with holding(data_dir) as other:
            url = address(other)
            os.killpg(starter.pid, signal.SIGINT)
            assert starter.wait(timeout=20) == 130
            assert ask(url, "SELECT 1") == 1


def test_the_last_one_out_stops_the_server_on_ctrl_c_too(data_dir: Path) -> None:
    with holding(data_dir) as process:
        address(process)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=20)
        assert not is_running(data_dir)


def test_a_forked_child_that_ends_leaves_the_server_to_its_parent(data_dir: Path) -> None:
    with start(data_dir) as running:
        child = multiprocessing.get_context("fork").Process(target=running.close)
        child.start()
        child.join(20)
        assert child.exitcode == 0
        assert ask(running.url, "SELECT 1") == 1


def test_a_deep_data_folder_gets_a_short_socket(data_dir: Path) -> None:
    deep = data_dir.joinpath(*["a-rather-long-folder-name-of-thirty"] * 6, "깊은 폴더")
    with start(deep) as running:
        assert ask(running.url, "SELECT 1") == 1
        folder = Cluster.under(deep).socket_dir
        assert len(os.fsencode(folder / postmaster.SOCKET_NAME)) < 104
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        with holding(deep) as other:
            assert address(other) == running.url
    folder.rmdir()


@pytest.mark.parametrize("name", ["a b 한글", "it's $HOME & `x` %20?#", 'one, "two"'])
def test_any_character_in_the_path_is_fine(data_dir: Path, name: str) -> None:
    with start(data_dir / name) as running:
        assert ask(running.url, "SELECT 1") == 1


def test_a_folder_of_another_kind_is_not_touched(data_dir: Path) -> None:
    (data_dir / "pg").mkdir(parents=True)
    (data_dir / "pg" / "letter.txt").write_text("dear")
    with pytest.raises(MachineError, match="holds something that is not a database; move it away"):
        start(data_dir)
    assert (data_dir / "pg" / "letter.txt").read_text() == "dear"


def test_a_database_of_another_version_is_not_touched(data_dir: Path) -> None:
    (data_dir / "pg").mkdir(parents=True)
    (data_dir / "pg" / "PG_VERSION").write_text("16\n")
    with pytest.raises(MachineError, match=r"was made by PostgreSQL 16 and this ClipOps brings 18"):
        start(data_dir)


def test_a_data_folder_that_cannot_be_made_is_one_sentence(data_dir: Path) -> None:
    data_dir.parent.joinpath("file").write_text("")
    with pytest.raises(MachineError, match=r"data folder .*file/below cannot be used \(Not a dir"):
        start(data_dir.parent / "file" / "below")


def test_settings_that_stop_the_server_are_named(data_dir: Path) -> None:
    start(data_dir).close()
    with (data_dir / "pg" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(MachineError, match=r"did not start: .*postgresql\.conf"):
        start(data_dir)


@root_only
def test_a_full_disk_is_one_sentence(data_dir: Path) -> None:
    data_dir.mkdir()
    with (
        _small_disk(data_dir, "20m"),
        pytest.raises(MachineError, match=r"disk .* is full \(\d+ MB free"),
    ):
        start(data_dir)


@root_only
def test_a_disk_that_fills_up_while_the_database_is_made_is_one_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir.mkdir()
    monkeypatch.setattr("db.cluster._SPACE_TO_MAKE", 0)
    with (
        _small_disk(data_dir, "20m"),
        pytest.raises(MachineError, match=r"disk .* is full; free some"),
    ):
        start(data_dir)


@root_only
def test_a_private_home_is_passed_through_by_the_database_only(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = data_dir / "home"
    home.mkdir(parents=True)
    home.chmod(0o700)
    inside = home / "clips" / "var"
    with start(inside) as running:
        assert ask(running.url, "SELECT 1") == 1
    assert f"may now pass through {home}" in capsys.readouterr().out
    assert home.stat().st_mode & stat.S_IRWXO == 0
    with start(inside):
        assert "may now pass" not in capsys.readouterr().out


@root_only
def test_a_normal_user_needs_none_of_it(data_dir: Path) -> None:
    data_dir.mkdir()
    nobody = 65534
    os.chown(data_dir, nobody, nobody)
    config = Config(data_dir=data_dir)
    said, answer = _as_user(nobody, lambda: _start_and_ask(config))
    assert (said, answer) == ("", "1")
    assert (data_dir / "pg").stat().st_uid == nobody


@root_only
def test_the_data_of_another_user_is_one_sentence(data_dir: Path) -> None:
    start(data_dir).close()
    config = Config(data_dir=data_dir)
    said, _ = _as_user(65534, lambda: _start_and_ask(config))
    assert "cannot be used (Permission denied)" in said


def test_an_address_nobody_answers_at_is_one_sentence_without_the_password() -> None:
    (port,) = free_ports(1)
    with pytest.raises(DatabaseUnavailable) as raised:
        start(Path("unused"), f"postgresql://me:s3cret@127.0.0.1:{port}/clips?connect_timeout=1")
    assert f"The database clips at 127.0.0.1:{port} cannot be reached" in str(raised.value)
    assert "check database.url" in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_address_that_cannot_be_read_does_not_show_the_password() -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be read; write") as raised:
        start(Path("unused"), "postgresql://me:s3cret@host:port/clips?nonsense=1")
    assert "s3cret" not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_a_named_server_gets_the_extension(server: TestServer) -> None:
    with server.fresh(migrated=False) as url, start(Path("unused"), url) as named:
        assert named.url == url
        assert ask(url, "SELECT '[1,2]'::vector <-> '[1,3]'") == 1


def test_a_named_server_without_that_database_is_one_sentence(database_url: str) -> None:
    url = re.sub(r"/test_\d+\?", "/missing?", database_url)
    with pytest.raises(DatabaseUnavailable, match='"missing" does not exist'):
        start(Path("unused"), url)


def _start_and_ask(config: Config) -> str:
    with product.start(config) as running:
        return str(ask(running.url, "SELECT 1"))


def _as_user(uid: int, action: Callable[[], str]) -> tuple[str, str]:
    """Run ``action`` in a forked child that is ``uid``; the error's sentence and the answer."""
    programs = Cluster.under(Path(tempfile.gettempdir())).programs
    test = ["test", "-x", str(programs / "initdb")]
    if subprocess.run(test, user=uid, group=uid, extra_groups=[], check=False).returncode != 0:
        pytest.skip("the repository is in a private folder, where a normal user cannot run it")
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)

    def child() -> None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        try:
            send.send(("", action()))
        except MachineError as error:
            send.send((str(error), ""))

    process = context.Process(target=child)
    process.start()
    process.join(60)
    assert process.exitcode == 0
    return receive.recv()


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of ``size`` mounted at ``folder``; skips where mounting is forbidden."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
