# make bench [MEMBERS=100000] [DB=file]: a table of what the program must reach; see bench/bench.sh
.PHONY: bench
bench: $(BIN) $(B)/bench/facts_bench $(B)/bench/rules_bench $(B)/bench/web_serve $(B)/bench/import_bench $(B)/bench/flow_bench ## measure what must be reached: one table; MEMBERS=100000 or DB=FILE
	@tools/setup.sh full
	@bench/bench.sh $(CURDIR)/$(B)

# What matters cost: desks, signatures, deadlines, nights (bench/bench.sh runs it)
$(B)/bench/flow_bench: $(B)/bench/flow_bench.o $(B)/src/program.o $(LIB)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LIBS)
