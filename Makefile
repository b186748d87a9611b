# One command each. Everything is set up on first use and again when a requirements file changes.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# A file's tests stay in one process, and files come in the order of their folders: sorted by size, as xdist has it, they
# start a server and a Chromium for each file of browser tests.
SPREAD := --dist loadfile --no-loadscope-reorder

# What Python compiles is kept, whatever the machine's own setting: each process that a test starts would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: app check test durations bench lint format example pictures lock bom audit windows clean

app: $(VENV)/.app-ready
	$(BIN)/python -m streamlit run streamlit_app.py

# Lint, types, and every test that needs nothing beside Python, with fewer random draws.
check: $(VENV)/.test-ready lint
	FAREBRIDGE_DRAWS=few $(BIN)/python -m pytest -n 2 $(SPREAD) -m "not (browser or office or database or cluster or national)"

# Everything. Pictures of printed sheets, reports and letters are kept in the folder artefacts, to look at.
test: $(VENV)/.test-ready lint
	FAREBRIDGE_ARTEFACTS=$(CURDIR)/artefacts $(BIN)/python -m pytest -n 2 $(SPREAD)

durations: $(VENV)/.test-ready
	$(BIN)/python -m pytest -n 2 $(SPREAD) --durations 30 --durations-min 0.5

bench: $(VENV)/.test-ready
	$(BIN)/python -m benchmarks

lint: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

example: $(VENV)/.app-ready
	$(BIN)/python -m data.example.generate
	$(BIN)/python -m budget.store.example

# The pictures in docs, from the real app: look at them before you commit them.
pictures: $(VENV)/.test-ready
	$(BIN)/python -m tests.screens.browser.pictures

# requirements.lock: every package that the app needs, at one version with its hashes, for every platform and Python that we claim.
# What the tests need beside it is worked out first, so that the tests run on what is locked.
lock: $(VENV)/.test-ready
	$(BIN)/python -m deploy.lock

# A bill of materials: what the app consists of, in CycloneDX's format.
bom: $(VENV)/.test-ready
	$(BIN)/cyclonedx-py requirements requirements.lock --output-reproducible --validate -o farebridge.cdx.json

# Known vulnerabilities of what is locked. Says so where the list of them cannot be reached.
audit: $(VENV)/.test-ready
	$(BIN)/python -m deploy.audit

# A folder to copy to a Windows laptop: the program, its packages and a file that starts it.
windows: $(VENV)/.test-ready
	$(BIN)/python -m deploy.offline --to farebridge-windows

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Farebridge needs Python 3.11 or later.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app-ready: requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/.test-ready: requirements.lock requirements.txt requirements-dev.txt requirements-sweep.txt tests/set_up_machine.sh | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	bash tests/set_up_machine.sh $(BIN)/python
	touch $@ $(VENV)/.app-ready
