"""Faces: the numbers of insightface, real faces told apart, and packs that are none refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from insightface.app import FaceAnalysis
from insightface.utils.face_align import arcface_dst, norm_crop

from core.errors import ModelError
from pipeline.models.face_alignment import aligned, template, turns
from pipeline.models.faces_insightface import InsightFaceAnalyzer
from pipeline.models.picture_files import read_picture
from pipeline.models.runtime import Runtime
from pipeline.weights import Located
from tests.support import REPOSITORY
from tests.support.checkpoints import faces as packs
from tests.support.checkpoints.detectors import yolox

RUNTIME = Runtime(device="cpu", precision="fp32")


def load(folder: Path) -> InsightFaceAnalyzer:
    return InsightFaceAnalyzer(Located(path=folder, name=folder.name, revision="1"), RUNTIME)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    packs.pack(folder)
    return folder


@pytest.fixture(scope="module")
def real_pack(shared_models) -> Path:
    return shared_models / "insightface" / "local_sc"


@pytest.fixture(scope="module")
def real(real_pack) -> InsightFaceAnalyzer:
    return load(real_pack)


@pytest.fixture(scope="module")
def portraits(shared_faces) -> dict[str, np.ndarray]:
    """File name -> picture of one person."""
    files = sorted(shared_faces.rglob("*.jpg"))
    return {file.stem: read_picture(file) for file in files if "_and_" not in file.name}


def umeyama(points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(2, 3) by complex numbers: the least squares answer of a * point + b = target."""
    p, q = points @ (1, 1j), target @ (1, 1j)
    a = np.vdot(p - p.mean(), q - q.mean()) / np.vdot(p - p.mean(), p - p.mean())
    b = q.mean() - a * p.mean()
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def looked_at_by_insightface(pack: Path, picture: np.ndarray, size: tuple[int, int]) -> list:
    """Its own faces, largest first."""
    app = FaceAnalysis(
        name=str(pack),
        allowed_modules=["detection", "recognition"],
        providers=["CPUExecutionProvider"],
        static_shape_sessions=False,
    )
    app.prepare(ctx_id=-1, det_thresh=0.5, det_size=size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # it calls a deprecated scikit-image
        return app.get(picture)


# Numbers.


@pytest.mark.parametrize("size", [112, 128, 224, 256])
def test_faces_are_turned_as_least_squares_says(size):
    rng = np.random.default_rng(size)
    target = template(size)
    angles, scales = rng.uniform(-np.pi, np.pi, 40), rng.uniform(0.05, 20, 40)
    points = np.stack(
        [
            (target - size / 2)
            @ (scale * np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]))
            + rng.uniform(-500, 2_000, 2)
            + rng.normal(0, 3 * scale, (5, 2))
            for a, scale in zip(angles, scales, strict=True)
        ]
    )
    expected = np.stack([umeyama(one, target) for one in points])
    assert np.abs(turns(points, target) - expected).max() < 1e-4


def test_mirrored_points_are_turned_and_never_mirrored_back():
    points = template(112) * (-1, 1) + (300, 20)
    [turn] = turns(points[None], template(112))
    assert np.linalg.det(turn[:, :2]) > 0
    assert np.abs(turn - umeyama(points, template(112))).max() < 1e-4


def test_the_template_is_insightface_s():
    assert np.abs(template(112) - arcface_dst).max() < 1e-4


@pytest.mark.parametrize("size", [112, 128])
def test_an_aligned_face_is_the_picture_insightface_makes(size):
    rng = np.random.default_rng(3)
    picture = cv2.GaussianBlur(rng.integers(0, 256, (300, 400, 3), dtype=np.uint8), (0, 0), 3)
    points = (template(112) * 1.3 + (120, 60) + rng.normal(0, 4, (5, 2))).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        expected = norm_crop(picture, points, image_size=size)
    [turn] = turns(points[None], template(size))
    assert np.abs(aligned(picture, turn, size).astype(int) - expected).max() <= 1


