"""The jobs of a workflow file, run on this machine: every `run:` as it stands, by bash."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from support import expressions

PIPX = '#!/bin/sh\necho "$@" >> "$RUNNER_TEMP/../pipx.txt"\n'
MIGBOT = '#!/bin/sh\nexec "{python}" -m migbot "$@"\n'


def parsed(text: str) -> dict[str, Any]:
    """A workflow file as data; `on` is read as a word, which YAML 1.1 takes for a boolean."""
    data: dict[Any, Any] = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in data.items()}


@dataclass
class Runner:
    """What a machine of GitHub's has for one run: a folder, an event, and artifacts by name.

    `environ` is that of the run (fakes.github.environment.workflow), `mint` makes GITHUB_TOKEN
    for the permissions of a job. An action is what it does to the files: the work tree is there
    already, and artifacts are copied. `log` is what all steps have printed.
    """

    root: Path
    environ: Mapping[str, str]
    mint: Callable[[Mapping[str, str]], str]
    inputs: Mapping[str, str] = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    log: str = ""

    @property
    def summary(self) -> str:
        """What the steps wrote for the page of the run."""
        path = self.root / "summary.md"
        return path.read_text() if path.exists() else ""

    def job(self, workflow: Mapping[str, Any], name: str, workspace: Path) -> None:
        """Run one job of the workflow in `workspace`; what failed is in `failed` then.

        What comes of it is in `results`, its concurrency group in `groups`. A job that its `if:`
        keeps from running is `skipped`.
        """
        assert is_started(workflow, self.environ), "this workflow does not run for this event"
        job, temp = workflow["jobs"][name], self.root / f"temp-{name}"
        temp.mkdir(parents=True)
        self.failed = []
        context = self._context(job, temp)
        others = [self.results[other] for other in _needed(job)]
        if not expressions.holds(job.get("if", ""), context, failed="failure" in others):
            self.results[name] = "skipped"
            return
        if "concurrency" in job:
            self.groups[name] = expressions.filled(job["concurrency"]["group"], context)
        for step in job["steps"]:
            if expressions.holds(step.get("if", ""), context, failed=bool(self.failed)):
                self._step(step, workflow["env"], context, workspace)
        self.results[name] = "failure" if self.failed else "success"

    def _context(self, job: Mapping[str, Any], temp: Path) -> dict[str, Any]:
        event = event_of(self.environ)
        into = event.get("pull_request", {}).get("base", {})
        github = {
            "event": event,
            "event_name": self.environ["GITHUB_EVENT_NAME"],
            "base_ref": into.get("ref"),
            "ref": self.environ["GITHUB_REF"],
            "sha": self.environ["GITHUB_SHA"],
            "token": self.mint(job.get("permissions", {})),
        }
        needs = {name: {"result": self.results[name]} for name in _needed(job)}
        here = {"runner": {"temp": str(temp)}, "inputs": self.inputs, "steps": {}}
        return {"github": github, "needs": needs, **here}

    def _step(
        self,
        step: Mapping[str, Any],
        env: Mapping[str, str],
        context: dict[str, Any],
        workspace: Path,
    ) -> None:
        temp = Path(context["runner"]["temp"])
        done = (
            self._action(step, context, workspace)
            if "uses" in step
            else self._shell(step, env, context, workspace)
        )
        if "id" in step:
            context["steps"][step["id"]] = {"outputs": _outputs(temp)}
        if not done and not step.get("continue-on-error"):
            self.failed.append(step["name"])

    def _shell(
        self,
        step: Mapping[str, Any],
        env: Mapping[str, str],
        context: Mapping[str, Any],
        workspace: Path,
    ) -> bool:
        wanted = {**env, **step.get("env", {})}
        given = {key: expressions.filled(text, context) for key, text in wanted.items()}
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=workspace,
            env=self._environ(Path(context["runner"]["temp"])) | given,
            capture_output=True,
            text=True,
            timeout=300,
        )
        self.log += f"== {step['name']}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.returncode == 0

    def _action(self, step: Mapping[str, Any], context: Mapping[str, Any], workspace: Path) -> bool:
        action = step["uses"].partition("@")[0]
        given = {key: expressions.filled(x, context) for key, x in step.get("with", {}).items()}
        if action == "actions/upload-artifact":
            path = Path(given["path"])
            if path.exists():
                kept = self.root / given["name"] / path.name
                kept.parent.mkdir(exist_ok=True)
                self.artifacts[given["name"]] = Path(shutil.copy(path, kept))
        if action == "actions/download-artifact":
            if given["name"] not in self.artifacts:
                return False
            shutil.copy(self.artifacts[given["name"]], workspace)
        return True

    def _environ(self, temp: Path) -> dict[str, str]:
        """The machine's, and the run's; GITHUB_TOKEN is there for whom the file gives it to."""
        stubs = self.root / "bin"
        if not stubs.exists():
            stubs.mkdir()
            for name, text in (("pipx", PIPX), ("migbot", MIGBOT.format(python=sys.executable))):
                (stubs / name).write_text(text)
                (stubs / name).chmod(0o755)
        path = os.pathsep.join([str(stubs), str(Path(sys.executable).parent), os.environ["PATH"]])
        here = {"HOME": str(self.root), "PATH": path, "RUNNER_TEMP": str(temp), "CI": "true"}
        files = {"GITHUB_OUTPUT": "outputs", "GITHUB_STEP_SUMMARY": "../summary.md"}
        run = {key: text for key, text in self.environ.items() if key != "GITHUB_TOKEN"}
        return {**here, "PIP_NO_INDEX": "1", **run, **{k: str(temp / v) for k, v in files.items()}}


def is_started(workflow: Mapping[str, Any], environ: Mapping[str, str]) -> bool:
    """Whether a workflow says that it runs for the event of this environment."""
    name, event = environ["GITHUB_EVENT_NAME"], event_of(environ)
    if name not in workflow["on"]:
        return False
    wanted = workflow["on"][name] or {}
    before = event.get("workflow_run", {}).get("name")
    return (
        event.get("action") in wanted.get("types", [event.get("action")])
        and before in wanted.get("workflows", [before])
        and environ["GITHUB_REF"].removeprefix("refs/heads/")
        in wanted.get("branches", [environ["GITHUB_REF"].removeprefix("refs/heads/")])
    )


def event_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """The event as GitHub leaves it beside the run."""
    made: dict[str, Any] = json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_bytes())
    return made


def _needed(job: Mapping[str, Any]) -> list[str]:
    found = job.get("needs", [])
    return [found] if isinstance(found, str) else list(found)


def _outputs(temp: Path) -> dict[str, str]:
    path = temp / "outputs"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines)
