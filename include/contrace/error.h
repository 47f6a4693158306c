/* contrace/error.h -- how a function says that it failed, and why.
 *
 * Errors:    every function that can fail returns a ct_status, which must be looked at; the last
 *            argument, a ct_err, gets the words. NULL is allowed there.
 * Ownership: a ct_err is the caller's, of fixed size; nothing is allocated on the way out.
 * Threads:   no state is shared. */
#ifndef CONTRACE_ERROR_H
#define CONTRACE_ERROR_H

#define CT_MUST_CHECK        __attribute__((warn_unused_result))
#define CT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

typedef enum ct_status {
    CT_OK = 0,
    CT_END,    /* nothing more to read: not a failure, *err is untouched */
    CT_EROW,   /* this record is bad; the next one can be read */
    CT_EINPUT, /* the stream is bad: truncated, no header, a needed column missing */
    CT_EIO,    /* the system refused: open, read, write, rename, a full disk */
    CT_ENOMEM, /* no memory */
    CT_ERANGE, /* an argument is outside what the header allows, or a value cannot be read as asked
                */
    CT_ESTOP,  /* a callback asked to stop */
} ct_status;

typedef struct ct_err {
    ct_status status;
    char text[480]; /* lower case, fault first, then where, then the mend; no newline */
} ct_err;

/* Fills *err (NULL is allowed; text too long is cut) and returns status, so that a function can say
 * `return ct_fail(err, CT_EINPUT, "...")`. */
ct_status ct_fail(ct_err *err, ct_status status, const char *fmt, ...) CT_PRINTF(3, 4);

/* The same, with ": " and the system's words for errno_value behind the text. */
ct_status ct_fail_errno(ct_err *err, ct_status status, int errno_value, const char *fmt, ...)
    CT_PRINTF(4, 5);

/* Leaves the function with the status of expr unless that is CT_OK. */
#define CT_TRY(expr)                                                                               \
    do {                                                                                           \
        const ct_status ct_try_status_ = (expr);                                                   \
        if (ct_try_status_ != CT_OK)                                                               \
            return ct_try_status_;                                                                 \
    } while (0)

#endif
