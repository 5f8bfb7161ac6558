"""A base is built once for what it was built from, and again when any of it is another."""

from functools import partial
from pathlib import Path

import pytest

from migbot.adapters import base_cache
from migbot.adapters.base_cache import BaseCache, forget, sizes
from migbot.core.report import Verdict
from migbot.core.throwaway import Server
from migbot.core.trips import RoundTrip
from migbot.databases.kept_server import KeptServer
from migbot.databases.mysql import MySQL
from migbot.databases.mysql_server import ended as mysql_ended
from migbot.databases.mysql_server import started as mysql_started
from migbot.databases.postgresql import PostgreSQL
from migbot.databases.postgresql_server import ended as postgresql_ended
from migbot.databases.postgresql_server import started as postgresql_started
from support.parts import need
from support.projects import CREATED, Project, revision, table, verdicts

FACTS = {"database": "sqlite"}


class Files:
    """The contents of a folder's files by path, as git would tell them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, paths):
        found = {path: self.root / path for path in paths}
        return {path: str(hash(p.read_bytes())) for path, p in found.items() if p.is_file()}


class Built:
    """One base, and a branch with one revision more; how often the base was built."""

    def __init__(self, root: Path, url: str = "sqlite:///app.db", env: str = "") -> None:
        self.root = root
        more = {"url": url, **({"env": env} if env else {})}
        self.a1 = table("a1")
        self.base = Project.make(root / "base", {"a1": self.a1}, **more)
        self.head = Project.make(root / "head", {"a1": self.a1, "b2": ADDED}, **more)
        self.times = 0

    def prove(self, **more) -> RoundTrip:
        def heard(line: str) -> None:
            self.times += line.startswith("Building the base")

        return self.head.round_trip(
            ["b2"], base=self.base.root, base_heads=["a1"], cache=self.cache, progress=heard, **more
        )

    @property
    def cache(self) -> BaseCache:
        return base_cache.base_cache(self.root / "cache", FACTS, Files(self.base.root))


ADDED = revision(
    "b2",
    "a1",
    'op.add_column("t_a1", sa.Column("more", sa.String(5)))',
    'op.drop_column("t_a1", "more")',
)


def test_the_second_run_begins_with_the_base_of_the_first(tmp_path: Path) -> None:
    built = Built(tmp_path)
    for _ in range(2):
        trip = built.prove()
        assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"b2": "pass"}), trip
        assert trip.deployment is not None
        assert trip.deployment.ok
    assert built.times == 1
    assert len([*sizes(tmp_path / "cache")]) == 1


def test_a_file_that_was_read_and_is_another_builds_it_anew_and_no_other_does(
    tmp_path: Path,
) -> None:
    """Files of Alembic's, a module that a migration imports, and a file that it opens."""
    built = Built(tmp_path)
    text = built.a1.replace("def upgrade():", "import names\ndef upgrade():")
    text = text.replace("def upgrade():\n", "def upgrade():\n    open('more.sql').close()\n")
    for root in (built.base.root, built.head.root):
        (root / "migrations/versions/a1.py").write_text(text)
        (root / "names.py").write_text("NAME = 1\n")
        (root / "more.sql").write_text("")
    built.prove()
    (built.base.root / "README.md").write_text("another")
    assert built.cache.find()
    for path in ("migrations/versions/a1.py", "migrations/env.py", "names.py", "more.sql"):
        file = built.base.root / path
        before = file.read_text()
        file.write_text(before + "\n# another\n")
        assert not built.cache.find(), path
        file.write_text(before)
        assert built.cache.find()
    file.write_text(before + "\n# another\n")
    built.prove()
    assert built.times == 2


def test_going_back_to_what_it_was_finds_the_old_one(tmp_path: Path) -> None:
    built = Built(tmp_path)
    file = built.base.root / "migrations/env.py"
    first, second = file.read_text(), file.read_text() + "\n# another\n"
    kept = []
    for text in (first, second):
        file.write_text(text)
        built.prove()
        kept.append(built.cache.find())
    file.write_text(first)
    assert built.cache.find() == kept[0] != kept[1] is not None


