"""Runs env.py with steps of ours: by Alembic, or by the project's own command that runs it."""

from __future__ import annotations

from argparse import Namespace
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from alembic import command
from alembic.config import CommandLine, Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from . import own_command

Fn = Callable[..., Any]
"""What Alembic calls with (heads, context), and which returns the steps to run."""

Prepare = Callable[[EnvironmentContext], None]
"""What is done to the context of a run before env.py sees it."""


class Project(NamedTuple):
    """An environment that is open: `own` are the words of the command that runs its env.py."""

    config: Config
    script: ScriptDirectory
    own: List[str]


def options(deploy: Dict[str, Any]) -> Namespace:
    """What Alembic's command line hands to env.py as `config.cmd_opts`."""
    words = ["-x=%s" % text for text in deploy["x"]] + ["upgrade", deploy["target"]]
    tag = ["--tag=%s" % deploy["tag"]] if deploy["tag"] else []
    found: Namespace = CommandLine().parser.parse_args([*words, *tag])
    return found


def run_env(project: Project, fn: Fn, destination: Any, prepare: Prepare) -> None:
    """Run env.py once, untouched, with `fn` as its work."""
    if project.own:
        _through_command(project, prepare, {"fn": fn, "destination_rev": destination})
        return
    tag = getattr(project.config.cmd_opts, "tag", None)
    context = EnvironmentContext(
        project.config, project.script, fn=fn, destination_rev=destination, tag=tag
    )
    prepare(context)
    with context:
        project.script.run_env()


def upgrade(project: Project, target: str) -> None:
    """Upgrade to `target`, as alembic.command does; it would read every revision once more."""
    script = project.script
    run_env(project, lambda heads, _: script._upgrade_revs(target, heads), target, _nothing)


def stamp(project: Project, revisions: List[str]) -> None:
    """Let the version table say `revisions`; nothing is run."""
    if not project.own:
        command.stamp(project.config, revisions)
        return
    told = tuple(revisions)
    run_env(project, lambda heads, _: project.script._stamp_revs(told, heads), told, _nothing)


def deploy(project: Project, target: str) -> None:
    """Upgrade as the deployment does, with nothing changed."""
    if project.own:
        _through_command(project, _nothing, {})
    else:
        upgrade(project, target)


def _nothing(context: EnvironmentContext) -> None:
    pass


def _through_command(project: Project, prepare: Prepare, changes: Dict[str, Any]) -> None:
    """Run the project's command; where it upgrades, `changes` say with what.

    The classes are patched, not replaced: alembic.context knows EnvironmentContext by its exact
    class. An exception is raised as env.py raised it: many a command makes an exit code of it.
    """
    begun: Any = EnvironmentContext.__init__
    run: Any = ScriptDirectory.run_env
    raised: List[BaseException] = []
    seen: List[EnvironmentContext] = []

    def begin(self: EnvironmentContext, config: Any, script: Any, **kw: Any) -> None:
        if not _upgrades(kw):
            begun(self, config, script, **kw)
            return
        _demand_same(project.script, script)
        begun(self, config, script, **{**kw, **changes})
        seen.append(self)
        prepare(self)

    def record(self: ScriptDirectory) -> None:
        try:
            run(self)
        except BaseException as error:
            raised.append(error)
            raise

    EnvironmentContext.__init__ = begin  # type: ignore[method-assign]
    ScriptDirectory.run_env = record  # type: ignore[method-assign]
    try:
        error = _ended(project.own)
    finally:
        EnvironmentContext.__init__ = begun  # type: ignore[method-assign]
        ScriptDirectory.run_env = run  # type: ignore[method-assign]
    if raised or error is not None:
        raise raised[-1] if raised else error  # type: ignore[misc]
    if not seen:
        raise RuntimeError("`%s` ended without an upgrade by Alembic" % " ".join(project.own))


def _ended(words: List[str]) -> Optional[BaseException]:
    try:
        own_command.run(words)
    except BaseException as error:
        return error
    return None


def _upgrades(arguments: Dict[str, Any]) -> bool:
    """Whether a context is made to upgrade, not to look where a database is, nor to stamp it."""
    name = getattr(arguments.get("fn"), "__qualname__", "")
    ours = getattr(arguments.get("fn"), "__module__", "") == command.__name__
    looks = arguments.get("dont_mutate") or arguments.get("as_sql")
    return "fn" in arguments and not looks and (not ours or name.startswith("upgrade."))


def _demand_same(wanted: ScriptDirectory, found: ScriptDirectory) -> None:
    heads = (sorted(wanted.get_heads()), sorted(found.get_heads()))
    if heads[0] != heads[1]:
        raise RuntimeError(
            "the command upgrades to %s (%s), and what is under test to %s"
            % (", ".join(heads[1]), found.dir, ", ".join(heads[0]))
        )
