/* form_word.c: see form_word.h. Rows of exact height in fixed tables, two kinds of page, lines of exact height: nothing
 * is left to whoever opens it. */
#include "roster/form_word.h"

#include <string.h>

#include "base/buf.h"
#include "doc/word.h"

enum { INSIDE = 74, LABEL = 28 };

static const int side_1[] = {784, 236, 1305, 1063, 1302, 1315, 1330, 2058},
                 side_2[] = {742, 1092, 1274, 574, 1008, 98, 784, 3849};

struct word {
    struct buf b;
    const struct sheet *s;
    const int *columns;
    int at; /* column of the next cell */
};

enum merge { ALONE, MERGE_FIRST, MERGE_REST };

/* ---- paragraphs ---- */
static void text_run(struct buf *b, int size, const char *text, size_t n)
{
    buf_printf(b,
               "<w:r><w:rPr><w:rFonts w:ascii=\"SimSun\" w:hAnsi=\"SimSun\" w:eastAsia=\"SimSun\"/><w:sz w:val=\"%d\"/>"
               "<w:szCs w:val=\"%d\"/></w:rPr><w:t xml:space=\"preserve\">",
               size, size);
    buf_html(b, arena_strndup(b->arena, text, n));
    buf_puts(b, "</w:t></w:r>");
}

static void begin_paragraph(struct buf *b, const char *align, int line, int left, int hanging)
{
    buf_printf(
        b,
        "<w:p><w:pPr><w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:snapToGrid w:val=\"0\"/><w:spacing "
        "w:before=\"0\" w:after=\"0\" w:line=\"%d\" "
        "w:lineRule=\"exact\"/><w:ind w:left=\"%d\" w:right=\"%d\" w:hanging=\"%d\"/><w:jc w:val=\"%s\"/></w:pPr>",
        line, left, left > 0 ? INSIDE : 0, hanging, align);
}

static void paragraphs(struct buf *b, const char *align, int size, int left, const char *text)
{
    for (;;) {
        size_t n = strcspn(text, "\n");
        begin_paragraph(b, align, size * 114 / 10, left, 0);
        if (n > 0)
            text_run(b, size, text, n);
        buf_puts(b, "</w:p>");
        if (text[n] == '\0')
            return;
        text += n + 1;
    }
}

/* ---- tables ---- */
static void begin_table(struct word *w, const int *columns)
{
    int sum = 0;
    w->columns = columns;
    for (int i = 0; i < 8; i++)
        sum += columns[i];
    buf_printf(
        &w->b,
        "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblBorders><w:top w:val=\"single\" w:sz=\"6\"/><w:left "
        "w:val=\"single\" w:sz=\"6\"/><w:bottom w:val=\"single\" w:sz=\"6\"/><w:right w:val=\"single\" w:sz=\"6\"/>"
        "<w:insideH w:val=\"single\" w:sz=\"6\"/><w:insideV w:val=\"single\" w:sz=\"6\"/></w:tblBorders><w:tblLayout "
        "w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/>"
        "</w:tblCellMar></w:tblPr><w:tblGrid>",
        sum);
    for (int i = 0; i < 8; i++)
        buf_printf(&w->b, "<w:gridCol w:w=\"%d\"/>", columns[i]);
    buf_puts(&w->b, "</w:tblGrid>");
}

static void row(struct word *w, int height)
{
    buf_printf(&w->b, "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"%d\" w:hRule=\"exact\"/></w:trPr>", height);
    w->at = 0;
}

static void end_row(struct word *w)
{
    buf_puts(&w->b, "</w:tr>");
}

static void begin_cell(struct word *w, int span, enum merge merge, const char *valign)
{
    int width = 0;
    for (int i = 0; i < span; i++)
        width += w->columns[w->at++];
    buf_printf(&w->b,
               "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/><w:gridSpan w:val=\"%d\"/>%s<w:vAlign w:val=\"%s\"/>"
               "</w:tcPr>",
               width, span,
               merge == ALONE         ? ""
               : merge == MERGE_FIRST ? "<w:vMerge w:val=\"restart\"/>"
                                      : "<w:vMerge/>",
               valign);
}

