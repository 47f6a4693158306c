/* csv.h -- CSV (RFC 4180) to rows.
 *
 * Beyond the RFC: any delimiter; LF or CRLF at each line; a quote inside an unquoted field is a
 * character like others as long as the record is on one line. A record that goes wrong after a
 * quote was opened, or is too long, costs its first line only. */
#ifndef CONTRACE_IO_CSV_H
#define CONTRACE_IO_CSV_H

#include "row.h"
#include "window.h"

typedef enum ct_csv_state {
    CT_CSV_PLAIN,   /* at the start of a field or inside an unquoted one */
    CT_CSV_QUOTED,  /* inside quotes */
    CT_CSV_CLOSED,  /* behind a quote that may have ended the field */
    CT_CSV_SPOILED, /* the line is bad: on to its end */
} ct_csv_state;

/* All offsets count from the start of the record, so that the window may move its bytes. */
typedef struct ct_csv {
    ct_window *window; /* lent */
    size_t columns;    /* of the header, and the room in `spans`; 0: any number, none kept */
    ct_span *spans;
    ct_buf scratch; /* fields without their doubled quotes */
    uint64_t line;  /* the next record's */

    ptrdiff_t block;  /* what is being scanned; may begin in the record before */
    uint64_t special; /* the bytes in it that matter and are not dealt with yet */
    bool odd;         /* it holds NUL or bytes beyond ASCII */
    bool holds;       /* the scratch buffer keeps all that was unescaped */
    char delimiter;

    ct_csv_state state;
    size_t count;      /* fields ended so far */
    size_t field;      /* where the present one begins */
    size_t closed;     /* where the last quote was that may have ended it */
    size_t feeds;      /* LFs inside quotes so far */
    size_t first_feed; /* where the first one was */
    const char *fault; /* why it is spoiled */
    size_t looked;     /* then: how far it was looked at to tell */
    bool doubled;      /* the present field has doubled quotes */
    bool any_doubled;  /* some field has */
    bool stray;        /* a quote inside an unquoted field */
    bool strange;      /* some block of the record is odd */

    size_t length;   /* bytes of the record, without its line end */
    size_t used;     /* bytes of it and its line end: those of the row given last */
    uint64_t blanks; /* blank lines met that are not given yet: rows, if another follows */
    bool rows_due;   /* it did */
    bool skip;       /* the row given last goes on for longer than is in hand */
    bool headless;   /* the columns are not a header's */
    char words[96];  /* for the reason */
} ct_csv;

/* Starts over at the window's first byte, which is on line `line`. Zero-initialised is a fresh one.
 * Before the header is read, `columns` is 0. */
void ct_csv_start(ct_csv *csv, ct_window *window, char delimiter, uint64_t line);

/* Reads the header: its names are row's fields, lent until the next call. Wrong quotes and the like
 * are row->reason. CT_END if there is none. */
CT_MUST_CHECK ct_status ct_csv_header(ct_csv *csv, ct_row *row, ct_err *err);

/* There is no header, but each row has so many fields. */
CT_MUST_CHECK ct_status ct_csv_headless(ct_csv *csv, size_t columns, ct_err *err);

/* Gives the next row, lent until the next call; CT_END at the end. */
CT_MUST_CHECK ct_status ct_csv_next(ct_csv *csv, ct_row *row, ct_err *err);

/* Starts over in the middle of a file, at the start of a record, which counts as line 1. `like` has
 * read the header. All of the window must be in hand; texts are then lent as long as it is. */
CT_MUST_CHECK ct_status ct_csv_resume(ct_csv *csv, ct_window *window, const ct_csv *like,
                                      ct_err *err);

/* Lets go of the row given last: the window begins with the next record. */
CT_MUST_CHECK ct_status ct_csv_leave(ct_csv *csv, ct_err *err);

/* Where the first `len` bytes in hand may be cut, so that ct_csv_next() finds in the parts what it
 * would find in one; the window begins with a record. */
ct_cut ct_csv_cut(const ct_csv *csv, const ct_window *window, size_t len);

/* The delimiter that stands most often in a line, outside of quotes. */
char ct_csv_delimiter(ct_str line);

void ct_csv_release(ct_csv *csv);

#endif
