"""One task of a round trip: reads the request, closes the doors, runs env.py, answers."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Callable, Dict, Optional

from . import fence
from .answer import Answer


def main() -> None:
    """Run the request that comes on stdin, and end the process.

    The process ends hard: a thread that the project left running must not keep it.
    """
    request = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    answer = Answer(request["answer"], request["token"])
    try:
        fenced = fence.close(request["writable"])
        _run(request, answer, fenced)
    except BaseException as error:
        answer.say("failed", error=_told(error, request))
    answer.say("done")
    os._exit(0)


def _run(request: Dict[str, Any], answer: Answer, fenced: bool) -> None:
    try:
        import alembic
        import sqlalchemy
    except ImportError as error:
        answer.stop("the project's interpreter cannot import %s" % error.name)
        raise
    from . import redirect, watch

    databases = _databases(request, answer)
    answer.say(
        "hello",
        fenced=fenced,
        python="%d.%d.%d" % sys.version_info[:3],
        alembic=alembic.__version__,
        sqlalchemy=sqlalchemy.__version__,
        server=_version(request),
    )
    redirect.install(databases, lambda name: _other_dialect(answer, databases, name))
    watch.install((request["scratch"], *request["server"].get("folders", ())))
    TASKS[request["task"]](request, answer, databases)


def _databases(request: Dict[str, Any], answer: Answer) -> Any:
    from .files import Files
    from .server import Server
    from .slots import Slots

    def announce(names: Dict[str, str]) -> None:
        answer.say("slots", names=names)

    def want() -> None:
        answer.say("wanted")
        answer.end()

    names = request["slots"]
    if request["server"]:
        return Server(request["server"], names, announce, want)
    return Files(Slots(request["slots_folder"], request["root"], names, announce))


def _version(request: Dict[str, Any]) -> str:
    import sqlite3

    return str(request["server"].get("version") or sqlite3.sqlite_version)


def _other_dialect(answer: Answer, databases: Any, name: str) -> None:
    if answer.stepping:
        return  # a migration's own engine: that one revision cannot be judged
    answer.stop(
        "env.py connects to %s, and a round trip on %s would prove nothing about that"
        % (name, databases.dialect),
        "name its database in the settings",
        dialect=name,
    )


def _told(error: BaseException, request: Dict[str, Any]) -> Dict[str, Any]:
    """An error outside of every step: env.py's own, most of the time."""
    try:
        from .statements import describe

        return describe(error, _culprit(error, request["root"]), request["root"])
    except ImportError:
        return {"type": type(error).__name__, "message": str(error), "path": "", "line": 0}


def _culprit(error: BaseException, root: str) -> str:
    """The file of the project that the error came out of."""
    import traceback

    inside = os.path.realpath(root) + os.sep
    frames = traceback.extract_tb(error.__traceback__)
    files = [os.path.realpath(frame.filename) for frame in frames if frame.filename[:1] != "<"]
    return next((name for name in reversed(files) if name.startswith(inside)), "")


def _open(request: Dict[str, Any], answer: Answer) -> Any:
    from .project import open_project

    config, script = open_project(request)
    messages = {each.revision: each.doc or "" for each in script.walk_revisions()}
    answer.say("heads", heads=sorted(script.get_heads()), messages=messages)
    return config, script


def _build(request: Dict[str, Any], answer: Answer, databases: Any) -> None:
    """Upgrade to each target (`heads` for all) by a command of its own, as a deployment does."""
    from alembic import command

    from .catalogs import Catalogs

    config, _ = _open(request, answer)
    for target in request["targets"]:
        command.upgrade(config, target)
    catalogs = Catalogs(answer)
    for slot, found in databases.built():
        answer.say("built", slot=slot, id=catalogs.show(found.catalog))


def _prove(request: Dict[str, Any], answer: Answer, databases: Any) -> None:
    """Prove revisions, one after the other."""
    from .project import run_env
    from .stepper import Task, Trip

    config, script = _open(request, answer)
    task = Task(
        order=request["order"],
        replay=request["replay"],
        proved=request["proved"],
        skip=request["skip"],
        seed=request["seed"],
        drift=request["drift"],
        root=request["root"],
        checkpoint=request["checkpoint"],
    )
    trip = Trip(task, answer, databases, script)

    def check(connection: Any) -> None:
        if not databases.accepts(connection.dialect.name):
            _other_dialect(answer, databases, connection.dialect.name)

    error: Optional[BaseException] = None
    try:
        run_env(config, script, trip.fn, check)
    except BaseException as raised:
        error = raised
    in_step = trip.leg is not None
    trip.over(error)
    if error is not None and not in_step:
        raise error
    if not trip.called:
        answer.stop("env.py ended without running the migrations", "see what it does on its own")


TASKS: Dict[str, Callable[[Dict[str, Any], Answer, Any], None]] = {
    "build": _build,
    "prove": _prove,
}
