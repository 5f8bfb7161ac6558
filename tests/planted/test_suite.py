"""What the frame of the planted migrations calls judged wrongly."""

import pytest

from migbot.core.report import Verdict
from migbot.core.trips import Residue, RevisionTrip, RevisionVerdict, RoundTrip
from planted.case import Case
from planted.suite import judged, name_of, wrong

RIGHT = Case("right", before="", upgrade="pass", downgrade="pass")
DEFECT = RIGHT._replace(name="defect", found="column t.x")
LEFT = (Residue("column", "t.x", "left-behind", "", "INTEGER"),)
OTHER = (Residue("index", "t_ix", "missing"),)


def said(case: Case, verdict: RevisionVerdict, residue: tuple[Residue, ...] = ()) -> list[str]:
    trip = RevisionTrip(name_of(0), case.name, verdict, residue=residue)
    return wrong(judged([case], RoundTrip("main", "sqlite", "3", Verdict.FAIL, (trip,))))


@pytest.mark.parametrize(
    ("case", "verdict", "residue"),
    [
        (RIGHT, RevisionVerdict.PASS, ()),
        (DEFECT, RevisionVerdict.FAIL, LEFT),
        (DEFECT, RevisionVerdict.FAIL, (*OTHER, *LEFT)),
        (RIGHT._replace(verdict=RevisionVerdict.IRREVERSIBLE), RevisionVerdict.IRREVERSIBLE, ()),
    ],
)
def test_what_is_judged_rightly(
    case: Case, verdict: RevisionVerdict, residue: tuple[Residue, ...]
) -> None:
    assert said(case, verdict, residue) == []


@pytest.mark.parametrize(
    ("case", "verdict", "residue", "how"),
    [
        (RIGHT, RevisionVerdict.FAIL, LEFT, "accused: right"),
        (RIGHT, RevisionVerdict.UNKNOWN, (), "accused: right"),
        (DEFECT, RevisionVerdict.PASS, (), "missed (not fail): defect"),
        (DEFECT, RevisionVerdict.UNKNOWN, LEFT, "missed (not fail): defect"),
        (DEFECT, RevisionVerdict.FAIL, OTHER, "missed ('column t.x'): defect"),
    ],
)
def test_what_is_judged_wrongly(
    case: Case, verdict: RevisionVerdict, residue: tuple[Residue, ...], how: str
) -> None:
    (told,) = said(case, verdict, residue)
    assert told.startswith(how)
