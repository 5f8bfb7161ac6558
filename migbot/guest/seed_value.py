"""A value for a column of any type, as a literal: the drivers disagree on parameters.

The types are those of SQLite, PostgreSQL, MariaDB and MySQL, as their catalogs write them.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Callable, List, NamedTuple, Optional, Tuple

from .seed_table import SeedColumn

LONGEST = 700
"""Characters in a text that may be longer: MySQL cannot have more than 768 in an index."""

SQLITE, POSTGRESQL, MYSQL = "sqlite", "postgresql", "mysql"


class Raw(str):
    """SQL that is a value by itself."""


def quoted(dialect: str, name: str) -> str:
    """A name as it stands in SQL."""
    mark = "`" if dialect == MYSQL else '"'
    return mark + name.replace(mark, mark * 2) + mark


def literal(dialect: str, value: Any) -> str:
    """A value as it stands in SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, (int, float, Raw)):
        return str(value)
    if isinstance(value, bytes):
        return ("'\\x%s'" if dialect == POSTGRESQL else "X'%s'") % value.hex()
    text = str(value).replace("'", "''")
    return "'%s'" % (text.replace("\\", "\\\\") if dialect == MYSQL else text)


def value(dialect: str, column: SeedColumn, number: int, shift: int, at_edge: bool) -> Any:
    """A value that is another for each `number`; None where no value of the type is known.

    `at_edge`: as long and as large as the type allows, where migrations are known to fail on it.
    Otherwise `shift` moves numbers away from what a check forbids.
    """
    if column.choices:
        return column.choices[(number - 1) % len(column.choices)]
    kind = column.type.lower().strip()
    if kind.endswith("[]"):
        return _array(column, number, shift)
    make, sizes = _maker(kind)
    if make is not None:
        return make(Given(dialect, number, shift, sizes, at_edge))
    return number + shift if dialect == SQLITE else None


@functools.lru_cache(maxsize=None)
def _maker(kind: str) -> "Tuple[Optional[Make], List[int]]":
    """What makes values of a type, and the numbers in its parentheses."""
    sizes = [int(size) for size in re.findall(r"\d+", "".join(re.findall(r"\(.*?\)", kind)[:1]))]
    base = re.sub(r"\(.*?\)", "", kind)
    return next((make for pattern, make in _KINDS if re.search(pattern, base)), None), sizes


class Given(NamedTuple):
    """What a value is made from; `sizes` are the numbers in the type's parentheses."""

    dialect: str
    number: int
    shift: int
    sizes: List[int]
    at_edge: bool

    @property
    def day(self) -> str:
        """A day of its own."""
        return "2001-01-%02d" % (1 + (self.number - 1) % 28)

    @property
    def second(self) -> str:
        """A time of day of its own."""
        return "00:00:%02d" % (self.number % 60)


Make = Callable[[Given], Any]


def _array(column: SeedColumn, number: int, shift: int) -> str:
    """One element; none of a type that is not known, which every array allows."""
    element = value(POSTGRESQL, column._replace(type=column.type[:-2]), number, shift, False)
    if element is None or isinstance(element, bytes):
        return "{}"
    return '{"%s"}' % str(element).replace("\\", "\\\\").replace('"', '\\"')


def _text(given: Given) -> str:
    """Of one digit: a number and hexadecimal as well."""
    size = min(given.sizes[0], LONGEST) if given.sizes and given.at_edge else 8
    size = min([size, *given.sizes[:1]])
    return (str(given.number) * size)[: max(size, len(str(given.number)))]


def _decimal(given: Given) -> Any:
    if not given.sizes or not given.at_edge:
        return given.number + given.shift
    places = min(given.sizes[1], given.sizes[0]) if len(given.sizes) > 1 else 0
    digits = str(10 ** min(given.sizes[0], 38) - given.number)
    places = min(places, len(digits))
    return Raw("%s.%s" % (digits[:-places] or "0", digits[-places:]) if places else digits)


def _bytes(given: Given) -> bytes:
    size = min(given.sizes[0], LONGEST) if given.sizes and given.at_edge else 1
    return bytes([given.number % 256]) * size


def _bits(given: Given) -> Any:
    size = (given.sizes or [1])[0]
    bits = given.number % 2 ** min(size, 8)
    return bits if given.dialect == MYSQL else format(bits, "b").zfill(size)


