"""People are found by what others call them; merged ones are one; nothing changes unrecorded."""

from __future__ import annotations

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import EditRefused, InputError, NotFound
from db import migrate, people, people_history
from db.pool import Database
from db.rows import execute, fetch_all, fetch_value
from tests.support.faces import JIMIN


def opened(conn) -> int:
    return people_history.open_change(conn, kind="enrol", by=JIMIN)


@pytest.fixture
def staff(database: Database) -> dict[str, int]:
    """Four people in three groups and somebody unknown."""
    made = {}
    with database.transaction() as conn:
        opened(conn)
        for label in ("staff/Jimin", "staff/지민", "guests/Jimin", "us government/Joe Biden"):
            person, new = people.ensure_person(conn, *label.split("/"))
            assert new
            made[label] = person.id
        made["unknown"] = people.insert_person(conn)
    return made


def find(database: Database, wanted: str, **more: bool) -> int:
    with database.transaction() as conn:
        return people.find_person(conn, wanted, **more).id


def merge(database: Database, one: int, into: int | None) -> None:
    with database.transaction() as conn:
        opened(conn)
        people.set_merged_into(conn, one, into)


def roots(database: Database) -> dict[int, int]:
    with database.transaction() as conn:
        return {row["id"]: row["root_id"] for row in fetch_all(conn, "SELECT * FROM people")}


def test_a_person_is_found_by_label_name_and_number(database, staff):
    biden = staff["us government/Joe Biden"]
    for wanted in ("us government/Joe Biden", "US_Government/joe_biden", "joe biden", str(biden)):
        assert find(database, wanted) == biden
    assert find(database, f"Unknown {staff['unknown']}") == staff["unknown"]
    assert find(database, f"미확인 {staff['unknown']}") == staff["unknown"]
    assert find(database, "지민") == staff["staff/지민"]


def test_a_name_several_people_have_asks_which(database, staff):
    with pytest.raises(InputError, match="guests/Jimin, staff/Jimin"):
        find(database, "jimin")


def test_somebody_there_is_not_gives_the_nearest_name(database, staff):
    with pytest.raises(NotFound, match=r"did you mean us government/Joe Biden\?"):
        find(database, "joe bidden")
    with pytest.raises(NotFound, match="people list"):
        find(database, "Zebra")
    with pytest.raises(NotFound, match="no person 999"):
        find(database, "999")


def test_one_spelling_of_a_name_is_one_person(database, staff):
    with database.transaction() as conn:
        opened(conn)
        person, new = people.ensure_person(conn, "STAFF", "JIMIN")
    assert (person.id, new) == (staff["staff/Jimin"], False)


def test_whom_a_text_speaks_of(database, staff):
    def spoken(words: str) -> set[str]:
        with database.transaction() as conn:
            return {one.label for one in people.people_named_in(conn, words)}

    assert spoken("지민이가 웃는다") == {"staff/지민"}
    assert spoken("is joe biden here") == {"us government/Joe Biden"}
    assert spoken("anybody of staff") == {"staff/Jimin", "staff/지민"}
    assert spoken("staff/Jimin") == {"staff/Jimin", "guests/Jimin", "staff/지민"}
    assert spoken("a red jacket") == set()
    with database.transaction() as conn:
        assert set(people.groups_named_in(conn, "us government people").values()) == {
            "us government"
        }


def test_part_of_a_name_speaks_of_everybody_who_has_it_where_no_whole_name_does(database, staff):
    with database.transaction() as conn:
        opened(conn)
        for label in ("guests/Hunter Biden", "guests/김서연", "band/박서연", "band/Al Green"):
            people.ensure_person(conn, *label.split("/"))

        def spoken(text: str) -> set[str]:
            return {one.name for one in people.people_named_in(conn, text)}

        assert spoken("biden at the door") == {"Joe Biden", "Hunter Biden"}
        assert spoken("Hunter's red car") == {"Hunter Biden"}
        assert spoken("joe biden at the door") == {"Joe Biden"}
        assert spoken("서연이가 나온 장면") == {"김서연", "박서연"}
        assert spoken("지민과 서연") == {"지민"}
        assert spoken("김서연이 나온 장면") == {"김서연"}
        for nobody in ("al and the others", "bidens", "greenery", "서연아파트"):
            assert spoken(nobody) == set()


def test_a_text_that_names_somebody_merged_speaks_of_who_they_are(database, staff):
    merge(database, staff["staff/지민"], staff["staff/Jimin"])
    with database.transaction() as conn:
        (one,) = people.people_named_in(conn, "지민")
    assert one.id == staff["staff/Jimin"]
    assert find(database, "staff/지민") == staff["staff/Jimin"]
    assert find(database, "staff/지민", follow=False) == staff["staff/지민"]


