# make run · make test · make check · make bench · make screenshots: see docs/developers.md.
GO      ?= go
TOOLS   := $(GO) tool -modfile=.ci/tools/go.mod
PACKAGES := ./...

.PHONY: run demo build test test-race test-faults test-kill test-mongodb mongod check bench bench-mail bench-quiet screenshots fuzz

run: ## the service on the embedded database
	$(GO) run ./cmd/earshot

demo: ## the service on a made-up company
	$(GO) run ./cmd/earshot demo

build: ## one static binary in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/earshot ./cmd/earshot

test: ## everything, on both engines where there is a mongod; says loudly at the end what did not run
	sh .ci/test.sh

test-race: ## the same with the race detector (needs cgo)
	RACE=-race sh .ci/test.sh

test-faults: ## each fault of the program and of MongoDB once, under load (five minutes)
	$(GO) test ./cmd/earshot -run '^TestFaults$$' -count=1 -timeout 20m -kills 2 -faults 1

test-kill: ## every fault as often as it takes to believe that nothing is lost (half an hour)
	$(GO) test ./cmd/earshot -run '^TestFaults$$' -count=1 -timeout 120m -v -kills 50 -faults 10 -frozen 20s
	$(GO) test ./cmd/earshot -run '^TestMailsThroughKills$$' -count=1 -timeout 60m -v -mails 10000 -mail-kills 20

test-mongodb: ## the domain's tests on MongoDB, which make test runs on SQLite
	TEST_ENGINE=mongodb $(GO) test ./survey -count=1 -timeout 30m -rapid.checks=10
	TEST_ENGINE=mongodb $(GO) test ./survey/access ./survey/audit ./survey/outbox -count=1

mongod: ## a MongoDB for the tests in bin/, once (x86-64 Linux, needs pip); never commit or ship it
	sh .ci/mongod.sh

check: ## what CI runs before the tests: format, vet, staticcheck, golangci-lint
	test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet $(PACKAGES)
	$(TOOLS) staticcheck $(PACKAGES)
	$(TOOLS) golangci-lint run

bench: ## the figures of docs/figures.md, on this machine, both engines beside their bare clients; BENCH="-short -only flows" for a part
	$(GO) run ./cmd/earshot/internal/bench $(BENCH)

bench-mail: ## how fast mails go out, beside a bare SMTP client at the same sink; BENCH="-engines SQLite -short" for a part
	$(GO) run ./cmd/earshot/internal/bench -only mails -rounds 3 $(BENCH)

bench-quiet: ## how the detector of silence does in made-up companies whose truth is known; QUIET="-only steady,summer" for a part
	$(GO) run ./cmd/earshot/internal/quietbench $(QUIET)

screenshots: ## every page at 390 and 1280 px into docs/screenshots (needs chromium)
	$(GO) test ./cmd/earshot -run '^TestScreenshots$$' -count=1 -screenshots ../../docs/screenshots

fuzz: ## a minute for each parser
	sh .ci/fuzz.sh
