# WizAStore. `make help` lists the targets; each first installs what is missing.
#
# Settings: ADDR (default 127.0.0.1:3000), DATA (default data), REHEARSAL=1.

ADDR ?= 127.0.0.1:3000
DATA ?= data
REHEARSAL ?=
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help run build test proof watch csr bench fmt

help: ## Show this list
	@echo "WizAStore: an on-line store whose orders are pushed into EntMine, its ERP."
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
	@echo "Settings: ADDR=127.0.0.1:3000  DATA=data  REHEARSAL=1 (EntMine can be made to fail at /rehearsal)"

run: build ## Install what is missing, build a release, open the demo shop
	@exec target/release/wizastore serve --demo --addr $(ADDR) --data $(DATA) --site target/site $(if $(REHEARSAL),--rehearsal)

build: ## Build the release: the browser's half, then the server
	@scripts/setup
	@scripts/build release

test: ## Everything: fmt, clippy, licences, layering, tests, size gate, browser tests
	@scripts/setup test
	@scripts/test

proof: ## The long proofs: simulation, crash matrix, kills, broken databases, hostile input (about 90 minutes)
	@scripts/setup test
	@scripts/proof

watch: ## Rebuild and reload while you edit (cargo leptos watch)
	@scripts/setup watch
	@. ./.tools.env; exec cargo leptos watch -- serve --demo

csr: ## Build the shop for static hosting with Trunk, into dist/
	@scripts/setup csr
	@. ./.tools.env; PATH="$$PWD/node_modules/.bin:$$PATH" exec trunk build --release

bench: build ## Measure speed, size and memory of the release; GROWTH=1: what a shop costs that has grown; PEERS=1: beside other shops
	@scripts/bench

fmt: ## Format the code
	@cargo fmt
