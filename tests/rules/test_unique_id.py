from migbot.core.environment import Environment
from migbot.core.model import Severity
from migbot.rules.unique_id import unique_id
from support.histories import change, history, judged, migration, on_base

BEFORE = history({"a1": None, "b2": "a1"})
OTHER = migration("b2", "a1", message="something else", upgrade="op.drop_table('t')")
TWICE = history({"a1": None, "b2": "a1"}, files={"versions/zz.py": OTHER})


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_ids_that_differ_are_fine():
    assert not judged(unique_id, change(BEFORE, history({"a1": None, "b2": "a1", "c3": "b2"})))


def test_a_second_file_with_an_id_names_both_and_is_told_from_a_fork():
    found = only(judged(unique_id, change(BEFORE, TWICE)))
    assert found.message == (
        "b2 is the id of 2 files: versions/b2_.py and versions/zz.py; this is no fork, do not merge"
    )
    assert (found.severity, found.path) == (Severity.ERROR, "versions/zz.py")


def test_the_new_file_is_accused_wherever_it_sorts():
    after = history({"a1": None, "b2": "a1"}, files={"versions/00.py": OTHER})
    assert only(judged(unique_id, change(BEFORE, after))).path == "versions/00.py"


def test_the_hint_gives_an_id_that_can_be_pasted():
    hint = only(judged(unique_id, change(BEFORE, TWICE))).hint
    new = hint.split('"')[1]
    assert len(new) == 12
    assert set(new) <= set("0123456789abcdef")
    assert hint == only(judged(unique_id, change(BEFORE, TWICE))).hint


def test_a_copy_of_the_file_is_to_be_deleted():
    copy = b"# a comment more\n" + migration("b2", "a1")
    after = history({"a1": None, "b2": "a1"}, files={"versions/b2_ copy.py": copy})
    found = only(judged(unique_id, change(BEFORE, after)))
    assert found.hint == 'The files do the same. Delete the copy: git rm -- "versions/b2_ copy.py"'


def test_what_was_there_before_is_a_warning_and_an_error_on_the_base():
    assert only(judged(unique_id, change(TWICE, TWICE))).severity is Severity.WARNING
    assert only(judged(unique_id, on_base(TWICE))).severity is Severity.ERROR


def test_a_third_file_with_the_id_is_an_error_again():
    more = {"versions/zz.py": OTHER, "versions/zzz.py": OTHER}
    after = history({"a1": None, "b2": "a1"}, files=more)
    found = only(judged(unique_id, change(TWICE, after)))
    assert (found.severity, found.path) == (Severity.ERROR, "versions/zzz.py")


def test_two_environments_may_share_ids():
    files = {"sqlite/a1.py": migration("a1"), "postgresql/a1.py": migration("a1")}
    for name in ("sqlite", "postgresql"):
        tree = history({}, files=files, environment=Environment(name, (name,)))
        assert not judged(unique_id, on_base(tree))
