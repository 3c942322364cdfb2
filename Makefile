# A thin menu over the real commands. `make` alone lists it.
CONFIG ?= config.yaml
CORES  ?= all
# The first Python on the path that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV   := .venv
BIN    := $(VENV)/bin

# The public data of the published trials come with the development packages.
READY  := $(if $(filter trials/%,$(CONFIG)),$(VENV)/ready-dev,$(VENV)/ready)

# Cached bytecode halves the start of every job.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help results check test lint lock docs bench validate published clean

help: ## list these commands
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

results: $(READY) ## run the trial of CONFIG (config.yaml) to its report, on CORES cores (all)
	@python -m armwise.settings $(CONFIG)
	snakemake --cores $(CORES) --configfile $(CONFIG)

check: $(READY) ## check the settings and the extracts of CONFIG without analysing anything
	armwise check --config $(CONFIG)

test: $(VENV)/ready-dev ## run the tests
	python -m pytest -n auto --dist loadscope

lint: $(VENV)/ready-dev ## format check, lint, types, import order, workflow lint
	ruff format --check .
	ruff check .
	snakefmt --check Snakefile workflow/rules
	mypy
	lint-imports
	snakemake --lint

docs: $(VENV)/ready-dev ## write again the pages and the schema that are generated from the code
	python -m armwise.settings.document
	python -m armwise.extracts.document

bench: $(VENV)/ready-bench ## measure time and memory
	python benchmarks/run.py

validate: $(VENV)/ready-dev ## simulate trials and hold the estimators against their truth (40 minutes on 2 cores; SHORT=1: one)
	python validation/run.py $(if $(SHORT),--short)

published: $(VENV)/ready-dev ## run the published trials and set their printed numbers beside ours
	python trials/printed.py

lock: ## resolve the versions again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate -c requirements.lock --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate -c requirements-dev.lock benchmarks/peers.in -o benchmarks/peers.lock

clean: ## remove the environment and everything that a run wrote
	rm -rf $(VENV) .snakemake data/interim results/*/

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "armwise needs Python 3.11 or newer with venv; name one: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: requirements.lock pyproject.toml | $(BIN)/python
	python -m pip install --quiet --no-compile --require-hashes -r requirements.lock
	python -m pip install --quiet --no-deps --no-build-isolation --editable .
	python -m compileall -q -j 0 $(VENV)/lib src || true
	touch $@

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready
	python -m pip install --quiet --no-compile --require-hashes -r requirements-dev.lock
	python -m compileall -q -j 0 $(VENV)/lib || true
	touch $@

$(VENV)/ready-bench: benchmarks/peers.lock $(VENV)/ready-dev
	python -m pip install --quiet --no-compile --require-hashes -r benchmarks/peers.lock
	touch $@
