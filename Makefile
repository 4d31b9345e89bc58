# The front door. `make demo` and `make test` do all their own set-up.
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint proto simulate bench e2e clean
PY := .venv/bin/python

help: ## Shows this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Installs everything into this checkout, and the commands distributedkube and distributedkubectl into .venv/bin
	@tools/setup.sh dev

demo: ## Runs the example pipeline on an embedded control plane and prints its result
	@tools/setup.sh run
	@$(PY) examples/numbers/demo.py

test: ## Runs all tests
	@tools/setup.sh dev
	@cd sdk-js && npm test --silent
	@$(PY) -m pytest -q $(ARGS)

e2e: ## Runs only the tests of the whole product
	@tools/setup.sh dev
	@$(PY) -m pytest -q tests/e2e $(ARGS)

lint: ## Checks style, types, layers, protos and that generated code is fresh
	@tools/setup.sh dev
	@PATH="$(CURDIR)/.venv/bin:$$PATH" tools/lint.sh

proto: ## Generates code from proto/
	@tools/setup.sh dev
	@proto/generate.sh
	@cd sdk-js && npm run --silent proto

simulate: ## Runs the engine on random pipelines and orders of events: SEED=n for one, SEEDS=n for many, PLANTED=n plants bugs, SCALE=1 measures
	@tools/setup.sh dev
	@$(PY) -m controlplane.simulation$(if $(PLANTED),.planted --seeds $(PLANTED),$(if $(SCALE),.scale,$(if $(SEED), --seed $(SEED), --seeds $(or $(SEEDS),1000))))

bench: ## Measures the embedded control plane beside Ray and Dask
	@tools/setup.sh run
	@$(PY) benchmarks/run.py $(ARGS)

clean: ## Removes what set-up and runs made
	rm -rf .venv .dk benchmarks/.venv sdk-js/node_modules .mypy_cache .ruff_cache .hypothesis .import_linter_cache
