# Forms in, beside the same rows by prepared statements, in one run: make bench-import FORMS=20000
FORMS ?= 20000
.PHONY: bench-import
bench-import: $(B)/bench/import_bench $(BIN)
	@d=$$(mktemp -d) && $(BIN) demo --db $$d/house.db --house --members $(FORMS) --seed 5 >/dev/null && \
	$(BIN) demo-forms --members $(FORMS) --seed 5 --out $$d/forms.zip && \
	$< $(CURDIR)/$(BIN) $$d/forms.zip $$d/house.db $$d; rm -rf "$$d"

$(B)/bench/import_bench: bench/import_bench.c
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $< -lsqlite3
