from migbot.core.model import Severity
from migbot.rules.published_kept import published_kept
from support.histories import change, history, judged, migration

IDS = {"a1": None, "b2": "a1", "c3": "b2", "d4": "c3"}
BEFORE = history(IDS)


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_a_history_that_only_grows_is_fine():
    assert not judged(published_kept, change(BEFORE, history({**IDS, "e5": "d4"})))


def test_a_renamed_file_is_kept():
    files = {"versions/renamed.py": migration("d4", "c3")}
    after = history({"a1": None, "b2": "a1", "c3": "b2"}, files=files)
    assert not judged(published_kept, change(BEFORE, after))


def test_a_deleted_head_is_an_error_that_names_the_file():
    after = history({"a1": None, "b2": "a1", "c3": "b2"})
    found = only(judged(published_kept, change(BEFORE, after)))
    assert found.severity is Severity.ERROR
    assert (found.revision, found.path) == ("d4", "versions/d4_.py")
    assert "Can't locate revision" in found.message
    assert "versions/d4_.py" in found.hint


def test_every_deleted_revision_is_told():
    found = judged(published_kept, change(BEFORE, history({"a1": None, "b2": "a1"})))
    assert [each.revision for each in found] == ["c3", "d4"]


def test_a_revision_cut_out_of_the_middle_is_an_error():
    after = history({"a1": None, "c3": "a1", "d4": "c3"})
    assert only(judged(published_kept, change(BEFORE, after))).severity is Severity.ERROR


def test_the_bottom_deleted_with_nothing_in_its_place_is_an_error():
    after = history({"c3": "b2", "d4": "c3"})
    weights = {each.severity for each in judged(published_kept, change(BEFORE, after))}
    assert weights == {Severity.ERROR}


def test_an_id_that_was_changed_in_its_file_is_told_so():
    files = {"versions/d4_.py": migration("ffff", "c3")}
    after = history({"a1": None, "b2": "a1", "c3": "b2"}, files=files)
    found = only(judged(published_kept, change(BEFORE, after)))
    assert found.message.startswith("d4 is on the base and has the id ffff now")
    assert found.hint == 'Write the old id again: revision = "d4"'


def test_a_squash_into_a_new_base_is_a_warning_that_says_what_it_asks_of_databases():
    after = history({"s": None, "c3": "s", "d4": "c3"})
    found = only(judged(published_kept, change(BEFORE, after)))
    assert found.severity is Severity.WARNING
    assert found.message.startswith("2 revisions of the base squashed into s: a database must")
    assert "stand at b2 or later" in found.message
    assert found.hint == "Upgrade every database first: alembic upgrade b2"
    assert (found.revision, found.path) == ("s", "versions/s_.py")


def test_a_squash_into_a_revision_that_stays_is_recognised():
    after = history({"b2": None, "c3": "b2", "d4": "c3"})
    found = only(judged(published_kept, change(BEFORE, after)))
    assert found.severity is Severity.WARNING
    assert found.message.startswith("1 revision of the base squashed into b2")


def test_a_squash_of_everything_asks_for_a_stamp():
    found = only(judged(published_kept, change(BEFORE, history({"s": None}))))
    assert found.severity is Severity.WARNING
    assert found.hint.endswith("alembic upgrade d4; afterwards: alembic stamp --purge s")


def test_a_squash_in_several_steps_is_recognised():
    after = history({"s": None, "s2": "s", "c3": "s2", "d4": "c3"})
    assert only(judged(published_kept, change(BEFORE, after))).revision == "s"


def test_a_squash_that_leaves_a_hole_is_none():
    after = history({"s": None, "b2": "s", "d4": "b2"})  # c3 is gone, and b2 below it stays
    weights = {each.severity for each in judged(published_kept, change(BEFORE, after))}
    assert weights == {Severity.ERROR}
