"""Tiny captioners with random weights: BLIP, BLIP-2 on OPT and on Flan-T5, and Idefics3 as one of
the many image-text-to-text models."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import BPE, Unigram
from tokenizers.trainers import BpeTrainer, UnigramTrainer
from transformers import (
    BertTokenizer,
    Blip2Config,
    Blip2ForConditionalGeneration,
    BlipConfig,
    BlipForConditionalGeneration,
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    LlavaConfig,
    LlavaForConditionalGeneration,
    PreTrainedTokenizerFast,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
)
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.idefics3.processing_idefics3 import Idefics3Processor
from transformers.models.llava.processing_llava import LlavaProcessor
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

SENTENCES = [
    "a picture of a man in a red jacket walking through an empty hall",
    "Question: What is the camera wearer doing? Answer: The camera wearer picks up a bottle.",
    "two people stand at a table and talk, a woman in white shoes leaves\n",
    "Describe what happens in one sentence. A photo of a yellow helmet and a worker.",
]
"""What the tokenizers learn their words from."""

QUERIES = 4
VISION = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 32,
    "patch_size": 8,
}


def blip(folder: Path) -> None:
    """BlipForConditionalGeneration: 16 patches, two layers, 32 wide, lower-case word pieces."""
    tokenizer = _word_pieces()
    config = BlipConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "encoder_hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "max_position_embeddings": 64,
            "bos_token_id": tokenizer.convert_tokens_to_ids("[DEC]"),
            "eos_token_id": tokenizer.sep_token_id,
            "sep_token_id": tokenizer.sep_token_id,
            "pad_token_id": tokenizer.pad_token_id,
        },
        vision_config=VISION,
        projection_dim=16,
        image_text_hidden_size=16,
    )
    torch.manual_seed(3)
    _save(_restless(BlipForConditionalGeneration(config)), tokenizer, folder)
    BlipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)


def blip2_opt(folder: Path) -> None:
    """Blip2ForConditionalGeneration with OPT: byte pairs, BOS and EOS are ``</s>``."""
    tokenizer = _byte_pairs()
    text = {
        "model_type": "opt",
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "word_embed_proj_dim": 32,
        "ffn_dim": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 128,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    _save_blip2(text, tokenizer, folder)


def blip2_t5(folder: Path) -> None:
    """Blip2ForConditionalGeneration with T5: unigrams, EOS after the prompt, a decoder of its
    own."""
    tokenizer = _unigrams()
    text = {
        "model_type": "t5",
        "vocab_size": len(tokenizer),
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 2,
        "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False,
        "decoder_start_token_id": tokenizer.pad_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    _save_blip2(text, tokenizer, folder)


def image_text_to_text(folder: Path) -> None:
    """Idefics3ForConditionalGeneration with its processor and a chat template."""
    tokenizer = _byte_pairs()
    tokenizer.add_special_tokens(
        {
            "additional_special_tokens": [
                "<fake_token_around_image>",
                "<image>",
                "<end_of_utterance>",
                "<global-img>",
            ]
        }
    )
    config = Idefics3Config(
        vision_config={**VISION, "model_type": "idefics3_vision"},
        text_config=_llama(tokenizer),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        pad_token_id=tokenizer.pad_token_id,
        scale_factor=2,
    )
    torch.manual_seed(3)
    _restless(Idefics3ForConditionalGeneration(config)).save_pretrained(folder)
    Idefics3Processor(
        Idefics3ImageProcessorPil(
            size={"longest_edge": 32}, max_image_size={"longest_edge": 32}, do_image_splitting=False
        ),
        tokenizer,
        image_seq_len=4,
        chat_template=(
            "{% for message in messages %}{{ message['role'] }}:"
            "{% for part in message['content'] %}"
            "{% if part['type'] == 'image' %}<image>{% else %} {{ part['text'] }}{% endif %}"
            "{% endfor %}<end_of_utterance>\n{% endfor %}"
            "{% if add_generation_prompt %}Assistant:{% endif %}"
        ),
    ).save_pretrained(folder)


def one_picture(folder: Path) -> None:
    """LlavaForConditionalGeneration: one picture to a question, no chat template."""
    tokenizer = _byte_pairs()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>"]})
    config = LlavaConfig(
        vision_config={**VISION, "model_type": "clip_vision_model", "projection_dim": 16},
        text_config=_llama(tokenizer),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )
    torch.manual_seed(3)
    _restless(LlavaForConditionalGeneration(config)).save_pretrained(folder)
    LlavaProcessor(
        CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        tokenizer,
        patch_size=8,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    ).save_pretrained(folder)


def with_a_video_part(folder: Path) -> None:
    """Qwen2VLForConditionalGeneration, whose processor also reads videos, with torchvision."""
    tokenizer = _byte_pairs()
    marks = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    tokenizer.add_special_tokens({"additional_special_tokens": marks})
    start, end, image, video = tokenizer.convert_tokens_to_ids(marks)
    vision = {"depth": 1, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "patch_size": 8}
    rope = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10_000.0}
    config = Qwen2VLConfig(
        vision_config=vision,
        text_config={**_llama(tokenizer), "model_type": "qwen2_vl_text", "rope_parameters": rope},
        vision_start_token_id=start,
        vision_end_token_id=end,
        image_token_id=image,
        video_token_id=video,
    )
    Qwen2VLForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    Qwen2VLImageProcessorPil(patch_size=8).save_pretrained(folder)


def _llama(tokenizer: PreTrainedTokenizerFast) -> dict:
    return {
        "model_type": "llama",
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": 512,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _save_blip2(text: dict, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    config = Blip2Config(
        vision_config=VISION,
        qformer_config={
            "vocab_size": 16,
            "hidden_size": 32,
            "encoder_hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "cross_attention_frequency": 1,
        },
        text_config=text,
        num_query_tokens=QUERIES,
    )
    torch.manual_seed(3)
    model = Blip2ForConditionalGeneration(config)
    torch.nn.init.normal_(model.query_tokens)  # zeros would make all queries one
    _save(_restless(model), tokenizer, folder)
    BlipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)


def _restless(model: torch.nn.Module) -> torch.nn.Module:
    """Larger weights than training starts from: at their scale every picture gives one and the
    same text, and a test could not tell whether pictures are looked at."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.3)
    return model


