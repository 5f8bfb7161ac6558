"""Signals for a process that a test starts."""

from __future__ import annotations

import signal


def hears_ctrl_c() -> None:
    """For `preexec_fn`: what a shell runs in its background is deaf to SIGINT, and all of its."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
