"""The rules on messages that know a better one give the line that would hold it."""

import pytest

from migbot.core.check import Rule
from migbot.core.model import NewLine
from migbot.rules.message_present import message_present
from migbot.rules.message_says_what import message_says_what
from migbot.rules.message_unique import message_unique
from support.histories import added, judged

LINE = NewLine(1, '"""update', '"""add column email to user')


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (message_present, "empty message"),
        (message_says_what, "update"),
        (message_unique, "create table of a1"),
    ],
)
def test_the_line_is_given_with_the_finding(rule: Rule, message: str) -> None:
    (found,) = judged(rule, added("b2", message=message))
    assert found.instead is not None
    assert found.instead._replace(was=LINE.was) == LINE
    assert message in found.instead.was


def test_where_no_better_message_is_known_no_line_is_given() -> None:
    (found,) = judged(message_says_what, added("b2", message="update", body=("print()", "pass")))
    assert found.instead is None