static void end_cell(struct word *w)
{
    buf_puts(&w->b, "</w:tc>");
}

static void label(struct word *w, int span, enum merge merge, int size, const char *text)
{
    begin_cell(w, span, merge, "center");
    paragraphs(&w->b, "center", size, 0, merge == MERGE_REST ? "" : text);
    end_cell(w);
}

static void value(struct word *w, int span, const struct sheet_text *t, bool left)
{
    begin_cell(w, span, ALONE, "center");
    paragraphs(&w->b, left ? "left" : "center", t->size, left ? INSIDE : 0, t->text);
    end_cell(w);
}

static void cell(struct word *w, int span, enum sheet_cell c)
{
    bool left = c >= CELL_POST || c == CELL_FULL_SCHOOL || c == CELL_FULL_DEGREE_SCHOOL || c == CELL_IN_SCHOOL ||
                c == CELL_IN_DEGREE_SCHOOL;
    value(w, span, &w->s->cells[c], left);
}

static void photo_cell(struct word *w, enum merge merge)
{
    const struct form_photo *p = &w->s->photo;
    begin_cell(w, 1, merge, "center");
    if (merge != MERGE_FIRST || p->kind == NULL) {
        paragraphs(&w->b, "center", LABEL, 0, "");
    } else {
        int width = 2000, height = 2700;
        if (p->width > 0 && p->height > 0 && p->width * height > p->height * width)
            height = (int)((int64_t)width * p->height / p->width);
        else if (p->width > 0 && p->height > 0)
            width = (int)((int64_t)height * p->width / p->height);
        buf_puts(&w->b, "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/><w:jc w:val=\"center\"/></w:pPr>");
        word_picture_put(&w->b, width, height);
        buf_puts(&w->b, "</w:p>");
    }
    end_cell(w);
}

/* ---- the pages ---- */
/* last: the page's own properties at the end of the body, else in a paragraph of no height. */
static void section(struct buf *b, bool second, bool last)
{
    if (!last)
        buf_puts(b, "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>");
    buf_printf(
        b,
        "<w:sectPr><w:type w:val=\"nextPage\"/><w:pgSz w:w=\"11907\" w:h=\"16840\"/><w:pgMar w:top=\"%d\" "
        "w:right=\"1134\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"0\" w:footer=\"0\" w:gutter=\"0\"/></w:sectPr>",
        second ? 1621 : 629, second ? 567 : 680, second ? 1191 : 1247);
    if (!last)
        buf_puts(b, "</w:pPr></w:p>");
}

static void periods(struct word *w, int from, int to, int height)
{
    const struct sheet *s = w->s;
    int em = s->resume_size * 10;
    row(w, height);
    label(w, 1, ALONE, LABEL, "简\n\n\n\n\n历");
    begin_cell(w, 7, ALONE, "top");
    begin_paragraph(&w->b, "left", 100, INSIDE, 0);
    buf_puts(&w->b, "</w:p>");
    for (int i = from; i < to; i++) {
        const struct sheet_period *p = &s->periods[i];
        if (p->dates == NULL && i > from && s->periods[i - 1].dates != NULL) {
            begin_paragraph(&w->b, "left", s->resume_line, INSIDE, 0);
            buf_puts(&w->b, "</w:p>");
        }
        begin_paragraph(&w->b, "left", s->resume_line, INSIDE + (p->dates == NULL ? 0 : 9 * em),
                        p->dates == NULL ? 0 : 9 * em);
        if (p->dates != NULL) {
            text_run(&w->b, s->resume_size, p->dates, strlen(p->dates));
            buf_puts(&w->b, "<w:r><w:tab/></w:r>");
        }
        text_run(&w->b, s->resume_size, p->text, strlen(p->text));
        buf_puts(&w->b, "</w:p>");
    }
    end_cell(w);
    end_row(w);
}

