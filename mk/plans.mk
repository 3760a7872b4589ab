# The test of query plans sees every statement that is prepared.
$(B)/src/modules/admin/test/plans_test: LIBS += -Wl,--wrap=sqlite3_prepare_v3
