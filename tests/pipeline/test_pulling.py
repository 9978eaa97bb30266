"""Weights are pulled whole or not at all, whatever happens on the way."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import random
import resource
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ConfigError, MachineError, ModelError
from pipeline.asking import Patience
from pipeline.catalogue import Hub, Model, Pack, PlainFile, named
from pipeline.hub import choose
from pipeline.pulling import Puller, check_hub_url
from pipeline.weights import locate, locate_model, read_manifest
from tests.support import REPOSITORY
from tests.support.hub import Fault, HubServer, running
from tests.support.process import wait_until

NAME = "team/tiny"
WEIGHTS = random.Random(1).randbytes(300_000)
FILES = {
    ".gitattributes": b"*.bin filter=lfs",
    "README.md": b"# Tiny",
    "config.json": b'{"model_type": "bert"}',
    "tokenizer.json": b'{"version": "1.0"}',
    "vocab.txt": b"[PAD]\n[UNK]\n",
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": WEIGHTS[::-1],
    "tf_model.h5": WEIGHTS[:2_000],
    "modeling_tiny.py": b"raise SystemExit",
    "onnx/model.onnx": WEIGHTS[:2_000],
}
QUICK = Patience(attempts=3, first_wait_s=0.01)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with running() as server:
        server.add_model(NAME, FILES)
        yield server


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def puller(hub: HubServer, tmp_path: Path, said: list[str]) -> Puller:
    return Puller(
        folder=tmp_path / "models",
        hub_url=hub.url,
        allow_private=True,
        patience=QUICK,
        say=said.append,
    )


def plain(url: str, content: bytes, *, sha256: str | None = "right") -> Model:
    right = hashlib.sha256(content).hexdigest()
    origin = PlainFile(
        url=url,
        file="tiny.onnx",
        sha256=right if sha256 == "right" else sha256,
        size=len(content),
    )
    return Model(name="tiny", purpose="a test", origin=origin)


def archive(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return written.getvalue()


def pack(url: str, content: bytes) -> Model:
    origin = Pack(
        url=url,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        members={"det.onnx": None, "recognise.onnx": None},
    )
    return Model(name="faces", purpose="a test", origin=origin, non_commercial=True)


def left_over(puller: Puller) -> list[str]:
    return sorted(p.name for p in (puller.folder / ".pulling").iterdir() if p.suffix != ".lock")


def test_a_hub_model_comes_with_what_it_needs_and_no_second_form_of_its_weights(hub, puller):
    folder = puller.pull(named(NAME))
    assert folder == puller.folder / "team--tiny"
    assert sorted(path.name for path in folder.iterdir()) == [
        "clipops.json",
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "vocab.txt",
    ]
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert left_over(puller) == []


def test_what_was_pulled_is_located_and_signs_with_the_commit(hub, puller):
    commit = hub.add_model(NAME, FILES | {"config.json": b'{"model_type": "newer"}'})
    puller.pull(named(NAME))
    located = locate("blip", NAME, folder=puller.folder)
    assert (located.name, located.revision) == (NAME, commit[:12])


def test_a_revision_named_by_hand_is_pulled_beside_the_usual_one(hub, puller):
    old = hub.add_model(NAME, FILES | {"config.json": b"{}"}, branch="old")
    puller.pull(named(NAME))
    folder = puller.pull(named(f"{NAME}@{old}"))
    assert folder.name == f"team--tiny@{old}"
    assert locate("blip", f"{NAME}@{old}", folder=puller.folder).revision == old[:12]
    assert locate("blip", NAME, folder=puller.folder).revision != old[:12]


def test_pickles_come_only_where_there_is_nothing_better():
    assert choose(["config.json", "pytorch_model.bin", "training_args.bin", "tf_model.h5"]) == [
        "config.json",
        "pytorch_model.bin",
    ]


def test_parts_come_with_their_index_and_modules_with_their_folders():
    there = ["config.json", "2_Dense/config.json", "2_Dense/pytorch_model.bin", "x/config.json"]
    parts = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    other = ["pytorch_model-00001-of-00001.bin", "pytorch_model.bin.index.json"]
    assert choose([*there, *parts, "model.safetensors.index.json", *other]) == [
        "config.json",
        *parts,
        "model.safetensors.index.json",
        "2_Dense/config.json",
        "2_Dense/pytorch_model.bin",
    ]


def test_a_second_pull_asks_nobody(hub, puller):
    puller.pull(named(NAME))
    asked = len(hub.requests)
    puller.pull(named(NAME))
    assert len(hub.requests) == asked


def test_a_cut_connection_is_gone_on_with_from_where_it_stopped(hub, puller, said):
    hub.fault("model.safetensors", Fault(cut_after=120_000))
    folder = puller.pull(named(NAME))
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert [sent for sent in hub.ranges_of("model.safetensors") if sent] == ["bytes=120000-"] * 2
    assert any("broke off after 120000 of 300000 bytes" in sentence for sentence in said)


def test_a_connection_that_is_cut_again_and_again_gets_there_as_long_as_it_gets_on(hub, puller):
    hub.fault("model.safetensors", Fault(cut_after=30_000, times=9))
    assert (puller.pull(named(NAME)) / "model.safetensors").read_bytes() == WEIGHTS


def test_a_server_that_knows_no_ranges_sends_everything_again(hub, puller):
    hub.fault("model.safetensors", Fault(cut_after=120_000))
    hub.fault("model.safetensors", Fault(ignore_range=True))
    assert (puller.pull(named(NAME)) / "model.safetensors").read_bytes() == WEIGHTS


def test_a_killed_pull_goes_on_where_it_stopped(hub, puller, tmp_path):
    """Another process, killed without warning while bytes arrive slowly."""
    hub.fault("model.safetensors", Fault(cut_after=200_000, hang_s=60))
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from pipeline.catalogue import named\nfrom pipeline.pulling import Puller\n"
        "Puller(folder=Path(sys.argv[1]), hub_url=sys.argv[2], allow_private=True)"
        ".pull(named('team/tiny'))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(puller.folder), hub.url], cwd=REPOSITORY
    )
    part = puller.folder / ".pulling" / "team--tiny" / "model.safetensors.part"
    wait_until(lambda: part.exists() and part.stat().st_size > 0, what="bytes arrive")
    process.send_signal(signal.SIGKILL)
    process.wait()
    have = part.stat().st_size
    assert 0 < have < len(WEIGHTS)
    with pytest.raises(ModelError, match=r"only half pulled .*models pull team/tiny` to go on"):
        locate("blip", NAME, folder=puller.folder)

    hub.forget_faults()
    asked = len(hub.requests)
    folder = puller.pull(named(NAME))
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    again = {(path.rpartition("/")[2], sent) for path, sent in hub.requests[asked:]}
    rest = ("model.safetensors", f"bytes={have}-")
    assert again == {rest, ("tokenizer.json", None), ("vocab.txt", None)}


def test_a_pull_that_stopped_before_its_last_step_takes_it_without_the_network(hub, puller):
    folder = puller.pull(named(NAME))
    folder.rename(puller.folder / ".pulling" / "team--tiny")
    asked = len(hub.requests)
    assert puller.pull(named(NAME)) == folder
    assert len(hub.requests) == asked


def test_a_file_that_changed_in_between_is_fetched_anew(hub, puller):
    """A plain file without a published hash: only its tag tells."""
    newer = WEIGHTS[::-1]
    url = hub.add_file("/release/tiny.onnx", WEIGHTS)
    hub.fault("tiny.onnx", Fault(cut_after=100_000))
    hub.fault("tiny.onnx", Fault(status=503, times=2))
    with pytest.raises(ModelError, match="could not be pulled"):
        puller.pull(plain(url, WEIGHTS, sha256=None))
    hub.add_file("/release/tiny.onnx", newer)
    folder = puller.pull(plain(url, WEIGHTS, sha256=None))
    assert (folder / "tiny.onnx").read_bytes() == newer


def test_two_pulls_at_once_fetch_once(hub, puller, said):
    hub.fault("model.safetensors", Fault(pause_s=0.3))
    folders: list[Path] = []
    threads = [
        threading.Thread(target=lambda: folders.append(puller.pull(named(NAME)))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert folders == [puller.folder / "team--tiny"] * 2
    assert len(hub.ranges_of("model.safetensors")) == 2, "one request and its redirect"
    assert any("waiting for it" in sentence for sentence in said)


@pytest.mark.parametrize("file", ["model.safetensors", "config.json"])
def test_other_bytes_than_listed_are_refused_and_not_kept(hub, puller, file):
    wrong = bytes(len(FILES[file]))
    hub.fault(file, Fault(send=wrong, times=2))
    with pytest.raises(ModelError, match=rf"team/tiny could not be pulled into .*{file}"):
        puller.pull(named(NAME))
    assert not (puller.folder / "team--tiny").exists()
    assert not list((puller.folder / ".pulling").rglob(f"{file}*"))


def test_a_damaged_half_file_is_thrown_away_once_and_fetched_anew(hub, puller):
    hub.fault("model.safetensors", Fault(cut_after=100_000))
    hub.fault("model.safetensors", Fault(status=503, times=2))
    with pytest.raises(ModelError, match="overloaded"):
        puller.pull(named(NAME))
    part = puller.folder / ".pulling" / "team--tiny" / "model.safetensors.part"
    part.write_bytes(bytes(100_000))
    folder = puller.pull(named(NAME))
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS


def test_a_wrong_content_length_is_refused(hub, puller):
    hub.fault("model.safetensors", Fault(claim_length=999))
    with pytest.raises(ModelError, match="announces 999 bytes instead of 300000"):
        puller.pull(named(NAME))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_overloaded_server_is_asked_again(hub, puller, said, status):
    hub.fault("model.safetensors", Fault(status=status, headers={"Retry-After": "0"}))
    assert puller.pull(named(NAME)).is_dir()
    assert any(f"out of order ({status}); trying again in 0 s" in sentence for sentence in said)


def test_a_server_that_stays_overloaded_is_named_with_what_to_do(hub, puller):
    hub.fault("/revision/main", Fault(status=503, times=3))
    with pytest.raises(ModelError) as caught:
        puller.pull(named(NAME))
    sentence = str(caught.value)
    assert "127.0.0.1 is overloaded or out of order (503)" in sentence
    assert "python -m pipeline models pull team/tiny" in sentence
    assert str(puller.folder / "team--tiny") in sentence


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("team/unknown", "without signing in (401)"),
        ("team/tiny@nowhere", "no such model, revision or file (404)"),
        ("team/gated", "licence has to be accepted on its page first"),
        ("team/empty", "holds no weights transformers can load"),
    ],
)
def test_what_the_hub_does_not_give_is_said_with_the_reason(hub, puller, name, reason):
    hub.add_model("team/gated", FILES)
    hub.gate("team/gated")
    hub.add_model("team/empty", {"config.json": b"{}", "tf_model.h5": b"x"})
    with pytest.raises(ModelError) as caught:
        puller.pull(named(name))
    assert reason in str(caught.value)


def test_a_listed_path_outside_of_the_model_is_refused(hub, puller):
    hub.add_model("team/evil", FILES | {"../config.json": b"{}"})
    with pytest.raises(ModelError, match="lists a file outside of the model"):
        puller.pull(named("team/evil"))


def test_a_server_that_is_no_hub_is_said_to_be_none(hub, puller):
    hub.fault("/revision/main", Fault(send=b"<html>welcome</html>"))
    with pytest.raises(ModelError, match="does not answer as a model hub does"):
        puller.pull(named(NAME))


def test_offline_is_said_at_once_with_model_command_folder_and_reason(puller):
    offline = dataclasses.replace(
        puller, hub_url="http://hub.invalid", patience=Patience(attempts=9, first_wait_s=9)
    )
    begun = time.monotonic()
    with pytest.raises(ModelError) as caught:
        offline.pull(named(NAME))
    assert time.monotonic() - begun < 5
    sentence = str(caught.value)
    assert "team/tiny could not be pulled" in sentence
    assert "hub.invalid is not known here, this machine may be offline" in sentence
    assert "python -m pipeline models pull team/tiny" in sentence
    assert str(puller.folder) in sentence


def test_a_hub_outside_cannot_lead_into_the_private_network(hub, puller):
    with pytest.raises(ModelError, match="leads to this machine or a private network"):
        dataclasses.replace(puller, allow_private=False).pull(named(NAME))
    assert hub.requests == []


def test_a_full_disk_is_said_and_the_pull_goes_on_afterwards(hub, puller):
    """The limit on the size of a file stands in for the end of the disk."""
    script = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from core.errors import MachineError\n"
        "from pipeline.catalogue import named\nfrom pipeline.pulling import Puller\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    Puller(folder=Path(sys.argv[1]), hub_url=sys.argv[2], allow_private=True)"
        ".pull(named('team/tiny'))\n"
        "except MachineError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(puller.folder), hub.url],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be written (File too large); free some space" in done.stdout
    assert not (puller.folder / "team--tiny").exists()
    assert (puller.pull(named(NAME)) / "model.safetensors").read_bytes() == WEIGHTS
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 100_000


def test_a_disk_too_small_is_said_before_anything_is_fetched(hub, puller):
    model = plain(hub.add_file("/f.onnx", WEIGHTS), WEIGHTS)
    huge = dataclasses.replace(model, origin=dataclasses.replace(model.origin, size=10**18))
    with pytest.raises(MachineError, match=r"tiny needs 1000000000000 MB .* free"):
        puller.pull(huge)
    assert hub.requests == []


def test_a_folder_nobody_may_write_to_is_named(hub, puller, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MachineError, match=r"models\.folder"):
        dataclasses.replace(puller, folder=tmp_path / "file" / "models").pull(named(NAME))


def test_a_plain_file_is_compared_with_its_published_hash(hub, puller):
    url = hub.add_file("/release/tiny.onnx", WEIGHTS)
    model = plain(url, WEIGHTS)
    folder = puller.pull(model)
    located = locate_model(model, folder=puller.folder)
    assert located.path == folder / "tiny.onnx"
    assert located.revision == hashlib.sha256(WEIGHTS).hexdigest()[:12]
    with pytest.raises(ModelError, match="has sha256"):
        puller.pull(plain(url, WEIGHTS, sha256="0" * 64), anew=True)
    assert (folder / "tiny.onnx").read_bytes() == WEIGHTS, "the good one is still there"


def test_a_plain_file_without_a_hash_is_pinned_by_its_first_pull(hub, puller, said):
    url = hub.add_file("/release/tiny.onnx", WEIGHTS)
    puller.pull(plain(url, WEIGHTS, sha256=None))
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    assert json.loads((puller.folder / "pins.json").read_text()) == {url: digest}
    assert any(
        digest[:12] in sentence and "later pulls must match" in sentence for sentence in said
    )
    manifest = read_manifest(puller.folder / "tiny")
    assert manifest is not None
    assert manifest.first_seen
    hub.add_file("/release/tiny.onnx", WEIGHTS[::-1])
    with pytest.raises(ModelError, match=f"instead of {digest[:12]}"):
        puller.pull(plain(url, WEIGHTS, sha256=None), anew=True)


def test_a_pack_is_unpacked_flat_and_its_zip_not_kept(hub, puller):
    content = archive(
        {"faces/det.onnx": b"d" * 50, "faces/recognise.onnx": b"r" * 60, "faces/README": b"hello"}
    )
    model = pack(hub.add_file("/release/faces.zip", content), content)
    folder = puller.pull(model)
    assert sorted(path.name for path in folder.iterdir()) == [
        "clipops.json",
        "det.onnx",
        "recognise.onnx",
    ]
    assert locate_model(model, folder=puller.folder).path == folder


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"../det.onnx": b"d", "recognise.onnx": b"r"}, "reaches outside of its folder"),
        ({"/det.onnx": b"d", "recognise.onnx": b"r"}, "reaches outside of its folder"),
        ({"..\\det.onnx": b"d", "recognise.onnx": b"r"}, "reaches outside of its folder"),
        ({"a/det.onnx": b"d", "b/det.onnx": b"d", "recognise.onnx": b"r"}, "det.onnx twice"),
        ({"det.onnx": b"d"}, "lacks recognise.onnx"),
        (None, "not a zip that can be read"),
    ],
)
def test_a_pack_that_is_not_one_is_refused_and_leaves_nothing(hub, puller, members, reason):
    content = b"PK but not really" if members is None else archive(members)
    model = pack(hub.add_file("/release/faces.zip", content), content)
    with pytest.raises(ModelError, match=reason):
        puller.pull(model)
    assert not (puller.folder / "faces").exists()
    assert left_over(puller) == []
    assert not list(puller.folder.parent.rglob("det.onnx"))


def test_a_link_inside_a_pack_is_refused(hub, puller):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        entry = zipfile.ZipInfo("det.onnx")
        entry.external_attr = 0o120777 << 16
        opened.writestr(entry, "/etc/passwd")
        opened.writestr("recognise.onnx", b"r")
    content = written.getvalue()
    with pytest.raises(ModelError, match="reaches outside"):
        puller.pull(pack(hub.add_file("/release/faces.zip", content), content))


def test_what_a_person_put_there_by_hand_is_kept_aside(hub, puller, said):
    by_hand = puller.folder / "team--tiny"
    by_hand.mkdir(parents=True)
    (by_hand / "config.json").write_text("{}")
    puller.pull(named(NAME))
    assert (puller.folder / "team--tiny.before-1" / "config.json").read_text() == "{}"
    assert any("by hand is kept" in sentence for sentence in said)


def test_progress_runs_from_nothing_to_all(hub, puller):
    shares: list[float] = []
    puller.pull(named(NAME), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("url", ["ftp://hub.example", "hub.example", "file:///etc"])
def test_a_hub_is_reached_by_http_only(url):
    with pytest.raises(ConfigError, match=r"models\.hub_url"):
        check_hub_url(url)


def test_the_origin_of_any_hub_name_is_the_hub():
    assert named("a/b@c").origin == Hub(repository="a/b", revision="c", by_hand=True)
