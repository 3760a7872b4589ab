# Qingfeng: make help lists the targets.
SHELL := /bin/bash
MODE ?= release
B ?= build/$(MODE)

CC ?= gcc
HOSTCC ?= $(CC) # for the tools that run while building
SYSROOT ?=
# make V=1 shows the commands
SAY = $(if $(V),,@echo '  $@';)
WARN := -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Werror=implicit-function-declaration -Werror=unused-result -Werror=incompatible-pointer-types
OPT_release := -O2 -g
OPT_debug := -O0 -g
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer
OPT_tsan := -O1 -g -fsanitize=thread
OPT_cov := -O0 -g --coverage
LIBS := -lsqlite3 -lz -lpq -lmicrohttpd -ljansson -lxml2 -lzip -lxlsxwriter -lcrypto -largon2 -lsodium -lqrencode -lcurl -lcjose -licuuc -licui18n -lm -pthread
INC := -Isrc/kernel -Isrc/modules -I$(B)/gen -I$(SYSROOT)/usr/include/libxml2 -I$(SYSROOT)/usr/include/postgresql
CFLAGS ?=
ALL_CFLAGS = $(WARN) $(OPT_$(MODE)) $(INC) $(CFLAGS)

SRC := $(shell find src -name '*.c' -not -path '*/test/*' -not -name main.c)
TESTS := $(shell find src test -name '*_test.c')
OBJ := $(SRC:%.c=$(B)/%.o)
QUERIES := $(shell find src -name queries.sql)
QGEN := $(QUERIES:src/%/queries.sql=$(B)/gen/%/queries.c)
ASSETS := web/node_modules/htmx.org/dist/htmx.min.js web/node_modules/echarts/dist/echarts.common.min.js \
	web/node_modules/@tabler/core/dist/css/tabler.min.css web/qingfeng.css web/qingfeng.js web/charts.js
