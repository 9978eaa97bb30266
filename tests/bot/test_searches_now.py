"""One search at a time is waited for in each place."""

from __future__ import annotations

from bot.searches_now import SearchesNow
from core.giving_up import GivingUp

HERE, THERE = ("T1", "U1", "C1"), ("T1", "U1", "C2")


def test_a_newer_search_stops_the_one_before_in_the_same_place_only() -> None:
    now, first, elsewhere, second = SearchesNow(), GivingUp(), GivingUp(), GivingUp()
    now.begin(HERE, key="a", giving_up=first)
    now.begin(THERE, key="b", giving_up=elsewhere)
    now.begin(HERE, key="c", giving_up=second)
    assert [one.given_up for one in (first, elsewhere, second)] == [True, False, False]


def test_a_repeated_delivery_stops_nothing() -> None:
    now, first, again = SearchesNow(), GivingUp(), GivingUp()
    now.begin(HERE, key="a", giving_up=first)
    now.begin(HERE, key="a", giving_up=again)
    assert not first.given_up


def test_what_was_answered_is_not_stopped_any_more() -> None:
    now, first, second = SearchesNow(), GivingUp(), GivingUp()
    now.begin(HERE, key="a", giving_up=first)
    now.end(HERE, first)
    now.begin(HERE, key="b", giving_up=second)
    now.end(HERE, first)
    now.begin(HERE, key="c", giving_up=GivingUp())
    assert (first.given_up, second.given_up) == (False, True)
