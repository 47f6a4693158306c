/* The main of a fuzz harness in the ordinary test run: every file of the corpus once, in the order
 * of their names. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Gives the harness just the bytes there are, so that a read past them is seen. */
static int replay(const char *folder, const char *name)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return -1;
    FILE *file = fopen(path, "rb");
    if (!file)
        return -1;
    const long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    rewind(file);
    uint8_t *data = size >= 0 ? malloc(size > 0 ? (size_t)size : 1) : NULL;
    const bool whole = data && fread(data, 1, (size_t)size, file) == (size_t)size;
    fclose(file);
    if (whole)
        LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    return whole ? 0 : -1;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **names;
    const int count = argc == 2 ? scandir(argv[1], &names, visible, alphasort) : -1;
    if (count <= 0) {
        fprintf(stderr, "no corpus: %s\n", argc == 2 ? argv[1] : "usage: fuzz-NAME FOLDER");
        return 1;
    }
    int failed = 0;
    for (int i = 0; i < count; i++) {
        if (!failed && replay(argv[1], names[i]->d_name) != 0) {
            fprintf(stderr, "cannot read %s/%s\n", argv[1], names[i]->d_name);
            failed = 1;
        }
        free(names[i]);
    }
    free(names);
    if (!failed)
        printf("%d inputs replayed\n", count);
    return failed;
}
