"""A tiny BLIP with a matching head and random weights."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import BlipConfig, BlipForImageTextRetrieval
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from tests.support.checkpoints.text import word_pieces

SENTENCES = [
    "a person in a red jacket and blue jeans walks through an empty hall",
    "a man with a yellow helmet, black shirt, green trousers and white shoes",
    "a photo of nobody",
]


def blip_itm(folder: Path) -> None:
    """BlipForImageTextRetrieval: 16 patches of a 32 pixel picture, two layers, 32 wide."""
    tokenizer = word_pieces(SENTENCES)
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "encoder_hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 64,
        "bos_token_id": tokenizer.cls_token_id,
        "eos_token_id": tokenizer.sep_token_id,
        "sep_token_id": tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    torch.manual_seed(7)
    config = BlipConfig(
        text_config=text, vision_config=vision, projection_dim=16, image_text_hidden_size=16
    )
    model = BlipForImageTextRetrieval(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:  # at training's starting scale all pictures look alike
                parameter.normal_(std=0.2)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    BlipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
