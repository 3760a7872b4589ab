.PHONY: golden
golden: ## write the golden answers of the page tests anew; review their difference
	@QF_GOLDEN=write $(MAKE) --no-print-directory unit T=findings/test/pages
