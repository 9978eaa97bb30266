"""A tiny CLIP with both halves and their projections, random weights."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import pre_tokenizers
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

START, END = "<|startoftext|>", "<|endoftext|>"
SIZE, DIM = 32, 24


def clip4clip(folder: Path) -> None:
    """CLIPModel, whose state holds the text and the vision model with projection: 16 patches of a
    32 pixel picture, two layers, into 24 numbers."""
    tokenizer = _tokenizer()
    shape = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "projection_dim": DIM,
    }
    text = {
        **shape,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": 77,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    torch.manual_seed(11)
    model = CLIPModel(
        CLIPConfig(
            text_config=text,
            vision_config={**shape, "image_size": SIZE, "patch_size": 8},
            projection_dim=DIM,
        )
    )
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:  # at training's starting scale all pictures look alike
                parameter.normal_(std=0.2)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _tokenizer() -> CLIPTokenizer:
    """Bytes, each alone or ending a word, and the two marks; no merges, so words are spelt."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    names = [*letters, *(f"{letter}</w>" for letter in letters), START, END]
    vocabulary = {name: number for number, name in enumerate(names)}
    return CLIPTokenizer(vocab=vocabulary, merges=[])
