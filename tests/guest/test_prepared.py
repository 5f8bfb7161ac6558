"""Statements stay prepared, and are prepared again where a migration has thrown them away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migbot.core.throwaway import Server
from migbot.guest.prepared import Prepared, text
from support.looking import Guest, guest

ECHO = "SELECT $1::text, $2::text"


@pytest.fixture
def made(postgresql: Server) -> Iterator[Guest]:
    with guest(postgresql, "prepared") as found:
        yield found


def test_what_is_given_comes_back_as_text_and_is_prepared_once(made: Guest) -> None:
    prepared = Prepared(made.ask)
    assert prepared.begin("SELECT 1 AS a, 'b'::text AS b") == ("1", "b")
    assert prepared.run("echo", ECHO, "a", "1") == [("a", "1")]
    assert prepared.run("echo", ECHO, "b", "2") == [("b", "2")]
    prepared.begin("SELECT 1")
    assert prepared.run("echo", ECHO, "c", "3") == [("c", "3")]
    assert sum(each.startswith("PREPARE") for each in made.sent) == 1


@pytest.mark.parametrize("gone", ["!DISCARD ALL", "DEALLOCATE ALL", "DEALLOCATE migbot_echo"])
def test_what_was_thrown_away_is_prepared_again(made: Guest, gone: str) -> None:
    prepared = Prepared(made.ask)
    prepared.run("echo", ECHO, "a", "1")
    made.run("COMMIT", gone)
    prepared.begin("SELECT 1")
    assert prepared.run("echo", ECHO, "b", "2") == [("b", "2")]


def test_what_is_given_at_the_beginning_is_not_given_twice(made: Guest) -> None:
    prepared = Prepared(made.ask)
    prepared.run("echo", ECHO, "a", "1")
    prepared.begin("SELECT 1", "b", "2")
    asked = len(made.sent)
    assert prepared.run("echo", ECHO, "b", "2") == [("b", "2")]
    assert made.sent[asked:] == ["EXECUTE migbot_echo"]


def test_what_was_given_long_ago_is_given_again(made: Guest) -> None:
    prepared = Prepared(made.ask)
    prepared.begin("SELECT 1", "a", "1")
    prepared.run("echo", ECHO, "a", "1")
    made.run("COMMIT", "SELECT set_config('migbot.given_1', 'other', false)")
    assert prepared.run("echo", ECHO, "a", "1") == [("a", "1")]


@pytest.mark.parametrize(("value", "said"), [(b"\xffa", "\ufffda"), ("a", "a"), (1, "1")])
def test_a_value_is_text_whatever_the_driver_makes_of_it(value: object, said: str) -> None:
    assert text(value) == said
