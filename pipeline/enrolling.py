"""Enrolling: pictures of people whose names are known, one face each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.config import Config
from core.errors import EditRefused, InputError
from core.names import clean_name, split_label
from core.people import Crop, PeopleOutcome
from core.types import Actor
from db import galleries, people
from db.galleries import FaceModel
from db.pool import Database
from pipeline import crop_files
from pipeline.people_frame import Work, operate
from pipeline.ports import Face, FaceAnalyzer

LARGEST_LEADS = 2.5
"""How many times larger than the next one a face must be to be the one a picture is of: a portrait
with people far behind is still of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture file of one person."""

    path: Path
    group: str
    name: str

    @classmethod
    def of(cls, path: Path, label: str | None = None) -> Picture:
        """Named by ``label`` (``group/name``), else by its two parent folders. Raises InputError
        where there is neither."""
        if label is not None:
            group, name = split_label(label)
            return cls(path=path, group=group, name=name)
        folder = path.absolute().parent
        if not folder.name or not folder.parent.name:
            raise InputError(f"{path} does not lie in <group>/<name>/; say --as group/name.")
        return cls(path=path, group=clean_name(folder.parent.name), name=clean_name(folder.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What became of one file; ``problem`` is one sentence where it could not be enrolled."""

    path: Path
    label: str
    status: Literal["enrolled", "known", "refused"]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """``outcome`` is None where no file could be enrolled."""

    files: tuple[Enrolled, ...]
    outcome: PeopleOutcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    picture: Picture
    sha256: str
    face: Face
    crop: bytes


def enrol(
    config: Config,
    database: Database,
    analyzer: FaceAnalyzer,
    pictures: Sequence[Picture],
    *,
    by: Actor,
    idempotency_key: str,
    reason: str = "",
    preview: bool = False,
) -> Enrolment:
    """Add the one face of each picture to the gallery of who it shows, made where nobody has that
    name; past appearances are compared at once. A picture without a face, with several or with too
    small a one is refused with a sentence and the others go on; one that is enrolled already is
    ``known``. All of it is one operation.
    """
    results: dict[int, Enrolled] = {}
    found: dict[int, _Found] = {}
    crops: dict[int, Path] = {}
    for number, picture in enumerate(pictures):
        try:
            found[number] = _look(picture, analyzer, config.people.least_face_px)
        except InputError as error:
            results[number] = _result(picture, "refused", str(error))

    def write(work: Work) -> None:
        model = galleries.ensure_model(
            work.conn, model=analyzer.name, revision=analyzer.revision, dim=analyzer.dim
        )
        for number, one in found.items():
            results[number] = _store(work, model, one, crops[number])
        if all(one.status != "enrolled" for one in results.values()):
            raise _NothingNew

    outcome = None
    if found:
        try:
            with crop_files.staged(config, [one.crop for one in found.values()]) as staged:
                crops = dict(zip(found, staged, strict=True))
                outcome = operate(
                    config, database, "enrol", write,
                    by=by, idempotency_key=idempotency_key, reason=reason, preview=preview,
                )  # fmt: skip
        except _NothingNew:
            outcome = None
    files = (
        results.get(number) or _result(picture, "known")  # done under this key before
        for number, picture in enumerate(pictures)
    )
    return Enrolment(files=tuple(files), outcome=outcome)


class _NothingNew(EditRefused):
    """Every picture is enrolled already."""


def _look(picture: Picture, analyzer: FaceAnalyzer, least_px: int) -> _Found:
    from pipeline.models.crops import padded_crop, to_jpeg
    from pipeline.models.picture_files import read_picture

    image = read_picture(picture.path)
    face = _the_face(picture.path, analyzer.analyze([image])[0], least_px)
    crop = to_jpeg(padded_crop(image, face.box, padding=0.3), longest_side=256)
    sha256 = hashlib.sha256(picture.path.read_bytes()).hexdigest()
    return _Found(picture=picture, sha256=sha256, face=face, crop=crop)


def _the_face(path: Path, faces: Sequence[Face], least_px: int) -> Face:
    if not faces:
        raise InputError(f"{path} shows no face; use a picture that shows one from the front.")
    ordered = sorted(faces, key=lambda face: -face.size_px)
    largest = ordered[0]
    if largest.size_px < least_px:
        raise InputError(
            f"{path}: the face is {largest.size_px:.0f} pixels wide and needs {least_px}; "
            "use a larger picture."
        )
    if len(ordered) > 1 and largest.size_px < LARGEST_LEADS * ordered[1].size_px:
        raise InputError(
            f"{path} shows {len(ordered)} faces; cut out the one that is meant, or use another "
            "picture."
        )
    return largest


def _store(work: Work, model: FaceModel, one: _Found, crop: Path) -> Enrolled:
    picture = one.picture
    owner = galleries.enrolled_as(work.conn, model, one.sha256)
    if owner is not None:
        # Before anybody is made: somebody made and taken away again would stay in the history.
        wanted = people.named(work.conn, picture.group, picture.name)
        if wanted is not None and people.root_of(work.conn, wanted.id).id == owner:
            return _result(picture, "known")
        known = people.get_person(work.conn, owner)
        return _result(picture, "refused", f"{picture.path} is enrolled as {known.label} already.")
    person, made = people.ensure_person(work.conn, picture.group, picture.name)
    if made:
        work.people.append(person.id)
    else:
        work.concern(person.id)
    face_id = galleries.insert_face(
        work.conn,
        model,
        person.id,
        kind="enrolled",
        embedding=one.face.embedding.tolist(),
        size_px=float(one.face.size_px),
        picture_sha256=one.sha256,
        source=picture.path.name,
        has_crop=True,
    )
    work.pictures[Crop(kind="gallery", id=face_id)] = crop
    return _result(picture, "enrolled")


def _result(
    picture: Picture, status: Literal["enrolled", "known", "refused"], problem: str = ""
) -> Enrolled:
    label = f"{picture.group}/{picture.name}"
    return Enrolled(path=picture.path, label=label, status=status, problem=problem)
