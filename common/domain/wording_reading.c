/* wording_reading.c: a small scanner. It walks over the wording once, reads a day wherever a number, a year or a
 * holiday begins, and is content only when all days found are the same. What follows a day decides whether it ends
 * something (前, 内, 止) or begins it (起, 至, 后). */
#include "domain/wording_reading.h"

#include <string.h>

#include "base/text.h"

enum {
    YEAR_FIRST = 2000,
    YEAR_LAST = 2100,
    MONTHS = 12,
    MONTHS_PER_QUARTER = 3,
    QUARTERS = 4,
    DECEMBER = 12
};

struct scanner {
    const char *at;
    const struct calendar *calendar;
    struct date today;
    struct wording_reading found;
    bool any, conflict;
};

/* How the words behind a day use it. */
enum use { USE_BEFORE, USE_WITHIN, USE_BEGINS };

/* --- words --------------------------------------------------------------------------------------------------------- */

static bool take(const char **at, const char *word)
{
    if (!text_starts_with(*at, word))
        return false;
    *at += strlen(word);
    return true;
}

static bool take_any(const char **at, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (take(at, words[i]))
            return true;
    }
    return false;
}

#define TAKE_ANY(at, ...)                                                                                    \
    take_any((at), (const char *const[]){__VA_ARGS__},                                                       \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Blanks and quotation marks say nothing about the day; wide digits are digits. */
static const char *plain(const char *wording, struct arena *arena)
{
    static const char *const silent[] = {" ", "\u3000", "\"", "'",  "“",  "”",  "‘",
                                         "’", "「",     "」", "『", "』", "〝", "〞"};
    static const char *const wide[] = {"\uff10", "\uff11", "\uff12", "\uff13", "\uff14",
                                       "\uff15", "\uff16", "\uff17", "\uff18", "\uff19"};
    char *text = arena_alloc(arena, strlen(wording) + 1);
    size_t length = 0;
    while (*wording != '\0') {
        size_t digit = 0;
        while (digit < sizeof(wide) / sizeof(wide[0]) && !text_starts_with(wording, wide[digit]))
            digit++;
        if (digit < sizeof(wide) / sizeof(wide[0])) {
            text[length++] = (char)('0' + digit);
            wording += strlen(wide[digit]);
        } else if (!take_any(&wording, silent, sizeof(silent) / sizeof(silent[0]))) {
            text[length++] = *wording++;
        }
    }
    return text;
}

static int chinese_digit(const char **at)
{
    static const char *const digits[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九"};
    for (int i = 0; i < (int)(sizeof(digits) / sizeof(digits[0])); i++) {
        if (take(at, digits[i]))
            return i + 1;
    }
    return 0;
}

/* 3, 31, 2023, 三, 十, 十二, 三十一; 0: no number stands there. */
static int take_number(const char **at)
{
    enum { MOST = 100000, TEN = 10 };
    int number = 0;
    if (**at >= '0' && **at <= '9') {
        for (; **at >= '0' && **at <= '9'; (*at)++)
            number = number >= MOST ? MOST : number * TEN + (**at - '0');
        return number;
    }
    int tens = chinese_digit(at);
    if (!take(at, "十"))
        return tens;
    return (tens == 0 ? 1 : tens) * TEN + chinese_digit(at);
}

static bool number_follows(const char *at)
{
    return take_number(&at) != 0;
}

/* "(含当日)" takes back what 前 leaves out. */
static enum use use_of(const char *at)
{
    if (TAKE_ANY(&at, "起", "开始", "至", "到", "-", "—", "~", "～", "后", "之后", "以后", "及以后"))
        return USE_BEGINS;
    if (!TAKE_ANY(&at, "之前", "以前", "前"))
        return USE_WITHIN;
    if (text_starts_with(at, "后"))
        return USE_BEGINS; /* 前后: around that day, which is no deadline */
    return TAKE_ANY(&at, "(含", "（含", "含") ? USE_WITHIN : USE_BEFORE;
}

/* --- days ------------------------------------------------------------------------------------------------------------ */

static void found(struct scanner *scanner, const char *rule, struct date date, bool provisional)
{
    if (scanner->any && scanner->found.date.days != date.days)
        scanner->conflict = true;
    scanner->any = true;
    scanner->found = (struct wording_reading){rule, date, provisional};
}

static struct date last_of_month(int year, int month)
{
    struct date first;
    bool next_year = month == MONTHS;
    if (!date_from_civil(next_year ? year + 1 : year, next_year ? 1 : month + 1, 1, &first))
        return DATE_NONE;
    return date_add(first, -1);
}

/* `year` 0: the next such month end. */
static void found_month_end(struct scanner *scanner, const char *rule, int year, int month)
{
    int this_year = date_year(scanner->today);
    struct date date = last_of_month(year == 0 ? this_year : year, month);
    if (year == 0 && date.days < scanner->today.days)
        date = last_of_month(this_year + 1, month);
    found(scanner, rule, date, false);
}

static void found_day(struct scanner *scanner, int year, int month, int day, enum use use)
{
    int this_year = date_year(scanner->today);
    int back = use == USE_BEFORE ? 1 : 0;
    /* 29 February may lie four years ahead; further ahead nothing is meant. */
    for (int y = year == 0 ? this_year : year; y <= (year == 0 ? this_year + QUARTERS : year); y++) {
        struct date date;
        if (!date_from_civil(y, month, day, &date))
            continue;
        date = date_add(date, -back);
        if (year != 0 || date.days >= scanner->today.days) {
            found(scanner, back != 0 ? "day_before" : "that_day", date, false);
            return;
        }
    }
}

/* --- what begins with a number or a year ---------------------------------------------------------------------------- */

static bool ends_here(const char *at)
{
    return use_of(at) != USE_BEGINS;
}

/* Behind "3月": 底, 末, or a day. The cursor stays behind what was understood. */
static bool read_month(struct scanner *scanner, const char **at, int year, int month)
{
    if (month < 1 || month > MONTHS)
        return false;
    if (TAKE_ANY(at, "底", "末")) {
        if (ends_here(*at))
            found_month_end(scanner, "month_end", year, month);
        return true;
    }
    const char *behind = *at;
    int day = take_number(&behind);
    if (day == 0 || !TAKE_ANY(&behind, "日", "号"))
        return false;
    *at = behind;
    enum use use = use_of(behind);
    if (use != USE_BEGINS)
        found_day(scanner, year, month, day, use);
    return true;
}

static bool read_quarter(struct scanner *scanner, const char **at, int year, int quarter)
{
    if (quarter < 1 || quarter > QUARTERS || !take(at, "季度") || !TAKE_ANY(at, "末", "底"))
        return false;
    if (ends_here(*at))
        found_month_end(scanner, "quarter_end", year, quarter * MONTHS_PER_QUARTER);
    return true;
}

/* Behind a year: its end, a quarter, or a month. */
static bool read_in_year(struct scanner *scanner, const char **at, int year)
{
    take(at, "度");
    if (TAKE_ANY(at, "底", "末", "内")) {
        if (ends_here(*at))
            found_month_end(scanner, "year_end", year, DECEMBER);
        return true;
    }
    take(at, "第");
    int number = take_number(at);
    if (take(at, "月"))
        return read_month(scanner, at, year, number);
    return read_quarter(scanner, at, year, number);
}

/* --- holidays ----------------------------------------------------------------------------------------------------------- */

struct holiday {
    const char *word, *listed; /* as papers say it; as the notices list it */
    int month, day;            /* by statute; 0: by the lunar calendar, which only the notice tells */
};

static const struct holiday holidays[] = {
    {"元旦",    "元旦",    1,  1},
    {"春节",    "春节",    0,  0},
    {"清明",    "清明节", 0,  0},
    {"五一",    "劳动节", 5,  1},
    {"劳动节", "劳动节", 5,  1},
    {"端午",    "端午节", 0,  0},
    {"中秋",    "中秋节", 0,  0},
    {"十一",    "国庆节", 10, 1},
    {"国庆",    "国庆节", 10, 1},
};

/* The first day off that the notice for that year gives to the holiday; not set: unpublished, or not in it. */
static struct date first_day_off(const struct calendar *calendar, const char *listed, int year)
{
    const struct calendar_year *notice = calendar_year_find(calendar, year);
    for (uint32_t i = 0; notice != NULL && i < notice->day_count; i++) {
        if (!notice->days[i].working && strstr(notice->days[i].name, listed) != NULL)
            return notice->days[i].date;
    }
    return DATE_NONE;
}

static void found_holiday(struct scanner *scanner, const struct holiday *holiday, int year)
{
    int first = year == 0 ? date_year(scanner->today) : year;
    for (int y = first; y <= (year == 0 ? first + 1 : first); y++) {
        struct date day = first_day_off(scanner->calendar, holiday->listed, y);
        bool provisional = !date_is_set(day);
        if (provisional && !(holiday->month != 0 && !calendar_is_published(scanner->calendar, y) &&
                             date_from_civil(y, holiday->month, holiday->day, &day)))
            continue;
        struct date last = calendar_last_working_day_before(scanner->calendar, day);
        if (year != 0 || last.days >= scanner->today.days) {
            found(scanner, "before_holiday", last, provisional);
            return;
        }
    }
}

/* A holiday counts only with 前 behind it: 五一 alone names no end. */
static bool read_holiday(struct scanner *scanner, const char **at, int year)
{
    for (size_t i = 0; i < sizeof(holidays) / sizeof(holidays[0]); i++) {
        const char *behind = *at;
        if (!take(&behind, holidays[i].word))
            continue;
        take(&behind, "国庆");
        take(&behind, "节");
        TAKE_ANY(&behind, "小长假", "长假", "假期", "放假", "假日");
        if (use_of(behind) != USE_BEFORE)
            continue;
        TAKE_ANY(&behind, "之前", "以前", "前");
        if (number_follows(behind))
            return false; /* 春节前三天: another day, that no rule reads */
        *at = behind;
        found_holiday(scanner, &holidays[i], year);
        return true;
    }
    return false;
}

/* --- the walk -------------------------------------------------------------------------------------------------------------- */

/* 今年, 明年, 2024年: the year that what follows lies in; 0: none is named. */
static int take_year(const struct scanner *scanner, const char **at)
{
    int this_year = date_year(scanner->today);
    const char *behind = *at;
    if (TAKE_ANY(at, "今年", "本年"))
        return this_year;
    if (TAKE_ANY(at, "明年", "次年", "来年"))
        return this_year + 1;
    int year = take_number(&behind);
    if (year < YEAR_FIRST || year > YEAR_LAST || !take(&behind, "年"))
        return 0;
    *at = behind;
    return year;
}

/* The end of the month or the quarter that lasts now, or of the year; only where no other is named before. */
static bool read_bare(struct scanner *scanner, const char **at, bool at_start)
{
    struct civil today = civil_of_date(scanner->today);
    if (take(at, "全年") || TAKE_ANY(at, "年底", "年末", "年内")) {
        if (ends_here(*at))
            found_month_end(scanner, "year_end", 0, DECEMBER);
        return true;
    }
    const char *behind = *at;
    bool named = take(&behind, "本");
    if (!named && !at_start)
        return false;
    bool quarter = take(&behind, "季度");
    if (!(quarter || take(&behind, "月")) || !TAKE_ANY(&behind, "底", "末"))
        return false;
    *at = behind;
    int last = (today.month + MONTHS_PER_QUARTER - 1) / MONTHS_PER_QUARTER * MONTHS_PER_QUARTER;
    if (ends_here(behind))
        found_month_end(scanner, quarter ? "quarter_end" : "month_end", today.year,
                        quarter ? last : today.month);
    return true;
}

/* Reads what begins at the cursor, and moves it on by at least one character. */
static void read_here(struct scanner *scanner, bool at_start)
{
    const char **at = &scanner->at, *before = *at;
    if (TAKE_ANY(at, "去年", "上年", "上月", "上季度", "下月", "次月", "每月", "下季度", "每季度")) {
        TAKE_ANY(at, "底", "末");
        return;
    }
    int year = take_year(scanner, at);
    if (read_holiday(scanner, at, year) || (year != 0 && read_in_year(scanner, at, year)))
        return;
    *at = before;
    if (read_bare(scanner, at, at_start))
        return;
    before = *at;
    int number = take_number(at);
    if (*at != before) {
        if (take(at, "月"))
            read_month(scanner, at, 0, number);
        else if (!read_quarter(scanner, at, 0, number))
            TAKE_ANY(at, "个月", "年", "日"); /* an amount: 3年内 is not the end of this year */
        return;
    }
    do {
        (*at)++;
    } while (((unsigned char)**at & 0xC0u) == 0x80u);
}

bool wording_read(const char *wording, const struct calendar *calendar, struct date today,
                  struct arena *arena, struct wording_reading *ret_reading)
{
    struct scanner scanner = {.calendar = calendar, .today = today};
    const char *text = plain(wording, arena);
    for (scanner.at = text; *scanner.at != '\0';)
        read_here(&scanner, scanner.at == text);
    if (!scanner.any || scanner.conflict || !date_is_set(scanner.found.date))
        return false;
    *ret_reading = scanner.found;
    return true;
}
