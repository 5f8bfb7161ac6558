"""Every planted defect is named and no right migration is accused, on PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from migbot.databases.postgresql import PostgreSQL
from planted.case import Case
from planted.postgresql_cases import CASES
from planted.suite import proved, sampled, wrong

URL = "postgresql+psycopg://someone@localhost/planted"
"""What the project says; every connection goes to the throw-away server."""

AT_ONCE = 12
"""Cases in one database: after a defect everything before it is run again."""


def test_there_are_enough_of_both() -> None:
    assert sum(case.found is not None for case in CASES) >= 60
    assert sum(case.found is None for case in CASES) >= 40


@pytest.mark.parametrize("part", sampled(CASES, 6, AT_ONCE))
def test_defects_are_named_and_right_ones_are_not_accused(
    on_postgresql: PostgreSQL, tmp_path: Path, part: Sequence[Case]
) -> None:
    found = wrong(proved(part, tmp_path, URL, database=on_postgresql))
    assert not found, "\n".join(found)
