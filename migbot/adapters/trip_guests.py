"""Runs the guests of one round trip, each on the databases of a moment, while there is time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migbot.adapters.child_process import Child, Ended, end
from migbot.adapters.guest_process import Guest, run_guest, start_guest
from migbot.adapters.project_folder import project_request
from migbot.core.environment import Environment
from migbot.core.guest_words import Heard
from migbot.core.lacks import needs, way_out
from migbot.core.throwaway import ThrowAway

HINT = (
    "See what `alembic upgrade heads` says on an empty database; "
    "what env.py needs from its environment goes into [tool.migbot.env]."
)

FLASK = '[tool.migbot.roundtrip]\ndeploy = "flask db upgrade"'
"""The way out where Flask-Migrate's env.py asks for the application, which its command makes."""

URL = "{url}"
"""What stands for the database's URL in the settings' `env`."""

Progress = Callable[[str], None]


class Unprovable(Exception):
    """Nothing can be said of this environment: why, and what to do about it."""

    def __init__(self, reason: str, hint: str = "", dialect: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.dialect = dialect


@dataclass(slots=True)
class Guests:
    """The processes of one round trip, and the databases that they work on.

    Databases are folders: `slots` is what a guest works on, `nothing` an empty one. `names` are
    the databases that the project has been found to name, `heard` what was heard last.
    `read` are the files of the project that runs which told it have read.
    `lay` leaves the project's baseline in the folder `ground`, where it has one.
    `urls` are the settings' variables in which the database's URL is to stand.
    `stand_ins` are SQL for extensions that the server does not have, `stood_in` those that did.
    """

    guest: Guest
    database: ThrowAway
    progress: Progress
    begun: float = field(default_factory=time.monotonic)
    names: dict[str, str] = field(default_factory=dict)
    heard: Heard = field(default_factory=Heard)
    urls: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    stood_in: set[str] = field(default_factory=set)

    lay: Callable[[], None] | None = None
    read: set[str] = field(default_factory=set)
    spare: Child | None = None

    def prepare(self) -> None:
        """Start the process of the next run, which imports Alembic while there is other work."""
        self.spare = self.spare or start_guest(self.guest)

    def close(self) -> None:
        """End what was prepared and not needed."""
        if self.spare is not None:
            end(self.spare)

    def start(self) -> str:
        """The folder with which every way to the heads begins: an empty one, or the baseline's.

        A server that was started anew has no baseline any more: it is laid again.
        """
        if self.lay is None:
            return "nothing"
        ground = self.folder("ground")
        if not self.database.has_any(ground):
            self.lay()
        return ground.name

    def run(
        self,
        task: str,
        start: str,
        project: Path,
        environment: Environment,
        *,
        another: bool = False,
        **more: Any,
    ) -> tuple[Heard, Ended]:
        """Run one guest on the databases of `start`, and again if it wants one more of them.

        Where `another` run will follow, most likely, its process is started beside this one.
        """
        while True:
            self.keep(start, "slots")
            self.database.provide(self.folder("slots"), self.names.values())
            heard, ended = self._ask(task, project, environment, more, another)
            if not heard.wanted:
                return heard, ended

    def _ask(
        self,
        task: str,
        project: Path,
        environment: Environment,
        more: Mapping[str, Any],
        another: bool,
    ) -> tuple[Heard, Ended]:
        request = self._request(task, project, environment, more)
        if self.guest.limits.called_off():
            raise Unprovable("it was called off")
        try:
            child, self.spare = self.spare or start_guest(self.guest), None
            if another:
                self.prepare()
            heard, ended = run_guest(self._in_time(), request, child)
        except ValueError as error:
            raise Unprovable(f"the guest's answer is not understood: {error}") from None
        self.names.update(heard.slots)
        self.read.update(heard.read)
        self.stood_in.update(heard.stood_in)
        self.heard = heard if heard.hello else self.heard
        if heard.stop is not None:
            raise Unprovable(*heard.stop)
        if not heard.hello:
            raise Unprovable(f"the guest did not start: {why(heard, ended)}", HINT)
        return heard, ended

    def _request(
        self, task: str, project: Path, environment: Environment, more: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a guest is asked, which it reads from its stdin; raises Unprovable."""
        try:
            where = project_request(project, environment)
        except ValueError as error:
            raise Unprovable(str(error), "Set script_location in alembic.ini.") from None
        slots = self.folder("slots")
        url = self.database.url(slots)
        return {
            "task": task,
            "scratch": str(self.guest.scratch),
            "slots_folder": str(slots),
            "slots": self.names,
            "server": dict(self.database.request(slots)),
            "given_url": url,
            "environ": {name: text.replace(URL, url) for name, text in self.urls.items()},
            "kind_is_named": bool(environment.database),
            "stand_ins": dict(self.stand_ins),
            "writable": [str(self.guest.scratch), where["root"], "/dev/null", "/dev/tty"],
            **where,
            **more,
        }

    def _in_time(self) -> Guest:
        """The guest with what is left of the time."""
        limits = self.guest.limits
        left = limits.total - (time.monotonic() - self.begun)
        return self.guest._replace(limits=limits._replace(total=max(left, 0.1)))

    def folder(self, name: str) -> Path:
        """Where the databases of a moment lie."""
        return self.guest.scratch / name

    def empty(self, name: str) -> Path:
        """A folder without databases."""
        folder = self.folder(name)
        self.database.keep(self.folder("nothing"), folder)
        return folder

    def keep(self, name: str, into: str) -> None:
        """Copy the databases of one moment, in place of those of another."""
        self.database.keep(self.folder(name), self.folder(into))


def why(heard: Heard, ended: Ended) -> str:
    """Why a run is over, in one line."""
    if heard.failed is not None:
        error = heard.failed
        place = f" ({error.path}:{error.line})" if error.path else ""
        if heard.lacks:
            return f"env.py needs {needs(heard.lacks)}{place}"
        said = "" if error.path else _last_words(ended)
        return f"{error.type}: {error.message.splitlines()[0]}{place}{said}"
    if heard.done:
        return "env.py ended before all was run"
    return f"its process {ended.how}{_last_words(ended)}"


def _last_words(ended: Ended) -> str:
    last = ended.tail.strip().splitlines()
    return f", saying {last[-1][:200]!r}" if last else ""


def hint(heard: Heard, environment: Environment) -> str:
    """What to do about it."""
    if heard.failed and "outside of application context" in heard.failed.message:
        return FLASK
    return way_out(heard.lacks, environment) or HINT


def listed(names: Iterable[str]) -> str:
    """Revisions in a sentence."""
    return ", ".join(sorted(names)) or "nothing"
