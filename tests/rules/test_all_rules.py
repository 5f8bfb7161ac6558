"""Every rule has a page, a test and a line in the table, and costs a hook little to load."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import migbot.rules
from migbot.core.settings import Level
from migbot.rules import all_rules

RULES = all_rules()
ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "rules"
EVERY = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def module_of(rule) -> str:
    return rule.name.replace("-", "_")


def test_there_is_a_rule_in_each_module_of_the_package():
    modules = {path.stem for path in Path(migbot.rules.__path__[0]).glob("*.py")} - {"__init__"}
    assert {module_of(rule) for rule in RULES} == modules


def test_codes_and_names_are_unique_and_sorted():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(re.fullmatch(r"MB\d{3}", code) for code in codes)


def test_the_codes_are_public_and_stay():
    assert " ".join(rule.code for rule in RULES) == (
        "MB101 MB102 MB103 MB104 MB105 MB106 MB107 MB108 MB201 MB202 MB203 "
        "MB301 MB302 MB303 MB304 MB401 MB402 MB403 MB404 MB405 MB406"
    )


def test_nobody_waives_a_fork_or_an_edited_publication_by_a_comment():
    structural = {rule.code for rule in RULES if rule.structural}
    assert structural == {"MB101", "MB102", "MB103", "MB104", "MB201", "MB202", "MB203"}


@EVERY
def test_a_rule_has_a_page_that_begins_with_its_code_and_name(rule):
    first, blank, *rest = (PAGES / f"{rule.code}.md").read_text().splitlines()
    assert re.fullmatch(rf"# {rule.code} {rule.name}: \S.*", first)
    assert not blank
    for heading in ("## Mend it", "## Accept it, or turn it off"):
        assert heading in rest
    assert any(line.startswith("## Why it ") for line in rest)


@EVERY
def test_a_page_says_how_its_own_rule_is_accepted(rule):
    text = (PAGES / f"{rule.code}.md").read_text()
    assert (f'code = "{rule.code}"' in text) == rule.structural
    assert (f"# migbot: allow {rule.code} " in text) == (not rule.structural)
    assert f'`{rule.code} = "off"`' in text


@EVERY
def test_a_rule_has_a_test(rule):
    text = (ROOT / "tests" / "rules" / f"test_{module_of(rule)}.py").read_text()
    assert f"from migbot.rules.{module_of(rule)} import" in text
    assert text.count("\ndef test_") >= 3


@EVERY
def test_the_table_has_a_line_for_it(rule):
    title = (PAGES / f"{rule.code}.md").read_text().splitlines()[0].partition(": ")[2]
    where = "the base branch" if rule.structural else "the migration"
    line = f"| [{rule.code}]({rule.code}.md) | {rule.name} | {title} | {rule.severity} | {where} |"
    assert line in (PAGES / "index.md").read_text().splitlines()


def test_there_is_no_page_without_a_rule():
    assert {path.stem for path in PAGES.glob("*.md")} == {rule.code for rule in RULES} | {"index"}


def test_links_and_codes_on_the_pages_are_those_of_rules():
    known = {rule.code for rule in RULES}
    for page in PAGES.glob("*.md"):
        assert set(re.findall(r"MB\d{3}", page.read_text())) <= known, page.name


def test_severities_on_the_pages_are_levels_of_the_settings():
    index = (PAGES / "index.md").read_text()
    assert all(f'`"{level}"`' in index for level in Level)


PROBE = """
import sys, time
start = time.perf_counter()
import migbot.core.check, migbot.core.history, migbot.core.settings
known, core = set(sys.modules), time.perf_counter()
from migbot.rules import all_rules
all_rules()
print((time.perf_counter() - core) / (core - start), *(set(sys.modules) - known))
"""

FINDING_MODULES = {"pkgutil", "zipimport", "importlib.util", "importlib._abc"}


def test_loading_the_rules_imports_nothing_new_and_takes_half_as_long_as_the_core(tmp_path):
    environment = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def probe() -> list[str]:
        run = subprocess.run(
            [sys.executable, "-c", PROBE], env=environment, capture_output=True, check=True
        )
        return run.stdout.decode().split()

    probe()  # byte-compiles
    share, *loaded = min((probe() for _ in range(7)), key=lambda words: float(words[0]))
    assert float(share) < 0.5
    assert {name for name in loaded if not name.startswith("migbot.")} <= FINDING_MODULES
