"""Every planted defect is named and no right migration is accused, on SQLite."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from planted.case import Case
from planted.sqlite_cases import CASES
from planted.suite import proved, sampled, wrong

DEFECTS = [case for case in CASES if case.found is not None]
RIGHT = [case for case in CASES if case.found is None]


def test_there_are_as_many_as_were_promised() -> None:
    assert len(DEFECTS) >= 40
    assert len(RIGHT) >= 35
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("cases", sampled(DEFECTS, 3, 50))
def test_every_defect_is_named(cases: Sequence[Case], tmp_path: Path) -> None:
    found = wrong(proved(cases, tmp_path))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("cases", sampled(RIGHT, 2, 50))
def test_no_right_migration_is_accused(cases: Sequence[Case], tmp_path: Path) -> None:
    found = wrong(proved(cases, tmp_path))
    assert not found, "\n".join(found)
