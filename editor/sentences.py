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
    N_("There is no timezone %(name)s; give one such as Asia/Seoul."),
    N_("Choose a picture first."),
    N_(
        "Pictures can be compared once a video encoder or a face model is set up: models.profile "
        "cpu has both."
    ),
    N_("A picture can have at most %(count)s MB; choose a smaller one."),
    N_("A mark belongs to a query; this one is empty."),
    N_("The rank of a hit counts from 1."),
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
    N_("This is %(label)s already; rename or merge instead."),
    N_("This is %(label)s already, decided by hand."),
    N_("This is %(label)s already."),
    N_("%(label)s has no name yet; name them instead."),
    N_("%(label)s is somebody else; merge the two instead."),
    N_("%(label)s has no name; merge it into %(into)s instead."),
    N_("Nobody was merged into %(label)s, nor they into anybody."),
    N_("Several were merged into %(label)s: %(listed)s; say which."),
    N_("This appearance shows nobody known; say who it is not."),
    N_("That this is not %(label)s was said already."),
    N_("These two are one person already: %(label)s."),
    N_("The operation that made %(label)s was undone; undo that first."),
    N_("Say a name, for example: staff/Jimin."),
    N_("A name can have at most %(count)s characters."),
    N_("The name %(name)s cannot have a slash or control characters in it."),
    N_("%(name)s reads as the number of an unnamed person; use another name."),
    N_("Say group and name as group/name, not %(text)s."),
    N_("There is no person %(id)s."),
    N_("There is no appearance %(id)s."),
    N_("There is no operation %(id)s on people."),
    N_("This idempotency key was used for another operation; use a new one."),
    N_("Forgetting cannot be undone: nothing of that person is left."),
    N_("What an ingest found cannot be undone; reject or merge instead."),
    N_("This was undone already, by operation %(id)s."),
    N_("Somebody this operation touched was forgotten; it cannot be undone."),
    N_("Whom this operation touched was forgotten; it cannot be undone."),
    N_("Operation %(id)s builds on this one; undo that one first."),
    N_("Something done since stands in the way; undo that first."),
    N_("Somebody else has that name now; rename or merge them first."),
    N_("They were merged the other way round since; un-merge that first."),
    N_("The picture was enrolled again since; undo that first."),
    N_("Somebody decided about this face since; undo that first."),
    N_("%(file)s shows no face; use a picture that shows one from the front."),
    N_("%(file)s: the face is %(size)s pixels wide and needs %(least)s; use a larger picture."),
    N_("%(file)s shows %(count)s faces; cut out the one that is meant, or use another picture."),
    N_("%(file)s is enrolled as %(label)s already."),
    N_("%(file)s is empty."),
    N_("%(file)s is a HEIC picture, which cannot be read; save it as JPEG."),
    N_("%(file)s is not a picture that can be read; use JPEG, PNG or WebP."),
    N_(
        "%(file)s has more than %(count)s million pixels; save it at most %(side)s pixels wide "
        "and high."
    ),
    N_("Choose at least one picture."),
    N_("At most %(count)s pictures at a time; send the others after."),
    N_(
        "This configuration recognises no faces; set models.profile to cpu or gpu, or "
        "models.overrides.face_analyzer, for example to insightface:buffalo_s."
    ),
    N_(
        "The builtin profile has no model that captions pictures; set models.profile to cpu "
        'or gpu, or models.overrides.captioner, for example to "blip".'
    ),
    N_("Every one of these segments was changed after its proposal; propose captions again."),
    N_("There are no proposed captions here; propose some first."),
    N_(
        "%(model)s is not on this machine (looked in %(places)s); get it with `%(command)s`, or "
        "put its files into %(folder)s by hand."
    ),
    N_("%(model)s is only half pulled (%(started)s); run `%(command)s` to go on."),
    N_("%(field)s holds a control character; take it out."),
    N_("%(name)s is out of range; leave it out or give a smaller number."),
    N_("Something broke. Reference %(reference)s"),
    N_("The process stopped in the middle of the stage %(stage)s, %(count)s times."),
    N_("The Korean captions are still the simple ones: %(reason)s"),
)


MISSING: tuple[str, ...] = (
    N_("people and things were not looked for"),
    N_("the captions have no vectors of the configured model"),
    N_("faces were not looked for"),
    N_("the captions are the simple ones"),
    N_("clothes were not named"),
    N_("pictures cannot be searched by meaning"),
)
"""What a video that is ready may lack: one or several of them, then the reason."""

LACKING = N_("%(missing)s. %(reason)s")

_NOBODY = re.compile(r"Unknown (\d+)")


def translated(text: str, translate: Callable[..., str]) -> str:
    """``text`` in the reader's language, or as it is where no template made it.

    ``translate`` is ``gettext``: it takes a template and the facts to fill in.
    """
    missing, _, reason = text.partition(". ")
    parts = (missing[:1].lower() + missing[1:]).split("; ")
    if set(parts) <= set(MISSING):
        said = "; ".join(map(translate, parts))
        said = said[:1].upper() + said[1:]
        return translate(LACKING, missing=said, reason=translated(reason, translate))
    for template in TEMPLATES:
        found = _pattern(template).fullmatch(text)
        if found is not None:
            facts = {name: _said(fact, translate) for name, fact in found.groupdict().items()}
            return translate(template, **facts)
    return text


def _said(fact: str, translate: Callable[..., str]) -> str:
    """A fact as the reader says it: only people without a name are called differently."""
    nobody = _NOBODY.fullmatch(fact)
    return translate("Unknown %(number)s", number=nobody[1]) if nobody else fact


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"%\((\w+)\)s", template)
    pattern = "".join(
        re.escape(piece) if index % 2 == 0 else f"(?P<{piece}>.+?)"
        for index, piece in enumerate(pieces)
    )
    return re.compile(pattern, re.DOTALL)
