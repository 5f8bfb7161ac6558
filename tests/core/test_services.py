"""Which databases a project's own files name."""

import pytest

from migbot.core.services import Service, services, tells_services

COMPOSE = "docker-compose.yml"


def said(text: str, path: str = COMPOSE) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.name, each.version, each.extensions) for each in services({path: text.encode()})]


LINES = {
    "image: postgres:15-alpine": ("postgresql", "15", ()),
    "    image: 'postgres:15.4'": ("postgresql", "15", ()),
    'image: "postgres:9.6.24"': ("postgresql", "9.6", ()),
    "image: postgres": ("postgresql", "", ()),
    "image: postgres:latest": ("postgresql", "", ()),
    "image: postgres:alpine3.20": ("postgresql", "", ()),
    "image: postgres:17beta1": ("postgresql", "", ()),
    "image: postgres:16@sha256:0123abcd": ("postgresql", "16", ()),
    "image: docker.io/library/postgres:13-bookworm": ("postgresql", "13", ()),
    "image: registry.example.com:5000/team/postgres:14": ("postgresql", "14", ()),
    "image: registry.example.com:5000/team/postgres": ("postgresql", "", ()),
    "image: bitnami/postgresql:16.3.0-debian-12-r1": ("postgresql", "16", ()),
    "image: postgis/postgis:15-3.4": ("postgresql", "15", ("postgis",)),
    "image: pgvector/pgvector:pg16": ("postgresql", "16", ("vector",)),
    "image: pgvector/pgvector:0.8.0-pg17": ("postgresql", "17", ("vector",)),
    "image: ankane/pgvector:v0.5.1": ("postgresql", "", ("vector",)),
    "image: timescale/timescaledb:2.14.2-pg15": ("postgresql", "15", ("timescaledb",)),
    "image: timescale/timescaledb-ha:pg14.5-ts2.8.1": ("postgresql", "14", ("timescaledb",)),
    "image: mariadb:10.11": ("mariadb", "10.11", ()),
    "image: mariadb:10.11.6-jammy": ("mariadb", "10.11", ()),
    "image: mariadb:11": ("mariadb", "11", ()),
    "image: mysql:8.0": ("mysql", "8.0", ()),
    "image: mysql/mysql-server:5.7": ("mysql", "5.7", ()),
    "image: percona:8.0-centos": ("mysql", "8.0", ()),
    "image: postgres:${PG:-15}": ("postgresql", "15", ()),
    "image: postgres:${PG-15}-alpine": ("postgresql", "15", ()),
    "image: ${DB_IMAGE:-mariadb:10.6}": ("mariadb", "10.6", ()),
    "image: postgres:${PG}": ("postgresql", "", ()),
    "image: postgres:${{ matrix.pg }}": ("postgresql", "", ()),
    "image: &db postgres:15": ("postgresql", "15", ()),
    "db: {image: postgres:15, ports: ['5432:5432']}": ("postgresql", "15", ()),
    "- image: cimg/postgres:14.1": ("postgresql", "14", ()),
    "- postgres:15": ("postgresql", "15", ()),
    "- name: mysql:8.0.36 # as in production": ("mysql", "8.0", ()),
    "postgresql version: '15'": ("postgresql", "15", ()),
    "mariadb-version: 10.6": ("mariadb", "10.6", ()),
    "POSTGRES_VERSION: 15.2": ("postgresql", "15", ()),
}


@pytest.mark.parametrize(("line", "expected"), LINES.items(), ids=LINES)
def test_a_line_names_a_database(line: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert said(line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "# image: postgres:15",
        "  - web # image: postgres:15",
        "image: redis:7",
        "image: postgres-exporter:0.15",
        "image: prom/mysqld-exporter",
        "- postgres",
        "- postgres:/var/lib/postgresql/data",
        "- postgres:5432",
        "name: postgres",
        "image_name: postgres",
        "image:postgres:15",
        "image: ''",
        "image: ${DB_IMAGE}",
        "image:",
    ],
)
def test_a_line_names_no_database(line: str) -> None:
    assert said(line) == []


def test_the_place_is_told() -> None:
    workflow = b"jobs:\n  test:\n    services:\n      db:\n        image: postgres:16\n"
    found = services({".github/workflows/test.yml": workflow, "compose.yaml": b"image: mysql:8"})
    assert found == (
        Service("postgresql", "16", ".github/workflows/test.yml", 5),
        Service("mysql", "8", "compose.yaml", 1),
    )


@pytest.mark.parametrize(
    ("path", "tells"),
    {
        "docker-compose.yml": True,
        "deploy/docker-compose.prod.yaml": True,
        "compose.yaml": True,
        ".github/workflows/ci.yaml": True,
        ".gitlab-ci.yml": True,
        ".circleci/config.yml": True,
        "bitbucket-pipelines.yml": True,
        "docs/.github/workflows/ci.yml": False,
        "compose.txt": False,
        "decompose.yml": False,
        "README.md": False,
    }.items(),
)
def test_only_files_that_start_services_are_read(path: str, tells: bool) -> None:
    assert tells_services(path) is tells
    assert bool(said("image: postgres:15", path)) is tells


def test_what_is_no_text_names_nothing() -> None:
    assert services({COMPOSE: "image: postgres:15".encode("utf-16")}) == ()
    assert services({COMPOSE: b"image: postgres:15\n" * 100_000}) == ()
