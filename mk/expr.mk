# The block operations are vectorised by -O3. The benchmark: make bench-expr.
ifeq ($(MODE),release)
$(B)/src/kernel/expr/vec_%.o: CFLAGS += -O3
endif

$(B)/bench/expr_bench: $(B)/bench/expr_bench.o $(LIB)
	$(CC) $(ALL_CFLAGS) -o $@ $< $(LIB) $(LIBS)
.PHONY: bench-expr
bench-expr: $(B)/bench/expr_bench
	$<
