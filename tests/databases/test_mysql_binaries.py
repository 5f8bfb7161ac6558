"""MariaDB's and MySQL's programs are found, and the one never stands in for the other."""

from pathlib import Path

import pytest

from migbot.databases import mysql_binaries
from migbot.databases.mysql_binaries import Binaries, found
from migbot.databases.server_account import private
from migbot.errors import MigbotError
from support.parts import need

MARIADB = "Ver 10.11.18-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)"
OLD_MARIADB = "Ver 10.3.39-MariaDB for linux-systemd on x86_64"
MYSQL = "Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)"


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine whose servers lie in the folders `one` and `two`."""
    monkeypatch.setattr(mysql_binaries, "INSTALLED", (str(tmp_path / "two"),))
    monkeypatch.setenv("PATH", str(tmp_path / "one"))


def fake(path: Path, version: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "{path}  {version}"\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("wanted", ["", "mariadb", "mariadb 10.11", "10.11", "mariadb-10.6"])
def test_mariadb_is_told_by_its_version(tmp_path: Path, wanted: str) -> None:
    program = fake(tmp_path / "two/mariadbd", MARIADB)
    assert found(wanted, None) == Binaries(program, "mariadb", "10.11.18")


def test_mariadb_under_mysqls_name_is_mariadb(tmp_path: Path) -> None:
    program = fake(tmp_path / "one/mysqld", OLD_MARIADB)
    assert found("", None) == Binaries(program, "mariadb", "10.3.39")
    with pytest.raises(MigbotError, match="No MySQL server is installed here") as caught:
        found("mysql", None)
    assert caught.value.hint == "apt-get install mysql-server-core-8.0"


def test_each_is_found_beside_the_other(tmp_path: Path) -> None:
    mariadb = fake(tmp_path / "two/mariadbd", MARIADB)
    mysql = fake(tmp_path / "one/mysqld", MYSQL)
    assert found("mysql 8", None) == Binaries(mysql, "mysql", "8.0.36")
    assert found("8.0", None).server == mysql
    assert found("mariadb", None).server == mariadb
    assert found("10.11", None).server == mariadb


def test_a_version_is_compared_by_its_numbers(tmp_path: Path) -> None:
    mysql = fake(tmp_path / "one/mysqld", MYSQL)
    mariadb = fake(tmp_path / "two/mariadbd", "Ver 11.4.2-MariaDB for Linux")
    assert found("1", None).server == mariadb  # the first that is there; 1 is not 11
    assert found("8", None).server == mysql
    assert found("8.0.36", None).server == mysql


def test_what_to_install_is_told() -> None:
    with pytest.raises(MigbotError, match="No MariaDB or MySQL server is installed") as caught:
        found("", None)
    assert caught.value.hint == "apt-get install mariadb-server-core mariadb-client-core"


def test_a_server_that_roots_substitute_cannot_run_is_named(tmp_path: Path) -> None:
    need("root")
    program = fake(tmp_path / "one/mariadbd", MARIADB)  # pytest's folders are closed to others
    with pytest.raises(MigbotError, match=f"no other user may run {program}"):
        found("mariadb", private(()))
