"""One page of a search as one person is shown it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.carried import Place
from bot.queries import MomentWanted, moment_in
from core.people import Appearance
from core.types import Chip, Hit, Language, SearchResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """``page`` counts from 0; ``links`` maps segment id -> the address of Edit in Web, signed for
    that person; ``pictures`` segment id -> Slack's file id; ``faces`` segment id -> whom the
    faces in it show; ``corrections`` a corrected query -> the stored search that runs it.
    """

    search_id: str
    query: str
    language: Language
    result: SearchResult
    page: int
    page_size: int
    links: Mapping[int, str]
    library_url: str
    pictures: Mapping[int, str]
    faces: Mapping[int, Sequence[Appearance]] = field(default_factory=dict)
    corrections: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> MomentWanted | None:
        """The moment a search named by its number; None where it was one by words."""
        return moment_in(self.query)

    @property
    def marked(self) -> bool:
        """True where what people think of the hits says something about words."""
        return self.wanted is None

    @property
    def is_one_moment(self) -> bool:
        return self.wanted is not None and self.wanted.kind == "show"

    @property
    def shown(self) -> tuple[Hit, ...]:
        """The hits, or the near misses where there are none."""
        return self.result.hits or self.result.nearest

    def place(self, hit: Hit, rank: int) -> Place:
        """What the buttons of a hit carry."""
        return Place(search=self.search_id, rank=rank, segment=hit.segment.id)

    def label(self, chip: Chip) -> str:
        """A chip in the reader's language."""
        return chip.label_ko if self.language == "ko" else chip.label
