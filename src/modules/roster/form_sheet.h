/* form_sheet.h: a 干部任免审批表 as it stands on paper: which text stands in which cell, how large, and what goes on
 * continuation pages. HTML (form_html.c) and .docx (form_word.c) are both made from it, so both break the same way.
 *
 * Rows have exact heights; a text shrinks by half points until it fits, from 14 to 5 points; one that does not fit even
 * so is named in `over`. A resume shrinks to 9 points and then goes on on a page of its own; ten members of the family
 * stand on side 2 (rows get lower from the eighth), more follow there. Widths and heights: doc/forms.md. */
#ifndef QF_ROSTER_FORM_SHEET_H
#define QF_ROSTER_FORM_SHEET_H

#include "roster/lrmx.h"

enum sheet_cell {
    CELL_NAME,
    CELL_SEX,
    CELL_BIRTH,
    CELL_ETHNICITY,
    CELL_NATIVE,
    CELL_BIRTH_PLACE,
    CELL_PARTY,
    CELL_WORK,
    CELL_RETIRE, /* version 4 */
    CELL_HEALTH,
    CELL_TITLE,
    CELL_EXPERTISE,
    CELL_FULL_EDUCATION,
    CELL_FULL_DEGREE,
    CELL_FULL_SCHOOL,
    CELL_FULL_DEGREE_SCHOOL,
    CELL_IN_EDUCATION,
    CELL_IN_DEGREE,
    CELL_IN_SCHOOL,
    CELL_IN_DEGREE_SCHOOL,
    CELL_POST,
    CELL_PROPOSED,
    CELL_REMOVED,
    CELL_AWARDS,
    CELL_APPRAISAL,
    CELL_REASON,
    SHEET_CELLS
};
struct sheet_text {
    const char *text; /* "" for nothing; \n between lines */
    int size;         /* half points */
};
struct sheet_period {
    const char *dates, *text; /* dates NULL: a paragraph without */
};
struct sheet_kin {
    struct sheet_text relation, name, age, politics, work;
};
struct sheet_more { /* a continuation page: periods and members from .. to - 1 */
    int period_from, period_to, kin_from, kin_to;
};
enum { SHEET_KIN = 7, SHEET_KIN_MOST = 10, SHEET_MORE = 40 };
struct sheet {
    bool v4;
    const char *name;
    struct sheet_text cells[SHEET_CELLS];
    struct sheet_period *periods;
    int n_periods, periods_here;  /* of them on side 1 */
    int resume_size, resume_line; /* half points; height of a line in twentieths of a point */
    struct sheet_kin *kin;
    int n_kin, kin_here, kin_height; /* on side 2; twips of their rows */
    struct sheet_more more[SHEET_MORE];
    int n_more;
    const char *reporting_unit, *day, *filled_by; /* day as 2026年11月23日, or "" */
    struct form_photo photo;                      /* kind NULL: none */
    const char *over[SHEET_CELLS + 1];            /* labels of cells whose text does not fit: keys of texts */
    int n_over;
};

/* f: understood (form_read_lrmx, or form_understand over the raw of form_of_member); day ages are counted to where the
 * form names none. v4: the version printed. arena. */
struct sheet *sheet_of_form(struct arena *a, const struct form *f, bool v4, struct date day);

#endif
