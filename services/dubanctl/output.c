/* output.c: cells into libsmartcols or into JSON. */
#include "output.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "service/json_writer.h"

#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_BYTES = 1024 * 1024, RECORD_ARENA_BYTES = 32 * 1024 * 1024 };

struct output {
    const struct tool *tool;
    const struct output_column *columns;
    size_t column_count;
    struct libscols_table *table; /* NULL with --json */
};

/* libsmartcols and ncurses measure by wcwidth of the current locale. C.UTF-8 is part of glibc, whatever is installed. */
void output_init(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (locale != (locale_t)0)
        uselocale(locale);
}

void output_release(void)
{
    locale_t own = uselocale(LC_GLOBAL_LOCALE);
    if (own != LC_GLOBAL_LOCALE)
        freelocale(own);
}

struct output *output_new(const struct tool *tool, const struct output_column *columns)
{
    struct output *output = must_alloc(sizeof *output);
    *output = (struct output){.tool = tool, .columns = columns};
    while (columns[output->column_count].name != NULL)
        output->column_count++;
    if (tool->json)
        return output;
    output->table = scols_new_table();
    if (output->table == NULL)
        abort();
    /* A cut cell could be the one that matters; a terminal wraps. */
    scols_table_enable_nowrap(output->table, 0);
    if (isatty(STDOUT_FILENO) == 0)
        scols_table_set_termforce(output->table, SCOLS_TERMFORCE_NEVER);
    for (size_t i = 0; i < output->column_count; i++)
        scols_table_new_column(output->table, tool_text(tool, columns[i].zh, columns[i].en), 0,
                               columns[i].number ? SCOLS_FL_RIGHT : 0);
    return output;
}

static void print_json_row(const struct output *output, const char *const *cells)
{
    struct buffer line;
    buffer_init(&line, LINE_BYTES);
    struct json_writer writer = {.out = &line};
    json_open_object(&writer, NULL);
    for (size_t i = 0; i < output->column_count; i++) {
        int64_t number;
        if (output->columns[i].number && text_to_int64(cells[i], INT64_MIN, INT64_MAX, &number))
            json_put_number(&writer, output->columns[i].name, number);
        else
            json_put_given(&writer, output->columns[i].name, cells[i]);
    }
    json_close_object(&writer);
    puts(line.data);
    buffer_release(&line);
}

void output_row(struct output *output, const char *const *cells)
{
    if (output->table == NULL) {
        print_json_row(output, cells);
        return;
    }
    struct libscols_line *line = scols_table_new_line(output->table, NULL);
    for (size_t i = 0; i < output->column_count; i++)
        scols_line_set_data(line, i, cells[i]);
}

void output_row_of(struct output *output, const struct wire_message *message, const void *record,
                   const char *const *cells)
{
    if (output->table == NULL)
        output_record(output->tool, message, record);
    else
        output_row(output, cells);
}

void output_end(struct output *output)
{
    if (output == NULL)
        return;
    if (output->table != NULL && scols_table_get_nlines(output->table) > 0)
        scols_print_table(output->table);
    scols_unref_table(output->table);
    free(output);
}

void output_record(const struct tool *tool, const struct wire_message *message, const void *record)
{
    if (!tool->json)
        return;
    struct arena *arena = arena_new(RECORD_ARENA_BYTES);
    puts(wire_to_json(message, record, arena));
    arena_free(arena);
}
