"""A BERT encoder in eight bits on ONNX Runtime, built from the weights of the torch model.

The graph is written out here because exporting it needs packages ClipOps does not otherwise have,
and loses the fused operators. It is the network of Devlin et al. (2019): post-layer-norm, exact
GELU, absolute positions. Measurements: docs/adr/0017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

if TYPE_CHECKING:
    from transformers import BertModel

FUSED = "com.microsoft"
"""ONNX Runtime's own operators."""

LEVELS = 63
"""Weights keep seven bits: without VNNI the runtime adds products of pairs in 16 bits, which eight
bits overflow. The cosine to float32 is the same (.9993)."""

_QUIET = 3
"""Log severity "error": the runtime warns about what it optimises away."""


def can_be_built(model: object) -> bool:
    """True for the plain encoder this graph is."""
    from transformers import BertModel

    if type(model) is not BertModel:
        return False
    config = model.config
    return (
        config.hidden_act == "gelu"
        and not config.is_decoder
        and not getattr(config, "add_cross_attention", False)
        and getattr(config, "position_embedding_type", "absolute") in ("absolute", None)
    )


class OnnxBert(nn.Module):
    """Takes the place of a sentence-transformers Transformer module: reads ``input_ids`` and
    ``attention_mask`` (n, t), whose padding is on the right, and adds ``token_embeddings``
    float32 (n, t, width)."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _QUIET
        options.intra_op_num_threads = torch.get_num_threads()
        # Threads that spin between two calls take the cores from whoever decodes beside them.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            _Graph(model).serialized(), options, providers=["CPUExecutionProvider"]
        )

    def forward(self, features: dict[str, Any]) -> dict[str, Any]:
        lengths = features["attention_mask"].sum(dim=1)
        feeds = {
            "ids": features["input_ids"].to(torch.int32).numpy(),
            "lengths": lengths.to(torch.int32).numpy(),
        }
        hidden = self._session.run(["hidden"], feeds)[0]
        return {**features, "token_embeddings": torch.from_numpy(hidden)}


class _Graph:
    """Collects nodes and weights while the layers are laid down."""

    def __init__(self, model: BertModel) -> None:
        self._config = model.config
        self._weights = {
            name: tensor.detach().float().numpy() for name, tensor in model.state_dict().items()
        }
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        hidden = self._embeddings()
        for number in range(self._config.num_hidden_layers):
            hidden = self._layer(hidden, f"encoder.layer.{number}.")
        self._add("Identity", [hidden], "hidden")

    def serialized(self) -> bytes:
        info = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [info("ids", TensorProto.INT32, ["n", "t"]), info("lengths", TensorProto.INT32, ["n"])],
            [info("hidden", TensorProto.FLOAT, ["n", "t", self._config.hidden_size])],
            self._constants,
        )
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8)
        return bytes(model.SerializeToString())

    def _embeddings(self) -> str:
        prefix = "embeddings."
        places = self._weights[f"{prefix}position_embeddings.weight"]
        kinds = self._weights[f"{prefix}token_type_embeddings.weight"]
        words = self._constant("words", self._weights[f"{prefix}word_embeddings.weight"])
        # One kind of token only, so its vector is part of the places'.
        inputs = ["ids", "", words, self._constant("places", places + kinds[0]), ""]
        norm = self._norm(f"{prefix}LayerNorm")
        epsilon = self._config.layer_norm_eps
        self._add("EmbedLayerNormalization", [*inputs, *norm], "embedded", epsilon=epsilon)
        return "embedded"

    def _layer(self, hidden: str, prefix: str) -> str:
        parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        mixed = self._linear(hidden, *parts)
        split = [f"{part}.out" for part in parts]
        self._nodes.append(helper.make_node("Split", [mixed], split, axis=2))
        attended = self._add(
            "MultiHeadAttention",
            [*split, "", "lengths"],
            f"{prefix}attended",
            num_heads=self._config.num_attention_heads,
        )
        output = self._linear(attended, f"{prefix}attention.output.dense")
        hidden = self._add_and_norm(output, hidden, f"{prefix}attention.output.LayerNorm")
        wide = self._linear(hidden, f"{prefix}intermediate.dense")
        active = self._add("Gelu", [wide], f"{prefix}active")
        narrow = self._linear(active, f"{prefix}output.dense")
        return self._add_and_norm(narrow, hidden, f"{prefix}output.LayerNorm")

    def _linear(self, x: str, *names: str) -> str:
        """The linear layers ``names`` side by side: weights int8 with one scale per output, inputs
        quantised at every call."""
        matrix = np.concatenate([self._weights[f"{name}.weight"] for name in names]).T
        bias = np.concatenate([self._weights[f"{name}.bias"] for name in names])
        scales = np.maximum(np.abs(matrix).max(axis=0) / LEVELS, 1e-12).astype(np.float32)
        levels = np.ascontiguousarray(np.rint(matrix / scales).astype(np.int8))
        name = names[0]
        inputs = [
            x,
            self._constant(f"{name}.levels", levels),
            self._constant(f"{name}.scales", scales),
            "",
            self._constant(f"{name}.bias", bias),
        ]
        return self._add("DynamicQuantizeMatMul", inputs, f"{name}.product")

    def _add_and_norm(self, x: str, residual: str, name: str) -> str:
        inputs = [x, residual, *self._norm(name)]
        epsilon = self._config.layer_norm_eps
        return self._add("SkipLayerNormalization", inputs, f"{name}.out", epsilon=epsilon)

    def _norm(self, name: str) -> list[str]:
        return [
            self._constant(f"{name}.{part}", self._weights[f"{name}.{part}"])
            for part in ("weight", "bias")
        ]

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        domain = "" if operator == "Identity" else FUSED
        outputs = [output, "_mask"] if operator == "EmbedLayerNormalization" else [output]
        node = helper.make_node(operator, inputs, outputs, domain=domain, **attributes)
        self._nodes.append(node)
        return output
