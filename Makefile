# `make` or `make help` lists the targets.

BIN    := bin/wxmail
MODULE := $(shell go list -m)

# `make module PATH=…` means the module's path, not where programs are found.
ifeq ($(origin PATH),command line)
  NEW          := $(PATH)
  override PATH = $(shell printenv PATH)
endif

# Flags for `go test` in the targets test and race, such as -v or -run NAME.
TESTFLAGS ?=
FUZZTIME  ?= 30s

# How many sequences `make days` plays, and the seed of the first.
SEQUENCES ?= 500
SEED      ?= $(shell date +%s)

# The packages that link the Graph SDK. Under -race it alone takes 2 minutes
# and 4 GB to compile.
SDK   := (graph|setup|cli|docgen)$$
LIGHT  = $(shell go list ./... | grep -vE '^$(MODULE)/(internal/$(SDK)|cmd/)')

# Where known vulnerabilities are looked up. VULNDB=snapshot asks the part of
# the database that is kept here, without a network.
VULNDB   ?= https://vuln.go.dev
SNAPSHOT := .tools/vuln/db
MODULES   = go list -m -f '{{.Path}}' all

# What holds the promises about secrets, and about the files that keep them.
SECRETS := Secret|Raw|OnlyTheOwner|Hunt|FullDisk|ReadOnly|Damaged|Torn|Keyring|TwoRuns|TwoComputers

# Whole runs of wxmail, enough to meet every goroutine.
WHOLE := ThreePeople|Rerun|TwoRuns|DeviceCode|RefusalInTheMiddle|UndoOfOneStep|RotationUnderLoad

# Tests that need the stripped binary, and more than Go.
TAGGED  := go test -count=1 -timeout 20m
TAGS    := bench,crash,faults,foreign,pages,live
FOREIGN := internal/testkit/foreign
PAGES   := internal/testkit/pages
NODE    := $(FOREIGN)/testdata/msal/node_modules $(FOREIGN)/testdata/powershell/node_modules \
  $(FOREIGN)/testdata/javascript/node_modules $(FOREIGN)/testdata/servers/node_modules \
  $(FOREIGN)/testdata/m365/node_modules

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: build
build: ## Build bin/wxmail, stripped
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/wxmail

.PHONY: demo
demo: ## Walk through the whole guide against the sandbox, unattended
	go run ./cmd/wxmail demo -y

.PHONY: test
test: ## Run the tests; TESTFLAGS=-v, TESTFLAGS='-run NAME'
	go test -timeout 20m -parallel 4 $(TESTFLAGS) ./...

.PHONY: race
race: ## Run the tests of all that does not link the Graph SDK, and whole runs, with the race detector
	CGO_ENABLED=1 go test -timeout 20m -race $(TESTFLAGS) $(LIGHT)
	CGO_ENABLED=1 go test -timeout 20m -race $(TESTFLAGS) -run '$(WHOLE)' ./cmd/wxmail

.PHONY: vet
vet: ## Check go.mod, its sums and formatting, run go vet and staticcheck, on the tests with tags too
	go mod tidy -diff
	go mod verify
	@unformatted=$$(gofmt -l cmd internal); test -z "$$unformatted" || { echo "not formatted: $$unformatted"; exit 1; }
	go vet ./...
	go vet -tags $(TAGS) ./internal/testkit/... ./internal/live
	go vet -tags crash,pictures ./cmd/wxmail
	go tool staticcheck ./...
	go tool staticcheck -tags $(TAGS) ./internal/testkit/... ./internal/live

.PHONY: bench
bench: build ## Measure requests, start, memory (under bombs, too) and size, and assert their limits
	PATH="$(CURDIR)/bin:$$PATH" $(TAGGED) -v -tags bench -run '^(TestLimits|TestBombs)$$' ./internal/testkit/bench

