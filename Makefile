# One command each. Everything is set up on first use and again when a requirements file changes.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: app check test durations bench lint format example clean

app: $(VENV)/.app-ready
	$(BIN)/python -m streamlit run streamlit_app.py

# Lint, types, and every test that needs nothing beside Python, with fewer random draws.
check: $(VENV)/.test-ready lint
	FAREBRIDGE_DRAWS=few $(BIN)/python -m pytest -n 2 --dist loadfile -m "not (browser or office or database or cluster or national)"

# Everything.
test: $(VENV)/.test-ready lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

durations: $(VENV)/.test-ready
	$(BIN)/python -m pytest -n 2 --dist loadfile --durations 30 --durations-min 0.5

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

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Farebridge needs Python 3.11 or later.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app-ready: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.test-ready: requirements.txt requirements-dev.txt requirements-sweep.txt tests/set_up_machine.sh | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	bash tests/set_up_machine.sh $(BIN)/python
	touch $@ $(VENV)/.app-ready
