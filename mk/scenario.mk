# make scenario DB=FILE: a year of matters, 2016, entered over HTTP as its users would (demo/figures/README.md)
ACCOUNTS ?=
.PHONY: scenario
scenario: $(BIN) ## DB=FILE: an invented district and its year 2016: 51 reminders, 19 inquiries, 145 talks and admonitions
	@test -n "$(DB)" || { echo "say where: make scenario DB=/tmp/figures.db" >&2; exit 2; }
	@node demo/figures/scenario.mjs $(BIN) "$(DB)" $(ACCOUNTS)
