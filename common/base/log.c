/* log.c: formats one line on the stack and hands it to the kernel in one write(2), so that lines of several threads
 * and programs on one pipe stay whole (POSIX promises that up to PIPE_BUF bytes). Rotation and shipping belong to
 * journald.
 *
 * A line's time is read here and nowhere else below the runtime: it never reaches a decision. */
#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <unistr.h>

#include "base/instant.h"
#include "base/text.h"

enum { LINE_BYTES = PIPE_BUF, PROGRAM_BYTES = 32 };

static const char *const level_names[] = {
    [LOG_LEVEL_DEBUG] = "debug",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARN] = "warn",
    [LOG_LEVEL_ERROR] = "error",
};

/* Set by log_init before the program starts a thread. */
static struct {
    atomic_int least;
    bool terminal;
    char program[PROGRAM_BYTES];
} state = {.least = LOG_LEVEL_INFO, .program = "duban"};

struct line {
    size_t length;
    size_t limit; /* leaves room for what must close the line */
    char data[LINE_BYTES];
};

static bool line_add_n(struct line *line, const char *data, size_t bytes)
{
    if (bytes > line->limit - line->length)
        return false;
    memcpy(line->data + line->length, data, bytes);
    line->length += bytes;
    return true;
}

static bool line_add(struct line *line, const char *text)
{
    return line_add_n(line, text, strlen(text));
}

/* How JSON writes this character (RFC 8259 §7), or "" when it stands for itself. Control characters are escaped on a
 * terminal too: what came from outside must not move its cursor. */
static void escape_of(ucs4_t c, bool json, char ret_escape[8])
{
    static const char shorts[][3] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    ret_escape[0] = '\0';
    if (json && (c == '"' || c == '\\'))
        memcpy(ret_escape, (char[]){'\\', (char)c, '\0'}, 3);
    else if (c < sizeof(shorts) / sizeof(shorts[0]) && shorts[c][0] != '\0')
        memcpy(ret_escape, shorts[c], 3);
    else if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
        snprintf(ret_escape, 8, "\\u%04x", (unsigned)c & 0xffff);
}

static void line_add_escaped(struct line *line, const char *text, bool json)
{
    const uint8_t *at = (const uint8_t *)text;
    for (size_t left = strlen(text); left > 0;) {
        ucs4_t c;
        int taken = u8_mbtouc(&c, at, left);
        bool invalid = c == 0xfffd;
        char escape[8];
        escape_of(c, json, escape);
        bool fits = escape[0] != '\0' ? line_add(line, escape)
                    : invalid         ? line_add(line, "\xef\xbf\xbd")
                                      : line_add_n(line, (const char *)at, (size_t)taken);
        if (!fits) {
            line->limit += sizeof("…") - 1;
            line_add(line, "…");
            return;
        }
        at += taken;
        left -= (size_t)taken;
    }
}

static void line_write(const struct line *line)
{
    ssize_t written;
    do
        written = write(STDERR_FILENO, line->data, line->length);
    while (written < 0 && errno == EINTR);
    /* A log that cannot be written has nowhere to complain. */
}

static void line_fill(struct line *line, enum log_level level, const char *message)
{
    char now[INSTANT_TEXT];
    instant_to_text(instant_now(), now);
    const char *closing = state.terminal ? "\n" : "\"}\n";
    *line = (struct line){.limit = LINE_BYTES - strlen(closing) - strlen("…")};
    if (state.terminal) {
        char head[INSTANT_TEXT + PROGRAM_BYTES + 16];
        snprintf(head, sizeof(head), "%.8s %-5s %s: ", now + strlen("2023-03-31T"), level_names[level],
                 state.program);
        line_add(line, head);
    } else {
        line_add(line, "{\"time\":\"");
        line_add(line, now);
        line_add(line, "\",\"level\":\"");
        line_add(line, level_names[level]);
        line_add(line, "\",\"program\":\"");
        line_add_escaped(line, state.program, true);
        line_add(line, "\",\"message\":\"");
    }
    line_add_escaped(line, message, !state.terminal);
    line->limit = LINE_BYTES;
    line_add(line, closing);
}

void log_write(enum log_level level, const char *format, ...)
{
    if ((int)level < atomic_load_explicit(&state.least, memory_order_relaxed))
        return;
    int saved_errno = errno;  /* logging a failure must not hide it */
    char message[LINE_BYTES]; /* what vsnprintf cuts off does not fit a line either, which marks it */
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (length < 0)
        snprintf(message, sizeof(message), "a message could not be formatted");
    struct line line;
    line_fill(&line, level, message);
    line_write(&line);
    errno = saved_errno;
}

void log_init(const char *program, enum log_level least)
{
    snprintf(state.program, sizeof(state.program), "%s", program);
    state.terminal = isatty(STDERR_FILENO) == 1;
    const char *wanted = getenv("DUBAN_LOG");
    bool known = wanted == NULL;
    for (int level = LOG_LEVEL_DEBUG; wanted != NULL && level <= LOG_LEVEL_ERROR; level++) {
        if (text_equal(wanted, level_names[level])) {
            least = (enum log_level)level;
            known = true;
        }
    }
    atomic_store(&state.least, (int)least);
    if (!known)
        log_warn("ignoring DUBAN_LOG, which is not debug, info, warn or error value=%s", wanted);
}
