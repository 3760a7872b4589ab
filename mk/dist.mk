# What goes to offices: make dist (a tarball with its libraries), make deb (a Debian package); make arm64 (the same program
# for ARM64, built here, its version asked under emulation). All into build/out.
OUT := build/out
.PHONY: dist deb arm64 test-arm64
dist: $(B)/dist/qingfeng $(B)/dist/qingfeng-verify $(BIN) $(B)/qingfeng-verify ## a tarball that runs without installing anything
	@packaging/dist.sh $(B) $(OUT)
deb: $(BIN) $(B)/qingfeng-verify ## a Debian package with the systemd unit
	@packaging/deb.sh $(B) $(OUT)

# the run path of a program counts for the libraries of its libraries too only in the old form
BESIDE := -Wl,--disable-new-dtags,-rpath,'$$ORIGIN/lib'
$(B)/dist/qingfeng: $(B)/src/main.o $(LIB)
	@mkdir -p $(@D)
	$(SAY)$(CC) $(ALL_CFLAGS) -o $@ $< $(LIB) $(LIBS) $(BESIDE)
$(B)/dist/qingfeng-verify: tools/qingfeng_verify.c
	@mkdir -p $(@D)
	$(SAY)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -o $@ $< -lcrypto $(BESIDE)

ARM := build/arm64
arm64: ## cross-build for ARM64
	@tools/setup.sh arm64
	@packaging/arm64.sh $(ARM)
	@$(MAKE) --no-print-directory -s -j$$(nproc) B=$(ARM)/release HOSTCC=gcc CC=aarch64-linux-gnu-gcc LD=aarch64-linux-gnu-ld \
		AR=aarch64-linux-gnu-ar SYSROOT=$(CURDIR)/$(ARM)/root CFLAGS=--sysroot=$(CURDIR)/$(ARM)/root $(ARM)/release/qingfeng
	@qemu-aarch64-static -L $(ARM)/root $(ARM)/release/qingfeng --version

test-arm64: arm64 $(BIN)
	@$(WITH_PG) test/run.sh test/arm64.sh
