"""What a pressed element is called, so that a press finds its listener."""

from __future__ import annotations

import re
from typing import Final

OPEN: Final = "open_editor"
PLAY: Final = "play"
LIBRARY: Final = "open_library"
IN_EDITOR: Final = "open_people"
LINKS: Final = (LIBRARY, IN_EDITOR)
"""Buttons that only lead to a page."""

SHARE: Final = "share"
SIMILAR: Final = "similar"
MORE: Final = "hit_more"
PREVIOUS: Final = "previous_page"
NEXT: Final = "next_page"
REFINE: Final = "refine"
RUN_AGAIN: Final = "run_again"
SEARCH_THAT: Final = "search_that_{index}"
DROP: Final = "drop_{index}"
DROP_MORE: Final = "drop_more"
EXAMPLE: Final = "example_{index}"


def each(action_id: str) -> re.Pattern[str]:
    """Every one of a numbered action."""
    return re.compile(f"^{re.escape(action_id.partition('{')[0])}\\d+$")
