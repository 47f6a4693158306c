/* The CSV codec against a plain model of what it should do, on every short text over an alphabet of
 * nasty characters, and on longer ones by chance, however few bytes come at a time. */
#include "../unit/rows.h"

static uint64_t random_state = 1;

/* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014 */
static size_t random_below(size_t n)
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((z ^ (z >> 31)) % n);
}

/* --- the model: one character after the other, over a text ended by NUL --- */

typedef struct model {
    const char *at;
    const char *fault;
    ct_buf fields[3];
    size_t count, feeds;
    bool stray;
} model;

/* Is this the end of a line, or of the text? */
static bool line_ends(const char *at)
{
    at += *at == '\r';
    return *at == '\n' || *at == '\0';
}

static void keep(model *m, char c)
{
    if (m->count < 3)
        rows_add(&m->fields[m->count], (ct_str){&c, 1});
}

static void quoted_field(model *m)
{
    for (m->at++;; m->at++) {
        if (*m->at == '\0')
            m->fault = "quote never closed";
        if (*m->at == '\n' && m->stray)
            m->fault = "quote inside an unquoted field";
        if (m->fault != NULL)
            return;
        m->feeds += *m->at == '\n';
        if (*m->at == '"' && *++m->at != '"')
            break;
        keep(m, *m->at);
    }
    if (*m->at != ',' && !line_ends(m->at))
        m->fault = "text behind a closing quote";
}

static void plain_field(model *m)
{
    for (; *m->at != ',' && !line_ends(m->at); m->at++) {
        m->stray |= *m->at == '"';
        if (*m->at == '"' && m->feeds > 0)
            m->fault = "quote inside an unquoted field";
        if (m->fault != NULL)
            return;
        keep(m, *m->at);
    }
}

static void model_record(model *m)
{
    for (m->count = 0;; m->at++) {
        if (m->count < 3)
            m->fields[m->count].len = 0;
        if (*m->at == '"')
            quoted_field(m);
        else
            plain_field(m);
        m->count++;
        if (m->fault != NULL || *m->at != ',')
            return;
    }
}

static ct_str without_line_end(const char *from, const char *to)
{
    to -= to > from && to[-1] == '\n';
    to -= to > from && to[-1] == '\r';
    return (ct_str){from, (size_t)(to - from)};
}

static void add_reject(ct_buf *words, size_t line, const char *reason, ct_str raw)
{
    rows_reject(&(ct_reject){.file = "", .line = line, .reason = reason, .record = raw}, words,
                NULL);
}

/* Gives the words for a text whose header has `columns` columns, and is the first line. */
static char *model_words(const char *text, size_t columns)
{
    ct_buf words = {0};
    model m = {.at = strchr(text, '\n') + 1};
    size_t line = 2, blanks = 0;
    while (*m.at != '\0') {
        const char *from = m.at;
        m.fault = NULL;
        m.feeds = 0;
        m.stray = false;
        model_record(&m);
        if (m.fault != NULL) {
            m.feeds = 0;
            m.at = from + strcspn(from, "\n");
        }
        m.at += *m.at == '\r';
        m.at += *m.at == '\n';
        const ct_str raw = without_line_end(from, m.at);
        if (raw.len == 0) {
            blanks += columns == 1;
            line++;
            continue;
        }
        for (; blanks > 0; blanks--)
            rows_add(&words, CT_STR("||\n"));
        char count[96];
        (void)snprintf(count, sizeof count, "too %s fields: %zu where the header has %zu",
                       m.count < columns ? "few" : "many", m.count, columns);
        if (m.fault == NULL && m.count != columns)
            m.fault = count;
        if (m.fault != NULL)
            add_reject(&words, line, m.fault, raw);
        else
            rows_add_record(&words,
                            &(rows_record){ct_buf_str(&m.fields[0]),
                                           columns > 1 ? ct_buf_str(&m.fields[1]) : (ct_str){0},
                                           (ct_str){0}});
        line += m.feeds + 1;
    }
    for (int i = 0; i < 3; i++)
        ct_buf_release(&m.fields[i]);
    rows_add(&words, (ct_str){"", 1});
    return words.ptr;
}

/* --- the tests --- */

