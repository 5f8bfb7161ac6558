"""commit-msg: that a commit with migrations says what changes. Installed where it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from migbot.adapters.git_process import Repository
from migbot.adapters.git_state import state
from migbot.adapters.git_trees import index
from migbot.core.wording import folded, is_missing
from migbot.errors import MigbotError
from migbot.faces.hook_look import look, standard, tree_of
from migbot.render.hook_words import says_nothing
from migbot.rules.message_says_what import is_generic
from migbot.workflow import Moments

_GITS_OWN = ("fixup! ", "squash! ", "amend! ", "Merge ", "Revert ")


def commit_msg(repo: Repository, arguments: Sequence[str]) -> bool:
    """Stop a commit of migrations whose subject is generic, by the words of rule MB302.

    `arguments` are the file with the message. Subjects that git writes by itself pass, and so does
    whatever is part of a merge, a rebase or a cherry-pick.
    """
    subject = _subject(arguments)
    if state(repo).operation or subject.startswith(_GITS_OWN):
        return True
    staged = index(repo)
    moments = Moments(tree_of(repo, "HEAD"), staged)
    seen = look(repo, moments, standard(repo, staged), whole_history=True)
    if not any(each.added or each.edited for each in seen.report.environments):
        return True
    own = frozenset(folded(each) for each in seen.by.settings.messages.generic)
    if not is_missing(subject) and not is_generic(subject, own):
        return True
    sys.stderr.write(says_nothing(subject))
    return False


def _subject(arguments: Sequence[str]) -> str:
    if not arguments:
        raise MigbotError("commit-msg takes the file with the message")
    lines = Path(arguments[0]).read_text(errors="replace").splitlines()
    said = (line.strip() for line in lines if not line.startswith("#"))
    return next((line for line in said if line), "")
