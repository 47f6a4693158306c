/* reader_state.h -- what a reader is made of, for the two ways to go on behind a header: record by
 * record (reader.c), and in parts (part.c). */
#ifndef CONTRACE_IO_READER_STATE_H
#define CONTRACE_IO_READER_STATE_H

#include "contrace/reader.h"
#include "decoder.h"

struct ct_reader {
    ct_reader_options options;
    const char *const *paths;
    size_t path_count, path_next;
    ct_source *source;    /* the present file's; NULL: at its end, or before the first */
    const char *file;     /* its name; lent */
    uint64_t file_number; /* from 1 */
    ct_window window;
    ct_binding binding;
    void *blank; /* a record with every field missing */
    ct_decoder decoder;
    uint64_t records, rejects, passed;
    uint64_t bytes_done, bytes_all; /* of the files before this one; of all, 0 if not known */
    bool in_parts;
    bool at_header;         /* in parts: the header is in hand, its records are not */
    uint64_t bytes_settled; /* in parts: those of the last part settled, and before it */
    uint64_t next_line;     /* in parts: the line that the next part to be settled begins with */
};

/* Opens the next file that may have records, and reads its header. CT_END: there is none. */
CT_MUST_CHECK ct_status ct_reader_next_file(ct_reader *reader, ct_err *err);
void ct_reader_close_file(ct_reader *reader);

/* Counts a reject and hands it on. */
CT_MUST_CHECK ct_status ct_reader_set_aside(ct_reader *reader, const ct_reject *reject,
                                            ct_err *err);

uint64_t ct_reader_taken(const ct_reader *reader); /* bytes of all files, as far as they are read */

#endif
