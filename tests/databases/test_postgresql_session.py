"""A session with a PostgreSQL server."""

import ssl

import pytest

from migbot.core.throwaway import Server
from migbot.databases.postgresql_session import session


def test_no_certificate_is_read_for_a_socket_on_which_tls_is_never_spoken(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr(ssl, "create_default_context", lambda *a, **k: read.append(a))
    with session(postgresql, "postgres") as run:
        assert run("SELECT 1")[0][0] == 1
    assert not read
