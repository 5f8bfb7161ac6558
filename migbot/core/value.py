"""Values and ports that a commit does not wait for: `typing` is for the type checker alone."""

from __future__ import annotations

from collections import namedtuple

__all__ = ["Port", "Value"]

TYPE_CHECKING = False  # as typing's own; loading typing takes longer than a dozen of these classes

if TYPE_CHECKING:
    from typing import Any
    from typing import NamedTuple as Value
    from typing import Protocol as Port
else:

    class Port:
        """A protocol: what an adapter has to have. Nobody asks at run time."""

    # typing's own compiles every annotation that is a string, as all of ours are. That is half of
    # the time it takes, and a hook creates some forty of these classes before it starts.
    class _Fields(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            names = body.get("__annotations__", {})
            defaults = [body[each] for each in names if each in body]
            made = namedtuple(name, names, defaults=defaults, module=body["__module__"])
            for key, value in body.items():
                if key not in names and key != "__qualname__":
                    setattr(made, key, value)
            return made

    Value = type.__new__(_Fields, "Value", (), {})
