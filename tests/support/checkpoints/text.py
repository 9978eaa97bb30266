"""A tiny sentence-transformers model with random weights in the layout of kpf-sbert-128d-v1."""

from __future__ import annotations

import json
import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel, BertTokenizer

SENTENCES = [
    "A person in a red top comes in from the left.",
    "Nobody in view; nothing moves.",
    "빨간 상의를 입은 사람이 왼쪽에서 들어온다.",
    "아무도 보이지 않고 아무것도 움직이지 않는다.",
    "A person in black clothes runs out to the right with a yellow helmet.",
    "검은 옷을 입은 사람이 오른쪽으로 뛰어나간다.",
]
"""What the tokenizer knows as words."""

WIDTH, DIM, LONGEST = 32, 16, 72


def sentence_transformer(folder: Path) -> None:
    """Two BERT layers of width 32, mean pooling, Dense 32 -> 16 with Tanh, no normalisation; the
    module names of before sentence-transformers 3, as in the published modules.json."""
    tokenizer = word_pieces(SENTENCES)
    torch.manual_seed(5)
    bert = BertModel(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=96,
        )
    )
    with torch.no_grad():
        for parameter in bert.parameters():
            if parameter.dim() > 1:  # at training's starting scale all sentences look alike
                parameter.normal_(std=0.2)
    bert.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": LONGEST, "do_lower_case": True})
    pooling = {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True}
    pooling |= {f"pooling_mode_{kind}": False for kind in ("cls_token", "max_tokens")}
    _write(folder / "1_Pooling" / "config.json", pooling)
    _write(
        folder / "2_Dense" / "config.json",
        {
            "in_features": WIDTH,
            "out_features": DIM,
            "bias": True,
            "activation_function": "torch.nn.modules.activation.Tanh",
        },
    )
    dense = {"linear.weight": torch.randn(DIM, WIDTH) * 0.3, "linear.bias": torch.randn(DIM) * 0.1}
    save_file(dense, folder / "2_Dense" / "model.safetensors")
    parts = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense")]
    _write(
        folder / "modules.json",
        [
            {
                "idx": number,
                "name": str(number),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for number, (kind, path) in enumerate(parts)
        ],
    )


def word_pieces(sentences: list[str]) -> BertTokenizer:
    """Lower-case word pieces: the words of ``sentences``, and all their letters and those of the
    alphabet for other words. Not trained, because training breaks ties differently every time."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = sorted({*re.findall(r"\w+|[^\w\s]", " ".join(sentences).lower())})
    letters = sorted({*"abcdefghijklmnopqrstuvwxyz0123456789.,;:!?", *"".join(words)})
    pieces = [*special, *letters, *(f"##{letter}" for letter in letters)]
    pieces += [word for word in words if len(word) > 1]
    return BertTokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)}, do_lower_case=True
    )


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
