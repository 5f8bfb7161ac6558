"""The page on the planted migrations: what each judge found, missed and wrongly accused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from migbot.core.value import Value
from planted.case import Case

PYTEST_ALEMBIC = "0.13.1"
FOUR = "pytest-alembic, its four tests"
TRACE = "and `downgrade_leaves_no_trace`"
AUTOGENERATE = "autogenerate"
MIGBOT = "migbot"
JUDGES = (MIGBOT, FOUR, TRACE, AUTOGENERATE)

Objected = Mapping[str, set[str]]
"""Judge -> names of the cases that it has something against."""

DISPLAYED = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB"}


BLIND = {
    ("mariadb", TRACE): "It rolls DDL back to a savepoint, which MariaDB commits at once "
    '("SAVEPOINT does not exist"): `downgrade_leaves_no_trace` fails whatever the migration.'
}
"""Judges that cannot judge on a database, and why: that they object to all is no finding."""


class Score(Value):
    """One dialect's cases, what each judge said, and what migbot judged wrongly."""

    dialect: str
    cases: Sequence[Case]
    objected: Objected
    wrong: Sequence[str]


INTRODUCTION = f"""# Planted migrations

Written by `make bench-planted`. Each migration has one defect that was planted, or is right and of
a kind that is easily accused; they stand in tests/planted. All judges ran the same upgrades and
downgrades on the same kind of database:

- **migbot**: `migbot roundtrip` of all of them as one project. *Found* means that the report names
  what was planted, not only that it fails.
- **pytest-alembic** ({PYTEST_ALEMBIC}): one project for each migration; found where a
  test fails. First the four tests that it runs by default, then its experimental
  `downgrade_leaves_no_trace` as well.
- **autogenerate**: one project for each migration; found where Alembic would write an operation
  after the downgrade (against the schema of before) or after the second upgrade (against that of
  the first), or where a command fails. Types and server defaults are compared.

The others are given models that are exactly what the upgrade makes, and empty tables: neither fills
them by itself. Declaring a migration irreversible in its module is migbot's own word, so that those
are left out.
"""


SUMMARY = """## Planted migrations

Written by `make bench-planted`: migrations with one defect each, and right ones that are easily
accused. What was run, and every case: [planted.md](planted.md).

| | judge | found | missed | wrongly accused |
|---|---|---|---|---|
"""


def page(score: Score) -> str:
    """The page's introduction and the section of one dialect."""
    return "\n".join([INTRODUCTION, *section(score)]) + "\n"


def summary(page: Mapping[str, str]) -> str:
    """The totals of every section of the page (see sections.py), for the page of benchmarks."""
    rows = [
        f"| {name if at == 0 else ''} |{row}"
        for name, text in page.items()
        if name
        for at, row in enumerate(
            re.findall(r"^\|(.* \|$)", text, re.MULTILINE)[1 : 1 + len(JUDGES)]
        )
    ]
    return SUMMARY + "\n".join(rows) + "\n"


def section(score: Score) -> Iterator[str]:
    """One dialect: the table of the judges, then every case that one of them judged wrongly."""
    defects = [case.name for case in score.cases if case.found is not None]
    right = [case.name for case in score.cases if case.found is None]
    yield f"## {DISPLAYED[score.dialect]}\n"
    yield f"{len(defects)} defects, {len(right)} right migrations.\n"
    yield "| judge | found | missed | wrongly accused |\n|---|---|---|---|"
    for judge in JUDGES:
        if judge in judges(score):
            found = score.objected[judge]
            missed = sum(name not in found for name in defects)
            accused = sum(name in found for name in right)
            yield f"| {judge} | {len(defects) - missed} | {missed} | {accused} |"
        else:
            yield f"| {judge} | cannot be run | | |"
    yield from (f"\n{why}" for (dialect, _), why in BLIND.items() if dialect == score.dialect)
    yield "\n### Every defect\n"
    yield from cells(score, defects, "found", "**missed**")
    accused_by_one = [n for n in right if any(n in score.objected[each] for each in judges(score))]
    yield "\n### Right migrations that were accused\n"
    if accused_by_one:
        yield from cells(score, accused_by_one, "**accused**", "")
    else:
        yield "None."
    yield ""


def judges(score: Score) -> list[str]:
    """Those who can judge on this database."""
    return [judge for judge in JUDGES if (score.dialect, judge) not in BLIND]


def cells(score: Score, names: Sequence[str], yes: str, no: str) -> Iterator[str]:
    """A row for each case, a column for each judge."""
    able = judges(score)
    yield f"| | {' | '.join(able)} |\n|---|{'---|' * len(able)}"
    for name in names:
        said = [yes if name in score.objected[judge] else no for judge in able]
        yield f"| {name} | {' | '.join(said)} |"
