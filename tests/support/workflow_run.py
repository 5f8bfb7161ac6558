"""The jobs of a workflow file, run on this machine: every `run:` as it stands, by bash."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PIPX = '#!/bin/sh\necho "$@" >> "$RUNNER_TEMP/../pipx.txt"\n'
MIGBOT = '#!/bin/sh\nexec "{python}" -m migbot "$@"\n'

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def parsed(text: str) -> dict[str, Any]:
    """A workflow file as data; `on` is read as a word, which YAML 1.1 takes for a boolean."""
    data: dict[Any, Any] = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in data.items()}


@dataclass
class Runner:
    """What a machine of GitHub's has: a folder, an event, and artifacts that jobs share.

    `values` are the expressions that the file may use, and what each is in this event. An action
    is what it does to the files: the work tree is there already, and artifacts are copied.
    """

    root: Path
    values: Mapping[str, str]
    environ: Mapping[str, str]
    failed: list[str] = field(default_factory=list)
    log: str = ""

    @property
    def summary(self) -> str:
        """What the steps wrote for the page of the run."""
        path = self.root / "summary.md"
        return path.read_text() if path.exists() else ""

    def job(self, workflow: Mapping[str, Any], name: str, workspace: Path) -> None:
        """Run one job of the workflow in `workspace`; what failed is in `failed` then."""
        temp = self.root / f"temp-{name}"
        temp.mkdir()
        self.failed = []
        outputs: dict[str, str] = {}
        for step in workflow["jobs"][name]["steps"]:
            if self._is_due(step, outputs):
                done = self._step(step, workflow["env"], workspace, temp)
                outputs |= _outputs(temp)
                if not done and not step.get("continue-on-error"):
                    self.failed.append(step["name"])

    def _is_due(self, step: Mapping[str, Any], outputs: Mapping[str, str]) -> bool:
        terms = str(step.get("if", "")).removeprefix("${{").removesuffix("}}").split("&&")
        known = {"": True, "!cancelled()": True}
        known["steps.check.outputs.new == 'True'"] = outputs.get("new") == "True"
        anyway = "!cancelled()" in map(str.strip, terms)
        return all(known[term.strip()] for term in terms) and (anyway or not self.failed)

    def _step(
        self, step: Mapping[str, Any], env: Mapping[str, str], workspace: Path, temp: Path
    ) -> bool:
        if "uses" in step:
            return self._action(step, workspace, temp)
        given = {
            key: self._filled(value, temp) for key, value in {**env, **step.get("env", {})}.items()
        }
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=workspace,
            env=self._environ(temp) | given,
            capture_output=True,
            text=True,
            timeout=300,
        )
        self.log += f"== {step['name']}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.returncode == 0

    def _action(self, step: Mapping[str, Any], workspace: Path, temp: Path) -> bool:
        kept = self.root / "artifact.json"
        action = step["uses"].partition("@")[0]
        if action == "actions/upload-artifact":
            path = Path(self._filled(step["with"]["path"], temp))
            if path.exists():
                shutil.copy(path, kept)
        if action == "actions/download-artifact":
            if not kept.exists():
                return False
            shutil.copy(kept, workspace / "migbot-report.json")
        return True

    def _filled(self, text: str, temp: Path) -> str:
        values = {**self.values, "runner.temp": str(temp)}
        return _EXPRESSION.sub(lambda found: values[found[1]], text)

    def _environ(self, temp: Path) -> dict[str, str]:
        stubs = self.root / "bin"
        if not stubs.exists():
            stubs.mkdir()
            for name, text in (("pipx", PIPX), ("migbot", MIGBOT.format(python=sys.executable))):
                (stubs / name).write_text(text)
                (stubs / name).chmod(0o755)
        path = os.pathsep.join([str(stubs), str(Path(sys.executable).parent), os.environ["PATH"]])
        here = {"HOME": str(self.root), "PATH": path, "RUNNER_TEMP": str(temp), "CI": "true"}
        files = {"GITHUB_OUTPUT": "outputs", "GITHUB_STEP_SUMMARY": "../summary.md"}
        return {**here, **{k: str(temp / v) for k, v in files.items()}, **self.environ}


def _outputs(temp: Path) -> dict[str, str]:
    path = temp / "outputs"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines)


def event_file(root: Path, event: Mapping[str, Any]) -> str:
    """The event as GitHub leaves it beside the run."""
    path = root / "event.json"
    path.write_text(json.dumps(event))
    return str(path)
