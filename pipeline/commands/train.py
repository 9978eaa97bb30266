"""train: learn what ClipOps ships of its own making."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import Config

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.training.korean_figures import Figures, HeldOut

BATCH = 64


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    train = commands.add_parser("train", help="learn what ClipOps ships of its own making")
    what = train.add_subparsers(required=True, metavar="what")
    korean = what.add_parser("korean-map", help="Korean for the built-in text encoder")
    korean.add_argument(
        "--text",
        type=Path,
        default=Path("../shared/text"),
        help="folder with korsts/ and stsb_en/ (default: %(default)s)",
    )
    korean.add_argument("--out", type=Path, help="file to write (default: in the data folder)")
    korean.set_defaults(run=_korean_map)


def _korean_map(config: Config, arguments: argparse.Namespace) -> int:
    import numpy as np

    from pipeline.models.korean_map import KoreanMap
    from pipeline.models.text_minilm import MiniLmEncoder
    from pipeline.progress_bar import ProgressBar
    from pipeline.training.korean_figures import HeldOut, caption_gain, english_texts, measure
    from pipeline.training.korean_map import learn, quantised
    from pipeline.training.sentence_pairs import read_pairs
    from pipeline.training.short_queries import SHORT_QUERIES

    out: Path = arguments.out or config.data_dir / "korean_map.npz"
    pairs = read_pairs(arguments.text)
    learnt_from = (*pairs.sentences, *pairs.own)
    encoder = MiniLmEncoder()
    with ProgressBar() as bar:
        bar.stage("korean-map", "encoding English sentences")
        asked = english_texts(pairs.dev, pairs.scenes)
        texts = list(dict.fromkeys([*(english for _, english in learnt_from), *asked]))
        texts.sort(key=len)
        english = {}
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            english |= dict(zip(batch, encoder.encode(batch), strict=True))
            bar.progress((start + len(batch)) / len(texts))
        bar.stage("korean-map", "learning")
        learnt = learn(
            [korean for korean, _ in learnt_from],
            np.stack([english[text] for _, text in learnt_from]),
            judged=len(pairs.sentences),
            progress=bar.progress,
        )
        bar.stage("korean-map", "packing and measuring")
        content = quantised(learnt)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
        packed = KoreanMap.load(out, sha256=None)
        kept = packed.encode
        held_out = HeldOut(dev=pairs.dev, captions=pairs.scenes, english=english)
        steps = [
            ("MiniLM as it is", measure(encoder.encode_unmapped, held_out)),
            (
                f"ridge, {len(learnt.vocabulary):,} n-grams",
                measure(lambda some: learnt.encode(some, learnt.ridge_rows), held_out),
            ),
            (
                "+ weighed by error",
                measure(lambda some: learnt.encode(some, learnt.rows), held_out),
            ),
            (
                f"+ cut to {packed.size:,} n-grams",
                measure(lambda some: learnt.encode(some, learnt.rows[: packed.size]), held_out),
            ),
            ("+ 2 and 4 bits (the file)", measure(kept, held_out)),
        ]
        captions = [text for _, text in pairs.scenes]
        seen = np.stack([english[text] for text in captions])
        queries = [query.korean for query in SHORT_QUERIES]
        gains = {
            "the same queries in English": np.stack([english[q.english] for q in SHORT_QUERIES]),
            "word by word into English": _glossed(encoder, queries),
            "the map": kept(queries),
            "both, added up": _unit(kept(queries) + _glossed(encoder, queries)),
        }
    print(
        f"Learnt from {len(pairs.sentences):,} sentence pairs and {len(pairs.own):,} of our own; "
        f"{pairs.dropped:,} left out that are among the held-out ones."
    )
    _print_steps(steps)
    print(f"English likeness (Spearman): {_english_likeness(held_out):.4f}, unchanged by the map")
    print(f"Short Korean queries over {len(captions):,} captions, nDCG@10:")
    for name, vectors in gains.items():
        print(f"  {name:<30}{caption_gain(vectors, captions, seen):.3f}")
    print(f"{out}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


def _print_steps(steps: list[tuple[str, Figures]]) -> None:
    print("Korean to English, held out, R@1 / R@10 in percent; likeness: Spearman on KorSTS dev")
    heads = ("rows", "sentences", "captions", "short queries")
    print(f"{'':<28}" + "".join(f"{head:>15}" for head in heads) + f"{'likeness':>10}")
    for name, one in steps:
        parts = (one.rows, one.sentences, one.captions, one.queries)
        shares = (f"{100 * part.first:.1f} / {100 * part.among_ten:.1f}" for part in parts)
        print(
            f"{name:<28}" + "".join(f"{share:>15}" for share in shares) + f"{one.likeness:>10.4f}"
        )


def _english_likeness(held_out: HeldOut) -> float:
    import numpy as np

    from pipeline.evaluation.metrics import spearman

    first, second = (
        np.stack([held_out.english[row.english[which]] for row in held_out.dev]) for which in (0, 1)
    )
    return spearman((first * second).sum(axis=1), np.array([row.score for row in held_out.dev]))


def _glossed(encoder: object, queries: list[str]) -> NDArray[np.float32]:
    """Zeros where the lexicon lacks a word."""
    import numpy as np

    from core.vocabulary import english_gloss
    from pipeline.models.text_minilm import MiniLmEncoder

    assert isinstance(encoder, MiniLmEncoder)
    glosses = [english_gloss(query) for query in queries]
    vectors = encoder.encode([gloss or "" for gloss in glosses])
    return vectors * np.array([[gloss is not None] for gloss in glosses], np.float32)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.where(lengths > 0, lengths, 1)
    return unit
