"""The short comment after somebody else's merge: one mention, what has changed, what to do."""

import re

import pytest
from hypothesis import given, settings

from migbot.core.github_names import is_login
from migbot.render.comment_ping import ping
from migbot.render.comment_state import PING, state_of
from migbot.render.markdown import MARKER
from support.every_field import report_of
from support.foreign import anything
from support.github_markdown import does_nothing, outside_code, rendered
from support.situations import DEPENDS, EDITED, FORKED_REPORT


def mentions(body: str) -> list[str]:
    return re.findall(r"(?<![\w`])@[\w-]+", outside_code(rendered(body)))


def test_it_mentions_the_author_once_and_says_what_has_changed_and_what_to_do():
    body = ping(FORKED_REPORT, "dana")
    assert mentions(body) == ["@dana"]
    assert "2 heads after the merge - fix needed" in body
    assert "`migbot resolve --strategy rebase`" in body
    assert "`77d0e21000`" in body


def test_it_is_known_by_a_marker_of_its_own():
    body = ping(FORKED_REPORT, "dana")
    assert body.startswith(PING)
    assert not body.startswith(MARKER)
    assert state_of(body) is None
    assert body.count("<!--") == 1


def test_without_a_command_it_says_what_there_is_to_say():
    assert "Merge #815 first." in ping(DEPENDS, "dana")
    assert "Run `" not in ping(EDITED, "dana")


@pytest.mark.parametrize("name", ["dana", "a", "a-b-c", "A1", "monalisa_octo", "x" * 39, "legacy-"])
def test_a_login_is_mentioned(name):
    assert is_login(name)
    assert mentions(ping(EDITED, name)) == [f"@{name}"]


@pytest.mark.parametrize(
    "name", ["", "-a", "a--b", "x" * 40, "org/team", "dependabot[bot]", "a b", "a\n@b", "a@b", "é"]
)
def test_what_is_no_login_is_not_mentioned(name):
    assert not is_login(name)
    assert mentions(ping(EDITED, name)) == []
    assert "\nThe base branch" in ping(EDITED, name)


@settings(max_examples=60, deadline=None)
@given(anything)
def test_nothing_of_a_strangers_does_anything_in_it(text):
    does_nothing(ping(report_of(text), "not a login"), frozenset({"#1"}))