def _shape(text: str, well_known: str = "") -> Make:
    """A shape: `text` in PostgreSQL, in MySQL the text that OpenGIS calls well-known."""

    def make(given: Given) -> Any:
        if given.dialect == MYSQL:
            return Raw("ST_GeomFromText('%s')" % (well_known % given.number))
        return text % given.number

    return make


def _geometry(given: Given) -> Any:
    if given.dialect == MYSQL:
        return _shape("", "POINT(%d 1)")(given)
    srid = "SRID=%d;" % given.sizes[0] if given.sizes else ""
    return "%sPOINT(%d 1)" % (srid, given.number)


def _vector(given: Given) -> Any:
    text = "[%s]" % ",".join([str(given.number)] * (given.sizes or [3])[0])
    return Raw("VEC_FromText('%s')" % text) if given.dialect == MYSQL else text


def _numbers(given: Given) -> str:
    return "[%d,%d)" % (given.number, given.number + 1)


def _days(given: Given) -> str:
    return "[%s,%s]" % (given.day, given.day)


_KINDS: Tuple[Tuple[str, Make], ...] = (
    (r"^(int[48]|num)multirange$", lambda g: "{%s}" % _numbers(g)),
    (r"^(date|ts|tstz)multirange$", lambda g: "{%s}" % _days(g)),
    (r"^(int[48]|num)range$", _numbers),
    (r"^(date|ts|tstz)range$", _days),
    (r"^interval", lambda g: "%d days" % g.number),
    (r"bool", lambda g: str(g.number % 2)),
    (r"^(timestamptz|timestamp with time zone)$", lambda g: g.day + " 00:00:00+00"),
    (r"datetime|timestamp", lambda g: g.day + " 00:00:00.000000"),
    (r"date", lambda g: g.day),
    (r"^(timetz|time with time zone)$", lambda g: g.second + "+00"),
    (r"^time|\btime$", lambda g: g.second + ".000000"),
    (r"^year$", lambda g: 2000 + g.number),
    (r"^jsonpath$", lambda g: "$.n%d" % g.number),
    (r"json", lambda g: '{"n": %d}' % g.number),
    (r"uuid|uniqueidentifier", lambda g: "00000000-0000-4000-8000-%012d" % g.number),
    (r"^inet6$", lambda g: "::%d" % g.number),
    (r"^(inet|inet4|cidr)$", lambda g: "10.0.0.%d" % g.number),
    (r"^macaddr8$", lambda g: "08:00:2b:01:02:03:04:%02x" % g.number),
    (r"^macaddr$", lambda g: "08:00:2b:01:02:%02x" % g.number),
    (r"bytea|blob|binary", _bytes),
    (r"^bit varying$|^varbit$", lambda g: format(g.number, "b")),
    (r"^bit$", _bits),
    (r"^ts(vector|query)$", lambda g: "word%d" % g.number),
    (r"^point$", _shape("(%d,1)", "POINT(%d 1)")),
    (r"^box$", _shape("(%d,1),(0,0)")),
    (r"^circle$", _shape("<(0,0),%d>")),
    (r"^line$", _shape("{1,%d,1}")),
    (r"^lseg$", _shape("[(0,0),(%d,1)]")),
    (r"^path$", _shape("[(0,0),(%d,1)]")),
    (r"^polygon$", _shape("((0,0),(%d,1),(1,0))", "POLYGON((0 0,%d 1,1 0,0 0))")),
    (r"^linestring$", _shape("", "LINESTRING(0 0,%d 1)")),
    (r"\b(geometry|geography)$", _geometry),
    (r"\b(vector|halfvec)$", _vector),
    (r"^xml$", lambda g: "<n>%d</n>" % g.number),
    (r"\bhstore$", lambda g: "n=>%d" % g.number),
    (r"\b(ltree|lquery)$", lambda g: "n%d" % g.number),
    (r"^pg_lsn$", lambda g: "0/%d" % g.number),
    (r"char|text|clob|^name$", _text),
    (r"real|floa|doub", lambda g: g.number + g.shift + 0.5),
    (r"numeric|decimal", _decimal),
    (r"^(money|oid|xid8?)$", lambda g: str(g.number + g.shift)),
    (r"int|serial", lambda g: g.number + g.shift),
)
"""Which value suits a type whose name, without its size, a pattern is found in; first come first
served. SQLite takes any name for a type, so some patterns are found anywhere."""
