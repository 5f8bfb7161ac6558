"""Every planted defect is named and no right migration is accused, on MariaDB."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from migbot.databases.mysql import MySQL
from planted.case import Case
from planted.mariadb_cases import CASES
from planted.suite import proved, sampled, wrong

URL = "mysql+pymysql://someone@localhost/planted"
"""What the project says; every connection goes to the throw-away server."""


AT_ONCE = 18
"""Cases in one project: each that fails costs a process, and a look opens every table there is."""


@pytest.mark.parametrize("part", sampled(CASES, 5, AT_ONCE))
def test_every_defect_is_named_and_no_right_migration_is_accused(
    part: Sequence[Case], on_mariadb: MySQL, tmp_path: Path
) -> None:
    found = wrong(proved(part, tmp_path, URL, database=on_mariadb))
    assert not found, "\n".join(found)


def test_there_are_enough_of_both() -> None:
    assert sum(each.found is not None for each in CASES) >= 40
    assert sum(each.found is None for each in CASES) >= 30
