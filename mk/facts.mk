# What columns cost and give, on a district made for it: make bench-facts N=100000
N ?= 100000
.PHONY: bench-facts
bench-facts: $(B)/bench/facts_bench $(BIN)
	@d=$$(mktemp -d) && $(BIN) demo --db $$d/bench.db --members $(N) --seed 1 >/dev/null && $< $$d/bench.db; rm -rf "$$d"

$(B)/bench/facts_bench: $(B)/bench/facts_bench.o $(B)/src/program.o $(LIB)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LIBS)

# first letters of readings, asked of ICU once at build time
$(B)/tools/pinyin: tools/pinyin.c
	@mkdir -p $(@D)
	$(SAY)$(HOSTCC) -std=gnu17 -Wall -Wextra -O1 -o $@ $< -licui18n -licuuc
$(B)/gen/roster/pinyin_table.c: $(B)/tools/pinyin
	@mkdir -p $(@D)
	$(SAY)$< $@
OBJ += $(B)/gen/roster/pinyin_table.o