static void person(struct word *w)
{
    bool v4 = w->s->v4;
    row(w, 709);
    label(w, 2, ALONE, LABEL, "姓　名");
    cell(w, 1, CELL_NAME);
    label(w, 1, ALONE, LABEL, "性　别");
    cell(w, 1, CELL_SEX);
    label(w, 1, ALONE, LABEL, "出生年月\n（岁）");
    cell(w, 1, CELL_BIRTH);
    photo_cell(w, MERGE_FIRST);
    end_row(w);
    row(w, 692);
    label(w, 2, ALONE, LABEL, "民　族");
    cell(w, 1, CELL_ETHNICITY);
    label(w, 1, ALONE, LABEL, "籍　贯");
    cell(w, 1, CELL_NATIVE);
    label(w, 1, ALONE, LABEL, "出 生 地");
    cell(w, 1, CELL_BIRTH_PLACE);
    photo_cell(w, MERGE_REST);
    end_row(w);
    row(w, 680);
    label(w, 2, ALONE, LABEL, "入　党\n时　间");
    cell(w, 1, CELL_PARTY);
    label(w, 1, ALONE, LABEL, "参加工\n作时间");
    cell(w, 1, CELL_WORK);
    label(w, 1, ALONE, LABEL, v4 ? "到龄时间" : "健康状况");
    cell(w, 1, v4 ? CELL_RETIRE : CELL_HEALTH);
    photo_cell(w, MERGE_REST);
    end_row(w);
    row(w, v4 ? 680 : 709);
    label(w, 2, ALONE, v4 ? LABEL : 24, v4 ? "健　康\n状　况" : "专业技\n术职务");
    if (v4) {
        cell(w, 1, CELL_HEALTH);
        label(w, 1, ALONE, 24, "专业技\n术职务");
    }
    cell(w, v4 ? 1 : 2, CELL_TITLE);
    label(w, 1, ALONE, 24, "熟悉专业\n有何专长");
    cell(w, v4 ? 1 : 2, CELL_EXPERTISE);
    photo_cell(w, MERGE_REST);
    end_row(w);
}

static void schooling(struct word *w)
{
    for (int i = 0; i < 4; i++) {
        bool full = i < 2, upper = i % 2 == 0;
        enum sheet_cell c = full ? CELL_FULL_EDUCATION : CELL_IN_EDUCATION;
        row(w, 346);
        label(w, 2, i == 0 ? MERGE_FIRST : MERGE_REST, LABEL, "学　历\n学　位");
        label(w, 1, upper ? MERGE_FIRST : MERGE_REST, LABEL, full ? "全日制\n教　育" : "在　职\n教　育");
        cell(w, 2, c + !upper);
        label(w, 1, upper ? MERGE_FIRST : MERGE_REST, LABEL, "毕业院校\n系及专业");
        cell(w, 2, c + 2 + !upper);
        end_row(w);
    }
}

static void first_side(struct word *w)
{
    static const struct {
        const char *label;
        enum sheet_cell cell;
    } posts[] = {{"现 任 职 务", CELL_POST}, {"拟 任 职 务", CELL_PROPOSED}, {"拟 免 职 务", CELL_REMOVED}};
    begin_paragraph(&w->b, "center", 900, 0, 0);
    text_run(&w->b, 48, "干  部  任  免  审  批  表", strlen("干  部  任  免  审  批  表"));
    buf_puts(&w->b, "</w:p>");
    begin_table(w, side_1);
    person(w);
    schooling(w);
    for (int i = 0; i < 3; i++) {
        row(w, 679);
        label(w, 3, ALONE, LABEL, posts[i].label);
        cell(w, 5, posts[i].cell);
        end_row(w);
    }
    periods(w, 0, w->s->periods_here, 7133);
    buf_puts(&w->b, "</w:tbl>");
}

static void members(struct word *w, const char *title, int from, int to, int least, int height)
{
    static const struct sheet_kin none = {{"", 28}, {"", 28}, {"", 28}, {"", 28}, {"", 28}};
    row(w, 646);
    label(w, 1, MERGE_FIRST, LABEL, title);
    label(w, 1, ALONE, LABEL, "称　谓");
    label(w, 1, ALONE, LABEL, "姓　名");
    label(w, 1, ALONE, LABEL, "年龄");
    label(w, 1, ALONE, LABEL, "政治\n面貌");
    label(w, 3, ALONE, LABEL, "工 作 单 位 及 职 务");
    end_row(w);
    for (int i = from; i < to || i < from + least; i++) {
        const struct sheet_kin *k = i < to ? &w->s->kin[i] : &none;
        row(w, height);
        label(w, 1, MERGE_REST, LABEL, "");
        value(w, 1, &k->relation, false);
        value(w, 1, &k->name, false);
        value(w, 1, &k->age, false);
        value(w, 1, &k->politics, false);
        value(w, 3, &k->work, true);
        end_row(w);
    }
}

