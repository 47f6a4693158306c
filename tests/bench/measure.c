/* measure.c -- runs a command and writes what it took into a file: wall seconds, processor seconds,
 * MiB of memory at the most.
 *
 *   bench-measure FILE COMMAND [ARGUMENT...] */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: bench-measure FILE COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    struct timespec begun, ended;
    struct rusage usage;
    int state;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    const pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &state, 0, &usage) != child) {
        perror("bench-measure");
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    FILE *out = fopen(argv[1], "w");
    if (out == NULL) {
        perror(argv[1]);
        return 1;
    }
    fprintf(out, "%.2f %.2f %ld\n",
            (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9,
            seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss / 1024);
    if (fclose(out) != 0)
        return 1;
    return WIFEXITED(state) ? WEXITSTATUS(state) : 1;
}
