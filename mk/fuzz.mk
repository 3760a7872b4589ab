# make fuzz SECONDS=60 [F=csv]: builds each fuzz_NAME.c of the sources with clang and runs it on the corpus_NAME beside it.
# What crashes is left as build/fuzz/NAME.crash-*; put it into the corpus with its mending. Two at a time.
SECONDS ?= 60
F ?=
OPT_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-unknown-attributes -Wno-bitwise-conditional-parentheses
FUZZERS := $(shell find src -name 'fuzz_*.c' | LC_ALL=C sort)

.PHONY: fuzz fuzz-build
fuzz-build:
	@$(MAKE) --no-print-directory -s MODE=fuzz CC=clang build/fuzz/libqingfeng.a
	@for f in $(FUZZERS); do n=$$(basename $$f .c); case $$n in *$(F)*) ;; *) continue;; esac; \
	  $(MAKE) --no-print-directory -s MODE=fuzz CC=clang build/fuzz/$${f%.c} || exit 1; done
fuzz: fuzz-build
	@TEST_SECONDS=$$(($(SECONDS) + 300)) test/run.sh $(foreach f,$(FUZZERS:%.c=%),$(if $(if $(F),$(findstring $(F),$(notdir $(f))),all),'test/fuzz.sh $(f) $(SECONDS)'))

ifeq ($(MODE),fuzz)
$(foreach f,$(FUZZERS:%.c=%),$(B)/$(f)): $(B)/%: %.c $(B)/libqingfeng.a
	@mkdir -p $(@D)
	$(CC) $(WARN) $(OPT_fuzz) -fsanitize=fuzzer $(INC) -o $@ $< $(B)/libqingfeng.a $(LIBS)
endif