def test_a_damaged_one_is_built_anew(tmp_path: Path) -> None:
    built = Built(tmp_path)
    built.prove()
    (about,) = tmp_path.glob("cache/bases/*/*.json")
    about.write_text("{")
    trip = built.prove()
    assert (trip.verdict, built.times) == (Verdict.PASS, 2), trip.unknown


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    built = Built(tmp_path)
    (tmp_path / "cache").write_text("in the way")
    assert built.prove().verdict is Verdict.PASS


def test_a_database_that_keeps_nothing_leaves_nothing_in_the_cache(
    tmp_path: Path, postgresql: Server
) -> None:
    built = Built(tmp_path, env=PG)
    assert built.prove(database=PostgreSQL(postgresql)).verdict is Verdict.PASS
    assert built.times == 1
    assert not [each for each in (tmp_path / "cache").rglob("*") if each.is_file()]


def test_no_more_are_kept_than_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_cache, "MOST", 1)
    built = Built(tmp_path)
    file = built.base.root / "migrations/env.py"
    for n in range(2):
        file.write_text(f"{file.read_text()}\n# {n}\n")
        built.prove()
    assert len([*tmp_path.glob("cache/bases/*/*.data")]) == 1
    forget(tmp_path / "cache")
    assert not [*sizes(tmp_path / "cache")]


PG = CREATED.format(engine="create_engine('postgresql+psycopg://nobody@db.invalid/app')")
MY = CREATED.format(engine="create_engine('mysql+pymysql://nobody@db.invalid/app')")


def test_a_postgresql_is_started_from_the_base_that_was_kept(tmp_path: Path) -> None:
    need("postgresql")
    built = Built(tmp_path, env=PG)
    own = KeptServer(postgresql_started, postgresql_ended)
    try:
        first = PostgreSQL(own)
        assert built.prove(database=first).verdict is Verdict.PASS
        assert built.prove(database=first).verdict is Verdict.PASS  # the same server, used since
    finally:
        own.close()
    kept = built.cache.find()
    assert kept
    own = KeptServer(postgresql_started, postgresql_ended, kept.data)
    try:
        trip = built.prove(database=PostgreSQL(own))
    finally:
        own.close()
    assert (trip.verdict, built.times) == (Verdict.PASS, 1), trip


def test_a_mariadb_is_too(tmp_path: Path) -> None:
    need("mariadb")
    built = Built(tmp_path, env=MY)
    own = KeptServer(partial(mysql_started, "mariadb"), mysql_ended)
    try:
        database = MySQL(own)
        assert built.prove(database=database).verdict is Verdict.PASS
        trip = built.prove(database=database)
    finally:
        own.close()
    assert (trip.verdict, built.times) == (Verdict.PASS, 1), trip


def test_what_a_branch_does_to_the_kept_base_is_not_kept(tmp_path: Path) -> None:
    """A migration may do everything on its server, to the databases beside its own too."""
    need("postgresql")
    built = Built(tmp_path, env=PG)
    evil = built.head.root / "migrations/versions/b2.py"
    good = evil.read_text()
    evil.write_text(
        good.replace(
            "def upgrade():\n",
            "def upgrade():\n"
            "    op.execute('CREATE ROLE intruder')\n"
            "    op.execute('ALTER DATABASE \"base.rt0\" CONNECTION LIMIT 0')\n",
        )
    )
    own = KeptServer(postgresql_started, postgresql_ended)
    try:
        built.prove(database=PostgreSQL(own))
        evil.write_text(good)
        database = PostgreSQL(own)
        built.prove(database=database)
        with database.connected() as run:
            roles = [name for (name,) in run("SELECT rolname FROM pg_roles")]
    finally:
        own.close()
    assert built.times == 1
    assert "intruder" not in roles