def test_merging_follows_chains_and_refuses_circles(database, staff):
    a, b, c, _, d = staff.values()
    merge(database, a, b)
    merge(database, d, a)
    merge(database, b, c)
    assert roots(database) == {a: c, b: c, c: c, d: c, staff["us government/Joe Biden"]: 4}
    with pytest.raises(psycopg2.errors.CheckViolation):
        merge(database, c, d)
    merge(database, b, None)
    assert (roots(database)[a], roots(database)[d], roots(database)[c]) == (b, b, c)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5)), min_size=1, max_size=15)
)
def test_the_kept_root_is_the_end_of_the_chain(database, steps):
    with database.transaction() as conn:
        opened(conn)
        ids = [people.insert_person(conn) for _ in range(6)]
    edges: dict[int, int | None] = dict.fromkeys(ids)

    def end(one: int) -> int:
        while edges[one] is not None:
            one = edges[one]
        return one

    for number, into_number in steps:
        one = ids[number]
        into = None if into_number is None else ids[into_number]
        if into in {one, *below(edges, one)}:
            with pytest.raises(psycopg2.errors.CheckViolation):
                merge(database, one, into)
            continue
        merge(database, one, into)
        edges[one] = into
    assert {k: v for k, v in roots(database).items() if k in edges} == {k: end(k) for k in edges}


def below(edges: dict[int, int | None], top: int) -> set[int]:
    inside = {one for one, into in edges.items() if into == top}
    return inside | {deeper for one in inside for deeper in below(edges, one)}


def test_nothing_changes_about_people_outside_an_operation(database, staff):
    for statement in (
        "UPDATE people SET name = 'X' WHERE name IS NOT NULL",
        "DELETE FROM people",
        "TRUNCATE people CASCADE",
        "UPDATE people_history SET after = NULL",
        "DELETE FROM people_history",
        "UPDATE people_changes SET actor = 'x'",
    ):
        with pytest.raises(psycopg2.Error), database.transaction() as conn:
            execute(conn, statement)


def test_history_is_written_whoever_writes(database, staff):
    with database.transaction() as conn:
        change_id = opened(conn)
        execute(conn, "UPDATE people SET name = 'X' WHERE name = 'Joe Biden'")
        execute(conn, "UPDATE people SET name = 'Y' WHERE name = 'X'")
    with database.transaction() as conn:
        (item,) = people_history.items_of(conn, change_id)
    assert (item.before["name"], item.after["name"]) == ("Joe Biden", "Y")


def test_a_key_stands_for_one_operation(database, staff):
    with database.transaction() as conn:
        people_history.open_change(conn, kind="name", by=JIMIN, idempotency_key="one")
    with database.transaction() as conn:
        assert people_history.find_done(conn, "one", kind="name", by=JIMIN)
        assert people_history.find_done(conn, "two", kind="name", by=JIMIN) is None
        with pytest.raises(EditRefused, match="key"):
            people_history.find_done(conn, "one", kind="merge", by=JIMIN)


def test_the_listing_pages_and_counts(database, staff):
    with database.transaction() as conn:
        everybody = people.list_people(conn, "named")
        assert [one.person.label for one in everybody] == [
            "guests/Jimin", "staff/Jimin", "staff/지민", "us government/Joe Biden"
        ]  # fmt: skip
        second = people.list_people(conn, "named", limit=1, offset=1)
        assert second == everybody[1:2]
        assert people.count_people(conn, "named") == 4
        # Somebody unknown who appears nowhere is nobody to show.
        assert people.list_people(conn, "unknown") == []
        assert people.count_people(conn) == 4
        assert people.list_groups(conn) == {"guests": 1, "staff": 2, "us government": 1}


def test_the_schema_goes_back_and_forth(server):
    with server.fresh() as url:
        migrate.downgrade(url, "0005")
        migrate.upgrade(url)
        assert migrate.is_current(url)


def test_ten_thousand_names_are_looked_for_in_milliseconds(database):
    with database.transaction() as conn:
        opened(conn)
        group = people.ensure_group(conn, "everybody")
        execute(
            conn,
            "INSERT INTO people (group_id, name) SELECT %(group)s, 'Person' || n || ' Kim'"
            " FROM generate_series(1, 10000) AS n",
            {"group": group},
        )
    with database.transaction() as conn:
        (one,) = people.people_named_in(conn, "has Person4711 Kim been here?")
        plan = fetch_value(
            conn,
            "EXPLAIN (ANALYZE, FORMAT JSON) " + people.SQL["maybe_named_in"],
            {"text": "has person4711 kim been here?"},
        )
    assert one.name == "Person4711 Kim"
    assert plan[0]["Execution Time"] < 500
