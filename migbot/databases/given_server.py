"""A server that the user gives: databases of this run are made in it and dropped; no others."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from migbot.core.throwaway import Server
from migbot.databases.claim import Claim, runs_of
from migbot.databases.given_url import VARIABLES, place
from migbot.databases.server_databases import ServerDatabases
from migbot.databases.session import Run, Unreachable
from migbot.errors import MigbotError

_RIGHTS = {
    "postgresql": 'ALTER ROLE "{}" CREATEDB;',
    "mariadb": r"GRANT ALL PRIVILEGES ON `migbot\_%`.* TO '{}'@'%';",
    "mysql": r"GRANT ALL PRIVILEGES ON `migbot\_%`.* TO '{}'@'%';",
}


class Given:
    """This run on a user's server: its databases there, and what the report has to say of them."""

    def __init__(self, databases: ServerDatabases, claim: Claim) -> None:
        self.databases = databases
        self.notes = [_tried(databases.server)]
        self._claim = claim
        self._before: set[str] = set()

    def begin(self) -> None:
        """Claim a part of the server, and drop what killed runs have left there.

        Raises ValueError for what the server does not allow.
        """
        claim = self._claim
        claim.begin()
        claim.place = str(claim.run(claim.WHERE)[0][1])
        self._before = claim.others(claim.run)
        self.databases.begin(Path())
        others = runs_of(self._names(claim.run))
        others.pop(claim.id, None)
        for id in sorted(others.keys() - claim.living(claim.run, others)):
            self._sweep(id, others[id])

    def _sweep(self, id: str, names: set[str]) -> None:
        run = self._claim.run
        try:
            for name in sorted(names & self._claim.marked(run, id)):
                self.databases.drop(run, name)
            self._claim.forget(run, id)
        except ValueError:
            return  # it is another user's, or another run was faster
        if left := sorted(names & self._names(run)):
            self.notes.append(
                f"There is {', '.join(left)}, called as migbot calls its databases and without "
                "its mark: migbot leaves it alone."
            )

    def end(self, run: Run) -> None:
        """Drop everything of this run, and tell what else is there now."""
        for name in sorted(self.databases.ours(run)):
            self.databases.drop(run, name)
        self._claim.forget(run, self._claim.id)
        if new := sorted(self._claim.others(run) - self._before):
            self.notes.append(
                f"That server has now, and had not before: {', '.join(new)}. migbot leaves it "
                "alone, since somebody else may have made it, and not a migration."
            )

    def _names(self, run: Run) -> set[str]:
        return {str(name) for (name,) in run(self.databases.OURS)}


@contextmanager
def given(
    server: Server,
    connect: Callable[[Server], ServerDatabases],
    claimed: Callable[[Run, str], Claim],
) -> Iterator[Given]:
    """This run on `server`, of which the URL says all that is known, while the block lasts.

    `connect` and `claimed` are what its kind is made by. Raises MigbotError where the server cannot
    be reached, is of another kind, or does not let us make databases.
    """
    with ExitStack() as stack:
        try:
            run = stack.enter_context(connect(server).connected())
        except Unreachable as error:
            raise _unreachable(server, error) from None
        claim = claimed(run, secrets.token_hex(8))
        databases = connect(_known(server, claim))
        databases.claim = claim
        here = Given(databases, claim)
        stack.callback(_end, here, connect(server))
        try:
            here.begin()
        except ValueError as error:
            raise _refused(server, error) from None
        yield here


def _known(server: Server, claim: Claim) -> Server:
    """The server with what it says of itself; raises MigbotError where that is another kind."""
    try:
        name, version = claim.version()
    except ValueError as error:
        raise _refused(server, error) from None
    if name != server.name:
        raise MigbotError(
            f"{_who(server)} is {name} {version}, which is no substitute for {server.name}.",
            f"Let {VARIABLES[name]} name it, where the project runs on {name}.",
        )
    return server._replace(version=version, prefix=claim.prefix)


def _end(here: Given, databases: ServerDatabases) -> None:
    """In a session of its own: the run's may have been left between a question and its answer."""
    try:
        with databases.connected() as run:
            here.end(run)
    except ValueError as error:
        here.notes.append(f"What migbot made there is dropped by the next run: {error}.")


def _tried(server: Server) -> str:
    return f"It was tried on the server at {place(server)} that {VARIABLES[server.name]} names."


def _who(server: Server) -> str:
    return f"The server at {place(server)} that {VARIABLES[server.name]} names"


def _unreachable(server: Server, error: Unreachable) -> MigbotError:
    variable = VARIABLES[server.name]
    way_out = f"unset {variable}, and migbot starts a server of its own."
    if error.code:
        return MigbotError(
            f"{_who(server)} refuses: {error.said}.",
            f"Set user, password and database right in {variable}; or {way_out}",
        )
    return MigbotError(
        f"{_who(server)} does not answer: {error.said}.",
        f"Start it, or let {variable} say where it listens; or {way_out}",
    )


def _refused(server: Server, error: ValueError) -> MigbotError:
    return MigbotError(
        f"{_who(server)} cannot be used: {error}.", _RIGHTS[server.name].format(server.user)
    )
