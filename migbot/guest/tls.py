"""How each driver is told how safely to talk to a user's server on the network."""

from __future__ import annotations

import ssl
from typing import Any, Dict

_LIBPQ = ("psycopg", "psycopg_async", "psycopg2", "psycopg2cffi")
_CONTEXTS = {
    "asyncpg": "ssl",
    "pg8000": "ssl_context",
    "pymysql": "ssl",
    "aiomysql": "ssl",
    "asyncmy": "ssl",
}
_NONE: Dict[str, Dict[str, Any]] = {
    "asyncpg": {"ssl": False},
    "pg8000": {"ssl_context": False},
    "pymysql": {"ssl_disabled": True},
    "mysqldb": {"ssl_mode": "DISABLED"},
    "mysqlconnector": {"ssl_disabled": True},
}
_MYSQL = {"require": "REQUIRED", "verify-ca": "VERIFY_CA", "verify-full": "VERIFY_IDENTITY"}


def arguments(driver: str, told: Dict[str, Any]) -> Dict[str, Any]:
    """What `tls` and `ca` of the server mean to a driver; nothing where they leave it to him."""
    mode, ca = told["tls"], told["ca"]
    if mode in ("", "prefer"):
        return {}
    if driver in _LIBPQ:
        return {"sslmode": mode, **({"sslrootcert": ca} if ca else {})}
    if mode == "disable":
        return _NONE.get(driver, {})
    if driver in _CONTEXTS:
        return {_CONTEXTS[driver]: _context(mode, ca)}
    if driver == "mysqldb":
        return {"ssl_mode": _MYSQL[mode], "ssl": {"ca": ca} if ca else {}}
    return {"ssl_ca": ca} if ca else {}


def _context(mode: str, ca: str) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=ca or None)
    # Servers make certificates for themselves that the strict check refuses (Python 3.13).
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    made.check_hostname = mode == "verify-full"
    if mode == "require":
        made.verify_mode = ssl.CERT_NONE
    return made
