# Lines covered by the unit tests, by folder; what no test process linked counts as not built and is not listed.
.PHONY: coverage
coverage: ## lines covered by the unit tests on both databases, by folder
	@$(MAKE) --no-print-directory MODE=cov test-installed || true
	@tools/coverage.sh build/cov
