.PHONY: golden
golden: ## write the golden answers of the page tests and the table of permissions anew; review their difference
	@QF_GOLDEN=write $(MAKE) --no-print-directory unit T=findings/test/pages
	@QF_GOLDEN=write $(MAKE) --no-print-directory unit T=admin/test/routes
