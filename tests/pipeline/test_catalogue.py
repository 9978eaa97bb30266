"""The catalogue holds whole facts: where from, how large, under which licence."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest

from core.errors import ModelError
from pipeline.adapters import ADAPTERS, PROFILES
from pipeline.catalogue import HUB_NAME, KNOWN, USUAL, Hub, Pack, PlainFile, named
from pipeline.needed import BY_SERVICE, WITHOUT_WEIGHTS
from tests.support import REPOSITORY

MODELS = sorted(KNOWN.values(), key=lambda model: model.name)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_model_says_what_for_and_where_its_page_is(model):
    assert model.purpose
    assert urlsplit(model.page).scheme == "https"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_hashes_commits_and_links_have_their_form(model):
    match model.origin:
        case Hub(repository=repository, revision=revision):
            assert HUB_NAME.fullmatch(repository)
            assert revision == "main" or re.fullmatch(r"[0-9a-f]{40}", revision)
        case PlainFile(url=url, sha256=sha256, size=size, file=file):
            assert url.startswith("https://")
            assert PurePosixPath(urlsplit(url).path).name == file
            assert re.fullmatch(r"[0-9a-f]{64}", sha256)
            assert size == model.size
        case Pack(url=url, sha256=sha256, size=size, members=members):
            assert url.startswith("https://")
            assert re.fullmatch(r"[0-9a-f]{64}", sha256)
            assert size == model.size
            assert all(re.fullmatch(r"[0-9a-f]{64}", member) for member in members.values())


def test_face_packs_are_marked_as_non_commercial_and_nothing_else_is():
    assert {model.name for model in MODELS if model.non_commercial} == {
        "buffalo_l",
        "buffalo_s",
        "buffalo_sc",
    }


def test_every_adapter_has_usual_weights_or_needs_none_or_asks_for_a_name():
    adapters = {adapter for port in ADAPTERS.values() for adapter in port}
    assert adapters - set(USUAL) - WITHOUT_WEIGHTS - BY_SERVICE == {"image-text-to-text"}


def test_every_model_of_a_profile_is_known():
    for profile in PROFILES.values():
        for choice in profile.values():
            adapter, _, weights = choice.partition(":")
            assert adapter in WITHOUT_WEIGHTS | BY_SERVICE or (weights or USUAL[adapter]) in KNOWN


@pytest.mark.parametrize("name", ["../etc", "/etc/x", "a/../b", "a//b", "a/b/c", "a b/c", ""])
def test_names_that_are_no_models_are_refused(name):
    with pytest.raises(ModelError, match="There is no model"):
        named(name)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_about_models_names_every_one_with_its_licence(language):
    path = REPOSITORY / "docs" / ("models.md" if language == "en" else "models.ko.md")
    text = path.read_text(encoding="utf-8")
    for model in MODELS:
        rows = [line for line in text.splitlines() if f"`{model.name}`" in line and "|" in line]
        assert rows, model.name
        licence = model.licence or ("unknown" if language == "en" else "알 수 없음")
        if not model.non_commercial:
            assert licence in rows[0], model.name
