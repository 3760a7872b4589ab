# The separate verifier: one file, libcrypto only. make bench-ledger: what the log costs, beside the same work without it.
$(B)/qingfeng-verify: tools/qingfeng_verify.c
	@mkdir -p $(@D)
	$(SAY)$(CC) -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wshadow -O2 -o $@ $< -lcrypto
all: $(B)/qingfeng-verify
unit test-installed: $(B)/qingfeng-verify
