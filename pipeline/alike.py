"""Clips that show what an earlier one of the same video showed are not looked at again.

A camera at rest has one quiet stretch after another of the same view: the model looks at the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.models.keyframe_copies import KnownViews
    from pipeline.ports import Captioner, Image, VideoEncoder

Made = TypeVar("Made")
Clip = Sequence["Image"]


def known_views() -> KnownViews[Made]:
    """What one video has shown so far: one for its captions, another for its vectors."""
    from pipeline.models.keyframe_copies import KnownViews

    return KnownViews()


def captions_of(captioner: Captioner, clips: Sequence[Clip], known: KnownViews[str]) -> list[str]:
    """A caption per clip; the model is asked for views that are not ``known`` yet."""
    return _made(captioner.caption, clips, clips, known)


def vectors_of(
    encoder: VideoEncoder,
    clips: Sequence[Clip],
    quiet: Sequence[bool],
    known: KnownViews[NDArray[np.float32]],
) -> list[NDArray[np.float32]]:
    """A vector per clip, float32 (dim,). One of a ``quiet`` segment whose view is ``known`` gets
    the vector of the earlier one, whatever their lengths where nothing moves in either."""
    from pipeline.models.keyframe_copies import without_standstill

    def encode(asked: Sequence[Clip]) -> list[NDArray[np.float32]]:
        return list(encoder.encode_clips(asked))

    views = [
        without_standstill(clip) if one else None for clip, one in zip(clips, quiet, strict=True)
    ]
    return _made(encode, clips, views, known)


def _made(
    ask: Callable[[Sequence[Clip]], Sequence[Made]],
    clips: Sequence[Clip],
    views: Sequence[Clip | None],
    known: KnownViews[Made],
) -> list[Made]:
    """``ask`` is called once, for the clips without a view and the first of each new view."""
    from pipeline.models.keyframe_copies import first_alike

    found = [None if view is None else known.find(view) for view in views]
    seen = [(place, view) for place, view in enumerate(views) if view and found[place] is None]
    firsts = first_alike([view for _, view in seen])
    first_of = {place: seen[first][0] for (place, _), first in zip(seen, firsts, strict=True)}
    asked = [
        place
        for place, one in enumerate(found)
        if one is None and first_of.get(place, place) == place
    ]
    answers = ask([clips[place] for place in asked]) if asked else ()
    made = dict(zip(asked, answers, strict=True))
    for place, view in seen:
        if first_of[place] == place:
            known.remember(view, made[place])
    return [
        made[first_of.get(place, place)] if one is None else one for place, one in enumerate(found)
    ]
