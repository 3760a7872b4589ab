# what trying rules over everyone costs: part of make bench; alone: build/release/bench/rules_bench FILE
$(B)/bench/rules_bench: $(B)/bench/rules_bench.o $(B)/src/program.o $(LIB)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LIBS)
