# make demo   sets up .venv and runs the main job
# make test   sets up .venv and runs lint, type checks and all tests
# Set-up: PYTHON, TORCH and VENV override python3, torch==2.13.0 and .venv.
SHELL := /bin/sh
VENV ?= .venv
RUN := $(VENV)/bin/python -m
export VENV

.PHONY: demo test setup lint types docs

demo: setup
	OMP_WAIT_POLICY=PASSIVE $(RUN) pyg_batchsampler compare --held-out 0.2

test: setup lint types docs
	$(RUN) pytest

setup:
	@.ci/setup

lint: setup
	$(RUN) ruff check --isolated --line-length 79 --select E,F,W,B --ignore B905 pyg_batchsampler benchmarks tests docs

types: setup
	$(RUN) mypy

docs: setup
	$(RUN) sphinx -W -q -b html docs docs/_build
