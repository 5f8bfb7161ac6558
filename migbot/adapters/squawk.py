"""Advice of squawk on the SQL that upgrades have sent to PostgreSQL; it changes no verdict.

https://squawkhq.com: a program of its own, which the extra `migbot[squawk]` brings along.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from migbot.adapters.temporary import temporary_folder
from migbot.core.guest_words import Sent
from migbot.core.value import Value

SECONDS = 20.0
"""Time for everything; a hundred revisions take a tenth of a second."""

CONFIG = ".squawk.toml"

LEFT_OUT = (
    *("prefer-text-field", "prefer-bigint-over-int", "prefer-identity"),
    *("require-lock-timeout", "require-statement-timeout"),
)
"""Rules that are about taste, or about what a session or a role has set: not this SQL's to say. A
project's own configuration decides in their place."""


class Advised(Value):
    """What squawk has said: notes for each revision, and why it has said nothing ("" if it did)."""

    notes: Mapping[str, tuple[str, ...]]
    silence: str = ""


def advised(sql: Mapping[str, Sequence[Sent]], project: Path, version: str) -> Advised:
    """Squawk's advice on the statements of each revision, told for a server of `version`.

    Nothing where squawk is not installed, or there is nothing to say.
    """
    program = found()
    if not program or not any(sql.values()):
        return Advised({})
    try:
        with temporary_folder() as made:
            return Advised(_notes(_asked(program, sql, project, version, made)))
    except (OSError, subprocess.SubprocessError, ValueError, LookupError) as error:
        why = str(error).partition("\n")[0]
        return Advised({}, f"squawk has given no advice: {why}.")


def found() -> str:
    """The program, on PATH or beside our Python; "" where there is none."""
    beside = Path(sys.executable).with_name("squawk")
    return shutil.which("squawk") or (str(beside) if os.access(beside, os.X_OK) else "")


def _asked(
    program: str, sql: Mapping[str, Sequence[Sent]], project: Path, version: str, folder: Path
) -> list[dict[str, object]]:
    """What squawk reports: one run for all, since its start costs more than its work."""
    names = [name for name, sent in sql.items() if sent]
    for number, name in enumerate(names):
        (folder / f"{number}.sql").write_text(script(sql[name]), encoding="utf-8")
    own = (project / CONFIG).is_file()
    done = subprocess.run(
        [
            *(program, "--reporter", "json"),
            *(("--pg-version", version) if re.fullmatch(r"\d+(\.\d+)*", version) else ()),
            *(("--config", CONFIG) if own else ("--exclude", ",".join(LEFT_OUT))),
            *(str(folder / f"{number}.sql") for number in range(len(names))),
        ],
        cwd=project,
        env={"PATH": os.environ.get("PATH", os.defpath)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
    )
    if done.returncode not in (0, 1):  # 1 is advice
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ValueError(f"it ended with {done.returncode}" + (f", {said[-1]!r}" if said else ""))
    return [
        {**each, "revision": names[int(Path(each["file"]).stem)]}
        for each in json.loads(done.stdout)
    ]


def script(sent: Sequence[Sent]) -> str:
    """The statements as a script that says where its transactions are."""
    parts = []
    for within, group in groupby(sent, lambda each: each.transaction):
        lines = "".join(f"{_plain(each.statement)};\n" for each in group)
        parts.append(f"BEGIN;\n{lines}COMMIT;\n" if within else lines)
    return "".join(parts)


_PARAMETER = re.compile(r"%\(\w+\)s|%s")


def _plain(statement: str) -> str:
    """The statement with placeholders of PostgreSQL, whatever the driver's are."""
    return _PARAMETER.sub("$1", statement).replace("%%", "%").strip().rstrip(";")


def _notes(reported: Sequence[Mapping[str, object]]) -> dict[str, tuple[str, ...]]:
    # What it cannot read is no fault of SQL that the server has understood.
    useful = [each for each in reported if each["rule_name"] != "syntax-error"]
    return {
        str(name): tuple(_told([each for each in useful if each["revision"] == name]))
        for name in dict.fromkeys(each["revision"] for each in useful)
    }


def _told(reported: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """A note for each rule, with what it says first and how often."""
    counts = Counter(str(each["rule_name"]) for each in reported)
    for rule, count in counts.items():
        first = next(each for each in reported if each["rule_name"] == rule)
        often = f" ({count} times)" if count > 1 else ""
        words = " ".join(f"{first['message']} {first['help'] or ''}".split())
        yield f"squawk advises, {rule}{often}: {words}"
