# tools/query has three files; the others of tools/ have one.
$(B)/tools/query: tools/query.c tools/query_sql.c tools/query_out.c tools/query.h
	@mkdir -p $(@D)
	$(HOSTCC) -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wshadow -O1 -o $@ $(filter %.c,$^)

# the tests include what the tool makes of their own queries.sql
$(B)/gen/test/query/queries.c: test/query/queries.sql $(B)/tools/query
	@mkdir -p $(@D)
	$(B)/tools/query $< $(@:.c=.h) $@
$(B)/test/query/query_test.o $(B)/test/query/query_pg_test.o: $(B)/gen/test/query/queries.c