.PHONY: secrets
secrets: ## Search everything that runs leave behind for every secret issued; break disk, keyring and files (about 8 minutes)
	go test -count=1 -timeout 60m -v -parallel 8 -tags secrets -run '$(SECRETS)' ./cmd/wxmail

.PHONY: vuln
vuln: ## Look for known vulnerabilities in the program, at https://vuln.go.dev; VULNDB=snapshot needs no network
	@$(if $(filter snapshot,$(VULNDB)),$(MODULES) | diff $(SNAPSHOT)/modules - || { echo 'the snapshot is of other modules: make vuln-snapshot'; exit 1; })
	CGO_ENABLED=0 go build -trimpath -o bin/wxmail-with-symbols ./cmd/wxmail
	go -C .tools/vuln tool govulncheck -db $(VULNDB:snapshot=file://$(CURDIR)/$(SNAPSHOT)) -mode binary $(CURDIR)/bin/wxmail-with-symbols

.PHONY: vuln-snapshot
vuln-snapshot: ## Take the snapshot anew from a clone of github.com/golang/vulndb: FROM=CLONE
	$(MODULES) >$(SNAPSHOT)/modules
	go -C .tools/vuln run ./snapshot -from '$(abspath $(FROM))' -at "$$(git -C '$(FROM)' log -1 --format=%cI)" -to $(CURDIR)/$(SNAPSHOT) <$(SNAPSHOT)/modules

.PHONY: crash
crash: ## Kill wxmail at every request and every durable change, and twice (about 25 minutes)
	cd cmd/wxmail && go test -count=1 -timeout 90m -tags crash -run '^TestKilledEverywhere$$'

.PHONY: days
days: ## Play random days of a tenant with two mailboxes (about 7 minutes); SEQUENCES=500 SEED=1
	WXMAIL_DAYS=$(SEQUENCES) WXMAIL_DAYS_SEED=$(SEED) go test -count=1 -timeout 60m -v -run '^TestDays$$' ./cmd/wxmail

.PHONY: accidents
accidents: ## Press Enter, Ctrl-D and y at every moment of a setup (about 3 minutes); SEED=1
	WXMAIL_ACCIDENTS=all WXMAIL_ACCIDENTS_SEED=$(SEED) go test -count=1 -timeout 30m -v -parallel 4 -run '^TestAccidents$$' ./cmd/wxmail

.PHONY: mutations
mutations: ## Show every field of every answer of Microsoft in every other form (about 6 minutes)
	WXMAIL_MUTATIONS=all go test -count=1 -timeout 60m -v -run '^TestMutatedAnswers$$' ./internal/setup

.PHONY: faults
faults: build ## Damage every request of a setup in every way (about 3 minutes); ARGS='-damage 429 -point graph'
	PATH="$(CURDIR)/bin:$$PATH" $(TAGGED) -v -parallel 12 -tags faults ./internal/testkit/faults -args $(ARGS)

.PHONY: foreign
foreign: build $(NODE) ## Run programs that nobody here wrote against the sandbox, and wxmail against their servers
	PATH="$(CURDIR)/bin:$$PATH" $(TAGGED) -v -tags foreign ./$(FOREIGN)

.PHONY: live
live: build ## Ask a real tenant what no page says for sure (docs/live.md); alone it asks the sandbox (half a minute)
	PATH="$(CURDIR)/bin:$$PATH" $(TAGGED) -v -timeout 6h -tags live $(if $(WXMAIL_LIVE_TENANT),-run '^TestLive$$') ./internal/live

.PHONY: pages
pages: build $(PAGES)/testdata/browser/node_modules ## Open the pages of wxmail in a browser: by keyboard, by strangers, on paper (half a minute)
	PATH="$(CURDIR)/bin:$$PATH" $(TAGGED) -v -tags pages ./$(PAGES)

%/node_modules: %/package.json %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: fuzz
fuzz: ## Run every fuzz test for FUZZTIME (default 30s) each
	@for file in $$(grep -rlE --include='*_test.go' '^func Fuzz' internal cmd); do \
	  for name in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]+).*/\1/p' $$file); do \
	    echo "== $$file $$name"; \
	    go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file) || exit 1; \
	  done; \
	done

