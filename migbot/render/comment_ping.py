"""The short comment that tells an author what somebody else's merge has done.

An edited comment notifies nobody. So where a pull request becomes worse that its author has not
touched, this one is written once; the one comment has the evidence.
"""

from __future__ import annotations

from migbot.core.github_names import is_login
from migbot.core.report import Report
from migbot.render.foreign import code, prose
from migbot.render.headlines import needed_pulls, pull, trouble
from migbot.render.markdown_fix import command
from migbot.render.markers import PING, marker


def ping(report: Report, author: str) -> str:
    """The comment's body, which names the login `author` once; one that is none is not named.

    It begins with a marker of its own, so that it can be folded away when it is over.
    """
    subject = report.subject
    first = marker(PING, {"head": subject.head, "base": subject.base})
    who = f"@{author}: the" if is_login(author) else "The"
    base = f" (now {code(subject.base[:10])})" if subject.base else ""
    return (
        f"{first}\n{who} base branch{base} has moved on, and this pull request, as you left it, "
        f"has a problem with it: **{prose(trouble(report))}**.\n\n{_way_out(report)}"
        " The comment above has the details, and this one folds away when it is mended.\n"
    )


def _way_out(report: Report) -> str:
    if pulls := needed_pulls(report):
        return f"Merge {pull(pulls[0])} first."
    repair = command(report)
    return f"Run {code(repair)} on your branch, commit and push." if repair else ""
