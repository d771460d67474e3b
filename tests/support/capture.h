/* capture.h: what a piece of a test writes to a file descriptor, as text. */
#ifndef DUBAN_TESTS_CAPTURE_H
#define DUBAN_TESTS_CAPTURE_H

#include <assert.h>
#include <stdio.h>
#include <unistd.h>

struct capture {
    int descriptor;
    int saved;
    FILE *file;
    char text[16384];
};

static inline void capture_begin(struct capture *capture, int descriptor)
{
    fflush(NULL);
    capture->descriptor = descriptor;
    capture->saved = dup(descriptor);
    capture->file = tmpfile();
    assert(capture->saved >= 0 && capture->file != NULL);
    int moved = dup2(fileno(capture->file), descriptor);
    assert(moved == descriptor);
}

static inline const char *capture_end(struct capture *capture)
{
    fflush(NULL);
    int moved = dup2(capture->saved, capture->descriptor);
    assert(moved == capture->descriptor);
    close(capture->saved);
    rewind(capture->file);
    size_t length = fread(capture->text, 1, sizeof(capture->text) - 1, capture->file);
    capture->text[length] = '\0';
    fclose(capture->file);
    return capture->text;
}

#endif
