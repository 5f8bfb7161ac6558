"""One task of a round trip: reads the request, closes the doors, runs env.py, answers."""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import suppress
from typing import Any, Callable, Dict, Optional, Set

from . import fence
from .answer import Answer


def main() -> None:
    """Run the request that comes on stdin, and end the process.

    The process ends hard: a thread that the project left running must not keep it.
    """
    _import_ahead()
    request = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    answer = Answer(request["answer"], request["token"])
    fence.end_with_owner()
    try:
        fenced = fence.close(request["writable"])
        _run(request, answer, fenced)
    except BaseException as error:
        answer.say("failed", error=_told(error, request))
    answer.say("done")
    os._exit(0)


def _import_ahead() -> None:
    """Import what every task needs: the host may still be at work on the databases.

    What cannot be imported is told when there is somebody to tell it. All of it stays till the
    end: nobody has to look there for garbage.
    """
    gc.disable()
    with suppress(Exception):
        from . import bare, passage, redirect, running, stand_ins, stepper, watch  # noqa: F401
    gc.freeze()
    gc.enable()


def _run(request: Dict[str, Any], answer: Answer, fenced: bool) -> None:
    try:
        import alembic
        import sqlalchemy
    except ImportError as error:
        answer.stop("the project's interpreter cannot import %s" % error.name)
        raise
    from . import bare, drivers, passage, redirect, stand_ins, unusable_url, watch

    databases = _databases(request, answer)
    answer.say(
        "hello",
        fenced=fenced,
        python="%d.%d.%d" % sys.version_info[:3],
        alembic=alembic.__version__,
        sqlalchemy=sqlalchemy.__version__,
        server=_version(request),
    )
    os.environ.update(request["environ"])
    _name_a_driver(request["given_url"])
    if request["kind_is_named"]:
        unusable_url.replace(drivers.with_driver(request["given_url"]))
    redirect.install(databases, lambda name: _other_dialect(answer, databases, name))
    stand_ins.install(request["stand_ins"], lambda name: answer.say("stood-in", extension=name))
    if request["server"].get("prefix"):  # a user's server, where not everything is ours
        passage.lead_to(request["server"])
        bare.shut()
    watch.install((request["scratch"], *request["server"].get("folders", ())))
    TASKS[request["task"]](request, answer, databases)


def _name_a_driver(given: str) -> None:
    """Put a driver that the project has into the variables that the settings' `{url}` has made."""
    from .drivers import with_driver

    for name, text in os.environ.items():
        if given in text:
            os.environ[name] = text.replace(given, with_driver(given))


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

    project = open_project(request)
    script = project.script
    messages = {each.revision: each.doc or "" for each in script.walk_revisions()}
    answer.say("heads", heads=sorted(script.get_heads()), messages=messages)
    return project


def _build(request: Dict[str, Any], answer: Answer, databases: Any) -> None:
    """Upgrade to each target (`heads` for all) by a command of its own, as a deployment does.

    Where it is the deployment itself (`as_is`), nothing is changed about its command.
    What the revisions of `told` do to the schema is told one by one.
    """
    from . import running, touches
    from .catalogs import Catalogs
    from .reads import Reads

    reads = Reads(request["root"])
    project = _open(request, answer)
    if request.get("told"):
        touches.install(request["told"], answer, databases)
    upgrade = running.deploy if request.get("as_is") else running.upgrade
    for target in request["targets"]:
        upgrade(project, target)
    catalogs = Catalogs(answer)
    for slot, found in databases.built():
        answer.say("built", slot=slot, id=catalogs.show(found.catalog))
    answer.say("read", files=reads.files())


def _prove(request: Dict[str, Any], answer: Answer, databases: Any) -> None:
    """Prove revisions, one after the other."""
    from .running import run_env
    from .stepper import Task, Trip

    project = _open(request, answer)
    task = Task(
        order=request["order"],
        replay=request["replay"],
        proved=request["proved"],
        skip=request["skip"],
        together=request["together"],
        seed=request["seed"],
        seeds=request["seeds"],
        drift=request["drift"],
        root=request["root"],
        checkpoint=request["checkpoint"],
    )
    trip = Trip(task, answer, databases, project.script)
    for name in {name for of in task.seeds.values() for name in of} - _ids(project.script):
        answer.stop("seeds: there is no revision %r" % name, "[[tool.migbot.roundtrip.seeds]]")

    def check(connection: Any) -> None:
        if not databases.accepts(connection.dialect.name):
            _other_dialect(answer, databases, connection.dialect.name)

    error: Optional[BaseException] = None
    try:
        run_env(project, trip.fn, "heads", lambda context: _step_by_step(context, check))
    except BaseException as raised:
        error = raised
    in_step = trip.leg is not None
    trip.over(error)
    if error is not None and not in_step:
        raise error
    if not trip.called:
        answer.stop("env.py ended without running the migrations", "see what it does on its own")


def _ids(script: Any) -> Set[str]:
    return {each.revision for each in script.walk_revisions()}


def _step_by_step(context: Any, check: Callable[[Any], None]) -> None:
    """Let a run of env.py commit each step; `check` sees each connection first.

    `configure` is wrapped on the instance: alembic.context knows EnvironmentContext by its exact
    class, a subclass would not be installed.
    """
    original = context.configure

    def configure(connection: Any = None, *args: Any, **kw: Any) -> None:
        if connection is not None:
            check(connection)
        # One transaction round up, down and up of everything would accuse revisions that are
        # right: a value added to an enum cannot be used in the transaction that added it.
        kw["transaction_per_migration"] = True
        original(connection, *args, **kw)

    context.configure = configure


def _ground(request: Dict[str, Any], answer: Answer, databases: Any) -> None:
    """Create the tables of `models` (`module:metadata`), and stamp the revisions of `stamp`."""
    from . import running
    from .models import tables_of
    from .reads import Reads

    reads = Reads(request["root"])
    project = _open(request, answer)

    def create(heads: Any, context: Any) -> Any:
        with context.begin_transaction(_per_migration=True):  # as round each step of Alembic's
            for each in request["models"]:
                tables_of(each).create_all(context.connection)
        return ()

    if request["models"]:
        running.run_env(project, create, "heads", lambda context: None)
    if request["stamp"]:
        running.stamp(project, request["stamp"])
    answer.say("read", files=reads.files())


TASKS: Dict[str, Callable[[Dict[str, Any], Answer, Any], None]] = {
    "build": _build,
    "ground": _ground,
    "prove": _prove,
}