.PHONY: docs
docs: ## Write the generated pages of docs/
	go run ./internal/docgen

.PHONY: pictures
pictures: ## Draw docs/pictures anew: what a person sees
	go test -count=1 -tags pictures -run '^TestPictures$$' ./cmd/wxmail

.PHONY: golden
golden: ## Write the screens that tests hold anew, once you have looked at them
	go test -count=1 -run '^TestScreens$$' ./cmd/wxmail -golden

.PHONY: man
man: ## Write a page for man of each command into bin/man
	go run ./internal/docgen bin/man

.PHONY: module
module: ## Rename the module everywhere: make module PATH=host/owner/name; may be repeated
	@echo '$(NEW)' | grep -qE '^[a-z0-9-]+(\.[a-z0-9-]+)+/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+(/v[0-9]+)?$$' || \
	  { echo 'make module PATH=host/owner/name' >&2; exit 2; }
	git ls-files -z -- '*.go' '*.md' | OLD='$(MODULE)' NEW='$(NEW)' \
	  xargs -0 perl -pi -e 's{(?<![\w./-])\Q$$ENV{OLD}\E/(?=internal/|cmd/)}{$$ENV{NEW}/}g'
	go mod edit -module='$(NEW)'

.PHONY: completions
completions: ## Write what shells complete with into bin/completions
	mkdir -p bin/completions
	for shell in bash zsh fish powershell; do go run ./cmd/wxmail completion $$shell >bin/completions/wxmail.$$shell || exit 1; done

# What makes releases, pinned in modules of their own: the program links none of it.
TOOLS := bin/tools/goreleaser bin/tools/cyclonedx-gomod bin/tools/image bin/tools/actionlint

$(TOOLS) &: .tools/release/go.sum .tools/release/image/main.go .tools/actionlint/go.sum
	go -C .tools/release build -trimpath -o $(CURDIR)/bin/tools/ tool ./image
	go -C .tools/actionlint build -trimpath -o $(CURDIR)/bin/tools/ tool
	touch $(TOOLS)

# goreleaser asks for the name of a remote; where there is none it gets one.
REMOTE = GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=remote.origin.url GIT_CONFIG_VALUE_0=https://$(HOST)

# Where releases are published follows from the module's path. Until it has a
# host, the manifests name one that cannot exist.
HOST     := $(if $(findstring .,$(firstword $(subst /, ,$(MODULE)))),$(MODULE),wxmail.invalid/owner/wxmail)
RELEASER  = HOMEPAGE=https://$(HOST) OWNER=$(word 2,$(subst /, ,$(HOST))) \
  NAME=$(word 3,$(subst /, ,$(HOST))) bin/tools/goreleaser

.PHONY: release-check
release-check: $(TOOLS) ## Check the description of releases and the GitHub workflows
	$(RELEASER) check
	bin/tools/actionlint .github/workflows/*.yml

.PHONY: release
release: $(TOOLS) ## Make a draft of a release of this tag on GitHub, with GITHUB_TOKEN and SIGNING_KEY=FILE
	awk '/^## / {if (++n==2) exit} n==1' docs/CHANGELOG.md >bin/notes.md
	SIGNING_KEY='$(SIGNING_KEY)' $(RELEASER) release --clean --parallelism 2 --release-notes bin/notes.md

.PHONY: release-snapshot
release-snapshot: $(TOOLS) ## Make a release of this commit in dist/, without a network; SIGNING_KEY=FILE signs it
	$(REMOTE) SIGNING_KEY='$(SIGNING_KEY)' $(RELEASER) release --snapshot --clean --parallelism 2 $(if $(SIGNING_KEY),,--skip sign)
