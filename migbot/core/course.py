"""Which revisions a round trip proves, and what is built before them."""

from __future__ import annotations

from migbot.core.graph import Ids, RevisionGraph
from migbot.core.history import Change
from migbot.core.value import Value
from migbot.errors import MigbotError


class Trial(Value):
    """What is to be proved: the named revisions, all, or those that the base does not have.

    Where it is not `cached`, the base is built, whatever was kept of it before.
    """

    revisions: Ids = ()
    everything: bool = False
    database: str = ""
    cached: bool = True


class Course(Value):
    """The revisions to prove in order, and the heads of what is built before them.

    What is built comes from the base's files (`from_base`), else from the files as they are,
    of which `below` are then the revisions to build.
    """

    revisions: Ids
    base_heads: Ids
    from_base: bool
    below: frozenset[str] = frozenset()


def with_named(found: tuple[Change, ...], trial: Trial) -> tuple[Change, ...]:
    """The environments that are meant: where revisions are named, those that have them."""
    known = {name for each in found for name in each.after.graph.by_id}
    for name in trial.revisions:
        if name not in known:
            raise MigbotError(f"No migration has the id {name!r}.", "migbot graph")
    named = set(trial.revisions)
    return tuple(e for e in found if not named or named & e.after.graph.by_id.keys())


def course_of(change: Change, trial: Trial) -> Course:
    """The course that is asked for, above the revision that the project's baseline stands for.

    Raises MigbotError where that leaves out what was asked for.
    """
    course, graph = _asked(change, trial), change.after.graph
    start = change.after.environment.roundtrip.start
    if not start:
        return course
    heads = change.before.graph.heads if start == "heads" else (start,)
    for name in set(heads) - graph.by_id.keys():
        raise MigbotError(
            f"The setting start names {name!r}, which is no revision.", "migbot graph"
        )
    below = graph.ancestors(heads, depends=True)
    for name in below & set(trial.revisions):
        raise MigbotError(
            f"{name} lies below {start}, with which the baseline begins.",
            "Name a revision above it, or change start in [tool.migbot.roundtrip].",
        )
    order = tuple(name for name in course.revisions if name not in below)
    if trial.everything and not order:
        raise MigbotError(f'With start = "{start}" nothing is left to prove.', "migbot roundtrip")
    return course._replace(
        revisions=order,
        base_heads=tuple(
            name for name in course.base_heads if name not in below or course.from_base
        ),
    )


def _asked(change: Change, trial: Trial) -> Course:
    graph = change.after.graph
    if trial.everything:
        return Course(graph.order, (), from_base=False)
    if trial.revisions:
        course = _around(graph, frozenset(trial.revisions) & graph.by_id.keys())
        if _stands_on_the_base(change, course):
            return Course(course.revisions, change.before.graph.heads, from_base=True)
        return course
    touched = {each.id for each in change.added} | {now.id for _, now in change.edited}
    built = change.before.graph
    if change.edited:  # a base that has run the old text of an edited revision proves nothing
        return _around(graph, frozenset(touched))
    return Course(tuple(name for name in graph.order if name in touched), built.heads, True)


def _stands_on_the_base(change: Change, course: Course) -> bool:
    """Whether all that the course builds is the base, as it is there, and nothing is left over."""
    built = course.below == change.before.graph.by_id.keys() and not change.edited
    return built and len(course.below) + len(course.revisions) == len(change.after.graph.by_id)


def _around(graph: RevisionGraph, wanted: frozenset[str]) -> Course:
    """`wanted`, what lies between them, and before them everything that they stand on."""
    below = graph.ancestors(wanted, depends=True)
    between = {
        name for name in below if wanted & (graph.ancestors([name], depends=True) - {name})
    } | wanted
    base = below - between
    needed = {other for name in base for other in graph.needs(name)}
    order = tuple(name for name in graph.order if name in between)
    return Course(order, tuple(sorted(base - needed)), from_base=False, below=frozenset(base))
