"""How common words are, and which terms of a query bring segments forward by the index of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from core.vocabulary import has_korean
from db.queries import queries
from db.rows import Connection, fetch_all, fetch_value

SQL = queries("search")
# A word that stands in more segments than this share does not tell them apart.
TELLING = 0.03
# Terms that bring candidates: each costs a scan of the index, the others still count.
TELLING_TERMS, MOST_TELLING = 3, 8
# Terms looked for together; and the share of all segments from which a term is none of them.
TOGETHER, EVERYWHERE = 4, 0.2
# The index of words reads every segment that has a word before it gives the first.
MOST_READ = 40_000
# In more segments than these the few that are brought are any: two such words together tell more,
# and cost less.
ALONE_READ = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Index queries (tsquery): each of ``telling`` brings segments, and so does ``together``, the
    rarest terms at once; "" where nothing is to be brought."""

    together: str
    telling: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """In which share (0..1) of all segments the most common words stand, as the index has them, and
    how many segments there are, both by the statistics."""

    shares: Mapping[str, float]
    segments: float

    def share(self, term: str) -> float:
        """Of a term of a query (``'walk'``, ``'옷':*``); 0 for a word that is not common."""
        word = term.removesuffix(":*").strip("'")
        if not term.endswith(":*"):
            return self.shares.get(word, 0.0)
        return sum(share for one, share in self.shares.items() if one.startswith(word))

    def chosen(self, terms: Sequence[str], *, near: bool) -> Words:
        """What brings the segments of a query with these terms; ``near``: vectors bring some too,
        so that words which stand in too many need not."""
        shares = {term: self.share(term) for term in terms}
        too_many = all(self._stands_in_more(share, MOST_READ) for share in shares.values())
        if not terms or (near and too_many):
            return Words(together="", telling=())
        together = " & ".join(_together(shares))
        rarest = sorted(shares, key=lambda term: shares[term])
        # What the statistics do not know is in few segments.
        count = max(TELLING_TERMS, min(list(shares.values()).count(0.0), MOST_TELLING))
        telling = [
            term for term in rarest[:count] if shares[term] <= max(TELLING, shares[rarest[0]])
        ]
        if not near:
            return Words(together=together, telling=tuple(telling))
        alone = [one for one in telling if not self._stands_in_more(shares[one], ALONE_READ)]
        common = [one for one in telling if one not in alone]
        common = [one for one in common if not self._stands_in_more(shares[one], MOST_READ)]
        word = _words_of(terms)
        pairs = [
            f"{one} & {other}" for one, other in combinations(common, 2) if word[one] != word[other]
        ]
        return Words(together=together, telling=(*alone, *pairs))

    def _stands_in_more(self, share: float, segments: int) -> bool:
        return share * self.segments > segments


def read_vocabulary(conn: Connection) -> Vocabulary:
    """What the statistics know now; some milliseconds, good for minutes."""
    rows = fetch_all(conn, SQL["common_words"])
    return Vocabulary(
        shares={row["word"]: float(row["frequency"]) for row in rows},
        segments=float(fetch_value(conn, SQL["likely_segments"])),
    )


def _words_of(terms: Sequence[str]) -> dict[str, int]:
    """Which terms are of one word, by number: pairs of Korean syllables that hang together, as
    ``'경기'`` and ``'기장'`` do, stand together wherever either does."""
    word = {term: number for number, term in enumerate(terms)}
    for one in terms:
        for other in terms:
            left, right = one.strip("'"), other.strip("'")
            if has_korean(left) and left[-1] == right[0]:
                joined, gone = word[one], word[other]
                word = {term: joined if n == gone else n for term, n in word.items()}
    return word


def _together(shares: Mapping[str, float]) -> list[str]:
    """The rarest terms, for the index to find what has all of them: beginnings of words and what
    stands nearly everywhere cost it most and tell least. The words of the candidates are compared
    in full anyway."""
    telling = [term for term, share in shares.items() if share <= EVERYWHERE and ":*" not in term]
    return sorted(telling or shares, key=lambda term: (shares[term], term))[:TOGETHER]
