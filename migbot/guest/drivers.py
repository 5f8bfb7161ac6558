"""What each driver calls the place that it connects to."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Dict, List, Tuple

from sqlalchemy.engine import make_url

from . import tls

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

_PSYCOPG = {"host": "%(socket)s", "port": "%(port)s", "user": "%(user)s", "dbname": "%(database)s"}
_ASYNCPG = {
    "host": "%(socket)s",
    "port": "%(port)s",
    "user": "%(user)s",
    "database": "%(database)s",
}
_PG8000 = {
    "unix_sock": "%(socket)s/.s.PGSQL.%(port)s",
    "user": "%(user)s",
    "database": "%(database)s",
}
_MYSQL = {"unix_socket": "%(socket)s", "user": "%(user)s", "database": "%(database)s"}
_AIOMYSQL = {"unix_socket": "%(socket)s", "user": "%(user)s", "db": "%(database)s"}

_SOCKETS = ("unix_sock", "unix_socket")

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
    """`url` with a driver that the project has installed, where it names none.

    Not where SQLAlchemy's own choice is installed: a project may look for `postgresql://` in it.
    """
    dialect, mark, rest = url.partition("://")
    installed = _installed(dialect)
    if not installed or make_url(url).get_driver_name() in installed:
        return url
    return "%s+%s%s%s" % (dialect, installed[0], mark, rest)


def likely() -> str:
    """The dialect of a server that the project has a driver for, else SQLite's."""
    return next((dialect for dialect in _INSTALLED if _installed(dialect)), "sqlite")


def _installed(dialect: str) -> List[str]:
    return [
        driver
        for driver, module in _INSTALLED.get(dialect, ())
        # SQLAlchemy 1.4 has fewer
        if find_spec("sqlalchemy.dialects.%s.%s" % (dialect, driver)) and find_spec(module)
    ]


def arguments_for(driver: str, told: Dict[str, Any], arguments: Dict[str, Any]) -> Dict[str, Any]:
    """What to call the driver's connect with, so that it comes to the `database` of our server.

    Raises ValueError for a driver that is not known.
    """
    if driver not in _DRIVERS:
        raise ValueError("migbot does not know the driver %s" % driver)
    place: Dict[str, Any] = {name: text % told for name, text in _DRIVERS[driver].items()}
    if told["host"]:
        place = {name: place[name] for name in place if name not in _SOCKETS}
        place.update(host=told["host"], port=told["port"], **tls.arguments(driver, told))
    if driver == "asyncpg":
        place["port"] = int(place["port"])
    if told["password"]:
        place["password"] = told["password"]
    kept = {name: value for name, value in arguments.items() if name not in _PLACES}
    # A search path names schemas of the real server, which are the project's own to make.
    settings = kept.get("server_settings")
    if isinstance(settings, dict):
        kept["server_settings"] = {k: v for k, v in settings.items() if k != "search_path"}
    return {**kept, **place}
