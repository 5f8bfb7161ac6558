"""The REST operations: each is a function of a call, and answers status, body and headers."""

from fakes.github.rest import (
    actions,
    apps,
    checks,
    comments,
    contents,
    git_data,
    issues,
    pulls,
    repositories,
    reviews,
    statuses,
)
from fakes.github.rest.call import ROUTES, Answer, Call

__all__ = [
    "ROUTES", "Answer", "Call", "actions", "apps", "checks", "comments", "contents", "git_data",
    "issues", "pulls", "repositories", "reviews", "statuses",
]  # fmt: skip
