"""A session with a MariaDB or MySQL server."""

import ssl

import pytest

from migbot.core.throwaway import Server
from migbot.databases.mysql_session import session


def test_no_certificate_is_read_for_a_socket_on_which_tls_is_never_spoken(
    mariadb: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    whole = ssl.create_default_context

    def counted(*given, **named):
        read.append(given)
        return whole(*given, **named)

    monkeypatch.setattr(ssl, "create_default_context", counted)
    with session(mariadb, "") as run:
        assert run("SELECT 1")[0][0] == 1
    assert not read
