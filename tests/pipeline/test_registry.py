"""Which adapter stands behind each port."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.config import Config, ModelsConfig
from core.errors import ConfigError
from pipeline.ports import Captioner, ClothingReader, PersonDetector, TextEncoder
from pipeline.registry import ADAPTERS, PROFILES, Registry


def test_every_profile_names_a_known_adapter_for_every_port():
    for chosen in PROFILES.values():
        assert set(chosen) == set(ADAPTERS)
        for port, name in chosen.items():
            assert name in ADAPTERS[port]


def test_the_builtin_profile_loads_every_port():
    registry = Registry(Config())
    assert isinstance(registry.person_detector(), PersonDetector)
    assert isinstance(registry.clothing_reader(), ClothingReader)
    assert isinstance(registry.captioner(), Captioner)
    assert isinstance(registry.text_encoder(), TextEncoder)


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


def test_a_profile_this_version_lacks_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"no 'gpu' profile; it has .*builtin"):
        Registry(Config(models=ModelsConfig(profile="gpu")))


def test_importing_the_registry_loads_no_model_library():
    script = (
        "import sys, pipeline.registry;"
        " print([m for m in ('cv2', 'torch', 'tokenizers', 'av') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