def _save(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _word_pieces() -> PreTrainedTokenizerFast:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "[ENC]"]
    # Listed, not learnt: the trainer breaks ties differently in every process.
    text = " ".join(SENTENCES).lower()
    letters = sorted(set(text) - {" ", "\n"})
    words = sorted({word for word in re.findall(r"\w+", text) if len(word) > 1})
    pieces = [*special, *letters, *(f"##{letter}" for letter in letters), *words]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    return BertTokenizer(vocab=vocabulary, do_lower_case=True)


def _byte_pairs() -> PreTrainedTokenizerFast:
    pairs = Tokenizer(BPE())
    pairs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    pairs.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=320,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    pairs.train_from_iterator(SENTENCES, trainer)
    pairs.post_processor = processors.TemplateProcessing(
        single="</s> $A", special_tokens=[("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=pairs,
        bos_token="</s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    )


def _unigrams() -> PreTrainedTokenizerFast:
    grams = Tokenizer(Unigram())
    grams.normalizer = normalizers.Replace("\n", " ")
    grams.pre_tokenizer = pre_tokenizers.Metaspace()
    grams.decoder = decoders.Metaspace()
    trainer = UnigramTrainer(
        vocab_size=150,
        special_tokens=["<pad>", "</s>", "<unk>"],
        unk_token="<unk>",
        show_progress=False,
    )
    grams.train_from_iterator(SENTENCES, trainer)
    grams.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=grams, eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    )
