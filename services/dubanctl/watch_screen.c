/* watch_screen.c: see watch_screen.h. Everything is drawn anew each time; ncurses sends only what differs. */
#include "watch_screen.h"

#include "base/limits.h"
#include "base/text.h"
#include "words.h"

#include <inttypes.h>
#include <ncurses.h>
#include <stdio.h>
#include <unistd.h>

enum { TABLE_WIDTH = 50, NOTICE_LINES = 8, LAG_LINES = 3, FIRST_LINE = 2 };
enum { PAIR_GREEN = 1, PAIR_YELLOW, PAIR_RED, PAIR_GREY };

static const int pair_of_light[LIGHT_COUNT] = {[LIGHT_GREEN] = PAIR_GREEN,
                                               [LIGHT_YELLOW] = PAIR_YELLOW,
                                               [LIGHT_RED] = PAIR_RED,
                                               [LIGHT_GREY] = PAIR_GREY};

bool watch_screen_open(void)
{
    if (isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0 || newterm(NULL, stdout, stdin) == NULL)
        return false;
    use_legacy_coding(0); /* it asks the global locale, which we leave alone, and takes it for ASCII */
    noecho();
    cbreak();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    curs_set(0);
    if (has_colors()) {
        start_color();
        use_default_colors();
        init_pair(PAIR_GREEN, COLOR_GREEN, -1);
        init_pair(PAIR_YELLOW, COLOR_YELLOW, -1);
        init_pair(PAIR_RED, COLOR_RED, -1);
        init_pair(PAIR_GREY, COLOR_CYAN, -1);
    }
    return true;
}

void watch_screen_close(void)
{
    endwin();
}

bool watch_screen_wants_end(void)
{
    bool end = false;
    for (int key; (key = getch()) != ERR;)
        end = end || key == 'q' || key == 'Q';
    return end;
}

/* --- drawing ---------------------------------------------------------------------------------------------------------------- */

static void put(int row, int column, int width, const char *text, struct arena *arena)
{
    if (row < LINES && column < COLS)
        mvaddstr(row, column,
                 words_cut(text, (size_t)(width < COLS - column ? width : COLS - column), arena));
}

static void put_header(const struct watch_picture *picture, struct arena *arena)
{
    const struct tool *tool = picture->tool;
    const char *until = instant_is_set(picture->complete_until) ? words_moment(picture->complete_until, arena)
                                                                : tool_text(tool, "未知", "unknown");
    attron(A_REVERSE);
    mvhline(0, 0, ' ', COLS);
    put(0, 1, COLS - 2,
        arena_format(arena,
                     tool_text(tool, "督办 %s%s   %s   数据截至 %s   登记册第%u版   q 退出",
                               "duban %s%s   %s   complete until %s   registry %u   q ends"),
                     picture->district, picture->rehearsal ? tool_text(tool, "【演练】", " (rehearsal)") : "",
                     words_moment(picture->now, arena), until, picture->registry_version),
        arena);
    attroff(A_REVERSE);
}

static int put_title(int row, int column, const char *title, struct arena *arena)
{
    attron(A_BOLD);
    put(row, column, COLS - column, title, arena);
    attroff(A_BOLD);
    return row + 1;
}

static void put_count(int row, int column, uint32_t count, enum light light, struct arena *arena)
{
    if (count == 0)
        return;
    int pair = COLOR_PAIR(pair_of_light[light]) | (light == LIGHT_RED ? A_BOLD : 0);
    attron(pair);
    put(row, column, 7, arena_format(arena, "%6" PRIu32, count), arena);
    attroff(pair);
}

static void put_table(const struct watch_picture *picture, const struct watch_counts *counts,
                      struct arena *arena)
{
    static const enum light lights[] = {LIGHT_GREEN, LIGHT_YELLOW, LIGHT_RED, LIGHT_GREY};
    enum { LIGHTS = sizeof(lights) / sizeof(lights[0]), NAMES = 19, FIRST_COUNT = 26 };
    const struct tool *tool = picture->tool;
    int row = put_title(FIRST_LINE, 1,
                        arena_format(arena, tool_text(tool, "事项 %u", "tasks %u"), counts->tasks), arena);
    for (int state = 1; state < STATE_COUNT && row < LINES; state++) {
        if (counts->by_state[state] == 0)
            continue;
        put(row, 1, NAMES, words_of(tool, LIST_STATE, state), arena);
        put(row, NAMES, 6, arena_format(arena, "%5" PRIu32, counts->by_state[state]), arena);
        for (int i = 0; i < LIGHTS; i++)
            put_count(row, FIRST_COUNT + 6 * i, counts->state_light[state][lights[i]], lights[i], arena);
        row++;
    }
    put(row, 1, NAMES, tool_text(tool, "合计(亮灯)", "lights in all"), arena);
    for (int i = 0; i < LIGHTS; i++)
        put_count(row, FIRST_COUNT + 6 * i, counts->by_light[lights[i]], lights[i], arena);
}

static void put_lines(const struct watch_picture *picture, int first, int last, int column,
                      const struct watch_line *(*line_of)(const struct watch_model *model, size_t i),
                      struct arena *arena)
{
    size_t i = 0;
    for (int row = first; row <= last; row++, i++) {
        const struct watch_line *line = line_of(picture->model, i);
        if (line == NULL)
            return;
        const char *moment = words_moment(line->at, arena); /* without year and seconds */
        put(row, column, COLS - column,
            arena_format(arena, "%.11s  %s  %s", moment + 5, watch_model_name(picture->model, line),
                         line->text),
            arena);
    }
}

static void put_lag(const struct watch_picture *picture, int row, struct arena *arena)
{
    const struct tool *tool = picture->tool;
    const struct lag_list *lag = picture->lag;
    const char *text = "";
    size_t shown = 0;
    for (size_t i = 0; lag != NULL && i < lag->count; i++) {
        if (!lag->items[i].known || lag->items[i].behind == 0)
            continue;
        text = arena_format(arena, "%s%s%s←%s %" PRId64, text, shown == 0 ? "" : "   ", lag->items[i].reader,
                            lag->items[i].topic, lag->items[i].behind);
        shown++;
    }
    if (shown == 0)
        text = lag == NULL ? tool_text(tool, "未知", "not known") : tool_text(tool, "没有", "none");
    (void)put_title(row, 1, arena_format(arena, tool_text(tool, "积压  %s", "behind  %s"), text), arena);
}

void watch_screen_draw(const struct watch_picture *picture)
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct watch_counts counts = watch_model_counts(picture->model, picture->now);
    int lag_row = LINES - 1, notices_row = lag_row - NOTICE_LINES - 1;
    int column = COLS > 2 * TABLE_WIDTH ? TABLE_WIDTH : COLS / 2;
    erase();
    put_header(picture, arena);
    put_table(picture, &counts, arena);
    int row = put_title(FIRST_LINE, column, tool_text(picture->tool, "经过", "what happened"), arena);
    put_lines(picture, row, notices_row - 2, column, watch_model_event_line, arena);
    row = put_title(notices_row, 1, tool_text(picture->tool, "通知", "notices"), arena);
    put_lines(picture, row, lag_row - 1, 1, watch_model_notice_line, arena);
    put_lag(picture, lag_row, arena);
    refresh();
    arena_free(arena);
}
