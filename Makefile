# Sightline's commands; `make help` lists them. Everything is installed inside the checkout.

PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# The emulator's and the CDK's own network calls are to this machine; nothing phones home.
export CDK_DISABLE_CLI_TELEMETRY := 1
CDK := node_modules/.bin/cdk
CONTEXT ?=

.DEFAULT_GOAL := help

.PHONY: help setup demo test check synth deploy destroy bench soak screenshots clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/.ready ## install everything into the checkout, nothing else

.venv/.ready: requirements/dev.txt requirements/emulator.txt package-lock.json pyproject.toml \
		$(wildcard layers/*/requirements.txt) $(wildcard web/package-lock.json)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Sightline needs Python 3.11 or newer, and $(PYTHON) is `$(PYTHON) -V`;" \
			"name another one with: make setup PYTHON=python3.12"; exit 1; }
	@echo "Installing into .venv, .venv-emulator, node_modules and web/node_modules ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make virtual environments; install its venv module" \
			"(on Debian and Ubuntu: apt-get install python3-venv)"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		"`grep '^uv==' requirements/dev.txt`"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --compile-bytecode \
		--requirement requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@npm ci --silent --no-audit --no-fund
	@$(BIN)/python -m cli.console.packages
	@$(BIN)/python -m local.emulator_install
	@$(BIN)/python -m layers.build host > /dev/null
	@touch $@

demo: setup ## analyse sample images on a local stack, with its console; EXIT=1 stops when done
	@$(BIN)/sightline demo

test: setup check ## run all checks and tests
	@npm --prefix web --silent test
	@npm --prefix web --silent run build -- --logLevel warn && npm --prefix web --silent run size
	@# More workers than two processors, as part of the time is waiting. What is broken for many
	@# tests is told before each of them has waited for it.
	@$(BIN)/pytest -n 3 --maxfail 10

check: setup ## format, lint and type checks
	@$(BIN)/ruff format --check --quiet . || { echo "run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy .
	@npm --prefix web --silent run check

synth: setup ## write the CloudFormation template; CONTEXT="-c key=value ..." sets settings
	@$(CDK) synth --quiet --no-notices $(CONTEXT) && echo "The template is in cdk.out/."

deploy: setup ## deploy to the AWS account of your credentials, and publish the console
	@$(CDK) deploy --no-notices --outputs-file cdk.out/outputs.json $(CONTEXT)
	@$(BIN)/sightline console publish --outputs cdk.out/outputs.json

destroy: setup ## delete the deployed stack; buckets and table stay unless removal=destroy
	@$(CDK) destroy --no-notices $(CONTEXT)

bench: setup ## measure what docs/benchmarks.md claims
	@$(BIN)/python -m benchmarks

soak: setup ## long runs: a thousand images at a quota, an outage of a minute
	@$(BIN)/python -m benchmarks soak
	@$(BIN)/pytest -m soak

screenshots: setup ## take the pictures of the console in docs/pictures
	@$(BIN)/python -m tests.web.screenshots

clean: ## remove what setup and the local stack made
	@rm -rf .venv .venv-emulator .sightline node_modules layers/build cdk.out *.egg-info \
		.mypy_cache .pytest_cache .ruff_cache \
		web/node_modules web/dist \
		benchmarks/.venv benchmarks/load/.venv benchmarks/.cache benchmarks/node_modules benchmarks/results
