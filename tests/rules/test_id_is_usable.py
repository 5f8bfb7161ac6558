import pytest

from migbot.core.environment import Environment
from migbot.core.model import Severity
from migbot.rules.id_is_usable import id_is_usable
from support.histories import added, change, history, judged


def weights(change):
    return [each.severity for each in judged(id_is_usable, change)]


@pytest.mark.parametrize(
    "name",
    ["ae1027a6acf0", "0034", "main_0001", "v3.0.0.c", "0.62.0", "I43e0b669096", "HEAD", "é1"],
)
def test_ids_that_real_projects_use_are_usable(name):
    assert not judged(id_is_usable, added(name))


@pytest.mark.parametrize("name", ["a@b", "a-b", "a+b", "a:b", "a'b", "head", "heads", "base"])
def test_ids_that_break_alembic_or_sql_are_errors(name):
    assert weights(added(name)) == [Severity.ERROR]


@pytest.mark.parametrize("name", ["a b", "feature/x", "a\\b", 'a"b', "a\tb", "a%b", "current"])
def test_ids_that_only_ask_for_trouble_are_warnings(name):
    assert weights(added(name)) == [Severity.WARNING]


def test_an_id_longer_than_the_version_column_is_an_error():
    assert not weights(added("x" * 32))
    assert weights(added("x" * 33)) == [Severity.ERROR]


def test_sqlite_takes_an_id_of_any_length():
    sqlite = Environment("alembic", ("versions",), database="sqlite")
    assert not weights(added("x" * 33, environment=sqlite))


def test_an_id_that_is_a_branch_label_is_an_error():
    before = history({"a1": None}, labels={"a1": "reports"})
    after = history({"a1": None, "reports": "a1"}, labels={"a1": "reports"})
    assert weights(change(before, after)) == [Severity.ERROR]


def test_the_hint_gives_an_id_that_can_be_pasted():
    hint = judged(id_is_usable, added("a b"))[0].hint
    assert len(hint.split('"')[1]) == 12


def test_ids_that_are_on_the_base_already_are_left_alone():
    before = history({"a b": None})
    assert not judged(id_is_usable, change(before, history({"a b": None, "c": "a b"})))
