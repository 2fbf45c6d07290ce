# make demo, make test: both create .venv and whatever else they need; a second call is quick.
SHELL := bash
BIN := .venv/bin
JLPM := cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" jlpm
BUNDLE := jupyter_promote/labextension/package.json
FRONTEND := $(shell find labextension -maxdepth 1 -type f) $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null)

.PHONY: help demo test lint frontend python examples screenshots clean
help:
	@echo "make demo         promote an example, prove it equivalent, run its tests, show what was written"
	@echo "make test         everything: lint, frontend, python"
	@echo "make lint         ruff, black, mypy, import-linter"
	@echo "make frontend     build; eslint, jest, types of the wire"
	@echo "make python       pytest, with the browser tests"
	@echo "make examples     write examples/*/promoted anew"
	@echo "make screenshots  take the README's screenshots anew"
	@echo "make clean        remove what these commands made, but for .venv"

demo: .venv/.installed-demo
	@.ci/demo

test: lint frontend python

lint: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

frontend: $(BUNDLE)
	$(JLPM) eslint:check
	$(JLPM) wire:check
	$(JLPM) test

python: .venv/.installed-test $(BUNDLE)
	CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && $(BIN)/pytest

examples: .venv/.installed-demo
	@.ci/examples

screenshots: .venv/.installed-test $(BUNDLE)
	CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && SCREENSHOTS=1 $(BIN)/pytest tests/browser

clean:
	rm -rf .demo jupyter_promote/labextension labextension/lib labextension/node_modules labextension/tsconfig.tsbuildinfo

# The project is installed as a link to this checkout, without building the front end.
.venv/.installed-demo: pyproject.toml
	@.ci/venv
	@.ci/install examples
	@touch $@

.venv/.installed-test: .venv/.installed-demo
	@.ci/install test
	@touch $@

$(BUNDLE): .venv/.installed-test .venv/.installed-node $(FRONTEND)
	$(JLPM) build:prod
	$(JLPM) develop
	@touch $@

.venv/.installed-node: .venv/.installed-test labextension/package.json labextension/yarn.lock
	$(JLPM) install --immutable
	@touch $@
