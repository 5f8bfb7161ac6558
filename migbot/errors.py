"""The one exception a user sees: what went wrong, and a way out of it."""

from __future__ import annotations


class MigbotError(Exception):
    """Something migbot could not do, told to the person who asked for it.

    `message` says what is wrong in one sentence, `hint` what to do about it (a command to paste
    where there is one). Every face prints both and exits with 2: "could not look".
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
