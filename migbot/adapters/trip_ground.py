"""What a history stands on that cannot run from an empty database: its baseline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from migbot.adapters.trip_guests import Guests, Unprovable, hint, why
from migbot.core.environment import Environment
from migbot.core.scripts import dump

SETTING = "[tool.migbot.roundtrip] baseline"


def lay(guests: Guests, environment: Environment, files: Callable[[], Path]) -> None:
    """Leave the baseline's databases in the folder `ground`, made by what is in `files`.

    Raises Unprovable where a part of it is not there, or fails.
    """
    settings, project = environment.roundtrip, files()
    guests.progress("Laying the baseline")
    guests.keep("nothing", "slots")
    guests.database.provide(guests.folder("slots"), guests.names.values())
    for path in sql_files(environment):
        _load(guests, project, path)
    guests.keep("slots", "ground")
    models = [each for each in settings.baseline if _is_models(each)]
    stamp = [settings.start] if settings.start else []
    if models or stamp:
        _run(guests, environment, project, models, stamp)


def sql_files(environment: Environment) -> tuple[str, ...]:
    """The files of SQL that are part of the baseline."""
    return tuple(each for each in environment.roundtrip.baseline if not _is_models(each))


def _is_models(name: str) -> bool:
    return ":" in name and not name.endswith(".sql")


def _load(guests: Guests, project: Path, path: str) -> None:
    try:
        text = (project / path).read_text(encoding="utf-8")
        guests.database.load(guests.folder("slots"), dump(text))
    except (OSError, UnicodeDecodeError) as error:
        raise Unprovable(f"{path} of the baseline cannot be read: {error}", SETTING) from None
    except ValueError as error:
        raise Unprovable(f"{path} of the baseline fails: {error}", SETTING) from None


def _run(
    guests: Guests, environment: Environment, project: Path, models: list[str], stamp: list[str]
) -> None:
    heard, ended = guests.run("ground", "ground", project, environment, models=models, stamp=stamp)
    if not heard.done or heard.failed is not None:
        raise Unprovable(
            f"the baseline could not be laid: {why(heard, ended)}", hint(heard, environment)
        )
    guests.keep("slots", "ground")
