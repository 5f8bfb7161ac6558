"""What each driver calls the place that it connects to."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Dict, Tuple

_PLACES = {
    *("host", "hostaddr", "port", "dbname", "database", "db", "user", "username", "password"),
    *("passwd", "passfile", "service", "options", "dsn", "unix_socket", "unix_sock", "ssl"),
    *("ssl_context", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity"),
    *("ssl_mode", "ssl_disabled", "direct_tls", "read_default_file", "read_default_group"),
    *("auth_plugin", "server_public_key", "target_session_attrs", "gssencmode", "krbsrvname"),
    *("sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword", "channel_binding"),
    *("requiressl", "named_pipe", "compress", "local_infile", "async_creator_fn"),
}
"""Arguments that say where to, as whom and how safely; all others say how to talk, and are kept."""

_PSYCOPG = {"host": "%(socket)s", "port": "%(port)s", "user": "%(user)s", "dbname": "%(slot)s"}
_ASYNCPG = {"host": "%(socket)s", "port": "%(port)s", "user": "%(user)s", "database": "%(slot)s"}
_PG8000 = {
    "unix_sock": "%(socket)s/.s.PGSQL.%(port)s",
    "user": "%(user)s",
    "database": "%(slot)s",
}
_MYSQL = {"unix_socket": "%(socket)s", "user": "%(user)s", "database": "%(slot)s"}
_AIOMYSQL = {"unix_socket": "%(socket)s", "user": "%(user)s", "db": "%(slot)s"}

_DRIVERS: Dict[str, Dict[str, str]] = {
    "psycopg": _PSYCOPG,
    "psycopg_async": _PSYCOPG,
    "psycopg2": _PSYCOPG,
    "psycopg2cffi": _PSYCOPG,
    "asyncpg": _ASYNCPG,
    "pg8000": _PG8000,
    "pymysql": _MYSQL,
    "mysqldb": _MYSQL,
    "asyncmy": _MYSQL,
    "mysqlconnector": _MYSQL,
    "mariadbconnector": _MYSQL,
    "aiomysql": _AIOMYSQL,
}

_INSTALLED: Dict[str, Tuple[Tuple[str, str], ...]] = {
    "postgresql": (
        *(("psycopg", "psycopg"), ("psycopg2", "psycopg2")),
        *(("pg8000", "pg8000"), ("asyncpg", "asyncpg")),
    ),
    "mysql": (
        *(("mysqldb", "MySQLdb"), ("pymysql", "pymysql"), ("asyncmy", "asyncmy")),
        *(("aiomysql", "aiomysql"), ("mysqlconnector", "mysql")),
    ),
}
"""Drivers and the modules that they are in; first those that a plain engine can use too."""


def with_driver(url: str) -> str:
    """`url` with a driver that the project has installed, where it names none."""
    dialect, mark, rest = url.partition("://")
    for driver, module in _INSTALLED.get(dialect, ()):
        known = find_spec("sqlalchemy.dialects.%s.%s" % (dialect, driver))  # 1.4 has fewer
        if known and find_spec(module):
            return "%s+%s%s%s" % (dialect, driver, mark, rest)
    return url


def arguments_for(
    driver: str, told: Dict[str, Any], slot: str, arguments: Dict[str, Any]
) -> Dict[str, Any]:
    """What to call the driver's connect with, so that it comes to `slot` of our server.

    Raises ValueError for a driver that is not known.
    """
    if driver not in _DRIVERS:
        raise ValueError("migbot does not know the driver %s" % driver)
    place = {name: text % {**told, "slot": slot} for name, text in _DRIVERS[driver].items()}
    if driver == "asyncpg":
        place["port"] = int(place["port"])  # type: ignore[assignment]
    kept = {name: value for name, value in arguments.items() if name not in _PLACES}
    # A search path names schemas of the real server, which are the project's own to make.
    settings = kept.get("server_settings")
    if isinstance(settings, dict):
        kept["server_settings"] = {k: v for k, v in settings.items() if k != "search_path"}
    return {**kept, **place}
