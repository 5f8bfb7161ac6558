"""As root a server runs under a user id of its own; an ordinary user runs it himself."""

import os
import pwd

import pytest

from migbot.databases import server_account
from migbot.databases.server_account import FREE, entered, has_entry, private
from migbot.errors import MigbotError
from support.parts import need


def test_root_gets_an_id_that_nobody_has() -> None:
    need("root")
    account = private(())
    assert account is not None
    assert account.uid in FREE
    assert not has_entry(account.uid)


def test_an_id_that_another_server_has_is_not_given_again() -> None:
    need("root")
    left = FREE[7]
    account = private(set(FREE) - {left})
    assert account == (left, left)


def test_an_id_with_an_entry_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    need("root")
    monkeypatch.setattr(server_account, "FREE", range(65534, 65536))  # nobody, and a free one
    assert {private(()) for _ in range(20)} == {(65535, 65535)}


def test_all_ids_taken_is_a_clear_error() -> None:
    need("root")
    with pytest.raises(MigbotError, match="60706 to 61183 are taken") as caught:
        private(FREE)
    assert caught.value.hint


def test_an_ordinary_user_stays_who_he_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert private(()) is None


def test_the_user_with_an_entry_is_not_root() -> None:
    account = entered()
    assert account is not None
    assert account.uid != 0
    assert account == pwd.getpwuid(account.uid)[2:4]
