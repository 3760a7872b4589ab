$(B)/bench/web_serve: $(B)/bench/web_serve.o $(LIB)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIB) $(LIBS)

.PHONY: bench-web
bench-web: $(B)/bench/web_serve ## pages of thirty rows beside nginx serving the same bytes from a file
	@bench/web.sh $<