@pytest.mark.parametrize("which", ["tiny", "real_pack"])
def test_faces_are_those_of_insightface_with_the_same_vectors(which, request):
    pack: Path = request.getfixturevalue(which)
    if which == "tiny":
        picture = np.zeros((480, 640, 3), np.uint8)
        for n, left in enumerate(range(40, 600, 110)):
            picture[60 + 60 * n : 100 + 60 * n, left : left + 40] = (255, 255 - 9 * n, 250)
    else:
        path = request.getfixturevalue("shared_faces") / "us_government" / "obama_and_biden.jpg"
        picture = cv2.resize(read_picture(path), (640, 448), interpolation=cv2.INTER_AREA)
    height, width = picture.shape[:2]
    [ours] = load(pack).analyze([picture])
    theirs = looked_at_by_insightface(pack, picture, (width, height))
    assert len(theirs) >= 3
    # insightface finds the turn in float32, which moves single pixels by one grey level: a tenth of
    # a thousandth for the smooth tiny network, twice that for the real one.
    within = 1e-4 if which == "tiny" else 5e-4
    for face in theirs:
        left, top, right, _ = np.clip(face.bbox, 0, (width, height, width, height))
        expected = np.array([left / width, top / height, (right - left) / width])
        [one] = [
            one
            for one in ours
            if np.allclose((one.box.left, one.box.top, one.box.width), expected, atol=1e-5)
            and abs(one.score - face.det_score) < 1e-5
        ]
        assert np.abs(one.embedding - face.normed_embedding).max() < within
        assert one.embedding @ face.normed_embedding > 1 - 1e-5


def test_faces_asked_together_have_the_vectors_of_faces_asked_alone(tmp_path):
    """The same weights, once for any number of faces and once for one."""
    (tmp_path / "many").mkdir()
    (tmp_path / "one").mkdir()
    packs.pack(tmp_path / "many")
    packs.scrfd(tmp_path / "one" / "det_tiny.onnx")
    packs.arcface(tmp_path / "one" / "rec_tiny.onnx", batch=1)
    picture = np.zeros((200, 700, 3), np.uint8)
    rng = np.random.default_rng(0)
    for left in range(20, 660, 60):
        picture[40:160, left : left + 40] = rng.integers(200, 256, (120, 40, 3))
    [together] = load(tmp_path / "many").analyze([picture])
    [alone] = load(tmp_path / "one").analyze([picture])
    assert len(together) == len(alone) > 40  # more than one batch
    for a, b in zip(together, alone, strict=True):
        assert a.box == b.box
        assert np.abs(a.embedding - b.embedding).max() < 1e-4


def test_the_dimension_is_the_model_s(tmp_path):
    packs.scrfd(tmp_path / "det.onnx")
    packs.arcface(tmp_path / "rec.onnx", dim=128, side=224)
    assert load(tmp_path).dim == 128


def test_a_detector_of_one_fixed_size_works_too(tmp_path):
    packs.scrfd(tmp_path / "det.onnx", side=320)
    packs.arcface(tmp_path / "rec.onnx")
    picture = np.zeros((150, 600, 3), np.uint8)
    picture[40:90, 300:350] = 255
    [faces] = load(tmp_path).analyze([picture])
    assert any(abs(one.box.left + one.box.width / 2 - 325 / 600) < 0.1 for one in faces)


def test_points_that_coincide_are_no_face(tiny, monkeypatch):
    """A network may give anything; a face without extent has no direction."""
    analyzer = load(tiny)
    boxes = np.array([[10, 10, 60, 60, 0.9]], np.float32)
    same = np.full((1, 5, 2), 30, np.float32)
    monkeypatch.setattr(analyzer._pack.detector, "detect", lambda *_args, **_options: (boxes, same))
    assert analyzer.analyze([np.full((100, 100, 3), 255, np.uint8)]) == [()]


# Real faces.


def test_every_portrait_shows_one_face_and_the_pair_three(real, portraits, shared_faces):
    """The third, in the dark at the right edge of the two, is one too."""
    found = real.analyze(list(portraits.values()))
    assert {len(faces) for faces in found} == {1}
    both = read_picture(shared_faces / "us_government" / "obama_and_biden.jpg")
    [faces] = real.analyze([both])
    assert len(faces) == 3
    assert faces[0].size_px > 150