static void place(struct word *w, int span, const char *align, const char *text)
{
    begin_cell(w, span, ALONE, "center");
    paragraphs(&w->b, align, LABEL, INSIDE * 4, text);
    end_cell(w);
}

static void opinions(struct word *w)
{
    const struct sheet *s = w->s;
    const char *day = *s->day != '\0' ? s->day : "年　　月　　日";
    row(w, 2069);
    label(w, 1, ALONE, LABEL, "呈\n报\n单\n位");
    place(w, 7, "right", arena_printf(w->b.arena, "%s\n\n%s", s->reporting_unit, day));
    end_row(w);
    row(w, 2019);
    label(w, 1, ALONE, LABEL, "审意\n批　\n机　\n关见");
    place(w, 5, "right", "（盖章）\n\n年　　月　　日");
    label(w, 1, ALONE, LABEL, "行任\n政免\n机意\n关见");
    place(w, 1, "right", "（盖章）\n\n年　　月　　日");
    end_row(w);
}

static void second_side(struct word *w)
{
    const struct sheet *s = w->s;
    static const struct {
        const char *label;
        enum sheet_cell cell;
        int height;
    } texts[] = {{"奖\n惩\n情\n况", CELL_AWARDS, 1418},
                 {"年核\n度结\n考果", CELL_APPRAISAL, 1021},
                 {"任\n免\n理\n由", CELL_REASON, 1361}};
    begin_table(w, side_2);
    for (int i = 0; i < 3; i++) {
        row(w, texts[i].height);
        label(w, 1, ALONE, LABEL, texts[i].label);
        cell(w, 7, texts[i].cell);
        end_row(w);
    }
    members(w, "家\n庭\n主\n要\n成\n员\n及\n重\n要\n社\n会\n关\n系", 0, s->kin_here, SHEET_KIN, s->kin_height);
    opinions(w);
    buf_puts(&w->b, "</w:tbl>");
    paragraphs(&w->b, "left", LABEL, INSIDE, arena_printf(w->b.arena, "%s%s", "填表人：", s->filled_by));
}

static void continuation(struct word *w, const struct sheet_more *m)
{
    bool resume = m->period_to > m->period_from;
    begin_paragraph(&w->b, "left", 560, INSIDE, 0);
    const char *head = arena_printf(w->b.arena, "%s%s%s（续）", w->s->name, "：干部任免审批表　",
                                    resume ? "简历" : "家庭主要成员及重要社会关系");
    text_run(&w->b, LABEL, head, strlen(head));
    buf_puts(&w->b, "</w:p>");
    begin_table(w, resume ? side_1 : side_2);
    if (resume)
        periods(w, m->period_from, m->period_to, 13000);
    else
        members(w, "家\n庭\n成\n员", m->kin_from, m->kin_to, 0, 697);
    buf_puts(&w->b, "</w:tbl>");
    begin_paragraph(&w->b, "left", 20, 0, 0); /* a table does not end a document */
    buf_puts(&w->b, "</w:p>");
}

struct err *form_word(struct arena *a, const struct sheet *s, const void **bytes, size_t *n)
{
    struct word w = {.b = BUF(a), .s = s};
    const struct word_picture picture = {s->photo.kind, s->photo.bytes, s->photo.n};
    first_side(&w);
    section(&w.b, false, false);
    second_side(&w);
    for (int i = 0; i < s->n_more; i++) {
        section(&w.b, i == 0, false);
        continuation(&w, &s->more[i]);
    }
    section(&w.b, s->n_more == 0, true);
    return word_file(a, buf_str(&w.b), &picture, bytes, n);
}
