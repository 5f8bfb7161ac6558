"""The kernel's own fence: the file system is read-only except for the scratch folders.

Landlock (Linux >= 5.13, https://docs.kernel.org/userspace-api/landlock.html) needs no privilege,
cannot be taken off again, and holds in every process that the guest starts: a shell that is told
to write into a real database cannot.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from typing import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_ABI_VERSION = 1  # flag of landlock_create_ruleset
_PATH_BENEATH = 1
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

_WRITE_FILE = 1 << 1
_FIRST_ABI = _WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # remove_* and make_*
_REFER = 1 << 13
_TRUNCATE = 1 << 14


def end_with_owner() -> None:
    """Let the kernel end this process when who started it is gone, killed or not (prctl(2)).

    The host waits in the thread that started us, so that the end of a thread is its own end.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def close(writable: Iterable[str]) -> bool:
    """Let this process and its children write below `writable` only; whether that holds."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ABI_VERSION)
    if abi < 1:
        return False
    rights = _FIRST_ABI | (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0)
    attributes = struct.pack("=Q", rights)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        for place in writable:
            _allow(libc, ruleset, place, rights)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, place: str, rights: int) -> None:
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there cannot be written to
    try:
        if not os.path.isdir(place):
            rights &= _WRITE_FILE | _TRUNCATE
        rule = struct.pack("=Qi", rights, descriptor)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
