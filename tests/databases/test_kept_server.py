"""One server after the other: none before it is needed, and none after the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from migbot.core.throwaway import Server
from migbot.databases.kept_server import KeptServer

HERE, THERE = Path("here.zip"), Path("there.zip")


class Servers:
    """Makes servers that are nothing but a number, and knows what each began with."""

    def __init__(self) -> None:
        self.begun: list[Path | None] = []
        self.running = 0

    @contextmanager
    def start(self, *, begin: Path | None) -> Iterator[Server]:
        self.begun.append(begin)
        self.running += 1
        yield Server("postgresql", "/socket", len(self.begun), "us", "15")
        self.running -= 1

    def own(self, kept: Path | None = None) -> KeptServer:
        return KeptServer(self.start, lambda server: Path("data"), kept)


@pytest.fixture
def servers() -> Servers:
    return Servers()


def test_a_server_is_started_once_it_is_needed(servers: Servers) -> None:
    own = servers.own(HERE)
    assert servers.begun == []
    assert own.server is own.server
    assert servers.begun == [HERE]


def test_the_first_server_is_one_with_the_data_that_it_was_started_with(servers: Servers) -> None:
    own = servers.own(HERE)
    own.begin(HERE)
    assert own.server.port == 1
    own.begin(HERE)  # something may have run on it
    assert (own.server.port, servers.begun, servers.running) == (2, [HERE, HERE], 1)


def test_other_data_are_another_server_s(servers: Servers) -> None:
    own = servers.own(HERE)
    own.begin(THERE)
    assert (own.server.port, servers.begun) == (1, [THERE])


@pytest.mark.parametrize("needed", [True, False])
def test_there_is_none_after_the_end(servers: Servers, needed: bool) -> None:
    own = servers.own()
    assert not needed or own.server
    own.close()
    assert servers.running == 0
    with pytest.raises(ValueError, match="has been ended"):
        _ = own.server
