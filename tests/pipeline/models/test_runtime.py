"""Device and precision, and what becomes of a model in each."""

from __future__ import annotations

import copy
import time

import pytest
import torch
from structlog.testing import capture_logs
from torch import nn

from core.config import ModelsConfig
from core.errors import ConfigError
from pipeline.models import runtime
from pipeline.models.int8_linear import Int8Linear
from pipeline.models.runtime import Runtime, choose, matmul_ms, prepare

CARDS = torch.cuda.device_count() if torch.cuda.is_available() else 0


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Linear(64, 256)
        self.narrow = nn.Linear(256, 64)
        self.score = nn.Linear(64, 2)
        self.norm = nn.LayerNorm(64)
        self.dropout = nn.Dropout(0.5)

    def body(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(x + self.dropout(self.narrow(torch.nn.functional.gelu(self.wide(x)))))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.score(self.body(x))


@pytest.fixture
def net() -> Net:
    torch.manual_seed(0)
    return Net()


def on_cpu(precision) -> Runtime:
    return Runtime(device="cpu", precision=precision)


def test_auto_takes_a_graphics_card_where_there_is_one():
    assert choose(ModelsConfig()).device == ("cuda" if CARDS else "cpu")


def test_what_is_named_is_taken():
    models = ModelsConfig(device="cpu", precision="bf16", batch_size=5)
    assert choose(models) == Runtime(device="cpu", precision="bf16", batch_size=5)


@pytest.mark.parametrize("device", ["cuda:99"] if CARDS else ["cuda", "cuda:1"])
def test_a_card_this_machine_lacks_is_refused(device):
    with pytest.raises(ConfigError, match=r"models\.device"):
        choose(ModelsConfig(device=device))


@pytest.mark.skipif(not CARDS, reason="no graphics card on this machine")
def test_int8_is_refused_on_a_graphics_card():
    with pytest.raises(ConfigError, match="int8 runs on the CPU only"):
        choose(ModelsConfig(device="cuda", precision="int8"))


def test_auto_measures_the_cpu_once_and_says_what_it_found(monkeypatch):
    monkeypatch.setattr(runtime, "_measured", [])
    with capture_logs() as logs:
        first = choose(ModelsConfig(device="cpu"))
        started = time.perf_counter()
        assert choose(ModelsConfig(device="cpu")) == first
        assert time.perf_counter() - started < 0.01
    [entry] = logs
    assert entry["event"] == "precision_measured"
    assert entry["chosen"] == first.precision
    took = {name: entry[f"{name}_ms"] for name in ("fp32", "bf16", "int8")}
    assert took[first.precision] <= took["fp32"]


def test_measuring_leaves_the_threads_as_they_were():
    usual = torch.get_num_threads()
    took = matmul_ms(tokens=8, width=64, rounds=2)
    assert set(took) == {"fp32", "bf16", "int8"}
    assert all(0 < ms < 10_000 for ms in took.values())
    assert torch.get_num_threads() == usual


@pytest.mark.parametrize("precision", ["fp32", "bf16", "int8"])
def test_a_prepared_model_answers_alike_and_always_the_same(net, precision):
    x = torch.randn(5, 64)
    with runtime.inference():
        expected = copy.deepcopy(net).eval()(x)
        prepared = prepare(net, on_cpu(precision))
        given = x.to(runtime.dtype(on_cpu(precision)))
        answer = prepared(given)
        assert torch.equal(prepared(given), answer)
    assert prepared is net
    assert not any(parameter.requires_grad for parameter in net.parameters())
    cosine = torch.nn.functional.cosine_similarity(answer.float(), expected, dim=-1)
    assert cosine.min() > (0.999999 if precision == "fp32" else 0.998)


def test_bf16_keeps_what_a_model_marks_as_exact(net):
    net._keep_in_fp32_modules_strict = ["norm"]
    prepare(net, on_cpu("bf16"))
    assert net.wide.weight.dtype == torch.bfloat16
    assert net.norm.weight.dtype == torch.float32


def test_int8_replaces_the_wide_layers_and_leaves_the_narrow_ones(net):
    prepare(net, on_cpu("int8"))
    assert isinstance(net.wide, Int8Linear)
    assert isinstance(net.narrow, Int8Linear)
    assert type(net.score) is nn.Linear


def test_an_int8_layer_is_within_a_ten_thousandth_of_the_exact_one():
    torch.manual_seed(1)
    linear = nn.Linear(768, 3072)
    x = torch.randn(2, 50, 768)
    with runtime.inference():
        exact, rounded = linear(x), Int8Linear(linear)(x)
    assert rounded.shape == exact.shape
    cosine = torch.nn.functional.cosine_similarity(exact, rounded, dim=-1)
    assert cosine.min() > 0.9998


def test_an_int8_layer_computes_what_its_rounded_numbers_say():
    """Against the same rounding done in numbers as exact as they come."""
    torch.manual_seed(2)
    linear = nn.Linear(48, 32)
    x = torch.randn(7, 48) * 3 + 1
    layer = Int8Linear(linear)
    weight = linear.weight.detach().double()
    weight_step = weight.abs().amax(1, keepdim=True) / 127
    weight = (weight / weight_step).round() * weight_step
    low = x.amin(1, keepdim=True).clamp(max=0).double()
    high = x.amax(1, keepdim=True).clamp(min=0).double()
    step = (high - low) / layer._levels
    zero = (-low / step).round()
    levels = (x.double() / step + zero + 0.5).floor()
    expected = (levels - zero) * step @ weight.T + linear.bias.detach().double()
    with runtime.inference():
        assert (layer(x).double() - expected).abs().max() < 1e-4


def test_a_row_in_int8_does_not_depend_on_its_company():
    torch.manual_seed(3)
    layer = Int8Linear(nn.Linear(64, 32))
    rows = torch.randn(6, 64)
    rows[3] *= 1_000
    with runtime.inference():
        together = layer(rows)
        alone = torch.cat([layer(row[None]) for row in rows])
        assert torch.equal(together, alone)
        assert layer(rows[:0]).shape == (0, 32)


def test_a_row_of_zeros_gives_the_bias():
    layer = Int8Linear(nn.Linear(64, 32))
    with runtime.inference():
        assert torch.allclose(layer(torch.zeros(2, 64)), layer.bias.expand(2, -1), atol=1e-6)
    without = Int8Linear(nn.Linear(64, 32, bias=False))
    with runtime.inference():
        assert not without(torch.zeros(1, 64)).any()


def test_a_layer_used_in_two_places_stays_one(net):
    net.again = net.wide
    prepare(net, on_cpu("int8"))
    assert net.again is net.wide
