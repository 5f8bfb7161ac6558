import pytest

from migbot.core.model import Severity
from migbot.rules.downgrade_does_something import downgrade_does_something
from support.histories import ADD, DROP, added, change, history, judged


@pytest.mark.parametrize("down", ["pass", "return", "...", '"""nothing to do"""', "return None"])
def test_an_empty_downgrade_under_an_upgrade_is_an_error(down):
    case = added(body=(ADD, down))
    (found,) = judged(downgrade_does_something, case)
    assert found.severity is Severity.ERROR
    assert "its upgrade is not (add column email to user)" in found.message
    line = case.after.source(found.path).splitlines()[found.line - 1]
    assert line == b"def downgrade():"


@pytest.mark.parametrize(
    ("up", "down"),
    [(ADD, DROP), (ADD, "raise NotImplementedError"), ("pass", "pass"), (ADD, None)],
    ids=["undone", "declared by raise", "both empty", "missing, which is another rule's"],
)
def test_the_rest_is_fine(up, down):
    assert not judged(downgrade_does_something, added(body=(up, down)))


def test_a_declared_reason_is_enough():
    case = added(body=(ADD, "pass"), extra='irreversible = "the rows are gone"')
    assert not judged(downgrade_does_something, case)


def test_an_empty_merge_is_fine():
    ids = {"a1": None, "b2": "a1", "c3": "a1"}
    after = history({**ids, "m": ("b2", "c3")})
    assert not judged(downgrade_does_something, change(history(ids), after))


def test_a_comment_with_a_reason_accepts_it():
    case = added(body=(ADD, "pass"), extra="# migbot: allow MB402 data only")
    assert not judged(downgrade_does_something, case)


def test_a_comment_without_a_reason_does_not():
    case = added(body=(ADD, "pass"), extra="# migbot: allow MB402")
    assert judged(downgrade_does_something, case)


ROWS = 'op.execute("UPDATE user SET email = NULL")'


@pytest.mark.parametrize(
    ("up", "severity"),
    [
        (ROWS, Severity.WARNING),
        ('op.execute(sa.text("insert into t values (1)"))', Severity.WARNING),
        ('op.bulk_insert(t, [{"a": 1}])', Severity.WARNING),
        (f"{ROWS}\n{ADD}", Severity.ERROR),
        ('op.execute("CREATE TABLE t (i int)")', Severity.ERROR),
        ("op.execute(statement)", Severity.ERROR),
        ("do_something()", Severity.ERROR),
    ],
)
def test_an_upgrade_that_only_writes_rows_leaves_the_schema_and_is_a_warning(up, severity):
    (found,) = judged(downgrade_does_something, added(body=(up, "pass")))
    assert found.severity is severity
