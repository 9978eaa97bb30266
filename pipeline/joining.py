"""Joining afterwards: pieces of one person's time, and pieces of one person's body."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.tracks import (
    Observation,
    apart,
    area,
    clothing_distance,
    gap,
    remembered,
    shows_clothes,
)

REJOIN_MS, REJOIN_HEIGHTS, REJOIN_HEIGHTS_PER_SECOND = 6_000, 1.0, 0.8
"""Two tracks are one person when the second begins this soon and this near, in like clothes."""

BARE_REJOIN_MS = 1_600
"""The same where no clothes could be read."""

FRAGMENT_GAP, FRAGMENT_MS, HAND_OVER_MS = 0.3, 3_000, 1_000
"""A track no longer than this, beside another by less than this many heights all its time, is a
piece of that body: legs apart from a coat by a counter, a pale sleeve. A body that falls in two
may go on as the other piece within HAND_OVER_MS."""

LIKE_CLOTHES, HAND_OVER_CLOTHES = 0.45, 0.6

Piece = list[Observation]


def joined(pieces: Sequence[Piece], *, aspect: float) -> list[Piece]:
    """Whole tracks, by start. ``aspect`` is picture width / height. The pieces may be changed."""
    ordered = sorted(pieces, key=lambda piece: piece[0].at_ms)
    return _without_fragments(_continued(ordered, aspect), aspect)


def _continued(pieces: Sequence[Piece], aspect: float) -> list[Piece]:
    tracks: list[Piece] = []
    for piece in pieces:
        earlier = [track for track in tracks if _continues(track, piece, aspect)]
        if earlier:
            _take_in(min(earlier, key=lambda track: _unlike(track, piece)), piece)
        else:
            tracks.append(list(piece))
    return tracks


def _continues(track: Piece, piece: Piece, aspect: float) -> bool:
    last, first = track[-1], piece[0]
    gap_ms = first.at_ms - last.at_ms
    if not 0 < gap_ms <= REJOIN_MS or {"left", "right"} & last.cut:
        return _hands_over(track, piece, aspect)
    if not (shows_clothes(track) and shows_clothes(piece)) and gap_ms > BARE_REJOIN_MS:
        return False
    reach = REJOIN_HEIGHTS + REJOIN_HEIGHTS_PER_SECOND * gap_ms / 1_000
    return apart(last.box, first.box, aspect) <= reach and _unlike(track, piece) < LIKE_CLOTHES


def _hands_over(track: Piece, piece: Piece, aspect: float) -> bool:
    """``piece`` begins beside ``track`` just before that ends: a body that fell into two blobs, of
    which the track followed the smaller."""
    if not -HAND_OVER_MS <= piece[0].at_ms - track[-1].at_ms <= 0:
        return False
    if track[0].at_ms >= piece[0].at_ms or track[-1].at_ms >= piece[-1].at_ms:
        return False
    # The legs that were read are likely those of whoever stood in front.
    unlike = clothing_distance(remembered(track), remembered(piece), lower=False)
    return _beside(track, piece, aspect) and unlike < HAND_OVER_CLOTHES


def _without_fragments(tracks: Sequence[Piece], aspect: float) -> list[Piece]:
    """Short tracks taken into the body they are a piece of."""
    kept: list[Piece] = []
    for track in sorted(tracks, key=len, reverse=True):
        body = next((other for other in kept if _is_piece_of(track, other, aspect)), None)
        if body is None:
            kept.append(track)
        else:
            _take_in(body, track)
    return sorted(kept, key=lambda track: track[0].at_ms)


def _is_piece_of(track: Piece, body: Piece, aspect: float) -> bool:
    if track[-1].at_ms - track[0].at_ms > FRAGMENT_MS:
        return False
    times = {o.at_ms for o in body}
    if 2 * sum(o.at_ms in times for o in track) < len(track):
        return False
    return _beside(body, track, aspect) and clothing_distance(track, body) < LIKE_CLOTHES


def _beside(track: Piece, piece: Piece, aspect: float) -> bool:
    """At every time both are there they nearly touch."""
    by_time = {o.at_ms: o for o in track}
    together = [(o, by_time[o.at_ms]) for o in piece if o.at_ms in by_time]
    height = max(float(np.median([o.box.height for o in body])) for body in (track, piece))
    return all(gap(a.box, b.box, aspect) <= FRAGMENT_GAP * height for a, b in together)


def _unlike(track: Piece, piece: Piece) -> float:
    return clothing_distance(remembered(track), remembered(piece))


def _take_in(body: list[Observation], fragment: list[Observation]) -> None:
    """Merge in place: at each time the larger of the two, in time order."""
    by_time = {o.at_ms: o for o in body}
    for new in fragment:
        old = by_time.get(new.at_ms)
        if old is None or area(new.box) > area(old.box):
            by_time[new.at_ms] = new
    body[:] = [by_time[at_ms] for at_ms in sorted(by_time)]
