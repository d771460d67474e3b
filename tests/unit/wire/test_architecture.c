/* ARCHITECTURE.md holds tables that are printed from the code. This test says when one is stale; `make docs` (UPDATE=1)
 * writes them anew. Runs from the repository's root. */
#include "base/arena.h"
#include "base/buffer.h"
#include "domain/task_life_print.h"
#include "wire/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE_BYTES = 1024 * 1024 };

static const char page_name[] = "ARCHITECTURE.md";

struct section {
    const char *name;
    void (*print)(struct buffer *out);
};

static void print_diagram(struct buffer *out)
{
    buffer_append_text(out, "```mermaid\n");
    task_life_print_mermaid(out);
    buffer_append_text(out, "```\n");
}

static struct section sections[] = {
    {"diagram",      print_diagram               },
    {"triggers",     task_life_print_triggers    },
    {"transitions",  task_life_print_transitions },
    {"consequences", task_life_print_consequences},
    {"topics",       topology_print              },
};

static void read_page(struct buffer *page)
{
    char block[4096];
    FILE *file = fopen(page_name, "r");
    buffer_init(page, PAGE_BYTES);
    assert_non_null(file);
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        buffer_append(page, block, got);
    fclose(file);
}

/* Where the section's text stands in the page; the markers stand on lines of their own. */
static void find(const struct buffer *page, const char *name, const char **ret_begin, const char **ret_end)
{
    char begin[64], end[64];
    snprintf(begin, sizeof begin, "<!-- begin %s -->\n", name);
    snprintf(end, sizeof end, "<!-- end %s -->\n", name);
    const char *from = strstr(page->data, begin);
    assert_non_null(from);
    *ret_begin = from + strlen(begin);
    *ret_end = strstr(*ret_begin, end);
    assert_non_null(*ret_end);
}

static void write_page(const struct buffer *page, const char *begin, const char *end,
                       const struct buffer *text)
{
    FILE *file = fopen(page_name, "w");
    assert_non_null(file);
    fwrite(page->data, 1, (size_t)(begin - page->data), file);
    fwrite(text->data, 1, text->length, file);
    fwrite(end, 1, (size_t)(page->data + page->length - end), file);
    assert_int_equal(fclose(file), 0);
}

static void is_as_the_code_says(void **state)
{
    const struct section *section = *state;
    struct buffer page, text;
    const char *begin, *end;
    read_page(&page);
    find(&page, section->name, &begin, &end);
    buffer_init(&text, PAGE_BYTES);
    section->print(&text);
    bool fresh = (size_t)(end - begin) == text.length && memcmp(begin, text.data, text.length) == 0;
    if (!fresh && getenv("UPDATE") != NULL) {
        write_page(&page, begin, end, &text);
        fresh = true;
    }
    buffer_release(&text);
    buffer_release(&page);
    if (!fresh)
        fail_msg("%s: the section \"%s\" is stale: make docs", page_name, section->name);
}

int main(void)
{
    struct CMUnitTest tests[sizeof sections / sizeof sections[0]];
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        tests[i] = (struct CMUnitTest){sections[i].name, is_as_the_code_says, NULL, NULL, &sections[i]};
    return cmocka_run_group_tests_name("wire/architecture", tests, NULL, NULL);
}
