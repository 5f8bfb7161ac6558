"""Where the user's own server is: a URL in the environment of whoever runs migbot."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from migbot.core.throwaway import Secret, Server
from migbot.errors import MigbotError

VARIABLES = {
    "postgresql": "MIGBOT_POSTGRESQL_URL",
    "mariadb": "MIGBOT_MARIADB_URL",
    "mysql": "MIGBOT_MYSQL_URL",
}
"""Never a setting of the repository: a pull request could have it point anywhere."""

_SCHEMES = {
    "postgresql": ("postgresql", "postgres"),
    "mariadb": ("mariadb", "mysql"),
    "mysql": ("mysql", "mariadb"),
}
_PORTS = {"postgresql": 5432, "mariadb": 3306, "mysql": 3306}
_NAMES = {
    "host": "socket",
    "unix_socket": "socket",
    "sslmode": "tls",
    "ssl_mode": "tls",
    "ssl-mode": "tls",
    "sslrootcert": "ca",
    "ssl_ca": "ca",
    "ssl-ca": "ca",
    "charset": "",  # how to talk, not where: each of ours says so itself
}
_TLS = {
    "disable": "disable",
    "prefer": "prefer",
    "require": "require",
    "verify-ca": "verify-ca",
    "verify-full": "verify-full",
    "disabled": "disable",
    "preferred": "prefer",
    "required": "require",
    "verify_ca": "verify-ca",
    "verify_identity": "verify-full",
}
"""libpq's words, and MySQL's for the same."""


def given_url(kind: str, environ: Mapping[str, str]) -> Server | None:
    """The server of `kind` that `environ` names; None where it names none.

    Its version and prefix are not known yet. Raises MigbotError for what is no such URL; no message
    has a part of it that could be a piece of the password.
    """
    variable = VARIABLES[kind]
    text = environ.get(variable, "").strip()
    if not text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS[kind]
    except ValueError:
        raise _wrong(kind, "cannot be understood") from None
    if parts.scheme.partition("+")[0] not in _SCHEMES[kind]:
        raise _wrong(kind, f"does not begin with {_SCHEMES[kind][0]}://")
    if "@" in parts.path + parts.query or parts.fragment:
        raise _wrong(kind, "has a sign in its password that must be written as %40, %2F, %3F, %23")
    if not parts.username:
        raise _wrong(kind, "names no user")
    return _server(kind, parts, port)


def _server(kind: str, parts: SplitResult, port: int) -> Server:
    asked = _asked(kind, parts.query)
    host = parts.hostname or ""
    if asked["socket"] and not asked["socket"].startswith("/"):
        host, asked["socket"] = asked["socket"], ""
    if not host and not asked["socket"]:
        raise _wrong(kind, "names no host")
    on_network = not asked["socket"]
    return Server(
        name=kind,
        socket=asked["socket"],
        port=port if on_network or kind == "postgresql" else 0,
        user=unquote(parts.username or ""),
        version="",
        host=host if on_network else "",
        password=Secret(unquote(parts.password or "")),
        tls=asked["tls"] if on_network else "",
        ca=asked["ca"],
        database=unquote(parts.path.lstrip("/")),
    )


def _asked(kind: str, query: str) -> dict[str, str]:
    """What stands behind the question mark, by our names."""
    found = {"socket": "", "tls": "", "ca": ""}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _NAMES:
            raise _wrong(kind, f"may ask for {', '.join(_NAMES)} only, and asks for {name!r}")
        found[_NAMES[name]] = value
    if found["tls"]:
        try:
            found["tls"] = _TLS[found["tls"].lower()]
        except KeyError:
            raise _wrong(kind, f"has a mode of TLS that is not one of {', '.join(_TLS)}") from None
    return found


def _wrong(kind: str, why: str) -> MigbotError:
    name = {"postgresql": "postgres"}.get(kind, "mysql")
    return MigbotError(
        f"The URL in {VARIABLES[kind]} {why}.",
        f"export {VARIABLES[kind]}='{kind}://user:password@127.0.0.1:{_PORTS[kind]}/{name}'",
    )


def place(server: Server) -> str:
    """Where a server is, as the report says it: without user and password."""
    return f"{server.host}:{server.port}" if server.host else server.socket
