import pytest

from migbot.core.model import Severity
from migbot.rules.parent_exists import parent_exists
from support.histories import change, history, judged, on_base

IDS = {"ae1027a6acf0": None, "bb2038b7bd01": "ae1027a6acf0"}
BEFORE = history(IDS)


def only(found):
    assert len(found) == 1, found
    return found[0]


def with_parent(parent, **more):
    return change(BEFORE, history({**IDS, "c3": parent}, **more))


def test_a_parent_that_is_there_is_fine():
    assert not judged(parent_exists, with_parent("bb2038b7bd01"))


def test_a_missing_parent_is_named_with_the_file_that_names_it():
    found = only(judged(parent_exists, with_parent("f00dfeed0000")))
    assert found.message == ("c3 names 'f00dfeed0000' in down_revision, which no file has")
    assert (found.severity, found.path, found.line) == (Severity.ERROR, "versions/c3_.py", 8)
    assert "migbot check" in found.hint


def test_a_missing_dependency_is_placed_at_depends_on():
    after = history({**IDS, "c3": "bb2038b7bd01"}, depends={"c3": "f00dfeed0000"})
    found = only(judged(parent_exists, change(BEFORE, after)))
    assert "in depends_on" in found.message
    assert after.source(found.path).splitlines()[found.line - 1] == b"depends_on = 'f00dfeed0000'"


def test_the_beginning_of_an_id_gets_the_whole_id():
    found = only(judged(parent_exists, with_parent("bb20")))
    assert "only the beginning of bb2038b7bd01" in found.message
    assert found.hint == 'Write the whole id: down_revision = "bb2038b7bd01"'


def test_a_beginning_that_fits_two_ids_names_both():
    after = history({**IDS, "bb20ff": "bb2038b7bd01", "c3": "bb20"})
    found = only(judged(parent_exists, change(BEFORE, after)))
    assert "the beginning of bb2038b7bd01 and bb20ff" in found.message


@pytest.mark.parametrize("form", ["head", "heads", "main@head", "main"])
def test_a_form_of_the_command_line_gets_the_id_it_stands_for(form):
    after = history({**IDS, "c3": form}, labels={"ae1027a6acf0": "main"})
    found = only(judged(parent_exists, change(BEFORE, after)))
    assert "which only the command line understands" in found.message
    assert found.hint == 'Write the whole id: down_revision = "bb2038b7bd01"'


def test_a_label_with_several_heads_is_not_guessed():
    after = history(
        {**IDS, "x": "ae1027a6acf0", "c3": "main@head"}, labels={"ae1027a6acf0": "main"}
    )
    found = only(judged(parent_exists, change(BEFORE, after)))
    assert found.hint == "Write the whole id in down_revision."


def test_a_label_in_depends_on_is_what_alembic_takes():
    after = history(
        {**IDS, "c3": "bb2038b7bd01"}, depends={"c3": "main"}, labels={"ae1027a6acf0": "main"}
    )
    assert not judged(parent_exists, change(BEFORE, after))


def test_a_typing_slip_gets_the_id_that_is_close():
    found = only(judged(parent_exists, with_parent("bb2038b7bd10")))
    assert "bb2038b7bd01 is close to it" in found.message


def test_a_parent_that_the_change_deletes_is_told_so():
    after = history({"bb2038b7bd01": "ae1027a6acf0"})
    found = only(judged(parent_exists, change(BEFORE, after)))
    assert "which this change deletes" in found.message
    assert "versions/ae1027a6acf0_.py" in found.hint


def test_the_same_missing_id_twice_in_one_file_is_told_once():
    after = history({**IDS, "c3": ("nowhere", "nowhere")}, depends={"c3": "nowhere"})
    assert len(judged(parent_exists, change(BEFORE, after))) == 1


def test_an_id_that_is_a_whole_page_is_kept_short():
    found = only(judged(parent_exists, with_parent("x" * 50_000)))
    assert len(found.message) < 200


def test_a_name_with_line_breaks_stays_in_one_line():
    found = only(judged(parent_exists, with_parent("a\nb\x1b[31m")))
    assert found.message.isprintable()


BROKEN = history({**IDS, "c3": "nowhere"})


def test_what_was_missing_before_is_a_warning():
    after = history({**IDS, "c3": "nowhere", "d4": "bb2038b7bd01"})
    found = only(judged(parent_exists, change(BROKEN, after)))
    assert found.severity is Severity.WARNING
    assert "before this change" in found.message


def test_what_is_missing_on_the_base_is_an_error_when_the_base_is_judged():
    assert only(judged(parent_exists, on_base(BROKEN))).severity is Severity.ERROR


def test_another_file_that_names_the_same_missing_id_is_an_error():
    after = history({**IDS, "c3": "nowhere", "d4": "nowhere"})
    weights = {
        each.revision: each.severity for each in judged(parent_exists, change(BROKEN, after))
    }
    assert weights == {"c3": Severity.WARNING, "d4": Severity.ERROR}
