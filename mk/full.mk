# make test-full: everything of make test and what takes long: more kills, the forms in LibreOffice, AddressSanitizer, ThreadSanitizer, valgrind,
# every fuzzer for FUZZ_SECONDS. Every part runs, whatever another one found; the last line counts over all of them.
# The lengths are chosen for two processors to be through in 60 to 80 minutes: half of it goes to the fuzzers (two at a
# time, 240 s each), whose inputs are new each time; 400 kills at about half a second
# each, and 1000 more while matters move, beside the others. FULL_KILLS=4000 FUZZ_SECONDS=3600 for a weekend. Each part is a target of its own.
FUZZ_SECONDS ?= 240
FULL_KILLS ?= 400
FULL_MOVES ?= 1000
CORES := $(shell nproc)
HARDENING := $(filter-out test/hardening/lib.sh,$(wildcard test/hardening/*.sh))
WITH_PG = QF_BIN=$(CURDIR)/$(B)/qingfeng QF_ROOT=$(CURDIR) test/with-postgres

.PHONY: test-full test-matrix test-every-page test-kills test-print test-asan test-tsan test-memcheck hardening
test-full: ## make test and the long ones: sanitizers, valgrind, fuzzers, kills (an hour or more)
	@tools/setup.sh full
	@test/full.sh '-j$(CORES) test-installed' 'test-kills' 'test-matrix' '-j$(CORES) MODE=asan test-asan' '-j$(CORES) MODE=tsan test-tsan' \
		'-j$(CORES) test-memcheck' 'test-every-page' 'test-print' 'test-arm64' 'fuzz SECONDS=$(FUZZ_SECONDS)'

hardening: $(BIN)
	@$(WITH_PG) test/run.sh $(HARDENING)

test-every-page: $(BIN)
	@TEST_SECONDS=3600 EVERY=1 $(WITH_PG) test/run.sh 'node test/journeys/every_page.journey.mjs'

test-kills: $(BIN)
	@TEST_SECONDS=3600 KILLS=$(FULL_KILLS) KILLED_MOVES=$(FULL_MOVES) TAMPER=all $(WITH_PG) test/run.sh test/hardening/transitions.sh \
		test/hardening/kill.sh test/hardening/tamper.sh

# forms printed by a browser and opened by LibreOffice
test-print: $(BIN)
	@$(WITH_PG) test/run.sh test/forms-print.sh

# every page, role, class and relation, of which make test takes a sample
test-matrix: $(B)/src/modules/admin/test/canary_test
	@QF_WHOLE=1 QF_ROOT=$(CURDIR) test/run.sh $<

test-asan: $(BIN) $(TESTS:%.c=$(B)/%)
	@TEST_SECONDS=1800 ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		$(WITH_PG) test/run.sh $(TESTS:%.c=$(B)/%) test/hardening/database.sh

# those in which threads meet: the pool and its queue, the columns and their readers, the server, the pages
# that write, forms read ahead
RACES := $(foreach t,$(TESTS:%.c=%),$(if $(or $(findstring kernel/db/,$(t)),$(findstring kernel/facts/,$(t)),$(findstring kernel/web/,$(t)),$(findstring test/handlers/,$(t)),$(findstring modules/roster/test/facts_,$(t)),$(findstring roster/test/form_ahead,$(t))),$(B)/$(t)))
test-tsan: $(BIN) $(RACES)
	@TEST_SECONDS=1800 TSAN_OPTIONS=halt_on_error=1 $(WITH_PG) test/run.sh $(RACES)

# without those that hash passwords or commit for long
MEMCHECK := $(foreach t,$(filter-out %_pg_test,$(TESTS:%.c=%)),$(if $(or $(findstring kernel/base/,$(t)),$(findstring kernel/expr/,$(t)),$(findstring kernel/load/,$(t)),$(findstring kernel/record/,$(t)),$(findstring kernel/view/,$(t)),$(findstring kernel/doc/,$(t)),$(findstring roster/test/form,$(t)),$(findstring roster/test/intake,$(t)),$(findstring test/handlers/,$(t))),$(B)/$(t)))
test-memcheck: $(MEMCHECK)
	@TEST_SECONDS=1800 $(WITH_PG) test/run.sh $(MEMCHECK:%='valgrind -q --error-exitcode=9 --leak-check=no %')
