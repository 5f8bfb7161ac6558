"""One server after the other, each of which starts while others go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from migbot.core.throwaway import Server
from migbot.databases.kept_server import KeptServer
from migbot.errors import MigbotError

HERE, THERE = Path("here.zip"), Path("there.zip")


class Servers:
    """Makes servers that are nothing but a number, and knows what each began with."""

    def __init__(self) -> None:
        self.begun: list[Path | None] = []
        self.running = 0
        self.fails: Exception | None = None
        self.may_start = Event()
        self.may_start.set()

    @contextmanager
    def start(self, *, begin: Path | None) -> Iterator[Server]:
        assert self.may_start.wait(10)
        if self.fails:
            raise self.fails
        self.begun.append(begin)
        self.running += 1
        yield Server("postgresql", "/socket", len(self.begun), "us", "15")
        self.running -= 1

    def own(self, kept: Path | None = None) -> KeptServer:
        return KeptServer(self.start, lambda server: Path("data"), kept)


@pytest.fixture
def servers() -> Servers:
    return Servers()


def test_a_server_starts_while_others_go_on(servers: Servers) -> None:
    servers.may_start.clear()
    own = servers.own(HERE)
    servers.may_start.set()
    assert own.server is own.server
    assert servers.begun == [HERE]


def test_why_a_server_does_not_start_is_for_those_who_need_it(servers: Servers) -> None:
    servers.fails = MigbotError("no room", "make some")
    own = servers.own()
    for _ in range(2):
        with pytest.raises(MigbotError, match="no room"):
            _ = own.server
    own.close()


def test_the_first_server_is_one_with_the_data_that_it_was_started_with(servers: Servers) -> None:
    own = servers.own(HERE)
    own.begin(HERE)
    assert own.server.port == 1
    own.begin(HERE)  # something may have run on it
    assert (own.server.port, servers.begun, servers.running) == (2, [HERE, HERE], 1)


def test_other_data_are_another_server_s(servers: Servers) -> None:
    own = servers.own(HERE)
    own.begin(THERE)
    assert (own.server.port, servers.begun, servers.running) == (2, [HERE, THERE], 1)


@pytest.mark.parametrize("waited", [True, False])
def test_there_is_none_after_the_end(servers: Servers, waited: bool) -> None:
    own = servers.own()
    assert not waited or own.server
    own.close()
    assert (servers.running, len(servers.begun)) == (0, 1)
