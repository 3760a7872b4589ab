# pictures of every page from a fresh demo district: doc/screens/NAME-1366.png and NAME-390.png
.PHONY: screens
screens: $(BIN) ## photograph every page into doc/screens
	QF_BIN=$(CURDIR)/$(BIN) QF_ROOT=$(CURDIR) node test/journeys/shots.mjs $(PAGES)