def test_people_are_told_apart(real, portraits):
    vectors = {name: real.analyze([one])[0][0].embedding for name, one in portraits.items()}
    obama = np.stack([vector for name, vector in vectors.items() if name.startswith("obama")])
    biden = np.stack([vector for name, vector in vectors.items() if name.startswith("biden")])
    assert (obama @ obama.T).min() > 0.5
    assert (biden @ biden.T).min() > 0.5
    assert (obama @ biden.T).max() < 0.3


def test_both_are_known_in_the_picture_of_the_two(real, portraits, shared_faces):
    both = read_picture(shared_faces / "us_government" / "obama_and_biden.jpg")
    [faces] = real.analyze([both])
    for person in ("obama", "biden"):
        [[known]] = real.analyze([portraits[person]])
        scores = sorted(float(face.embedding @ known.embedding) for face in faces)
        assert scores[-1] > 0.6 > 0.3 > scores[-2]


def test_a_face_that_fills_the_picture_is_found(real, portraits):
    for name, picture in portraits.items():
        [[face]] = real.analyze([picture])
        [[again]] = real.analyze([cut(picture, face.box, around=0.05)])
        assert again.embedding @ face.embedding > 0.6, name


def test_five_hundred_faces_in_one_picture_are_all_found(real, portraits):
    tiles = []
    for picture in portraits.values():
        [[face]] = real.analyze([picture])
        tile = cut(picture, face.box, around=0.35)
        tiles.append(cv2.resize(tile, (96, 96), interpolation=cv2.INTER_AREA))
    rows = [np.hstack([tiles[(row + n) % len(tiles)] for n in range(25)]) for row in range(20)]
    crowd = np.vstack(rows)
    [faces] = real.analyze([crowd])
    places = {(int(f.box.left * 25 + f.box.width * 12.5), middle_row(f)) for f in faces}
    assert len(places) == 500
    assert len(faces) == 500


def middle_row(face) -> int:
    return int((face.box.top + face.box.height / 2) * 20)


@pytest.mark.parametrize(("size_px", "expected"), [(4, 0), (24, 1), (60, 1)])
def test_faces_of_four_pixels_are_not_found_and_larger_ones_are(real, portraits, size_px, expected):
    picture = portraits["obama"]
    [[face]] = real.analyze([picture])
    scale = size_px / face.size_px
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    wide = np.full((480, 640, 3), 127, np.uint8)
    wide[: small.shape[0], : small.shape[1]] = small[:480, :640]
    [faces] = real.analyze([wide])
    assert len(faces) == expected


def test_a_face_of_sixty_pixels_is_found_in_an_8k_picture(real, portraits):
    picture = portraits["obama2"]
    [[face]] = real.analyze([picture])
    scale = 60 / face.size_px
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    huge = np.full((4_320, 7_680, 3), 90, np.uint8)
    huge[2_000 : 2_000 + small.shape[0], 5_000 : 5_000 + small.shape[1]] = small
    [[found]] = real.analyze([huge])
    assert 45 < found.size_px < 75


def test_grey_faces_are_known(real, portraits):
    picture = portraits["biden"]
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    [[colour]], [[without]] = real.analyze([picture]), real.analyze([grey])
    assert colour.embedding @ without.embedding > 0.6


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_pictures_on_their_side_give_no_error(real, portraits, quarters):
    [faces] = real.analyze([np.ascontiguousarray(np.rot90(portraits["obama"], quarters))])
    assert len(faces) <= 1


def cut(picture, box, *, around: float):
    height, width = picture.shape[:2]
    top, left = (box.top - around * box.height) * height, (box.left - around * box.width) * width
    bottom = (box.top + (1 + around) * box.height) * height
    right = (box.left + (1 + around) * box.width) * width
    return picture[max(0, round(top)) : round(bottom), max(0, round(left)) : round(right)].copy()


