/* explain_desk.c: see explain_desk.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "explain_desk.h"

void explain_desk_case(struct desk *desk, const char *key, const char *at, enum language language,
                       struct explain_case *ret_case)
{
    const struct desk_row *row = desk_row(desk, key);
    struct explain_source *source = ARENA_NEW(desk->arena, struct explain_source);
    *source = (struct explain_source){
        .events = row->events,
        .event_count = row->event_count,
        .ruleset = &desk->ruleset,
        .at = instant_at(at),
        .language = language,
    };
    assert_true(explain_case_make(source, desk->arena, ret_case));
}

const char *explain_desk_text(struct desk *desk, const char *key, const char *at, enum language language)
{
    struct explain_case explained;
    struct buffer out;
    explain_desk_case(desk, key, at, language, &explained);
    buffer_init(&out, EXPLANATION_BYTES);
    explain_text(&explained, &out);
    const char *text = arena_text(desk->arena, out.data);
    buffer_release(&out);
    return text;
}

const char *explain_desk_section(struct desk *desk, const char *text)
{
    const char *zh = strstr(text, "\n一、"), *begin = zh != NULL ? zh : strstr(text, "\n1. ");
    assert_non_null(begin);
    const char *end = strstr(begin, zh != NULL ? "\n二、" : "\n2. ");
    return end == NULL ? begin + 1 : arena_text_n(desk->arena, begin + 1, (size_t)(end - begin - 1));
}

void explain_desk_add_event(struct desk *desk, const char *key, const char *at, enum event_type type,
                            const struct clock *clock)
{
    struct desk_row *row = desk_row(desk, key);
    struct event event = row->events[row->event_count - 1];
    event.seq++;
    event.type = type;
    event.now = event.received_at = instant_at(at);
    event.clocks = arena_copy(desk->arena, clock, sizeof *clock);
    event.clock_count = 1;
    event.fired = (struct fired){0};
    event.miss_count = event.revoked_count = 0;
    row->events = arena_grown(desk->arena, row->events, row->event_count, sizeof *row->events);
    row->events[row->event_count++] = event;
}

const char *explain_desk_extended(struct desk *desk)
{
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-03-29T10:00"));
    struct body ask = say(TRIGGER_REQUEST), decide = say(TRIGGER_DECIDE);
    ask.request.kind = decide.decide.kind = REQUEST_EXTENSION;
    ask.request.reason = "等待拨款";
    ask.request.amount = (struct duration){UNIT_WORKING_DAY, 5};
    decide.decide.granted = true;
    desk_act(desk, key, "housing-handler", "2023-03-29T10:00", ask);
    desk_act(desk, key, "leader-land", "2023-03-29T15:00", decide);
    return key;
}

/* --- adding again ------------------------------------------------------------------------------------------------------- */

static const char *value_of(const struct deadline_reason *reason, const char *name)
{
    for (unsigned i = 0; i < reason->value_count; i++) {
        if (text_equal(reason->values[i].name, name))
            return reason->values[i].value;
    }
    return "";
}

/* Where the derivation says that this day moved; the day itself where it says nothing of it. */
static struct date rolled(const struct explained_version *version, struct date day)
{
    char text[DATE_TEXT];
    struct date to;
    date_to_text(day, text);
    for (const struct deadline_reason *reason = version->reasons; reason != NULL; reason = reason->next) {
        if (text_equal(reason->code, "roll") && text_equal(value_of(reason, "from"), text) &&
            date_from_text(value_of(reason, "until"), &to))
            return to;
    }
    return day;
}

static unsigned add_version(const struct explained_version *version)
{
    for (uint32_t n = 0; n < version->sum_count; n++) {
        const struct explained_sum *sum = &version->sums[n];
        assert_int_equal(sum->counted + sum->rest + sum->paused, sum->days);
        assert_int_equal(sum->after.days + sum->days, sum->until.days);
        assert_true(sum->counted > 0 && sum->rest >= 0 && sum->paused >= 0);
        if (n > 0)
            assert_int_equal(version->sums[n - 1].until.days, sum->after.days);
    }
    if (version->sum_count > 0 && version->computed.ms == version->clock->due.ms)
        assert_int_equal(rolled(version, version->sums[version->sum_count - 1].until).days,
                         version->clock->last_day.days);
    return version->sum_count;
}

unsigned explain_desk_add_again(const struct explain_case *explained)
{
    unsigned added = 0;
    for (uint32_t i = 0; i < explained->clock_count; i++) {
        for (uint32_t k = 0; k < explained->clocks[i].version_count; k++)
            added += add_version(&explained->clocks[i].versions[k]);
    }
    return added;
}

/* --- what is said --------------------------------------------------------------------------------------------------------- */

void assert_says(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("\"%s\" is not said in:\n%s", what, text);
}

void assert_says_not(const char *text, const char *what)
{
    if (strstr(text, what) != NULL)
        fail_msg("\"%s\" is said in:\n%s", what, text);
}