EMBED := $(shell find src \( -path '*/pages/*.html' -o -path '*/rules/*.rule' -o -path '*/rules/*.case' -o -path '*/codes/*.tsv' -o -path '*/letters/*.txt' -o -name text.en -o -name text.zh-CN -o -name schema.sql -o -name views.sql \) | LC_ALL=C sort) \
	$(wildcard data/codes/*.tsv) $(wildcard data/*.tsv)
LIB := $(B)/libqingfeng.a
BIN := $(B)/qingfeng

.PHONY: all
all: $(BIN)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile mk/*.mk | sed -E 's/:[^#]*## /\t/' | expand -t 16

.PHONY: run
run: ## install packages, build, make a fictitious district, serve it, print address and account
	@tools/setup.sh run
	@$(MAKE) --no-print-directory -j$$(nproc) $(BIN)
	@tools/run.sh $(BIN)

.PHONY: test
test: ## everything a commit must pass: SQLite, PostgreSQL, rules, browser; ends with a count
	@tools/setup.sh test
	@$(MAKE) --no-print-directory -j$$(nproc) test-installed

-include mk/*.mk

web/node_modules/.done: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --ignore-scripts >/dev/null
	touch $@
$(filter web/node_modules/%,$(ASSETS)): web/node_modules/.done

$(B)/tools/%: tools/%.c
	@mkdir -p $(@D)
	$(SAY)$(HOSTCC) -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -O1 -o $@ $<

# embedded files: src/modules/x/pages/y.html -> x/pages/y.html; kernel likewise; data/codes -> codes/; assets -> web/
$(B)/gen/embed.list: $(EMBED) $(ASSETS) Makefile
	@mkdir -p $(@D)
	@{ for f in $(EMBED); do n=$${f#src/modules/}; n=$${n#src/kernel/}; n=$${n#data/}; printf '%s\t%s\n' "$$n" "$$f"; done; \
	   for f in $(ASSETS); do printf 'web/%s\t%s\n' "$$(basename $$f)" "$$f"; done; } | LC_ALL=C sort > $@.new
	@cmp -s $@.new $@ 2>/dev/null && touch $@ && rm $@.new || mv $@.new $@
$(B)/gen/embed.S: $(B)/gen/embed.list $(B)/tools/embed $(EMBED) $(ASSETS)
	$(SAY)$(B)/tools/embed $(B)/gen/embed.S $(B)/gen/embed.c < $<
$(B)/gen/embed.o: $(B)/gen/embed.S
	$(SAY)$(CC) $(ALL_CFLAGS) -c -o $(B)/gen/embed_s.o $(B)/gen/embed.S
	$(SAY)$(CC) $(ALL_CFLAGS) -c -o $(B)/gen/embed_c.o $(B)/gen/embed.c
	$(SAY)$(LD) -r -o $@ $(B)/gen/embed_s.o $(B)/gen/embed_c.o

$(B)/gen/%/queries.c: src/%/queries.sql $(B)/tools/query
	@mkdir -p $(@D)
	$(SAY)$(B)/tools/query $< $(@:.c=.h) $@
QHDR := $(QGEN:.c=.h)
$(QHDR): %.h: %.c

$(B)/%.o: %.c | $(QGEN)
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c
	$(SAY)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
-include $(OBJ:.o=.d) $(TESTS:%.c=$(B)/%.d)

$(LIB): $(OBJ) $(QGEN:.c=.o) $(B)/gen/embed.o
	@rm -f $@
	$(SAY)$(AR) rcs $@ $^

$(BIN): $(B)/src/main.o $(LIB)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIB) $(LIBS)

# unit tests: one binary a file; make unit T=pattern runs those whose path matches (make unit-pg: mk/pg.mk)
$(B)/%_test: $(B)/%_test.o $(LIB)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIB) -lcmocka $(LIBS)
T ?=
UNIT := $(foreach t,$(filter-out %_pg_test,$(TESTS:%.c=%)),$(if $(if $(T),$(findstring $(T),$(t)),all),$(B)/$(t)))
.PHONY: unit
unit: $(UNIT) $(if $(wildcard src/main.c),$(BIN))
	@fail=0; for t in $(UNIT); do echo "# $$t"; QF_BIN=$(BIN) QF_ROOT=$(CURDIR) $$t || fail=1; done; exit $$fail
.SECONDARY:

JOURNEYS := $(wildcard test/journeys/*.journey.mjs)
.PHONY: test-installed
test-installed: $(BIN) $(TESTS:%.c=$(B)/%) $(if $(filter release,$(MODE)),dist deb)
	@QF_BIN=$(CURDIR)/$(BIN) QF_ROOT=$(CURDIR) test/with-postgres test/run.sh $(TESTS:%.c=$(B)/%) $(JOURNEYS:%='node %') $(if $(filter release,$(MODE)),test/new-module.sh test/docs.sh test/scenario.sh test/upgrade.sh test/packages.sh) $(HARDENING)

.PHONY: lint
lint: ## format, house rules, cppcheck, spelling
	@tools/setup.sh test
	@git ls-files 'src/*.c' 'src/*.h' 'test/*.c' 'test/*.h' 'tools/*.c' 'bench/*.c' | xargs clang-format-14 --dry-run -Werror
	@tools/house_lint.sh
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --suppress=missingInclude --suppress=unknownMacro \
		--enable=warning,portability --suppress=varFuncNullUB -Isrc/kernel -Isrc/modules \
		$$(git ls-files 'src/*.c' | grep -v /test/)
	@git ls-files '*.c' '*.h' '*.md' '*.en' Makefile 'mk/*' | xargs codespell --quiet-level=2 --ignore-words tools/spelling.txt

.PHONY: module
module: ## NAME=x: a new module with one record
	@tools/new_module.sh "$(NAME)"

.PHONY: clean
clean: ## remove what was built
	rm -rf build
