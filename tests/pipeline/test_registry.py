"""Which adapter stands behind each port."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.config import Config, GeminiConfig, ModelsConfig
from core.errors import ConfigError, ModelError
from pipeline.adapters import ADAPTERS, PROFILES
from pipeline.ports import ClothingReader, ImageTextMatcher, PersonDetector, TextEncoder, Writer
from pipeline.registry import Registry


def test_every_profile_names_a_known_adapter_for_every_port():
    for chosen in PROFILES.values():
        assert set(chosen) == set(ADAPTERS)
        for port, choice in chosen.items():
            assert choice.split(":")[0] in ADAPTERS[port]


def test_the_builtin_profile_loads_every_port_without_weights(tmp_path):
    registry = Registry(Config(data_dir=tmp_path))
    assert isinstance(registry.person_detector(), PersonDetector)
    assert isinstance(registry.clothing_reader(), ClothingReader)
    assert isinstance(registry.text_encoder(), TextEncoder)
    assert isinstance(registry.image_text_matcher(), ImageTextMatcher)
    assert registry.captioner() is None
    assert registry.face_analyzer() is None
    assert registry.video_encoder() is None
    assert registry.writer() is None
    for port in ("captioner", "face_analyzer", "video_encoder", "writer"):
        assert not registry.has(port)
        assert not registry.looks_again(port)


@pytest.mark.parametrize("profile", ["cpu", "gpu"])
def test_weights_that_are_not_here_are_named_with_the_command_that_gets_them(tmp_path, profile):
    registry = Registry(Config(data_dir=tmp_path, models=ModelsConfig(profile=profile)))
    assert registry.has("face_analyzer")
    for load in (registry.captioner, registry.face_analyzer, registry.video_encoder):
        with pytest.raises(ModelError, match=r"python -m pipeline models pull") as caught:
            load()
        assert str(tmp_path / "models") in str(caught.value)


def test_the_writer_is_there_only_with_a_key(tmp_path):
    models = ModelsConfig(profile="cpu")
    assert Registry(Config(data_dir=tmp_path, models=models)).writer() is None
    keyed = Config(data_dir=tmp_path, models=models, gemini=GeminiConfig(api_key="key"))
    assert isinstance(Registry(keyed).writer(), Writer)


def test_a_model_nobody_asked_for_leaves_the_memory_but_not_the_one_searches_wait_for(tmp_path):
    config = Config(data_dir=tmp_path, models=ModelsConfig(keep_loaded_s=0))
    registry = Registry(config)
    detector, encoder = registry.person_detector(), registry.text_encoder()
    time.sleep(0.01)
    registry.evict_idle()
    assert not registry.is_loaded("person_detector")
    assert registry.person_detector() is not detector
    assert registry.text_encoder() is encoder


def test_a_model_stays_while_a_stage_works_with_it(tmp_path):
    registry = Registry(Config(data_dir=tmp_path, models=ModelsConfig(keep_loaded_s=0)))
    detector = registry.person_detector()
    with registry.in_use():
        time.sleep(0.01)
        registry.evict_idle()
        assert registry.person_detector() is detector


def test_a_model_asked_for_lately_stays(tmp_path):
    registry = Registry(Config(data_dir=tmp_path))
    detector = registry.person_detector()
    registry.evict_idle()
    assert registry.person_detector() is detector


def test_threads_asking_at_once_get_one_model():
    registry = Registry(Config())
    assert not registry.is_loaded("text_encoder")
    with ThreadPoolExecutor(6) as pool:
        models = list(pool.map(lambda _: registry.text_encoder(), range(6)))
    assert len({id(model) for model in models}) == 1
    assert registry.is_loaded("text_encoder")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"captioner": "poet"}, r"captioner: there is no adapter 'poet'; it can be .*describer"),
        ({"oracle": "delphi"}, r"'oracle' is not a port; the ports are captioner, "),
    ],
)
def test_an_unknown_name_lists_the_known_ones(overrides, message):
    with pytest.raises(ConfigError, match=message):
        Registry(Config(models=ModelsConfig(overrides=overrides)))


def test_importing_the_registry_loads_no_model_library():
    script = (
        "import sys, pipeline.registry;"
        " print([m for m in ('cv2', 'torch', 'tokenizers', 'av') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