static void check(const char *text, size_t columns)
{
    char *expected = model_words(text, columns);
    char *words = rows_of_memory(ct_str_of(text), NULL);
    if (strcmp(words, expected) != 0)
        fail_msg("of:\n%s\ncame:\n%s\nbut should:\n%s", text, words, expected);
    free(words);
    free(expected);
}

/* Every text of up to `longest` characters behind the header. */
static void check_all(const char *header, size_t columns, const char *alphabet, size_t longest)
{
    char text[32];
    const size_t letters = strlen(alphabet), start = strlen(header);
    size_t count = 1;
    memcpy(text, header, start);
    for (size_t len = 0; len <= longest; len++, count *= letters) {
        for (size_t n = 0; n < count; n++) {
            size_t rest = n;
            for (size_t i = 0; i < len; i++, rest /= letters)
                text[start + i] = alphabet[rest % letters];
            text[start + len] = '\0';
            check(text, columns);
        }
    }
}

static void every_short_text(void **state)
{
    (void)state;
    check_all("a,b\n", 2, ",\"\na", 7);
    check_all("a,b\n", 2, ",\"\n\ra", 5);
    check_all("a\n", 1, "\"\n\r", 7);
}

static void longer_texts_by_chance(void **state)
{
    (void)state;
    static const char *const alphabets[] = {",\"\n\ra", ",\"\"aa\n", "aaaa,,\n\"", "\"\n",
                                            "\"a\n,,,"};
    char folder[] = "/tmp/contrace-csv-XXXXXX";
    assert_non_null(mkdtemp(folder));
    for (int round = 0; round < 3000; round++) {
        char text[400] = "a,b\n";
        const char *alphabet = alphabets[random_below(5)];
        const size_t len = 4 + random_below(sizeof text - 5);
        for (size_t i = 4; i < len; i++)
            text[i] = alphabet[random_below(strlen(alphabet))];
        check(text, 2);
        if (round % 3 != 0)
            continue;
        char *path = rows_file(folder, "a", ct_str_of(text));
        rows_chunk = 1 + random_below(130);
        char *words = rows_of_files((const char *const[]){path}, 1, CT_FORMAT_CSV);
        rows_chunk = SIZE_MAX;
        char *expected = model_words(text, 2);
        assert_string_equal(words, expected);
        unlink(path);
        free(expected);
        free(words);
        free(path);
    }
    rmdir(folder);
}

/* Well-formed texts: fields of any characters, quoted where they must be or by chance. */
static void what_is_quoted_rightly_comes_back(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",        "\"", ",", "\n",       "\r\n",
                                         "\xc3\xa9", " ",  ";", "long text"};
    for (int round = 0; round < 2000; round++) {
        ct_buf text = {0}, expected = {0};
        rows_add(&text, CT_STR("a,b,c\n"));
        const size_t records = random_below(8);
        for (size_t i = 0; i < 3 * records; i++) {
            ct_buf field = {0};
            for (size_t k = random_below(6); k > 0; k--)
                rows_add(&field, ct_str_of(pieces[random_below(9)]));
            bool quote = random_below(3) == 0;
            for (size_t k = 0; k < field.len; k++)
                quote |= strchr("\",\r\n", field.ptr[k]) != NULL;
            if (quote)
                rows_add(&text, CT_STR("\""));
            for (size_t k = 0; k < field.len; k++) {
                if (field.ptr[k] == '"')
                    rows_add(&text, CT_STR("\""));
                rows_add(&text, (ct_str){field.ptr + k, 1});
            }
            if (quote)
                rows_add(&text, CT_STR("\""));
            rows_add_short(&expected, ct_buf_str(&field));
            rows_add(&expected, i % 3 < 2 ? CT_STR("|") : CT_STR("\n"));
            const bool last = i + 1 == 3 * records;
            rows_add(&text, i % 3 < 2                      ? CT_STR(",")
                            : last && random_below(2) == 0 ? CT_STR("")
                            : random_below(2) == 0         ? CT_STR("\r\n")
                                                           : CT_STR("\n"));
            ct_buf_release(&field);
        }
        rows_add(&expected, (ct_str){"", 1});
        char *words = rows_of_memory(ct_buf_str(&text), NULL);
        assert_string_equal(words, expected.ptr);
        free(words);
        ct_buf_release(&text);
        ct_buf_release(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_short_text),
        cmocka_unit_test(longer_texts_by_chance),
        cmocka_unit_test(what_is_quoted_rightly_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
