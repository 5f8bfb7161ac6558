"""Each look at a PostgreSQL database says what a reading of everything would, and reads little."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from migbot.core.throwaway import Server
from support.awkward import AWKWARD, TWO
from support.looking import Guest, guest, major_of, url


@pytest.fixture
def made(postgresql: Server) -> Iterator[Guest]:
    with guest(postgresql, "looks") as found:
        found.run(*TWO)
        found.look()
        found.run("COMMIT")
        found.look()
        yield found


@pytest.mark.parametrize("every", [1, pytest.param(2, marks=pytest.mark.real)])
@pytest.mark.parametrize("case", AWKWARD)
def test_each_look_says_what_a_reading_of_everything_says(
    postgresql: Server, case: str, every: int
) -> None:
    with guest(postgresql, "looks") as found:
        steps = AWKWARD[case]
        for number, each in enumerate(steps, 1):
            found.run(each)
            if number % every == 0 or number == len(steps):
                looked = found.look()
                assert looked == found.whole(), each


def executed(sent: list[str]) -> list[str]:
    """The kinds of prepared statements that were run."""
    return [each.split("_")[1] for each in sent if each.startswith("EXECUTE")]


def parts_read(made: Guest) -> int:
    """Of how many parts a look now asks what came, beside the one that is always read."""
    sent = made.asked_by_a_look()
    came = next(each for each in sent if each.startswith("EXECUTE migbot_came_"))
    return bin(int(came.rpartition("_")[2], 16)).count("1") - 1


def all_parts(made: Guest) -> int:
    return len(made.databases.told["changes"]["came"]) - 1


@pytest.fixture
def counting(made: Guest) -> Guest:
    if not made.counts:
        pytest.skip("only from PostgreSQL 15 on writes are counted at once")
    return made


def test_what_nobody_has_written_is_not_read_again(counting: Guest) -> None:
    counting.run("INSERT INTO t (name) VALUES ('a')", "COMMIT", "SELECT 1")
    sent = counting.asked_by_a_look()
    assert executed(sent) == ["came"]
    assert parts_read(counting) == 0


def test_only_catalogs_that_were_written_and_what_has_changed_are_read(counting: Guest) -> None:
    counting.run("COMMENT ON TABLE t IS 'x'")
    assert parts_read(counting) == 2  # comments on relations, and all others
    counting.run("COMMENT ON TABLE t IS 'y'", "COMMIT")
    assert executed(counting.asked_by_a_look()) == ["came", "changed"]


def test_what_a_transaction_has_written_is_read_until_it_has_ended(counting: Guest) -> None:
    counting.run("ALTER TABLE t ADD x int")
    first = parts_read(counting)
    assert 0 < first < all_parts(counting) / 2
    assert parts_read(counting) == first
    counting.run("COMMIT")
    assert [parts_read(counting), parts_read(counting)] == [first, 0]


@pytest.mark.parametrize(
    "doubt",
    [
        "+SELECT 1",
        "SELECT pg_stat_reset()",
        "SET track_counts = off",
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    ],
)
def test_where_nobody_can_know_what_was_written_all_is_read(counting: Guest, doubt: str) -> None:
    counting.run("COMMIT")
    assert parts_read(counting) == 0
    counting.run("COMMIT", doubt)
    assert parts_read(counting) == all_parts(counting)


def test_after_a_doubt_all_is_read_once_more(counting: Guest) -> None:
    counting.run("COMMIT", "SET track_counts = off")
    counting.look()
    counting.run("CREATE TABLE w (id int)", "SET track_counts = on", "COMMIT")
    assert parts_read(counting) == all_parts(counting)
    counting.run("COMMIT")
    assert parts_read(counting) == 0


def test_statements_that_are_there_are_not_prepared_again(made: Guest) -> None:
    for number in range(12):  # psycopg looks at a text that it has not met before only
        made.run(f"ALTER TABLE t ADD x{number} int", "COMMIT")
        made.look()
        made.run(f"ALTER TABLE t DROP x{number}", "COMMIT")
        made.look()
    prepared = [each.split(" AS ")[0] for each in made.sent if each.startswith("PREPARE")]
    assert len(prepared) == len(set(prepared))


def test_the_end_finds_what_a_look_has_missed(made: Guest) -> None:
    made.databases.master(made.ask)
    made.databases._looks[made.ask]._seen.catalog.popitem()
    with pytest.raises(RuntimeError):
        made.databases.master(made.ask)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000"])
def test_every_driver_can_look(postgresql: Server, driver: str) -> None:
    with guest(postgresql, "looks", driver) as found:
        for each in (*TWO, "ALTER TABLE t ADD x int", "DROP TABLE u", "COMMIT", "COMMIT"):
            found.run(each)
            assert found.look() == found.whole()


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_every_asynchronous_driver_can_look(postgresql: Server, driver: str) -> None:
    def looked(connection: sa.Connection) -> None:
        found = Guest(connection.engine, connection, major_of(postgresql))
        for each in (*TWO, "ALTER TABLE t ADD x int", "DROP TABLE u", "COMMIT", "COMMIT"):
            found.run(each)
            assert found.look() == found.whole()

    async def run() -> None:
        engine = create_async_engine(url(postgresql, "looks", driver))
        async with engine.connect() as connection:
            await connection.run_sync(looked)
        await engine.dispose()

    with guest(postgresql, "looks"):
        asyncio.run(run())
