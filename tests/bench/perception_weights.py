"""Random weights of the real sizes, made once and kept, in the layouts the adapters load."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertModel,
    Blip2Config,
    Blip2ForConditionalGeneration,
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForImageTextRetrieval,
    CLIPConfig,
    CLIPModel,
    RTDetrResNetConfig,
    RTDetrV2Config,
    RTDetrV2ForObjectDetection,
)
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil
from transformers.models.rt_detr.image_processing_pil_rt_detr import RTDetrImageProcessorPil

from core.objects import LABELS
from pipeline.clothes import TEXTS
from tests.bench.run import KEPT
from tests.support.checkpoints import text, video

FOLDER = KEPT.parent / "bench-models"

BERT_WORDS, KPF_WORDS = 30_524, 32_000
"""Words of BLIP's tokenizer and of kpf-bert's."""

OPT_WORDS, OPT_NEWLINE = 50_272, 50_118

WHOLE = "whole"
"""A file that is written last."""


def weights(name: str) -> Path:
    """The folder of a model of MAKERS; made in a minute where it is not there."""
    folder = FOLDER / name
    if not (folder / WHOLE).is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        torch.manual_seed(0)
        MAKERS[name](folder)
        (folder / WHOLE).touch()
    return folder


def blip(folder: Path) -> None:
    """blip-image-captioning-base: ViT-B/16 at 384 px, a decoder like BERT-base."""
    BlipForConditionalGeneration(_blip_config(folder)).save_pretrained(folder)


def blip_itm(folder: Path) -> None:
    """blip-itm-base-coco."""
    BlipForImageTextRetrieval(_blip_config(folder)).save_pretrained(folder)


def clip4clip(folder: Path) -> None:
    """CLIP ViT-B/32, both halves, into 512 numbers. The tokenizer spells its words."""
    video.clip4clip(folder)
    tiny = json.loads((folder / "config.json").read_text(encoding="utf-8"))["text_config"]
    marks = {name: tiny[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    CLIPModel(CLIPConfig(text_config=marks)).save_pretrained(folder)


def kpf_sbert(folder: Path) -> None:
    """kpf-sbert-128d-v1: BERT-base, mean pooling, Dense 768 -> 128 with Tanh. Its tokenizer has
    the captions' words whole."""
    from tests.bench.perception_texts import texts

    text.sentence_transformer(folder)
    vocabulary(texts(2_000), KPF_WORDS).save_pretrained(folder)
    BertModel(BertConfig(vocab_size=KPF_WORDS)).save_pretrained(folder)
    _change(folder / "1_Pooling" / "config.json", word_embedding_dimension=768)
    _change(folder / "2_Dense" / "config.json", in_features=768, out_features=128)
    dense = torch.nn.Linear(768, 128)
    kept = {f"linear.{name}": values.detach() for name, values in dense.named_parameters()}
    save_file(kept, folder / "2_Dense" / "model.safetensors")


def rt_detr(folder: Path) -> None:
    """rtdetr_v2_r18vd at 640 px; a handful of its 300 boxes are sure, as in real pictures."""
    backbone = RTDetrResNetConfig(
        depths=[2, 2, 2, 2],
        hidden_sizes=[64, 128, 256, 512],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    config = RTDetrV2Config(
        backbone_config=backbone,
        encoder_in_channels=[128, 256, 512],
        hidden_expansion=0.5,
        decoder_layers=3,
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
    )
    RTDetrV2ForObjectDetection(config).save_pretrained(folder)
    RTDetrImageProcessorPil(size={"height": 640, "width": 640}).save_pretrained(folder)


def blip2(folder: Path) -> None:
    """blip2-opt-2.7b: 3.7 billion numbers in bf16, drawn on the graphics card."""
    newline = {"bos_token_id": 2, "eos_token_id": OPT_NEWLINE, "pad_token_id": 1}
    opt = {
        "model_type": "opt",
        "vocab_size": OPT_WORDS,
        "hidden_size": 2_560,
        "word_embed_proj_dim": 2_560,
        "ffn_dim": 10_240,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        **newline,
    }
    with torch.device("cuda"):
        model = Blip2ForConditionalGeneration(Blip2Config(text_config=opt)).to(torch.bfloat16)
    model.save_pretrained(folder)
    opt_vocabulary(OPT_WORDS).save_pretrained(folder)
    BlipImageProcessorPil(size={"height": 224, "width": 224}).save_pretrained(folder)


MAKERS: dict[str, Callable[[Path], None]] = {
    "blip": blip,
    "blip-itm": blip_itm,
    "clip4clip": clip4clip,
    "kpf-sbert": kpf_sbert,
    "rt-detr": rt_detr,
    "blip2": blip2,
}


def _blip_config(folder: Path) -> BlipConfig:
    """BLIP base as published, with a tokenizer and an image processor beside it."""
    words = vocabulary(["a picture of", *TEXTS], BERT_WORDS)
    words.save_pretrained(folder)
    BlipImageProcessorPil(size={"height": 384, "width": 384}).save_pretrained(folder)
    return BlipConfig(
        text_config={
            "vocab_size": BERT_WORDS,
            "num_attention_heads": 12,
            "bos_token_id": words.cls_token_id,
            "sep_token_id": words.sep_token_id,
            "eos_token_id": words.sep_token_id,
            "pad_token_id": words.pad_token_id,
        }
    )


def vocabulary(sentences: list[str], count: int) -> Any:
    """Word pieces: the words of ``sentences`` and made-up ones up to ``count``."""
    known = len(text.word_pieces(sentences))
    return text.word_pieces([*sentences, *(f"madeup{n}" for n in range(count - known))])


def opt_vocabulary(count: int) -> Any:
    """Byte pairs and made-up words up to ``count``; the newline where OPT has it."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    names = ["<s>", "<pad>", "</s>", "<unk>", *letters]
    names.remove("Ċ")
    names += [f"madeup{number}" for number in range(count - len(names))]
    names[OPT_NEWLINE] = "Ċ"
    pairs = Tokenizer(BPE(vocab={name: n for n, name in enumerate(names)}, merges=[]))
    pairs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pairs.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=pairs,
        bos_token="</s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    )


def _change(path: Path, **values: object) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | values), encoding="utf-8")
