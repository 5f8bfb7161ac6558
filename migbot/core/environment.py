"""One Alembic environment: where its migrations lie, and how it names new ones."""

from __future__ import annotations

from migbot.core.trip_settings import TripSettings
from migbot.core.value import Value


class Environment(Value):
    """One migration tree of a repository; all paths are from the repository's root, with `/`.

    `config` is the alembic.ini or pyproject.toml that declares it ("" for a folder that was
    named in the settings alone), `section` the ini section (`alembic -n`). `versions` are the
    folders that hold revisions, in Alembic's order: a new file goes to the first.
    `file_template` and `truncate_slug_length` are Alembic's options of that name, whose defaults
    are in alembic.script.base. `also` are further (config, section) that declare the same tree.
    `database` and `roundtrip` are what the settings say of its round trips.
    """

    name: str
    versions: tuple[str, ...]
    script_location: str = ""
    config: str = ""
    section: str = "alembic"
    recursive: bool = False
    sourceless: bool = False
    file_template: str = "%(rev)s_%(slug)s"
    truncate_slug_length: int = 40
    output_encoding: str = "utf-8"
    expected_heads: int = 1
    database: str = ""
    also: tuple[tuple[str, str], ...] = ()
    roundtrip: TripSettings = TripSettings()
