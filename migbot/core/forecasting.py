"""What open pull requests will do to one another, told from what each of them adds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from migbot.core.forecast import Clash, Forecast
from migbot.core.history import Change
from migbot.core.value import Value

MOST = 10
"""Other pull requests of each clash that one is told of; they are the same repair over again."""

LOOKED_AT = 100
"""Others that are looked at for those: of a tall stack of pull requests few are in the way."""


class Added(Value):
    """A revision that a pull request adds: its parents, and its file (path and blob id); more than
    one where the pull request has the id twice by itself."""

    parents: tuple[str, ...]
    files: frozenset[tuple[str, str]]


class Addition(Value):
    """What one pull request does to one environment, as far as others can feel it.

    `heads` are those after it, `missing` pairs of a revision and a parent that nothing has.
    `sound` says that it can be merged as it is, and leaves what is on the base where it is.
    """

    environment: str
    expected: int
    before: frozenset[str]
    heads: frozenset[str]
    added: Mapping[str, Added]
    missing: tuple[tuple[str, str], ...] = ()
    sound: bool = True

    @property
    def grows(self) -> bool:
        """Whether it leaves more heads than it found, which is meant where more are expected."""
        return len(self.heads) > len(self.before)


def addition(change: Change) -> Addition:
    """What a pull request, as a change of one environment, adds to it."""
    before, after = change.before.graph, change.after.graph
    expected = change.after.environment.expected_heads
    old = set(before.missing)
    stays = not change.removed and all(was.parents == is_.parents for was, is_ in change.edited)
    return Addition(
        change.after.environment.name,
        expected,
        frozenset(before.heads),
        frozenset(after.heads),
        _added(change),
        tuple((each.id, name) for each, name in after.missing if (each, name) not in old),
        stays and after.sound and len(after.heads) <= max(expected, len(before.heads)),
    )


def _added(change: Change) -> dict[str, Added]:
    found: dict[str, Added] = {}
    for each in change.added:
        file = each.path, change.after.entries[each.path].id
        other = found.get(each.id, Added((), frozenset()))
        found[each.id] = Added((*other.parents, *each.parents), other.files | {file})
    return found


def forecasts(
    pulls: Mapping[int, Sequence[Addition]],
) -> dict[int, tuple[Forecast, ...]]:
    """What each of `pulls`, by number, has to expect of the others; no entry where that is nothing.

    All are to be merged into one base, at one moment of it. A pull request that is unsound by
    itself forks with nobody: it cannot be merged as it is. One that has all of another (a stack)
    is no clash. At most MOST are told of each clash, the lowest numbers first.
    """
    found: dict[int, list[Forecast]] = defaultdict(list)
    by_environment: dict[str, dict[int, Addition]] = defaultdict(dict)
    for number, additions in sorted(pulls.items()):
        for each in additions:
            by_environment[each.environment][number] = each
    for name, those in sorted(by_environment.items()):
        for number, told in chain(_forks(name, those), _twins(name, those), _needs(name, those)):
            found[number].append(told)
    return {number: tuple(told) for number, told in sorted(found.items())}


def _forks(name: str, pulls: Mapping[int, Addition]) -> Iterator[tuple[int, Forecast]]:
    """Two that are sound clash where both together leave a head more than one of them alone.

    That takes a parent that both name (in what is new to either, or to both), or two that each
    leave a head more than they found: nothing else is looked at.
    """
    sound = {number: each for number, each in pulls.items() if each.sound and each.added}
    meeting = _index((key, number) for number, each in sound.items() for key in _places(each))
    for number, mine in sound.items():
        near = _near(meeting, _places(mine), number)
        clashing = (other for other in near if _fork(mine, sound[other]))
        for other in islice(clashing, MOST):
            yield number, _of_fork(name, other, mine, sound[other])


def _places(each: Addition) -> Iterator[str]:
    yield from dict.fromkeys(parent for new in each.added.values() for parent in new.parents)
    if each.grows:
        yield ""  # no revision has this id: all that grow meet here


def _index(pairs: Iterable[tuple[str, int]]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for key, number in pairs:
        found[key].append(number)
    return found


def _near(meeting: Mapping[str, list[int]], places: Iterable[str], own: int) -> list[int]:
    """The others at some of `places`, the lowest numbers first."""
    near = (islice(meeting[place], LOOKED_AT) for place in places)
    return sorted({number for numbers in near for number in numbers} - {own})


def _fork(one: Addition, other: Addition) -> bool:
    every = (*one.added.values(), *other.added.values())
    named = {parent for new in every for parent in new.parents}
    both = {head for head in one.heads | other.heads if head not in named}
    first = min(len(one.heads), len(other.heads))
    return not _twin_ids(one, other) and len(both) > max(one.expected, first)


def _of_fork(name: str, other: int, mine: Addition, theirs: Addition) -> Forecast:
    return Forecast(Clash.FORK, other, name, _sides(mine, theirs), _sides(theirs, mine))


def _sides(mine: Addition, theirs: Addition) -> tuple[str, ...]:
    """The revisions with which the one leaves what both have: the first that are its own."""
    own = mine.added.keys() - theirs.added.keys()
    return tuple(sorted(name for name in own if not own & {*mine.added[name].parents}))


def _twins(name: str, pulls: Mapping[int, Addition]) -> Iterator[tuple[int, Forecast]]:
    """The same file twice is one file (a stack, or the same merge revision made twice)."""
    adding = _index((id, number) for number, each in pulls.items() for id in each.added)
    for number, mine in pulls.items():
        near = _near(adding, mine.added, number)
        twins = ((other, ids) for other in near if (ids := _twin_ids(mine, pulls[other])))
        for other, ids in islice(twins, MOST):
            yield number, Forecast(Clash.SAME_ID, other, name, ids, ids)


def _twin_ids(one: Addition, other: Addition) -> tuple[str, ...]:
    same = one.added.keys() & other.added.keys()
    return tuple(sorted(id for id in same if one.added[id].files != other.added[id].files))


def _needs(name: str, pulls: Mapping[int, Addition]) -> Iterator[tuple[int, Forecast]]:
    """Who needs is told of all that have it, and these of who needs them, each at most MOST."""
    adding = _index((id, number) for number, each in pulls.items() for id in each.added)
    needing = _index((id, number) for number, each in pulls.items() for _, id in each.missing)
    for number, mine in pulls.items():
        lacking = [id for _, id in mine.missing]
        for other in islice(_near(adding, lacking, number), MOST):
            child, parent = _tie(mine, pulls[other])
            yield number, Forecast(Clash.NEEDS, other, name, child, parent)
        for other in islice(_near(needing, mine.added, number), MOST):
            child, parent = _tie(pulls[other], mine)
            yield number, Forecast(Clash.NEEDED, other, name, parent, child)


def _tie(needs: Addition, has: Addition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The revisions of the one that name revisions of the other, and those."""
    ties = [(child, parent) for child, parent in needs.missing if parent in has.added]
    children, parents = (tuple(sorted(set(side))) for side in zip(*ties, strict=True))
    return children, parents
