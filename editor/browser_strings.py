"""What the scripts of the pages say: keys are the English sentences, values the reader's."""

from __future__ import annotations

from editor.translation import N_, gettext

STRINGS: tuple[str, ...] = (
    N_("Shot"),
    N_("Activity"),
    N_("Quiet"),
    N_("Made by hand"),
    N_("No caption yet"),
    N_("No segment selected"),
    N_("By {author}"),
    N_("Saved"),
    N_("Saving…"),
    N_("Not saved yet"),
    N_("Not saved: {reason}"),
    N_("Kept here until the editor answers again"),
    N_("Undo"),
    N_("Undone"),
    N_("Redone"),
    N_("Split"),
    N_("Merged"),
    N_("Segment deleted"),
    N_("Segment restored"),
    N_("Segment created"),
    N_("Reverted"),
    N_("Restore"),
    N_("Link copied"),
    N_("The link could not be copied; it is in the address bar."),
    N_("No segment is under the playhead."),
    N_("Choose a segment first."),
    N_("There is no next segment to merge with."),
    N_("Move the playhead further inside the segment to split it."),
    N_("The playhead must lie before the end of the segment."),
    N_("The playhead must lie after the start of the segment."),
    N_("There is a segment here already."),
    N_("There is no room for a segment here."),
    N_("Write a time such as 1:23.4"),
    N_("{count} deleted"),
    N_("Also here: {names}"),
    N_("The editor does not answer; is it still running?"),
    N_("You are signed out. Open a new link from Slack, then try again; your words are kept here."),
    N_("This video cannot be played: {reason}"),
    N_("the file is missing or of a kind this browser cannot play"),
    N_("Unsaved words from before were put back."),
    N_("Words copied"),
    N_("The words could not be copied; select them and copy them by hand."),
    N_("Video changed by {name}"),
    N_("Repeating this segment"),
    N_("Uploading {name}"),
    N_("Reading {name}"),
    N_("Fetching {name}"),
    N_("{name} is here"),
    N_("Dismiss"),
    N_("The upload was interrupted; try again."),
)


def browser_strings() -> dict[str, str]:
    """Every sentence with its translation."""
    return {text: gettext(text) for text in STRINGS}
