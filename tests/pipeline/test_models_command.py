"""python -m pipeline models list | pull | check, as a person or a script uses it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from core.config import Config, GeminiConfig, ModelsConfig
from core.errors import ConfigError
from pipeline.commands import models
from pipeline.commands.models import register
from tests.support import gemini as gemini_server
from tests.support import process
from tests.support.hub import Fault, HubServer, running

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def _empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def run(hub: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command on a configuration; status, standard output and standard error."""

    def command(
        *arguments: str,
        profile: str = "builtin",
        overrides: dict[str, str] | None = None,
        **sections: Any,
    ) -> tuple[int, str, str]:
        config = Config(
            data_dir=tmp_path,
            models=ModelsConfig(
                profile=profile,
                overrides=overrides or {},
                hub_url=hub.url,
                device="cpu",
                precision="fp32",
            ),
            **sections,
        )
        parser = argparse.ArgumentParser()
        register(parser.add_subparsers())
        parsed = parser.parse_args(["models", *arguments])
        status = parsed.run(config, parsed)
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a tiny text encoder in the layout of kpf-sbert."""
    from tests.support.checkpoints import text

    folder = tmp_path_factory.mktemp("tiny")
    text.sentence_transformer(folder)
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


TINY = {"text_encoder": "kpf-sbert:team/tiny"}


def test_list_says_what_the_profile_needs_and_what_is_missing(run):
    status, out, _ = run("list", profile="cpu")
    assert status == 0
    for line in (
        "bongsoo/kpf-sbert-128d-v1: 458 MB, licence unknown, ask its author",
        "yolox_nano: 4 MB, licence Apache-2.0",
        "buffalo_s: 128 MB, for NON-COMMERCIAL research only",
        "gemini-2.5-flash, a service; no key is set (gemini.api_key)",
        "colour-names        needs no weights",
        "To get the 6 missing (about 3.1 GB): python -m pipeline models pull",
    ):
        assert line in out


def test_list_of_the_built_in_profile_has_everything(run):
    status, out, _ = run("list")
    assert status == 0
    assert "MISSING" not in out
    assert "all-MiniLM-L6-v2: 91 MB, licence Apache-2.0" in out


def test_an_unknown_size_is_said_to_be_unknown(run):
    _, out, _ = run("list", overrides={"captioner": "blip2:Salesforce/blip2-flan-t5-xl"})
    assert "Salesforce/blip2-flan-t5-xl: unknown size, licence MIT" in out
    assert "To get the 1 missing (unknown size): " in out


def test_list_all_names_every_known_model_with_its_source(run):
    _, out, _ = run("list", "--all")
    assert "yolox_tiny" in out
    assert "PekingU/rtdetr_v2_r18vd@5650961749fa93567c0d46fc7f43ea4f9e914107" in out


def test_list_as_json_is_one_document(run):
    _, out, _ = run("list", "--all", "--json", profile="gpu")
    document = json.loads(out)
    faces = next(row for row in document["models"] if row["port"] == "face_analyzer")
    assert faces["name"] == "buffalo_l"
    assert faces["non_commercial"] is True
    assert faces["size_bytes"] == 288_621_354
    assert faces["path"] is None
    assert "models pull buffalo_l" in faces["problem"]
    assert len(document["known"]) == len(models.catalogue.KNOWN)


def test_pull_gets_what_is_missing_and_check_loads_it_and_has_it_answer(run, hub, tiny_encoder):
    hub.add_model("team/tiny", tiny_encoder)
    status, out, err = run("pull", overrides=TINY)
    assert status == 0, err
    assert "team--tiny" in out
    assert "team/tiny: pulling unknown size" in err
    status, out, err = run("check", overrides=TINY)
    assert (status, err) == (0, "")
    assert "text_encoder: team/tiny: 9 files as published or pulled; loads and answers" in out
    _, out, _ = run("list", overrides=TINY)
    assert "MISSING" not in out


def test_pull_of_the_built_in_profile_has_nothing_to_do(run, hub):
    status, out, _ = run("pull")
    assert status == 0
    assert "all-MiniLM-L6-v2" in out
    assert hub.requests == []


def test_a_pack_for_research_only_asks_before_it_is_pulled(run, hub):
    status, _, err = run("pull", "buffalo_s")
    assert status == 1
    assert "buffalo_s is for NON-COMMERCIAL research only" in err
    assert "`python -m pipeline models pull --accept-non-commercial buffalo_s`" in err
    assert len(err.strip().splitlines()) == 1


def test_one_model_that_cannot_be_had_does_not_keep_the_others(run, hub, tiny_encoder):
    hub.add_model("team/tiny", tiny_encoder)
    status, out, err = run("pull", "team/gone", "team/tiny")
    assert status == 1
    assert "team--tiny" in out
    assert "team/gone could not be pulled" in err


def test_an_adapters_name_pulls_its_usual_weights(run, hub):
    status, _, err = run("pull", "blip")
    assert status == 1
    assert "Salesforce/blip-image-captioning-base could not be pulled" in err


def test_again_fetches_what_is_there_already(run, hub, tiny_encoder):
    hub.add_model("team/tiny", tiny_encoder)
    run("pull", "team/tiny")
    asked = len(hub.requests)
    run("pull", "team/tiny")
    assert len(hub.requests) == asked
    run("pull", "--again", "team/tiny")
    assert len(hub.requests) > asked


def test_check_finds_a_changed_byte_and_says_how_to_mend_it(run, hub, tmp_path, tiny_encoder):
    hub.add_model("team/tiny", tiny_encoder)
    run("pull", "team/tiny")
    weights = tmp_path / "models" / "team--tiny" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    status, _, err = run("check", "--quick", overrides=TINY)
    assert status == 1
    assert f"{weights} is not the file it should be" in err
    assert "`python -m pipeline models pull --again team/tiny`" in err
    assert len(err.strip().splitlines()) == 1


def test_check_says_one_sentence_per_missing_model(run):
    status, out, err = run("check", "--quick", profile="cpu")
    assert status == 1
    assert len(err.strip().splitlines()) == 6
    assert all("is not on this machine" in line for line in err.strip().splitlines())
    assert "clothing_reader: colour-names" in out


def test_check_loads_the_model_and_says_what_keeps_it_from_answering(
    run, hub, tmp_path, tiny_encoder
):
    """All files as pulled, but the model is none its adapter can use."""
    files = dict(tiny_encoder)
    settings = json.loads(files["2_Dense/config.json"])
    files["2_Dense/config.json"] = json.dumps(settings | {"in_features": 7}).encode()
    hub.add_model("team/tiny", files)
    run("pull", "team/tiny")
    assert run("check", "--quick", overrides=TINY)[0] == 0
    status, _, err = run("check", overrides=TINY)
    assert status == 1
    assert len(err.strip().splitlines()) == 1
    assert "tiny" in err


def test_check_as_json_counts_the_problems(run):
    status, out, _ = run("check", "--quick", "--json", profile="cpu")
    document = json.loads(out)
    assert status == 1
    assert document["problems"] == 6
    assert {row["port"] for row in document["models"]} >= {"captioner", "writer"}


def test_check_compares_a_model_named_by_hand_without_loading_it(run, hub, tiny_encoder):
    hub.add_model("team/tiny", tiny_encoder)
    run("pull", "team/tiny")
    status, out, _ = run("check", "team/tiny")
    assert status == 0
    assert "team/tiny: 9 files as published or pulled; not loaded" in out


def test_check_asks_the_writer_one_sentence(run):
    with gemini_server.running() as server:
        settings = GeminiConfig(api_key=gemini_server.KEY, base_url=server.url)
        status, out, _ = run("check", overrides={"writer": "gemini"}, gemini=settings)
        assert status == 0
        assert "writer: gemini: a service; loads and answers" in out
        assert server.asked == [["A person in a red jacket walks in from the left."]]


def test_check_does_not_claim_that_a_writer_without_a_key_answers(run):
    _, out, _ = run("check", overrides={"writer": "gemini"})
    assert "writer: gemini: a service, no key is set\n" in out


def test_weights_used_from_a_path_are_listed_and_not_pulled(run, hub, tmp_path, tiny_encoder):
    place = tmp_path / "mine"
    for name, content in tiny_encoder.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    overrides = {"text_encoder": f"kpf-sbert:{place}"}
    assert f"on disk: {place}" in run("list", overrides=overrides)[1]
    assert "Nothing to pull" in run("pull", overrides=overrides)[1]
    status, out, _ = run("check", overrides=overrides)
    assert status == 0
    assert f"used as it lies in {place}; loads and answers" in out


def test_a_wrong_hash_leaves_nothing_that_could_be_loaded(run, hub, tiny_encoder):
    hub.add_model("team/tiny", tiny_encoder)
    hub.fault("model.safetensors", Fault(send=bytes(len(tiny_encoder["model.safetensors"]))))
    status, _, err = run("pull", "team/tiny")
    assert status == 1
    assert "has sha256" in err
    assert run("check", "--quick", overrides=TINY)[0] == 1


def test_a_wrong_override_is_refused_with_the_names_there_are(run):
    with pytest.raises(ConfigError, match="it can be"):
        run("list", overrides={"captioner": "blop"})


def test_a_killed_command_goes_on_where_it_stopped(hub, tmp_path):
    """The real process, killed without warning while bytes arrive, and run again."""
    weights = bytes(range(256)) * 4_000
    hub.add_model("team/tiny", {"config.json": b"{}", "model.safetensors": weights})
    hub.fault("model.safetensors", Fault(cut_after=600_000, hang_s=60))
    config = tmp_path / "config.json"
    settings = {"data_dir": str(tmp_path / "data"), "models": {"hub_url": hub.url}}
    config.write_text(json.dumps(settings), encoding="utf-8")
    command = ("pipeline", "models", "pull", "team/tiny")

    first = process.start(config, *command)
    part = tmp_path / "data" / "models" / ".pulling" / "team--tiny" / "model.safetensors.part"
    process.wait_until(lambda: part.exists() and part.stat().st_size > 0, what="bytes arrive")
    first.kill()
    first.communicate()
    have = part.stat().st_size

    hub.forget_faults()
    again = process.run(config, *command)
    assert again.returncode == 0, again.stderr
    assert hub.ranges_of("model.safetensors")[-1] == f"bytes={have}-"
    pulled = tmp_path / "data" / "models" / "team--tiny"
    assert again.stdout == f"team/tiny: {pulled}\n"
    assert (pulled / "model.safetensors").read_bytes() == weights
