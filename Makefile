# Every target is a command that can also be typed by hand. Only Go is needed; the tools come with it.

.DEFAULT_GOAL := help
.PHONY: help run generate verify lint test test-crash test-pooler test-rolling screenshots bench fuzz

# What `go generate` writes. gqlgen also edits the resolvers: it adds missing ones and keeps the bodies.
GENERATED := graph/generated.go graph/models_gen.go 'graph/*.resolvers.go' admin/openapi.json docs/api.md

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

run: ## start the service in embedded mode on http://localhost:8080
	go run .

generate: ## rewrite the generated code, admin/openapi.json and docs/api.md after a change
	go generate ./...

verify: ## check that generated code, modules and formatting are as committed
	go generate ./...
	git diff --exit-code -- $(GENERATED)
	@new="$$(git ls-files --others -- $(GENERATED))"; test -z "$$new" || { echo "generated but not added to git: $$new"; exit 1; }
	go mod verify
	go mod tidy -diff
	@bad="$$(gofmt -l .)"; test -z "$$bad" || { echo "not formatted by gofmt: $$bad"; exit 1; }
	go vet ./...

lint: ## run the linters, import rules between packages included
	go tool -modfile=tools/go.mod golangci-lint run ./...

# Those of the whole program come last and one package at a time: they want answers in the time that is promised, which
# a machine that is busy with other tests may not give.
test: ## run every test with the race detector, against a PostgreSQL and a Redis of its own
	scripts/with-servers go test -race -count=1 -timeout 20m $$(go list ./... | grep -v /e2e)
	scripts/with-servers go test -race -count=1 -timeout 20m -p 1 ./e2e/...

test-crash: ## kill the service and PostgreSQL under load a hundred times and account for every request
	scripts/with-servers go test -count=1 -v -timeout 60m ./e2e/crash -kills 100 -server-kills 20 -cuts 20

test-pooler: ## send a million statements through PgBouncer, and check every answer
	scripts/with-servers go test -count=1 -timeout 3h -run TestPooler -v ./e2e -statements 1000000

test-rolling: ## restart two instances behind HAProxy twenty times each under load, and miss nothing
	scripts/with-servers go test -count=1 -timeout 30m -run TestRollingRestart -v ./e2e -rounds 20

screenshots: ## take the pictures in docs/images anew, with Chromium
	scripts/with-servers go test -count=1 -run TestBrowser ./e2e -screenshots

# A large installation gets the memory that docs/operations.md advises.
bench: ## measure the service against a durable PostgreSQL and write bench/RESULTS.md (20 minutes, 45 GB); PART=reads for a section
ifdef PART
	POSTGRES_OPTIONS="-c shared_buffers=$(if $(findstring growth,$(PART)),6GB,4GB)" \
	HUGE_PAGES=$(if $(findstring growth,$(PART)),try) scripts/with-servers go run ./bench -part $(PART)
else
	$(MAKE) bench PART=writes,reads,lists,attacks
	$(MAKE) bench PART=growth
endif

fuzz: ## fuzz every parser for a short time; FUZZTIME=1000000x for longer
	scripts/fuzz $(FUZZTIME)
