# What a person types in a checkout. The environment is made once, in .venv, and made again when
# pyproject.toml or constraints.txt change; the files .venv/.core and .venv/.test say that it is done.

PYTHON ?= python3
PYTEST_ARGS ?=
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.core ## write an article and a deck into demo/ with the default model (1.1 GB, fetched once)
	$(BIN)/copydesk demo -o demo/ --seed 1

test: $(VENV)/.test ## run the tests, JOBS=2 side by side; PYTEST_ARGS="-k deck" passes arguments on
	$(BIN)/pytest -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

check: $(VENV)/.test ## style, types, arrows between rooms, and whether what is generated is up to date
	$(BIN)/ruff check --no-cache .  # a cached verdict can outlive what it rests on
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/docs.py --check
	$(BIN)/python scripts/build_masters.py --check

clean: ## delete the environment and what tools left; keep demo/ and the fetched models
	rm -rf $(VENV) build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.core: EXTRAS :=
$(VENV)/.test: EXTRAS := [test,torch,train,tensorboard,cluster]
$(VENV)/.core $(VENV)/.test: pyproject.toml constraints.txt
	@$(fit_python)
	@echo "Installing copydesk$(EXTRAS) into $(VENV) (with its tests some 2 GB, without 200 MB; once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.$(EXTRAS)'
	@touch $(VENV)/.core $@  # the test extra holds all that the core does

# Said in one sentence with a hint, instead of whatever an old or incomplete Python would say.
define fit_python
command -v $(PYTHON) >/dev/null || { \
  echo "There is no $(PYTHON) here, and copydesk needs Python 3.11 or newer."; \
  echo "hint: install it, or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; \
  exit 1; } >&2; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo "copydesk needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1)."; \
  echo "hint: name a newer one: make $(MAKECMDGOALS) PYTHON=python3.11"; \
  exit 1; } >&2; \
$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
  echo "$(PYTHON) cannot make a virtual environment: its venv module is missing."; \
  echo "hint: on Debian and Ubuntu: apt-get install python3-venv"; \
  exit 1; } >&2
endef
