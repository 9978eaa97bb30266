"""Weights are found where they lie, told apart, and missed with a sentence that helps."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import constants

from core.errors import ModelError
from pipeline.catalogue import KNOWN, USUAL, Hub, named
from pipeline.weights import is_absent, locate
from tests.support import REPOSITORY

BLIP = "Salesforce/blip-image-captioning-base"
PINNED = "82a37760796d32b1411fe092ab5d4e227313294b"
OTHER = "1" * 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of weights, an empty home, an empty store of Hugging Face's tools."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "models"


def write(place: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


def snapshot(folder: Path, commit: str, *, branch: str | None = None) -> Path:
    """What Hugging Face's tools leave behind: links from a snapshot to content."""
    store = folder.parent / "hub" / f"models--{BLIP.replace('/', '--')}"
    place = store / "snapshots" / commit
    place.mkdir(parents=True)
    for name, content in {"config.json": b"{}", "pytorch_model.bin": b"weights"}.items():
        write(store / "blobs", {hashlib.sha256(content).hexdigest(): content})
        (place / name).symlink_to(store / "blobs" / hashlib.sha256(content).hexdigest())
    if branch:
        write(store / "refs", {branch: commit.encode()})
    return place


def test_missing_weights_name_model_command_and_folders_in_one_sentence(folder):
    with pytest.raises(ModelError) as caught:
        locate("insightface", "", folder=folder)
    sentence = str(caught.value)
    assert sentence.startswith("buffalo_s is not on this machine")
    assert "`python -m pipeline models pull buffalo_s`" in sentence
    assert str(folder / "buffalo_s") in sentence
    assert str(folder.parent / "home" / ".insightface") in sentence
    assert sentence.endswith(".")
    assert is_absent(named("buffalo_s"), folder)


def test_a_folder_filled_by_hand_is_used_and_signs_with_its_bytes(folder):
    files = {"config.json": b"{}", "model.safetensors": b"weights"}
    write(folder / "Salesforce--blip-image-captioning-base", files)
    first = locate("blip", "", folder=folder)
    assert first.path == folder / "Salesforce--blip-image-captioning-base"
    assert first.name == BLIP
    assert len(first.revision) == 12
    write(first.path, {"README.md": b"nobody reads this while captioning"})
    assert locate("blip", "", folder=folder).revision == first.revision
    write(first.path, {"model.safetensors": b"others!"})
    assert locate("blip", "", folder=folder).revision != first.revision


def test_another_tokenizer_is_another_revision(folder):
    place = write(folder / "mine", {"config.json": b"{}", "vocab.txt": b"a"})
    before = locate("blip", str(place), folder=folder).revision
    write(place, {"vocab.txt": b"b"})
    assert locate("blip", str(place), folder=folder).revision != before


@pytest.mark.parametrize(
    "files",
    [
        {"model.safetensors": b"weights"},
        {"config.json": b"{}"},
        {"config.json": b"{}", "tf_model.h5": b"weights"},
        {
            "config.json": b"{}",
            "model.safetensors.index.json": b'{"weight_map": {"a": "model-1-of-2.safetensors"}}',
        },
    ],
)
def test_a_folder_that_lacks_something_is_not_whole(folder, files):
    write(folder / "Salesforce--blip-image-captioning-base", files)
    with pytest.raises(ModelError, match=r"is not whole in .* missing; run `.* models pull"):
        locate("blip", "", folder=folder)


def test_weights_in_parts_are_whole_with_every_part(folder):
    index = json.dumps({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}})
    parts = {f"model-{n}.safetensors": b"part" for n in (1, 2)}
    files = {"config.json": b"{}", "model.safetensors.index.json": index.encode(), **parts}
    write(folder / "Salesforce--blip-image-captioning-base", files)
    assert locate("blip", "", folder=folder).name == BLIP


