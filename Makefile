# make demo, make test: both create .venv and whatever else they need; a second call is quick.
SHELL := bash
# VENV and CONSTRAINTS (pip's; empty: the newest versions) may be given: make test VENV=.venv-other CONSTRAINTS=
export VENV ?= .venv
export CONSTRAINTS ?= .ci/constraints.txt
BIN := $(VENV)/bin
JLPM := cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" jlpm
BUNDLE := jupyter_promote/labextension/package.json
FRONTEND := $(shell find labextension -maxdepth 1 -type f -not -name .eslintcache -not -name "*.tsbuildinfo") $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null)

.PHONY: help demo test lint frontend python examples screenshots lock clean
help:
	@echo "make demo         promote an example, prove it equivalent, run its tests, show what was written"
	@echo "make test         everything: lint, frontend, python"
	@echo "make lint         ruff, black, mypy, import-linter"
	@echo "make frontend     build; eslint, jest, types of the wire"
	@echo "make python       pytest, with the browser tests"
	@echo "make examples     write examples/*/promoted anew"
	@echo "make screenshots  take the README's screenshots anew"
	@echo "make lock         renew .ci/constraints.txt: the versions that all these commands install"
	@echo "make clean        remove what these commands made, but for .venv"

demo: $(VENV)/.installed-demo
	@.ci/demo

test: lint frontend python

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

frontend: $(BUNDLE)
	$(JLPM) eslint:check
	$(JLPM) wire:check
	$(JLPM) test

python: $(VENV)/.installed-test $(BUNDLE)
	CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && $(BIN)/pytest

examples: $(VENV)/.installed-demo
	@.ci/examples

screenshots: $(VENV)/.installed-test $(BUNDLE)
	CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && SCREENSHOTS=1 $(BIN)/pytest tests/browser

lock: $(VENV)/.installed-demo
	@.ci/lock highest .ci/constraints.txt

clean:
	rm -rf .demo jupyter_promote/labextension labextension/lib labextension/node_modules labextension/tsconfig.tsbuildinfo

# The project is installed as a link to this checkout, without building the front end.
$(VENV)/.installed-demo: pyproject.toml $(CONSTRAINTS)
	@.ci/venv
	@.ci/install examples
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(CONSTRAINTS)
	@.ci/venv
	@.ci/install examples,test
	@touch $(VENV)/.installed-demo $@

$(BUNDLE): $(VENV)/.installed-test $(VENV)/.installed-node $(FRONTEND)
	$(JLPM) build:prod
	$(JLPM) develop
	@touch $@

$(VENV)/.installed-node: $(VENV)/.installed-test labextension/package.json labextension/yarn.lock
	$(JLPM) install --immutable
	@touch $@
