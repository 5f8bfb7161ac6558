"""What a comment says of other open pull requests, and that none of it fails this one."""

from migbot.core.forecast import Clash, Forecast
from migbot.render.markdown import checks, comment
from support.situations import DEPENDS, GREEN, HEADS_UP, SEVERAL


def told(*forecast: Forecast) -> str:
    return comment(GREEN._replace(forecast=forecast))


def fork(pull: int, environment: str = "alembic") -> Forecast:
    return Forecast(Clash.FORK, pull, environment, ("8f2a1c",), ("d00d1e",))


def test_pull_requests_from_the_same_parent_stand_in_one_line():
    line = (
        "- Also open from the same parent: #815, #819 - whichever is merged later needs this fix."
    )
    assert line in comment(HEADS_UP)
    assert checks(HEADS_UP)[0].conclusion == "success"


def test_one_id_in_two_pull_requests_and_who_builds_on_this_one_are_told():
    text = comment(HEADS_UP)
    assert "- #820 adds `8f2a1c` too, under the same id" in text
    assert "- #821 builds on this one: merge it first." in text


def test_without_a_forecast_there_is_no_heads_up():
    assert "Heads-up" not in comment(GREEN)
    assert "Heads-up" not in comment(DEPENDS)


def test_where_there_are_several_environments_each_line_says_which():
    assert "needs this fix (in shop)." in comment(SEVERAL)
    assert "(in" not in told(fork(815))


def test_a_hundred_pull_requests_are_not_all_mentioned():
    text = told(*(fork(number) for number in range(1, 101)))
    assert text.count("#") - text.count("###") * 3 == 10
    assert "and 90 more" in text


def test_a_number_that_is_none_is_no_link():
    assert "another pull request" in told(fork(-1))
    assert "another pull request" in told(fork(10**30))


def test_what_is_needed_is_told_first_with_who_has_it():
    text = comment(DEPENDS)
    assert text.index("`8f2a1c` builds on `d00d1e`, which only #815 has") < text.index("**Fix:")
    assert "**Fix: merge #815 first.**" in text
    assert "Round trip: not run, as it needs what only #815 has." in text
    assert "MB102" not in text


def test_a_number_that_is_none_is_no_link_where_it_is_needed_either():
    needs = Forecast(Clash.NEEDS, -1, "alembic", ("8f2a1c",), ("d00d1e",))
    assert "#" not in comment(DEPENDS._replace(forecast=(needs,))).replace("### ", "")
