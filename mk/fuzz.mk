# make fuzz SECONDS=60 [F=csv]: builds each fuzz_NAME.c of the sources with clang and runs it on the corpus_NAME beside it.
# What crashes is left as build/fuzz/NAME.crash-*; put it into the corpus with its mending.
SECONDS ?= 60
F ?=
OPT_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-unknown-attributes -Wno-bitwise-conditional-parentheses
FUZZERS := $(shell find src -name 'fuzz_*.c' | LC_ALL=C sort)

.PHONY: fuzz fuzz-build
fuzz-build:
	$(MAKE) --no-print-directory -s MODE=fuzz CC=clang build/fuzz/libqingfeng.a
	@for f in $(FUZZERS); do n=$$(basename $$f .c); case $$n in *$(F)*) ;; *) continue;; esac; \
	  $(MAKE) --no-print-directory -s MODE=fuzz CC=clang build/fuzz/$${f%.c} || exit 1; done
fuzz: fuzz-build
	@fail=0; for f in $(FUZZERS); do n=$$(basename $$f .c); n=$${n#fuzz_}; case $$n in *$(F)*) ;; *) continue;; esac; \
	  echo "# $$n"; mkdir -p build/fuzz/new_$$n; \
	  build/fuzz/$${f%.c} -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
	    -artifact_prefix=build/fuzz/$$n. build/fuzz/new_$$n $$(dirname $$f)/corpus_$$n 2>&1 | grep -E "ERROR|SUMMARY|Test unit|    #[0-9]+ .*src/|stat::(number|slow|peak)"; \
	  [ $${PIPESTATUS[0]} = 0 ] || fail=1; done; exit $$fail

ifeq ($(MODE),fuzz)
$(foreach f,$(FUZZERS:%.c=%),$(B)/$(f)): $(B)/%: %.c $(B)/libqingfeng.a
	@mkdir -p $(@D)
	$(CC) $(WARN) $(OPT_fuzz) -fsanitize=fuzzer $(INC) -o $@ $< $(B)/libqingfeng.a $(LIBS)
endif
