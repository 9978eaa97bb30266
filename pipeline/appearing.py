"""Storing the faces followed through a video, in place of what was stored of it before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.people import Crop
from core.types import Video
from db import appearances, decisions, galleries, people, people_history
from db.decisions import FaceDecision
from db.galleries import FaceModel
from db.rows import Connection
from pipeline import crop_files
from pipeline.identity import Place, find_again
from pipeline.matching import rematch
from pipeline.ports import FaceAnalyzer
from pipeline.workshop import PIPELINE, Workshop

if TYPE_CHECKING:
    from pipeline.face_tracks import FaceTrack


def store_appearances(
    workshop: Workshop, video: Video, analyzer: FaceAnalyzer, tracks: Sequence[FaceTrack]
) -> None:
    """Replace a video's automatic appearances by ``tracks`` and decide whose they are.

    Decisions made by hand are found again on the new tracks by time, place and face; one that is
    found nowhere keeps its appearance. Unknown people stay who they were: their founding face
    outlives the track it came from. Tracks of another model are put aside, not removed. Storing
    the same tracks again changes nothing but their ids.
    """
    with (
        crop_files.staged(workshop.config, [track.crop for track in tracks]) as staged,
        workshop.database.transaction() as conn,
    ):
        people_history.lock(conn, wait_s=None)
        model = galleries.ensure_model(
            conn, model=analyzer.name, revision=analyzer.revision, dim=analyzer.dim
        )
        # Opened for the unknown people this may found; without any nothing is left of it.
        with _ingest(conn):
            decided = decisions.decisions_of_video(conn, video.id)
            found = find_again(
                # One that was taken back holds no track against another.
                [("is not" if one.removed else one.verdict, _place(one, model)) for one in decided],
                [_track_place(track) for track in tracks],
            )
            kept = [
                one.appearance_id
                for index, one in enumerate(decided)
                if index not in found and one.appearance_id is not None and not one.removed
            ]
            gone, shown = appearances.delete_replaced(conn, video.id, model, kept=kept)
            ids = [_insert(conn, video, model, track) for track in tracks]
            for index, track_number in found.items():
                _carry_over(conn, decided[index], ids[track_number], model)
            decisions.settle_manual(conn, ids)
            rematch(conn, workshop.config.people, ids)
            _forget_empty(conn, shown)
        seen = [Crop(kind="seen", id=appearance_id) for appearance_id in ids]
        crop_files.place(workshop.config, dict(zip(seen, staged, strict=True)))
    crop_files.remove(workshop.config, [Crop(kind="seen", id=one) for one in gone])


@contextmanager
def _ingest(conn: Connection) -> Iterator[None]:
    change_id = people_history.open_change(conn, kind="ingest", by=PIPELINE)
    yield
    people_history.drop_if_empty(conn, change_id)


def _insert(conn: Connection, video: Video, model: FaceModel, track: FaceTrack) -> int:
    return appearances.insert_appearance(
        conn,
        video.id,
        model,
        start_ms=track.start_ms,
        end_ms=track.end_ms,
        at_ms=track.at_ms,
        box=track.box,
        size_px=track.size_px,
        faces=track.faces,
        embedding=track.embedding.tolist(),
    )


def _carry_over(
    conn: Connection, decision: FaceDecision, appearance_id: int, model: FaceModel
) -> None:
    decisions.link(conn, decision.id, appearance_id)
    if decision.verdict == "is not" or decision.removed:
        return
    if not galleries.confirmed_in(conn, model, decision.id):
        # Confirmed under another model: this one learns the face as well.
        galleries.copy_appearance(
            conn, appearance_id, decision.person_id, kind="confirmed", decision_id=decision.id
        )


def _forget_empty(conn: Connection, person_ids: Sequence[int]) -> None:
    """Unknown people who were seen in the replaced tracks only, and whom nobody ever touched."""
    empty = people.empty_strangers(conn, person_ids)
    galleries.delete_faces_of(conn, empty)
    people.delete_people(conn, empty)


def _place(decision: FaceDecision, model: FaceModel) -> Place:
    return Place(
        start_ms=decision.start_ms,
        end_ms=decision.end_ms,
        path=((decision.at_ms, decision.box),),
        embedding=decision.embedding if decision.model_id == model.id else None,
    )


def _track_place(track: FaceTrack) -> Place:
    return Place(
        start_ms=track.start_ms,
        end_ms=track.end_ms,
        path=track.path,
        embedding=tuple(track.embedding.tolist()),
    )
