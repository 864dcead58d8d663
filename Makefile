# What a person types. Each target is a call of one file in scripts/; settings come from the environment, from
# `make <target> NAME=value`, or from .env, in this order.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

.PHONY: help up down status info logs demo demo-stop doctor test check bench camera-package

help: ## Show this list
	@echo "Apiary: a home on your own LAN for VBC01 cameras"; echo
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile
	@echo; echo "Settings: .env.example lists them all, e.g. make up CONFIG_PORT=8080. STACK=compose|embedded picks the stack."

up: ## Start everything, or bring it up to date; returns when all of it is healthy
	@scripts/up.sh

down: ## Stop everything; nothing is lost
	@scripts/down.sh

status: ## Show each part and how it is
	@scripts/status.sh

info: ## Show how to reach the running platform (FORMAT=json for programs)
	@scripts/info.sh

logs: ## Show the log; SERVICE=name for one part, FOLLOW=1 to keep watching
	@scripts/logs.sh

demo: ## Run two simulated cameras against the running platform (CAMERAS=n for more)
	@scripts/demo.sh

demo-stop: ## Stop the simulated cameras
	@scripts/demo-stop.sh

doctor: ## Check ports, address, names, certificates, disk, clock, Telegram (NOTIFY=test sends a message)
	@scripts/doctor.sh

test: ## Run all tests; suites that need Docker say why when they are skipped
	@scripts/test.sh

check: ## Types, lint, format, shell syntax, Compose file
	@scripts/check.sh

bench: ## Measure; prints figures beside their floors (BENCH=name for one)
	@scripts/bench.sh

camera-package: ## Make the files that move a camera here: ID=… DB=… BUNDLE=…
	@scripts/camera-package.sh
