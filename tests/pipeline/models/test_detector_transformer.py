"""D-FINE and RT-DETRv2: what transformers computes, with our labels; broken checkpoints refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForObjectDetection

from core.errors import ModelError
from core.objects import LABELS
from pipeline.frames import Frame
from pipeline.models.detector_transformer import DetectionTransformer
from pipeline.models.runtime import Precision, Runtime
from pipeline.weights import Located
from tests.support.checkpoints import detectors

BUILDERS = {"d-fine": detectors.d_fine, "rt-detr": detectors.rt_detr}


def load(folder: Path, precision: Precision = "fp32") -> DetectionTransformer:
    runtime = Runtime(device="cpu", precision=precision)
    return DetectionTransformer(Located(path=folder, name="tiny", revision="1"), runtime)


@pytest.fixture(scope="module", params=sorted(BUILDERS))
def checkpoint(request, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    BUILDERS[request.param](folder)
    return folder


@pytest.fixture
def copied(checkpoint, tmp_path) -> Path:
    """A checkpoint to break."""
    for file in checkpoint.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.fixture(scope="module")
def look() -> list[Frame]:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (detectors.SIDE, detectors.SIDE, 3), dtype=np.uint8)
    return [Frame(at_ms=0, image=image), Frame(at_ms=1, image=image[::-1].copy())]


def config_of(folder: Path) -> dict:
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def write_config(folder: Path, **changes: object) -> None:
    (folder / "config.json").write_text(json.dumps(config_of(folder) | changes), encoding="utf-8")


def test_boxes_and_scores_are_those_of_the_model(checkpoint, look):
    """Pixels divided by 255 in RGB; sigmoid; (centre, size) as fractions; no resizing here."""
    model = AutoModelForObjectDetection.from_pretrained(checkpoint).eval()
    rgb = np.stack([frame.image[..., ::-1] for frame in look]).transpose(0, 3, 1, 2)
    with torch.no_grad():
        out = model(pixel_values=torch.tensor(rgb / 255, dtype=torch.float32))
    scores = out.logits.sigmoid().numpy()
    for number, sightings in enumerate(load(checkpoint).look(look)):
        assert sightings
        assert [s.score for s in sightings] == sorted((s.score for s in sightings), reverse=True)
        for one in sightings:
            label = LABELS.index(one.label)
            query = int(np.abs(scores[number, :, label] - one.score).argmin())
            assert abs(scores[number, query, label] - one.score) < 1e-4
            near = np.flatnonzero(np.abs(scores[number, :, label] - one.score) < 1e-4)
            centres = out.pred_boxes[number, near].numpy()
            left_top = np.clip(centres[:, :2] - centres[:, 2:] / 2, 0, 1)
            assert np.abs(left_top - (one.box.left, one.box.top)).max(axis=1).min() < 1e-4


@pytest.mark.parametrize("precision", ["bf16", "int8"])
def test_lower_precisions_see_about_the_same(checkpoint, look, precision):
    exact, rough = load(checkpoint).look(look), load(checkpoint, precision).look(look)
    for one, other in zip(exact, rough, strict=True):
        assert abs(len(one) - len(other)) <= 3
        assert abs(one[0].score - other[0].score) < 0.02


def test_frames_are_wanted_as_wide_as_the_model_looks(checkpoint):
    assert load(checkpoint).frame_width == detectors.SIDE


def test_the_names_of_other_trainings_become_ours(copied, look):
    names = dict(enumerate(LABELS))
    names |= {3: "motorbike", 57: "sofa", 62: "tvmonitor", 5: "N/A", 7: "Forklift"}
    write_config(copied, id2label=names, label2id={name: n for n, name in names.items()})
    detector = load(copied)
    assert detector._labels[3] == "motorcycle"
    assert (detector._labels[57], detector._labels[62]) == ("couch", "tv")
    assert (detector._labels[5], detector._labels[7]) == ("", "Forklift")
    assert all(one.label for sightings in detector.look(look) for one in sightings)


def test_a_processor_saved_by_the_usual_class_is_read_without_torchvision(copied, look):
    file = copied / "preprocessor_config.json"
    values = json.loads(file.read_text(encoding="utf-8"))
    for name in ("RTDetrImageProcessor", "RTDetrImageProcessorFast"):
        values["image_processor_type"] = name
        file.write_text(json.dumps(values), encoding="utf-8")
        assert load(copied).look(look)[0]


def test_missing_detection_heads_are_refused(copied):
    weights = load_file(copied / "model.safetensors")
    kept = {name: value for name, value in weights.items() if "class_embed" not in name}
    assert len(kept) < len(weights)
    save_file(kept, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"lacks \d+ weights .*class_embed"):
        load(copied)


def test_a_model_that_knows_no_people_is_refused(copied):
    names = {number: f"LABEL_{number}" for number in range(len(LABELS))}
    write_config(copied, id2label=names, label2id={name: n for n, name in names.items()})
    with pytest.raises(ModelError, match="no label for people among its 80"):
        load(copied)


def cut_short(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:5_000])


def another_number_of_labels(folder: Path) -> None:
    write_config(folder, id2label={"0": "person"}, label2id={"person": 0})


def without_processor(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()


def a_text_model(folder: Path) -> None:
    write_config(folder, model_type="bert")


@pytest.mark.parametrize(
    "damage", [cut_short, another_number_of_labels, without_processor, a_text_model]
)
def test_broken_checkpoints_are_refused_by_name(copied, damage):
    damage(copied)
    with pytest.raises(ModelError, match="tiny") as caught:
        load(copied)
    assert "models.overrides" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_model_that_fails_at_its_work_is_named_in_one_sentence(checkpoint, look):
    detector = load(checkpoint)
    detector._dtype = torch.float64  # torch refuses to mix it with the weights'
    with pytest.raises(ModelError, match=r"tiny failed while looking for people \(.*overrides"):
        detector.look(look)