# Packs that are none.


def only(*parts: str):
    def build(folder: Path) -> None:
        for part in parts:
            {"det": packs.scrfd, "rec": packs.arcface}[part](folder / f"{part}.onnx")

    return build


def two_recognisers(folder: Path) -> None:
    packs.pack(folder)
    packs.arcface(folder / "another.onnx", dim=512)


def text_as_recogniser(folder: Path) -> None:
    packs.scrfd(folder / "det.onnx")
    (folder / "rec.onnx").write_text("this is not a network", encoding="utf-8")


def cut_short(folder: Path) -> None:
    packs.pack(folder)
    whole = (folder / "rec_tiny.onnx").read_bytes()
    (folder / "rec_tiny.onnx").write_bytes(whole[: len(whole) // 2])


def empty_file(folder: Path) -> None:
    packs.pack(folder)
    (folder / "det_tiny.onnx").write_bytes(b"")


def yolox_as_recogniser(folder: Path) -> None:
    packs.scrfd(folder / "det.onnx")
    shutil.move(yolox(folder, height=128, width=128, batch=1), folder / "rec.onnx")


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda folder: None, r"is not there: .* is no folder of ONNX files"),
        (only("rec"), r"there is no face detector among rec\.onnx"),
        (only("det"), r"there is no face recogniser among det\.onnx"),
        (two_recognisers, r"another\.onnx and rec_tiny\.onnx are both face recognisers"),
        (text_as_recogniser, r"rec\.onnx is not a whole ONNX network"),
        (cut_short, r"rec_tiny\.onnx is not a whole ONNX network"),
        (empty_file, r"det_tiny\.onnx is not a whole ONNX network"),
        (yolox_as_recogniser, r"rec\.onnx is expected to be an ArcFace .*, but it takes .*85"),
    ],
)
def test_a_folder_that_is_no_pack_is_refused_in_one_sentence(tmp_path, build, sentence):
    build(tmp_path)
    with pytest.raises(ModelError, match=sentence) as caught:
        load(tmp_path)
    assert "models.overrides.face_analyzer" in str(caught.value) or "both" in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_missing_pack_is_refused_before_insightface_would_reach_for_the_network(tmp_path):
    with pytest.raises(ModelError, match="buffalo_s is not there"):
        load(tmp_path / "buffalo_s")


@pytest.mark.parametrize(
    ("file", "beside", "sentence"),
    [
        ("yunet_n_dynamic.onnx", "rec", r"expected to be an SCRFD .*, but it gives 12 outputs"),
        (
            "person-reidentification-retail-0267.mvnfix.onnx",
            "det",
            r"there is no face recogniser among det\.onnx and person-reidentification",
        ),
        ("yolox_nano_coco_raw.onnx", "det", r"expected to be an ArcFace recogniser"),
    ],
)
def test_real_networks_of_another_kind_are_refused(shared_models, tmp_path, file, beside, sentence):
    only(beside)(tmp_path)
    shutil.copy(shared_models / file, tmp_path / file)
    with pytest.raises(ModelError, match=sentence):
        load(tmp_path)


def test_loading_says_nothing_and_warns_of_nothing(tiny):
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from pipeline.models.faces_insightface import InsightFaceAnalyzer\n"
        "from pipeline.models.runtime import Runtime\n"
        "from pipeline.weights import Located\n"
        "pack = Located(path=Path(sys.argv[1]), name='tiny', revision='1')\n"
        "analyzer = InsightFaceAnalyzer(pack, Runtime(device='cpu', precision='fp32'))\n"
        "assert analyzer.analyze([np.full((90, 90, 3), 255, np.uint8)])[0]\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(tiny)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_network_that_fails_at_its_work_is_named_in_one_sentence(tiny):
    analyzer = load(tiny)
    analyzer._pack.detector.input_name = "another"
    with pytest.raises(ModelError, match=r"tiny0? failed while looking for faces \(.*overrides"):
        analyzer.analyze([np.zeros((64, 64, 3), np.uint8)])
