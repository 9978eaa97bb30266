"""What is like a moment, a picture or a face: vectors and people taken from it instead of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import InputError
from core.outfits import Bilingual
from core.people import Person
from core.query import parse
from db import galleries
from db.appearances import embeddings_of, get_appearance
from db.people import get_people
from db.rows import Connection
from db.scope import Scope
from db.search import Wanted
from db.segments import get_segment
from db.spaces import Space, all_spaces, vectors_of
from pipeline.asked import Asked
from pipeline.prepared import Prepared, Tools, spaces_of
from pipeline.query_vectors import video_encoder_of
from pipeline.spoken import Spoken

ANYTHING = 1e9
"""A distance nothing is beyond: where a space was not calibrated yet, all that is near counts."""
LIKE_NOBODY = (
    "This face is like nobody else's in the library.",
    "라이브러리에 이 얼굴과 닮은 얼굴이 없습니다.",
)
NO_VECTOR_YET = (
    "This moment has no vector yet, so nothing can be compared with it; try again in a moment.",
    "이 순간에는 아직 벡터가 없어 비교할 수 없습니다. 잠시 뒤에 다시 시도해 주세요.",
)
NO_FACE = ("No face was found in the picture.", "사진에서 얼굴을 찾지 못했습니다.")
FACES_ONLY = (
    "Only faces were compared: no model here compares pictures (models.profile cpu has one).",
    "얼굴만 비교했습니다. 화면을 비교하는 모델이 없습니다(models.profile을 cpu로 바꾸면 됩니다).",
)
NO_MODEL_FOR_PICTURES = (
    "Pictures can be compared once a video encoder or a face model is set up: models.profile cpu "
    "has both."
)
# People a face is compared with.
MOST_PEOPLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A search for what is like something, ready to run; ``segment_id`` is left out of it."""

    name: str
    prepared: Prepared
    segment_id: int | None = None


@dataclass(slots=True, kw_only=True)
class _Traits:
    """What something is looked for by."""

    captions: Sequence[float] | None = None
    pictures: Sequence[float] | None = None
    people: list[Person] = field(default_factory=list)
    notes: list[Bilingual] = field(default_factory=list)


def alike_to_segment(tools: Tools, segment_id: int) -> Alike:
    """By the vectors of its words and of its pictures. Raises NotFound."""
    with tools.database.transaction() as conn:
        segment = get_segment(conn, segment_id)
        vectors = vectors_of(conn, segment.id)
        spaces = spaces_of(all_spaces(conn))
        captions, pictures = (one and vectors.get(one.id) for one in spaces)
        traits = _Traits(captions=captions, pictures=pictures)
        if not captions and not pictures:
            traits.notes.append(NO_VECTOR_YET)
        prepared = _prepared(tools, conn, spaces, traits)
    return Alike(name=f"similar {segment_id}", prepared=prepared, segment_id=segment_id)


def alike_to_face(tools: Tools, appearance_id: int) -> Alike:
    """By whose face it is; while that is open, by whom the face is like. Raises NotFound."""
    with tools.database.transaction() as conn:
        appearance = get_appearance(conn, appearance_id)
        traits = _Traits()
        if appearance.person is not None:
            traits.people.append(appearance.person)
        else:
            embedding = embeddings_of(conn, [appearance_id])[appearance_id]
            for model in galleries.list_models(conn):
                if model.dim == len(embedding):
                    traits.people += _people_like(tools, conn, model, embedding)
        if not traits.people:
            traits.notes.append(LIKE_NOBODY)
        prepared = _prepared(tools, conn, (None, None), traits)
    return Alike(name=f"face {appearance_id}", prepared=prepared)


def alike_to_picture(tools: Tools, picture: bytes) -> Alike:
    """By what it looks like, and by the faces in it. Raises InputError for what is no picture, and
    for want of a model here that compares pictures."""
    from pipeline.models.picture_files import picture_in

    image = picture_in(picture)
    analyzer = tools.registry.face_analyzer()
    faces = analyzer.analyze([image])[0] if analyzer is not None else ()
    with tools.database.transaction() as conn:
        spaces = spaces_of(all_spaces(conn))
    encoder = spaces[1] and video_encoder_of(tools.registry, spaces[1])
    if analyzer is None and not encoder:
        raise InputError(NO_MODEL_FOR_PICTURES)
    traits = _Traits()
    if encoder:
        traits.pictures = encoder.encode_clips([[image]])[0].tolist()
    else:
        traits.notes.append(FACES_ONLY)
        if not faces:
            traits.notes.append(NO_FACE)
    with tools.database.transaction() as conn:
        if analyzer is not None and faces:
            model = galleries.ensure_model(
                conn, model=analyzer.name, revision=analyzer.revision, dim=analyzer.dim
            )
            for face in faces:
                traits.people += _people_like(tools, conn, model, face.embedding.tolist())
            if not encoder and not traits.people:
                traits.notes.append(LIKE_NOBODY)
        prepared = _prepared(tools, conn, (None, spaces[1]), traits)
    return Alike(name="picture", prepared=prepared)


def _people_like(
    tools: Tools, conn: Connection, model: galleries.FaceModel, embedding: Sequence[float]
) -> list[Person]:
    """The people whose gallery has a face as like as the one of somebody unknown must be."""
    least = tools.config.people.same_unknown
    found = galleries.people_like(conn, model, embedding, least=least, most=MOST_PEOPLE)
    people = get_people(conn, found)
    return [people[one] for one in found if one in people]


def _prepared(
    tools: Tools,
    conn: Connection,
    spaces: tuple[Space | None, Space | None],
    traits: _Traits,
) -> Prepared:
    people = tuple(dict.fromkeys(traits.people))
    captions, pictures = spaces
    return Prepared(
        asked=Asked(query=parse(""), scope=Scope(), chips=(), problems=()),
        spoken=Spoken(people=people, meant=(), groups={}, things=()),
        notes=tuple(traits.notes),
        captions=captions,
        pictures=pictures,
        moments=tools.rulers.moments(conn),
        wanted=Wanted(
            words="",
            vector=traits.captions,
            worn=(),
            farthest=_farthest(tools, conn, captions, traits.captions),
            video_vector=traits.pictures,
            video_farthest=_farthest(tools, conn, pictures, traits.pictures),
            people=tuple(one.id for one in people),
        ),
    )


def _farthest(
    tools: Tools, conn: Connection, space: Space | None, vector: Sequence[float] | None
) -> float:
    ruler = tools.rulers.of(conn, space) if space is not None else None
    return ANYTHING if ruler is None or vector is None else ruler.farthest(vector)
