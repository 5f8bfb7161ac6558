from migbot.core.model import Severity
from migbot.rules.no_cycle import no_cycle
from support.histories import change, history, judged, on_base

BEFORE = history({"a1": None})
RING = {"a1": None, "b2": "d4", "c3": "b2", "d4": "c3"}


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_a_line_is_no_cycle():
    assert not judged(no_cycle, change(BEFORE, history({"a1": None, "b2": "a1"})))


def test_a_merge_is_no_cycle():
    diamond = history({"a1": None, "b2": "a1", "c3": "a1", "m": ("b2", "c3")})
    assert not judged(no_cycle, change(BEFORE, diamond))


def test_a_cycle_lists_its_members():
    found = only(judged(no_cycle, change(BEFORE, history(RING))))
    assert found.message == "b2, d4 and c3 wait for one another in a circle"
    assert (found.severity, found.hint.count("merge")) == (Severity.ERROR, 0)


def test_a_revision_that_names_itself_is_told_so():
    found = only(judged(no_cycle, change(BEFORE, history({"a1": None, "b2": "b2"}))))
    assert found.message == "b2 names itself in down_revision"


def test_a_cycle_through_a_dependency_names_the_dependency():
    after = history({"a1": None, "b2": "a1", "c3": "b2"}, depends={"b2": "c3"})
    found = only(judged(no_cycle, change(BEFORE, after)))
    assert "through depends_on of b2" in found.message
    assert after.source(found.path).splitlines()[found.line - 1] == b"depends_on = 'c3'"


def test_a_revision_of_the_change_is_accused():
    before = history({"a1": None, "b2": "a1", "d4": "b2"})
    after = history({"a1": None, "b2": "d4", "d4": "b2"})
    assert only(judged(no_cycle, change(before, after))).revision == "b2"


def test_two_cycles_are_two_findings():
    found = judged(no_cycle, change(BEFORE, history({**RING, "x": "y", "y": "x"})))
    assert len(found) == 2


def test_an_old_cycle_is_a_warning_and_does_not_hide_a_new_one():
    ring = history(RING)
    assert only(judged(no_cycle, change(ring, ring))).severity is Severity.WARNING
    found = judged(no_cycle, change(ring, history({**RING, "x": "y", "y": "x"})))
    assert sorted(each.severity for each in found) == [Severity.ERROR, Severity.WARNING]


def test_a_cycle_on_the_base_is_an_error_when_the_base_is_judged():
    assert only(judged(no_cycle, on_base(history(RING)))).severity is Severity.ERROR
