"""The sentences other layers raise, so that a Korean reader gets them in Korean.

Errors are raised in English with their facts already filled in. Each template below is turned
into a pattern that reads the facts back; the translation is looked up under the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from editor.translation import N_

TEMPLATES: tuple[str, ...] = (
    N_(
        "%(at)s is not inside the segment %(range)s; move the playhead at least %(seconds)s s "
        "away from its edges and split again."
    ),
    N_("Only a segment and the one after it in the same video can be merged."),
    N_("The segment already has these edges."),
    N_("A segment needs at least %(seconds)s s between its start and its end."),
    N_("%(wanted)s would cover part of the segment %(range)s; move or merge that one first."),
    N_("This segment was deleted; restore it first."),
    N_("The captions are like this already."),
    N_("This is the last segment; there is no next one to merge with."),
    N_("This segment is deleted already."),
    N_("This segment is not deleted."),
    N_("These two segments share no border."),
    N_("The video ends at %(end)s; %(at)s is past it."),
    N_("An ingest cannot be reverted; delete the segments instead."),
    N_("This was reverted already, by operation %(id)s."),
    N_("This revert is being done already."),
    N_("1 later operation depends on this one; revert them together or leave it."),
    N_("%(count)s later operations depend on this one; revert them together or leave it."),
    N_("Someone changed this segment first; nothing was overwritten."),
    N_("Later operations depend on this one; revert them together or leave it."),
    N_("A service ClipOps needs does not answer; try again in a moment."),
    N_("The database cannot be reached; check that its server runs and database.url is right."),
    N_("The database is busy; try again in a moment."),
    N_("This took too long and was stopped; ask for less."),
    N_("Everything is busy; try again in a moment."),
    N_("There is no segment %(id)s."),
    N_("There is no video %(id)s."),
    N_("There is no camera %(id)s."),
    N_("There is no operation %(id)s in the history."),
    N_("This link is not one that ClipOps made; press Edit in Web again for a new one."),
    N_("This link is older than fifteen minutes; press Edit in Web again for a new one."),
    N_("Changes are accepted only from the editor's own pages."),
    N_(
        "Sign in first: press Edit in Web in Slack, or open the link that "
        "`python -m editor link` prints."
    ),
    N_("Open the editor at %(url)s."),
    N_("Say what to look for, for example: red jacket."),
    N_("A query can have at most %(count)s characters."),
    N_("Searched by words only: the built-in model cannot read all of this Korean query."),
    N_("The stored vectors are of another model; searched by words only."),
    N_("%(name)s has no length (0 seconds of picture)."),
    N_("%(name)s is empty (0 bytes); copy or download it again."),
    N_("%(name)s has sound but no picture; give a file with video in it."),
    N_("%(name)s holds neither picture nor sound; give a file with video in it."),
    N_(
        "%(name)s is an MP4 or MOV file without its index (the moov box), as an interrupted "
        "recording or download leaves it; export or download it again."
    ),
    N_("%(name)s is not a video in a format ClipOps can read; convert it to MP4."),
    N_(
        "%(name)s has a picture track but no frame of it can be decoded; the file is damaged or "
        "incomplete, so export or download it again."
    ),
    N_("%(path)s is not there any more; put it back or ingest it at its new place."),
    N_("What %(url)s sends is not a video ClipOps can read."),
    N_("No video was found at %(url)s; give a link to a video or to its page."),
    N_("The host of %(url)s is not known; check the link and the network connection."),
    N_("The host of %(url)s does not answer; try again later."),
    N_("%(host)s did not answer within %(seconds)s seconds; try again later."),
    N_(
        "%(url)s leads to this machine or a private network; set ingest.allow_private_urls to "
        "true in config.json if that is wanted."
    ),
    N_("%(url)s answers %(status)s; check the link."),
    N_("%(url)s broke off after %(done)s of %(length)s bytes; try again."),
    N_("A link starts with http:// or https://."),
    N_("The disk is too full for this video; free some space first."),
    N_("The upload cannot be stored (%(reason)s); check the disk."),
    N_("The upload ended before the whole file was here; try again."),
    N_("Send the bytes of one video as application/octet-stream."),
    N_("The first attempt at this edit was not stored; try again."),
    N_("This idempotency key was used for another edit; use a new one."),
    N_("%(field)s holds a control character; take it out."),
    N_("%(name)s is out of range; leave it out or give a smaller number."),
    N_("Something broke. Reference %(reference)s"),
)


def translated(text: str, translate: Callable[..., str]) -> str:
    """``text`` in the reader's language, or as it is where no template made it.

    ``translate`` is ``gettext``: it takes a template and the facts to fill in.
    """
    for template in TEMPLATES:
        found = _pattern(template).fullmatch(text)
        if found is not None:
            return translate(template, **found.groupdict())
    return text


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"%\((\w+)\)s", template)
    pattern = "".join(
        re.escape(piece) if index % 2 == 0 else f"(?P<{piece}>.+?)"
        for index, piece in enumerate(pieces)
    )
    return re.compile(pattern, re.DOTALL)