def test_a_pulled_folder_that_lost_a_file_or_bytes_says_which(folder):
    place = write(folder / "team--tiny", {"config.json": b"{}", "model.safetensors": b"weights"})
    manifest = {
        "name": "team/tiny",
        "source": "a test",
        "revision": OTHER,
        "files": {"model.safetensors": {"size": 7, "sha256": "0" * 64}},
    }
    write(place, {"clipops.json": json.dumps(manifest).encode()})
    assert locate("blip", "team/tiny", folder=folder).revision == OTHER[:12]
    write(place, {"model.safetensors": b"short"})
    with pytest.raises(ModelError, match=r"model\.safetensors has 5 bytes instead of 7"):
        locate("blip", "team/tiny", folder=folder)
    (place / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors is missing"):
        locate("blip", "team/tiny", folder=folder)


def test_what_hugging_faces_tools_keep_is_used_with_its_commit(folder):
    place = snapshot(folder, PINNED)
    located = locate("blip", "", folder=folder)
    assert (located.path, located.name, located.revision) == (place, BLIP, PINNED[:12])


def test_another_snapshot_does_for_the_usual_weights_but_not_for_a_revision_by_hand(folder):
    snapshot(folder, OTHER, branch="main")
    assert locate("blip", "", folder=folder).revision == OTHER[:12]
    assert locate("blip", f"{BLIP}@{OTHER}", folder=folder).revision == OTHER[:12]
    with pytest.raises(ModelError, match="is not on this machine"):
        locate("blip", f"{BLIP}@{PINNED}", folder=folder)


def test_an_interrupted_snapshot_is_not_used(folder):
    place = snapshot(folder, PINNED)
    (place / "pytorch_model.bin").resolve().unlink()
    with pytest.raises(ModelError, match="is not on this machine"):
        locate("blip", "", folder=folder)


def test_a_snapshot_named_by_its_path_keeps_its_name_and_commit(folder):
    located = locate("blip", str(snapshot(folder, OTHER)), folder=folder)
    assert (located.name, located.revision) == (BLIP, OTHER[:12])


def test_packs_in_the_home_of_insightface_are_used(folder):
    home = folder.parent / "home" / ".insightface" / "models" / "buffalo_l"
    write(home, {"det_10g.onnx": b"d"})
    with pytest.raises(ModelError):
        locate("insightface", "buffalo_l", folder=folder)
    write(home, {"w600k_r50.onnx": b"r"})
    located = locate("insightface", "buffalo_l", folder=folder)
    assert (located.path, located.name) == (home, "buffalo_l")


@pytest.mark.parametrize("place", ["yolox_nano/yolox_nano.onnx", "yolox_nano.onnx"])
def test_a_plain_file_signs_with_its_sha256(folder, place):
    write(folder, {place: b"network"})
    located = locate("yolox", "", folder=folder)
    assert located.path == folder / place
    assert located.name == "yolox_nano"
    assert located.revision == hashlib.sha256(b"network").hexdigest()[:12]


def test_a_file_or_folder_of_ones_own_is_used_as_it_is(folder, tmp_path):
    write(tmp_path / "mine", {"best.onnx": b"network"})
    by_file = locate("yolox", str(tmp_path / "mine" / "best.onnx"), folder=folder)
    by_folder = locate("yolox", str(tmp_path / "mine"), folder=folder)
    assert by_file.path == by_folder.path == tmp_path / "mine" / "best.onnx"
    assert (by_file.name, by_folder.name) == ("best", "mine")


@pytest.mark.parametrize("weights", ["./nowhere", "/nowhere/at/all", "~/nowhere", "gone.onnx"])
def test_a_path_that_does_not_exist_is_said_not_to(folder, weights):
    with pytest.raises(ModelError, match=r"do not exist; correct models\.overrides"):
        locate("yolox", weights, folder=folder)


def test_unknown_weights_list_the_known(folder):
    with pytest.raises(ModelError, match=r"no model 'bufalo_s'.*buffalo_s"):
        locate("insightface", "bufalo_s", folder=folder)


def test_an_adapter_without_usual_weights_asks_for_some(folder):
    with pytest.raises(ModelError, match=r"models\.overrides.*image-text-to-text:owner/model"):
        locate("image-text-to-text", "", folder=folder)


def test_the_built_in_encoder_is_where_its_package_is(folder):
    located = locate("minilm", "", folder=folder)
    assert (located.path / "model.safetensors").is_file()
    assert located.revision == "53aa51172d14"


def test_a_file_is_not_read_again_while_its_size_and_time_stay(folder):
    """Other bytes under the same size and time are the only way to see that nobody looked."""
    place = write(folder / "mine", {"config.json": b"{}", "model.safetensors": b"weights"})
    first = locate("blip", str(place), folder=folder).revision
    before = (place / "model.safetensors").stat()
    write(place, {"model.safetensors": b"others!"})
    os.utime(place / "model.safetensors", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert locate("blip", str(place), folder=folder).revision == first
    os.utime(place / "model.safetensors", ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert locate("blip", str(place), folder=folder).revision != first


@pytest.mark.parametrize("notes", [b"not json", b"[1, 2]", b'{"x": 3}'])
def test_notes_that_cannot_be_read_are_made_anew(folder, notes):
    place = write(folder / "mine", {"model.safetensors": b"weights"})
    first = locate("blip", str(place), folder=folder).revision
    write(folder, {".fingerprints.json": notes})
    assert locate("blip", str(place), folder=folder).revision == first


def test_every_usual_model_is_known_and_every_adapter_finds_its_own():
    assert set(USUAL.values()) <= set(KNOWN)
    for name, model in KNOWN.items():
        assert named(name) is model


def test_locating_loads_nothing_heavy_and_asks_no_network():
    script = (
        "import socket, sys, pathlib\n"
        "def refuse(*_a, **_k): raise SystemExit('asked the network')\n"
        "socket.socket.connect = refuse\nsocket.getaddrinfo = refuse\n"
        "from core.errors import ModelError\nfrom pipeline.weights import locate\n"
        "from pipeline.catalogue import USUAL\n"
        "for adapter in USUAL:\n"
        "    try:\n        locate(adapter, '', folder=pathlib.Path('/nonexistent'))\n"
        "    except ModelError:\n        pass\n"
        "heavy = {'torch', 'transformers', 'onnxruntime', 'insightface', 'cv2'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_revision_of_a_branch_is_a_model_of_its_own():
    model = named(f"{BLIP}@refs/pr/1")
    assert model.folder == "Salesforce--blip-image-captioning-base@refs--pr--1"
    assert model.origin == Hub(repository=BLIP, revision="refs/pr/1", by_hand=True)
