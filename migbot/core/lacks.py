"""What a project needs and a run did not have, in words, and what to paste so that it has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from migbot.core.environment import Environment
from migbot.core.value import Value

VARIABLE, EXTENSION, ROOM, MEMORY = "variable", "extension", "room", "memory"
URL = "url"


class Lack(Value):
    """A variable that is not set, an extension that the server does not have, a URL that is one,
    room, memory.

    `of` is the dialect that the project has a driver for, or the server's version.
    """

    kind: str
    name: str
    of: str = ""


def needs(lacks: Sequence[Lack]) -> str:
    """What is needed, to stand behind "it needs": "the environment variable DATABASE_URL"."""
    variables = [each.name for each in lacks if each.kind == VARIABLE]
    extensions = [each for each in lacks if each.kind == EXTENSION]
    parts = []
    if variables:
        several = "s" if len(variables) > 1 else ""
        parts.append(f"the environment variable{several} {', '.join(variables)}")
    for each in extensions:
        server = f"PostgreSQL {_major(each)}".rstrip()
        parts.append(f"the extension {each.name}, which the throw-away {server} does not have")
    parts += [_MORE[each.kind] for each in lacks if each.kind in _MORE]
    return " and ".join(parts)


_MORE = {
    URL: "a database: what its configuration names is no URL of one",
    ROOM: "more room on the disk than the throw-away database has",
    MEMORY: "more memory than there is",
}


def way_out(lacks: Sequence[Lack], environment: Environment) -> str:
    """What to paste; "" where nothing is lacking."""
    room = ["export TMPDIR=/var/tmp"] if any(each.kind == ROOM for each in lacks) else []
    named = [_named(each.of, environment) for each in lacks if each.kind == URL]
    parts = [*_settings(lacks, environment), *named, *_extensions(lacks, environment), *room]
    return "\n".join(parts)


_URL = re.compile(
    r"(?=.*(DATABASE|DB|SQL|PG|POSTGRES|MARIA|DSN))(?!.*(SENTRY|REDIS|BROKER|AMQP|MONGO)).*"
    r"(URL|URI|DSN)$",
    re.IGNORECASE,
)
"""Names of variables that hold the URL of a database: DB_URL, SQLALCHEMY_DATABASE_URI, PG_DSN."""

_NAMED = {"mysql": "mariadb"}
"""What the settings call a dialect, of which the driver does not say which server it is for."""


def _settings(lacks: Iterable[Lack], environment: Environment) -> Iterable[str]:
    variables = [each for each in lacks if each.kind == VARIABLE]
    if not variables:
        return
    urls = [each for each in variables if _URL.match(each.name)]
    lines = [f'{each.name} = "{"{url}" if each in urls else "..."}"' for each in variables]
    yield "\n".join(["[tool.migbot.env]", *lines])
    if urls and not environment.database:
        yield "\n" + _named(urls[0].of, environment)


def _named(dialect: str, environment: Environment) -> str:
    """The setting that names the kind of database, as far as the drivers tell it."""
    kind = _NAMED.get(dialect, dialect)
    return f'[tool.migbot.environments.{environment.name}]\ndatabase = "{kind}"'


_PACKAGES = {
    "postgis": "postgresql-{}-postgis-3",
    "postgis_raster": "postgresql-{}-postgis-3",
    "postgis_topology": "postgresql-{}-postgis-3",
    "postgis_sfcgal": "postgresql-{}-postgis-3",
    "address_standardizer": "postgresql-{}-postgis-3",
    "vector": "postgresql-{}-pgvector",
    "timescaledb": "timescaledb-2-postgresql-{}",
    "pg_cron": "postgresql-{}-cron",
    "pg_partman": "postgresql-{}-partman",
    "pg_repack": "postgresql-{}-repack",
    "pgaudit": "postgresql-{}-pgaudit",
    "pgrouting": "postgresql-{}-pgrouting",
    "hypopg": "postgresql-{}-hypopg",
    "hll": "postgresql-{}-hll",
    "ip4r": "postgresql-{}-ip4r",
    "rum": "postgresql-{}-rum",
    "semver": "postgresql-{}-semver",
    "periods": "postgresql-{}-periods",
    "pgtap": "postgresql-{}-pgtap",
    "similarity": "postgresql-{}-similarity",
    "plpython3u": "postgresql-plpython3-{}",
    "plperl": "postgresql-plperl-{}",
    "pltcl": "postgresql-pltcl-{}",
}
"""Debian's packages, with the major version put in (packages.debian.org and apt.postgresql.org);
timescaledb's is its maker's own."""


def _extensions(lacks: Iterable[Lack], environment: Environment) -> Iterable[str]:
    for each in lacks:
        if each.kind != EXTENSION:
            continue
        package = _PACKAGES.get(each.name, "").format(_major(each))
        if package and _major(each):
            yield f"apt-get install {package}"
        yield (
            "# or a server of your own that has it:\n"
            "export MIGBOT_POSTGRESQL_URL=postgresql://...\n"
            "# or SQL that stands in for it, in the settings:\n"
            f"[tool.migbot.environments.{environment.name}.roundtrip.stand_ins]\n"
            f'{each.name} = "tests/{each.name}.sql"'
        )


def _major(lack: Lack) -> str:
    return lack.of.partition(".")[0]
