"""What autogenerate would still write: the models' metadata against the schema as it is."""

from __future__ import annotations

from typing import Any, Iterator, List, Tuple

from alembic.autogenerate import compare_metadata

Operation = Tuple[str, str]
"""What would be written, in autogenerate's words, and the name of the object."""


def drift(context: Any) -> List[Operation]:
    """The operations by which the schema differs from the project's metadata.

    Asked with the project's own options, which `context` has. Empty where env.py gives no
    metadata. Raises whatever autogenerate raises: it cannot compare everything.
    """
    metadata = context.opts.get("target_metadata")
    if metadata is None or metadata == []:
        return []
    return [each for found in compare_metadata(context, metadata) for each in _told(found)]


def _told(found: Any) -> Iterator[Operation]:
    if isinstance(found, list):  # the changes of one column
        for each in found:
            yield str(each[0]), _dotted(each[1:4])
        return
    operation, *what = found
    if operation in ("add_column", "remove_column"):
        yield str(operation), _dotted((what[0], what[1], what[2].name))
        return
    item = what[0]
    table = getattr(item, "table", None)
    name = getattr(item, "name", None)
    parts = (getattr(item, "schema", None), getattr(table, "name", None), name)
    yield str(operation), _dotted(parts)


def _dotted(parts: Any) -> str:
    return ".".join(str(part) for part in parts if part)
