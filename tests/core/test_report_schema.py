"""docs/report.schema.json: what it says of a Report is what the code writes and reads."""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.forecast import Clash, Forecast
from migbot.core.model import Finding, Severity
from migbot.core.plan import NewLine, PlannedEdit, PlanReport
from migbot.core.report import (
    Accepted,
    EnvironmentReport,
    Report,
    Subject,
    Tool,
    Unknown,
    Verdict,
    from_json,
    to_json,
)
from migbot.core.trips import (
    Conflict,
    Deployment,
    Drift,
    Leg,
    LegError,
    Order,
    Residue,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
    Rows,
)
from support import reports

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/report.schema.json").read_text())
VALID = jsonschema_rs.Draft202012Validator(SCHEMA)

# what report.py imports for type checkers only
LATER = {"Forecast": Forecast, "PlanReport": PlanReport, "RoundTrip": RoundTrip}

OBJECTS = {
    "tool": Tool,
    "subject": Subject,
    "unknown": Unknown,
    "accepted": Accepted,
    "environment": EnvironmentReport,
    "finding": Finding,
    "plan": PlanReport,
    "edit": PlannedEdit,
    "new_line": NewLine,
    "round_trip": RoundTrip,
    "revision": RevisionTrip,
    "leg": Leg,
    "error": LegError,
    "residue": Residue,
    "rows": Rows,
    "deployment": Deployment,
    "order": Order,
    "conflict": Conflict,
    "drift": Drift,
    "forecast": Forecast,
}

ERROR = LegError("OperationalError", "no such table", "DROP TABLE t", "v/a.py", 3)
LEGS = (Leg("upgrade", True, 1.5), Leg("downgrade", False, 2, ERROR), Leg("upgrade-again", True, 0))
CONFLICT = Conflict(("a", "b"), "column", "t.x", "t", "VARCHAR(5)", "VARCHAR(9)")
ORDER = Order(("a", "b"), False, "table t", "a first", "b", (CONFLICT,))


def full() -> Report:
    """A report in which no list is empty and nothing optional is left out."""
    revisions = tuple(
        RevisionTrip(
            "a", "m", verdict, LEGS, (Residue("index", "ix", "missing", "x", "y"),), Rows(2, 1, 1),
            ("AccessExclusive on t",), ("The columns of t come back in another order.",),
        )
        for verdict in RevisionVerdict
    )  # fmt: skip
    trips = tuple(
        RoundTrip(
            "main", database, "1.0", verdict, revisions, Deployment("upgrade", False, ERROR),
            (ORDER,), "namespace", (Drift("add_column", "t.c"),),
            ".venv/bin/python (active)", (Unknown("x", "y", "z"),),
        )
        for database, verdict in zip(
            ("sqlite", "postgresql", "mysql"), Verdict, strict=True
        )
    )  # fmt: skip
    edits = (PlannedEdit("v/a.py", "rewrite", "a", ("b",), (NewLine(1, "x", "y"),)),)
    return Report(
        Verdict.FAIL,
        Subject("1", "2", "3", True),
        (Unknown("x", "y", "z"),),
        (Accepted("MB301", "a", "why", "settings"),),
        (EnvironmentReport("main", ("v",), ("a",), ("b",), ("a",), ("b",), ("c",)),),
        tuple(Finding("MB101", "r", each, "m", "h", "main", "a", "v/a.py", 1) for each in Severity),
        PlanReport("rebase", "why", edits, ("first",), ("then",)),
        trips,
        forecast=tuple(Forecast(each, 7, "main", ("a",), ("b",)) for each in Clash),
    )


FORMS = {
    "one that has everything": full,
    "one that has nothing": lambda: Report(Verdict.PASS),
    "one that passes": reports.green,
    "one of a fork": reports.forked,
    "one of a broken downgrade": reports.broken_downgrade,
    "one that knows nothing": reports.unknown,
}


@pytest.mark.parametrize("name", FORMS)
def test_what_the_code_writes_is_valid_and_is_read_again(name: str) -> None:
    report = FORMS[name]()
    VALID.validate(json.loads(to_json(report)))
    assert from_json(to_json(report)) == report


def test_the_schema_is_a_schema() -> None:
    assert jsonschema_rs.meta.is_valid(SCHEMA)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_field_is_in_the_schema_in_the_order_of_the_code_and_required(name: str) -> None:
    properties = list(SCHEMA["$defs"][name]["properties"])
    assert properties == list(OBJECTS[name]._fields)
    assert SCHEMA["$defs"][name]["required"] == properties


def test_the_report_has_every_field_in_the_order_in_which_it_is_read() -> None:
    order = "schema tool verdict subject unknown accepted environments findings plan"
    order += " round_trips forecast"
    assert list(SCHEMA["properties"]) == SCHEMA["required"] == order.split()
    assert sorted(order.split()) == sorted(Report._fields)


def test_no_definition_is_of_something_else() -> None:
    assert SCHEMA["$defs"].keys() == OBJECTS.keys()
    used = {kind for each in (Report, *OBJECTS.values()) for kind in _dataclasses(each)}
    assert used == set(OBJECTS.values())


def _dataclasses(kind: Any) -> Iterator[Any]:
    for hint in get_type_hints(kind, localns=LATER).values():
        yield from (each for each in (hint, *get_args(hint)) if hasattr(each, "_fields"))


@pytest.mark.parametrize("name", ["", *OBJECTS])
def test_every_enumeration_has_the_words_of_the_code(name: str) -> None:
    kind, found = (OBJECTS[name], SCHEMA["$defs"][name]) if name else (Report, SCHEMA)
    for key, hint in get_type_hints(kind, localns=LATER).items():
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            assert found["properties"][key]["enum"] == [str(each) for each in hint]


def test_a_report_of_a_newer_migbot_is_valid_too() -> None:
    data = json.loads(to_json(full()))
    data["novelty"] = data["findings"][0]["novelty"] = 1
    assert VALID.is_valid(data)


def _places(data: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if here:
        yield here
    inside: dict[Any, Any] = data if isinstance(data, dict) else {}
    if isinstance(data, list):
        inside = dict(enumerate(data))
    for key, value in inside.items():
        yield from _places(value, (*here, key))


FULL = to_json(full())
PLACES = list(_places(json.loads(FULL)))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from([{}, [], [1], "wrong", 1.5, True, None]))
def test_what_the_schema_takes_the_code_reads(place: tuple[Any, ...], wrong: Any) -> None:
    data = json.loads(FULL)
    holder = data
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = wrong
    if VALID.is_valid(data):
        from_json(json.dumps(data))


@pytest.mark.parametrize("place", [place for place in PLACES if len(place) < 3], ids=str)
def test_a_value_of_another_type_is_valid_for_neither(place: tuple[Any, ...]) -> None:
    data = json.loads(FULL)
    holder = data if len(place) == 1 else data[place[0]]
    holder[place[-1]] = 1.5
    assert not VALID.is_valid(data)
    with pytest.raises(ValueError, match=r"report|schema"):
        from_json(json.dumps(data))
