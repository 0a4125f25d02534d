# `make demo` shows Woadkeeper, `make test` proves it. Both install what they need first.

SHELL := /bin/bash
.DEFAULT_GOAL := help

SWIFT ?= swift
SWIFT_FLAGS ?=
PORT ?= 8080
VENV := .venv
PYTHON := $(VENV)/bin/python
TRAFFIC := $(CURDIR)/.build/traffic
DISCORD_OPENAPI ?= $(CURDIR)/../shared/discord/openapi.json
SOURCES := Package.swift Sources Tests Fuzz Benchmarks
MINUTES ?= 5
SUBJECTS ?=
CONCURRENT := HTTPClientTests|WebSocketClientTests|WebServerTests|JournalTests|ServiceTests|BotTests
PARSING := FuzzTests|JSONTests|ImagingTests|SpreadsheetsTests|TimeZonesTests

.PHONY: help setup build demo tour run test lint format bench sanitize fuzz soak dist clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## Install the Debian packages and the Python environment that build and tests need
	@Scripts/setup

build: setup ## Build everything, debug
	$(SWIFT) build $(SWIFT_FLAGS)

demo: setup ## Simulated guild, chat page and bot at PORT=8080 (0 for any); open the printed address
	$(SWIFT) build $(SWIFT_FLAGS) --product woadkeeper
	$$($(SWIFT) build --show-bin-path)/woadkeeper demo --port $(PORT)

tour: setup ## The demo's journey, headless, as a transcript
	$(SWIFT) build $(SWIFT_FLAGS) --product woadkeeper
	$$($(SWIFT) build --show-bin-path)/woadkeeper demo --tour

run: setup ## Production: configuration from the environment or .env
	$(SWIFT) build $(SWIFT_FLAGS) -c release --static-swift-stdlib --product woadkeeper
	$$($(SWIFT) build -c release --static-swift-stdlib --show-bin-path)/woadkeeper run

test: setup ## Unit tests, scenarios, outside clients, and the check of all recorded traffic
	@rm -rf $(TRAFFIC)
	$(SWIFT) build $(SWIFT_FLAGS) --build-tests
	WOADKEEPER_TRAFFIC=$(TRAFFIC) Scripts/within 40 $(SWIFT) test $(SWIFT_FLAGS) --skip-build --no-parallel
	WOADKEEPER_TRAFFIC=$(TRAFFIC) WOADKEEPER=$$($(SWIFT) build --show-bin-path)/woadkeeper \
		DISCORD_OPENAPI=$(DISCORD_OPENAPI) Scripts/within 10 $(PYTHON) -m pytest -q Tests/Conformance
	$(PYTHON) Tests/Conformance/validate_traffic.py --openapi $(DISCORD_OPENAPI) $(TRAFFIC)
	$(PYTHON) Tests/Conformance/validate_sheets.py $(TRAFFIC)

lint: setup ## Format, floors and house rules
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)
	Scripts/check-floors

format: ## Rewrite the sources in the house format
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

bench: setup ## One line per benchmark: name, figure, unit, ratio to its reference
	$(SWIFT) build -c release --static-swift-stdlib
	WOADKEEPER=$$($(SWIFT) build -c release --static-swift-stdlib --show-bin-path)/woadkeeper PYTHON=$(CURDIR)/$(PYTHON) \
		$$($(SWIFT) build -c release --static-swift-stdlib --show-bin-path)/benchmarks

sanitize: setup ## What runs concurrently under the thread sanitizer, what parses under the address sanitizer
	Scripts/sanitize thread '$(CONCURRENT)'
	Scripts/sanitize address '$(PARSING)'

fuzz: setup ## Looks for inputs that break a parser, MINUTES=5 for each of SUBJECTS
	Scripts/fuzz $$(( $(MINUTES) * 60 )) $(SUBJECTS)

soak: setup ## The long forms of the slow proofs (WOADKEEPER_SOAK_MINUTES of traffic, 60 unless set), all scenarios on Google, sanitizers, fuzz
	$(SWIFT) build $(SWIFT_FLAGS) --build-tests
	WOADKEEPER_SOAK=1 $(SWIFT) test $(SWIFT_FLAGS) --skip-build --no-parallel
	WOADKEEPER_BACKEND=google $(SWIFT) test $(SWIFT_FLAGS) --skip-build --no-parallel --filter Scenarios
	Scripts/sanitize thread
	Scripts/sanitize address
	Scripts/fuzz $$(( $(MINUTES) * 60 )) $(SUBJECTS)

dist: setup ## An archive for Debian 12 machines without Swift, in .build/dist (VERSION=…)
	Scripts/dist

clean: ## Remove everything that was built
	rm -rf .build .build-thread .build-address .build-fuzz $(VENV)
