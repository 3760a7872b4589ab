# Tests that need a PostgreSQL: files *_pg_test.c. test/with-postgres starts one of its own and takes it away again.
UNIT_PG := $(foreach t,$(filter %_pg_test,$(TESTS:%.c=%)),$(if $(if $(T),$(findstring $(T),$(t)),all),$(B)/$(t)))
.PHONY: unit-pg
unit-pg: $(UNIT_PG) $(if $(wildcard src/main.c),$(BIN))
	@QF_BIN=$(BIN) QF_ROOT=$(CURDIR) test/with-postgres sh -c 'fail=0; for t in "$$@"; do echo "# $$t"; $$t || fail=1; done; exit $$fail' unit-pg $(UNIT_PG)

# what db.h costs beside the engines' own interfaces, both ways in one run
.PHONY: bench-db
bench-db: $(B)/bench/db_bench
	test/with-postgres $<
$(B)/bench/db_bench: $(B)/bench/db_bench.o $(LIB)
	$(CC) $(ALL_CFLAGS) -o $@ $< $(LIB) $(LIBS)
