"""Numbers and sums that stay the same say that nothing went; anything else is told."""

from __future__ import annotations

import json
from collections.abc import Sequence

from migbot.guest.catalog.ledger import Changed, Ledger

TABLE, OTHER, INDEX, PARENT = 20000, 20001, 20002, 20003
CLASSES = {
    TABLE: ("r", "t", "1"),
    OTHER: ("r", "u", "2"),
    INDEX: ("i", "i", "3"),
    PARENT: ("p", "p", "0"),
}


class Catalogs:
    """What the host's SQL would tell, and what is asked of it."""

    def __init__(self) -> None:
        self.classes = dict(CLASSES)
        self.checks = {1: TABLE, 2: OTHER}
        self.types = "3"
        self.ledger = Ledger()
        self.asked: list[str] = []
        self.tell(classes=[*self.classes], checks=[*self.checks], types="9")

    def tell(
        self,
        classes: Sequence[int] | None = None,
        checks: Sequence[int] | None = None,
        columns: Sequence[tuple[int, int, str]] | None = None,
        types: str | None = None,
        again: Sequence[int] = (),
    ) -> Changed:
        """What the ledger says where these came, None for a catalog that is not read.

        The classes `again` are told once more, and have not come.
        """
        rows = []
        if classes is not None:
            came = [(each, each, self.classes[each], each not in again) for each in classes]
            rows.append(self._row("pg_class", list(self.classes), came))
        if checks is not None:
            new = [(each, self.checks[each], None, True) for each in checks]
            rows.append(self._row("pg_constraint", list(self.checks), new))
        if columns is not None:
            rows.append(("pg_attribute", "", "", json.dumps([(*each, True) for each in columns])))
        if types is not None:
            rows.append(("", "types", self.types, types))
        return self.ledger.tell(rows, self._left)

    def _row(self, name: str, ids: list[int], came: Sequence[object]) -> tuple[str, ...]:
        return (name, str(len(ids)), str(sum(ids)), json.dumps(came))

    def _left(self, names: list[str]) -> dict[str, list[int]]:
        self.asked.extend(names)
        there = {"pg_class": list(self.classes), "pg_constraint": list(self.checks)}
        return {name: there[name] for name in names}


def test_where_nothing_came_and_nothing_went_nothing_is_another() -> None:
    found = Catalogs()
    assert found.tell([], [], [], "0") == Changed({}, False, False)
    assert found.tell() == Changed({}, False, False)
    assert found.asked == []


def test_what_came_is_told_with_the_relation_and_the_name_that_it_had() -> None:
    found = Catalogs()
    found.checks[3] = OTHER
    assert found.tell(checks=[3]) == Changed({OTHER: "u"}, False, False)
    assert found.tell(columns=[(TABLE * 2048 + 1, TABLE, "a")]) == Changed(
        {TABLE: "t"}, False, False
    )
    found.classes[20009] = ("r", "new", "9")
    assert found.tell([20009]) == Changed({20009: ""}, False, False)
    assert found.asked == []


def test_what_went_is_asked_for_where_the_numbers_differ() -> None:
    found = Catalogs()
    del found.checks[2]
    assert found.tell(checks=[]) == Changed({OTHER: "u"}, False, False)
    assert found.asked == ["pg_constraint"]
    del found.classes[OTHER]
    assert found.tell([]) == Changed({OTHER: "u"}, False, False)
    assert OTHER not in found.ledger.relations
    found.classes[OTHER] = ("r", "again", "5")
    assert found.tell([OTHER]) == Changed({OTHER: ""}, False, False)


def test_what_is_back_although_it_had_gone_makes_all_doubtful() -> None:
    found = Catalogs()
    del found.checks[2]
    found.tell(checks=[])
    found.checks[2] = OTHER
    assert found.tell(checks=[]).whole


def test_another_name_of_a_relation_or_a_column_is_told_all_over_but_not_an_indexs() -> None:
    found = Catalogs()
    found.classes[INDEX] = ("i", "j", "3")
    assert not found.tell([INDEX]).whole
    found.classes[TABLE] = ("r", "tt", "1")
    assert found.tell([TABLE]) == Changed({TABLE: "t"}, False, True)
    found.tell(columns=[(1, TABLE, "a")])
    assert not found.tell(columns=[(1, TABLE, "a"), (2, TABLE, "b")]).whole
    assert found.tell(columns=[(1, TABLE, "c")]).whole


def test_more_hangs_on_a_partitioned_table_than_is_read_with_it() -> None:
    found = Catalogs()
    assert found.tell([PARENT]).whole
    found.classes[20009] = ("p", "new", "9")
    assert not found.tell([20009]).whole


def test_what_is_told_all_over_counts_only_where_it_was_read() -> None:
    found = Catalogs()
    assert found.tell(types="1").whole
    found.types = "4"
    assert not found.tell().whole
    assert found.tell(types="0").whole
    assert not found.tell(types="0").whole


def test_what_a_catalog_has_is_known() -> None:
    found = Catalogs()
    assert found.ledger.has("pg_constraint")
    assert not found.ledger.has("pg_policy")
    found.checks.clear()
    found.tell(checks=[])
    assert not found.ledger.has("pg_constraint")


def test_what_is_only_told_once_more_has_not_changed() -> None:
    found = Catalogs()
    assert found.tell(classes=[TABLE], again=[TABLE]).relations == {}
    assert found.tell(classes=[TABLE]).relations == {TABLE: "t"}


def test_what_is_told_once_more_by_another_name_is_renamed() -> None:
    found = Catalogs()
    found.classes[TABLE] = ("r", "renamed", "1")
    assert found.tell(classes=[TABLE], again=[TABLE]).whole
