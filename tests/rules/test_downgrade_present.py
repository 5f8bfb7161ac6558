from migbot.core.model import Severity
from migbot.rules.downgrade_present import downgrade_present
from support.histories import ADD, added, change, history, judged


def test_a_downgrade_of_any_kind_is_present():
    for down in ("pass", "raise NotImplementedError", "op.drop_table('t')"):
        assert not judged(downgrade_present, added(body=(ADD, down)))


def test_a_missing_downgrade_is_an_error():
    (found,) = judged(downgrade_present, added(body=(ADD, None)))
    assert (found.severity, found.revision) == (Severity.ERROR, "b2")
    assert found.message == "b2 has no downgrade function"


def test_a_declared_reason_stands_in_for_it():
    assert not judged(downgrade_present, added(body=(ADD, None), extra='irreversible = "why"'))


def test_an_empty_reason_is_no_declaration():
    assert judged(downgrade_present, added(body=(ADD, None), extra='irreversible = ""'))


def test_the_multidb_template_has_its_work_in_other_functions():
    dispatch = "globals()[f'downgrade_{engine_name}']()"
    case = added(body=(ADD, dispatch), extra="def downgrade_engine1():\n    op.drop_table('t')\n")
    assert not judged(downgrade_present, case)


def test_a_downgrade_that_is_a_variable_is_present():
    assert not judged(downgrade_present, added(body=(ADD, None), extra="downgrade = print"))


def test_what_is_on_the_base_is_left_alone():
    before = history({"a1": None}, bodies={"a1": (ADD, None)})
    after = history({"a1": None, "b2": "a1"}, bodies={"a1": (ADD, None)})
    assert not judged(downgrade_present, change(before, after))
