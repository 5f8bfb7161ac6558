from migbot.core.model import Severity
from migbot.rules.irreversible_declared import irreversible_declared
from support.histories import ADD, DROP, added, judged


def test_a_downgrade_that_raises_is_a_note():
    (found,) = judged(irreversible_declared, added(body=(ADD, "raise NotImplementedError('x')")))
    assert found.severity is Severity.NOTE
    assert found.message == "b2 is declared irreversible"


def test_a_reason_is_told():
    extra = 'irreversible = "the rows are gone"'
    (found,) = judged(irreversible_declared, added(body=(ADD, "pass"), extra=extra))
    assert found.message == "b2 is declared irreversible: the rows are gone"


def test_a_downgrade_that_goes_back_is_nothing_to_note():
    assert not judged(irreversible_declared, added(body=(ADD, DROP)))


def test_a_raise_on_one_of_two_ways_is_no_declaration():
    down = f"if op.get_bind():\n    raise RuntimeError\n{DROP}"
    assert not judged(irreversible_declared, added(body=(ADD, down)))
