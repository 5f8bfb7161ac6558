"""What a git hook says beside the report: how to go on from where git has stopped."""

from __future__ import annotations

from migbot.errors import MigbotError
from migbot.render.neutral import plain

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from migbot.core.plan import Plan
    from migbot.core.report import Report, Unknown

OPERATIONS = {
    "merge": "The merge is stopped before its commit: mend it, `git add` that and run "
    "`git commit --no-edit`, or give it up with `git merge --abort`.",
    **{
        verb: f"git is in the middle of {words}: mend it, `git add` that and run "
        f"`git {verb} --continue`, or give it up with `git {verb} --abort`."
        for verb, words in (
            ("rebase", "a rebase"),
            ("cherry-pick", "a cherry-pick"),
            ("revert", "a revert"),
            ("am", "applying patches"),
        )
    },
}
"""How to go on from what git is in the middle of, by git's word for it."""

PARTIAL = (
    "migbot: `git commit FILE` cannot take a merge revision in: its index is not the one that "
    "you go on with.\nStage what belongs together and commit without naming files: git commit\n"
)


def stopped(report: Report, operation: str = "", *, colour: bool = False) -> str:
    """Why git was stopped, and how to go on."""
    from migbot.render.text import render_text  # a hook that lets git go on prints no report

    after = OPERATIONS.get(operation)
    return render_text(report, colour=colour) + (f"{after}\n" if after else "")


def repaired(plan: Plan, *, finished: bool) -> str:
    """A merge revision was written and staged; `finished` says whether this commit takes it in."""
    paths = ", ".join(plain(edit.path) for edit in plan.edits)
    if finished:
        return f"migbot: the merge would have forked the history; this commit also has {paths}\n"
    return (
        f"migbot: the merge would have forked the history; {paths} is written and staged.\n"
        "Finish the merge with: git commit --no-edit\n"
    )


def not_mended(error: MigbotError) -> str:
    """Why `autofix` wrote nothing."""
    return plain(f"migbot: autofix wrote nothing: {error.message} {error.hint}".rstrip()) + "\n"


def says_nothing(subject: str) -> str:
    """Why commit-msg stopped a commit."""
    return (
        f"migbot: the message {plain(subject)!r} does not say what the migrations change.\n"
        'Say it: git commit --message="Add an index on orders.customer_id"\n'
    )


def base_moved(branch: str, base: str, heads: tuple[str, ...]) -> str:
    """A warning: the branch is whole by itself, and would fork its base."""
    listed = ", ".join(map(plain, heads))
    return (
        f"migbot: {plain(branch)} and {plain(base)} each have a head ({listed}).\n"
        f"The push goes on; before it is merged: git merge {plain(base)}, then migbot resolve\n"
    )


def half_seen(unknown: Unknown) -> str:
    """One line: a file that was there before cannot be read, so heads were not judged."""
    text = f"migbot: the history is not known whole: {unknown.what}: {unknown.reason}"
    return plain(text) + "\n"


def unchecked(event: str, error: MigbotError, *, strict: bool) -> str:
    """One line: why nothing was checked, and whether that stops git here."""
    end = "stopped, as migbot.strict is set" if strict else f"so this {event} was not checked"
    hint = f" {error.hint}" if error.hint else ""
    return plain(f"migbot: {error.message.rstrip('.')}, {end}.{hint}") + "\n"
