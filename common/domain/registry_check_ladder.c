/* registry_check_ladder.c: is somebody told at every rung, at a moment that makes sense, in a text that can be
 * filled? */
#include <string.h>

#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/ladder.h"
#include "domain/registry_check.h"
#include "domain/sentence.h"

enum {
    TOP_RUNG = 6,
    FIRST_ALARM = 3, /* from here on after the due date, and signed for */
    SUPERVISOR_TOP = 3,
    MOST_DAYS = 366,
    MOST_PERCENT_OVER = 1000,
};

/* What amounts an offset may have, and whether it lies before the due date. */
static const struct {
    int32_t least, most;
    bool before_due;
} offsets[OFFSET_COUNT] = {
    [OFFSET_START] = {0, 0,                 true },
    [OFFSET_BEFORE_WORKING_DAYS] = {1, MOST_DAYS,         true },
    [OFFSET_PERCENT_LEFT] = {1, 99,                true },
    [OFFSET_DUE] = {0, 0,                 false},
    [OFFSET_AFTER_WORKING_DAYS] = {1, MOST_DAYS,         false},
    [OFFSET_PERCENT_OVER] = {1, MOST_PERCENT_OVER, false},
};

/* --- rungs ---------------------------------------------------------------------------------------------------- */

static void check_moment(struct check *check, uint32_t index)
{
    const struct registry_rung *rung = &check->registry->ladder[index];
    struct place place = AT("ladder", index, "offset");
    if (!check_word(check, LIST_OFFSET, (int)rung->offset, place))
        return;
    if (rung->amount < offsets[rung->offset].least || rung->amount > offsets[rung->offset].most)
        check_fault(check, "out_of_range", word_of(LIST_OFFSET, (int)rung->offset)->code,
                    AT("ladder", index, "amount"));
    bool at_start = rung->offset == OFFSET_START;
    bool before = rung->profile != PROFILE_SUPERVISOR && rung->rung < FIRST_ALARM;
    if (at_start != (rung->rung == 0) || before != offsets[rung->offset].before_due)
        check_fault(check, "offset_not_possible", word_of(LIST_OFFSET, (int)rung->offset)->code, place);
}

static bool comes_before(const struct registry_rung *a, const struct registry_rung *b)
{
    return a->rung < b->rung || (a->rung == b->rung && a->occurrence < b->occurrence);
}

static bool meet_in_length(const struct registry_rung *a, const struct registry_rung *b)
{
    bool a_shorter = a->allowed_below != 0 && a->allowed_below <= b->allowed_from;
    bool b_shorter = b->allowed_below != 0 && b->allowed_below <= a->allowed_from;
    return !a_shorter && !b_shorter;
}

/* Within one profile a later rung has a later moment; only like offsets can be compared. */
static void check_order(struct check *check, uint32_t index)
{
    const struct registry_rung *rung = &check->registry->ladder[index];
    for (uint32_t i = 0; i < check->registry->rung_count; i++) {
        const struct registry_rung *other = &check->registry->ladder[i];
        if (i == index || other->profile != rung->profile || !meet_in_length(rung, other))
            continue;
        bool same = other->rung == rung->rung && other->occurrence == rung->occurrence;
        if (same && i < index)
            check_fault(check, "duplicate_key", "", AT("ladder", index, ""));
        if (!comes_before(other, rung) || other->offset != rung->offset)
            continue;
        bool counts_down = rung->offset == OFFSET_BEFORE_WORKING_DAYS || rung->offset == OFFSET_PERCENT_LEFT;
        if (counts_down ? rung->amount >= other->amount : rung->amount <= other->amount)
            check_fault(check, "rung_order", "", AT("ladder", index, "amount"));
    }
}

static void check_rung(struct check *check, uint32_t index)
{
    const struct registry_rung *rung = &check->registry->ladder[index];
    bool supervisor = rung->profile == PROFILE_SUPERVISOR;
    check_word(check, LIST_PROFILE, (int)rung->profile, AT("ladder", index, "profile"));
    if (rung->rung > (supervisor ? SUPERVISOR_TOP : TOP_RUNG) || (supervisor && rung->rung == 0))
        check_fault(check, "out_of_range", "", AT("ladder", index, "rung"));
    /* The top rung comes twice by itself, where a legal cap only made it warn. */
    if (rung->occurrence < 1 || rung->occurrence > LIMIT_OCCURRENCE ||
        (rung->occurrence > 1 && rung->rung == TOP_RUNG))
        check_fault(check, "out_of_range", "", AT("ladder", index, "occurrence"));
    if (rung->allowed_from < 0 || rung->allowed_below < 0 ||
        (rung->allowed_below != 0 && rung->allowed_below <= rung->allowed_from))
        check_fault(check, "ends_before_it_begins", "", AT("ladder", index, "allowed_below"));
    check_moment(check, index);
    check_order(check, index);
    if (rung->to_count == 0)
        check_fault(check, "missing", "", AT("ladder", index, "to"));
    if (rung->to_count > LIMIT_RECIPIENTS)
        check_fault(check, "too_many", "", AT("ladder", index, "to"));
    check_addressees(check, rung->to, rung->to_count, AT("ladder", index, "to"));
    check_addressees(check, rung->copy, rung->copy_count, AT("ladder", index, "copy"));
    check_form(check, rung->form, AT("ladder", index, "form"));
    /* 签阅 is asked for from rung 3 on; before that nobody's signature is waited for. */
    if (rung->acknowledge && (supervisor || rung->rung < FIRST_ALARM))
        check_fault(check, "nothing_to_acknowledge", "", AT("ladder", index, "acknowledge"));
    if (rung->weekly && rung->rung != TOP_RUNG)
        check_fault(check, "weekly_not_possible", "", AT("ladder", index, "weekly"));
}

static bool has_rung(const struct registry *registry, enum profile profile, uint32_t allowed_days,
                     uint32_t rung, uint32_t occurrence)
{
    return ladder_row(registry, profile, allowed_days, rung, occurrence) != NULL;
}

static bool is_used(const struct registry *registry, enum profile profile)
{
    for (uint32_t i = 0; i < registry->template_count; i++) {
        if (registry->templates[i].profile == profile)
            return true;
    }
    return profile != PROFILE_STRICT; /* every other one is chosen by the time allowed */
}

/* For clocks of so many working days every rung must be there. */
static void check_profile_is_complete(struct check *check, enum profile profile, uint32_t allowed_days)
{
    bool supervisor = profile == PROFILE_SUPERVISOR;
    uint32_t top = supervisor ? SUPERVISOR_TOP : TOP_RUNG;
    for (uint32_t rung = supervisor ? 1 : 0; rung <= top; rung++) {
        if (!has_rung(check->registry, profile, allowed_days, rung, 1))
            check_fault_at(
                check, "rung_missing",
                arena_format(check->arena, "%s %u", word_of(LIST_PROFILE, (int)profile)->code, rung),
                "ladder");
    }
}

/* A rung that is missing would let a task fall silent on its way up. Rows end only where others begin, so looking at
 * the ends of all ranges is enough. */
static void check_ladder_is_complete(struct check *check)
{
    const struct registry *registry = check->registry;
    for (int profile = 1; profile < PROFILE_COUNT; profile++) {
        if (!is_used(registry, (enum profile)profile))
            continue;
        check_profile_is_complete(check, (enum profile)profile, 0);
        for (uint32_t i = 0; i < registry->rung_count; i++) {
            const struct registry_rung *row = &registry->ladder[i];
            if (row->profile == (enum profile)profile && row->allowed_below > 0)
                check_profile_is_complete(check, (enum profile)profile, (uint32_t)row->allowed_below);
        }
    }
    for (uint32_t i = 0; i < registry->rung_count; i++) {
        const struct registry_rung *row = &registry->ladder[i];
        uint32_t allowed = row->allowed_from > 0 ? (uint32_t)row->allowed_from : 0;
        if (row->occurrence > 1 && !has_rung(registry, row->profile, allowed, row->rung, row->occurrence - 1))
            check_fault(check, "occurrence_missing", "", AT("ladder", i, "occurrence"));
    }
}

/* --- announcements -------------------------------------------------------------------------------------------- */

/* One row per event and clock: the first that fits is the one. */
static void check_announcement_once(struct check *check, uint32_t index)
{
    const struct registry_announcement *rows = check->registry->announcements;
    for (uint32_t i = 0; i < index; i++) {
        if (rows[i].event == rows[index].event &&
            (rows[i].clock == rows[index].clock || rows[i].clock == CLOCK_NONE) &&
            (rows[i].light == rows[index].light || rows[i].light == LIGHT_NONE)) {
            check_fault(check, "duplicate_key", word_of(LIST_EVENT, (int)rows[index].event)->code,
                        AT("announcements", index, "event"));
            return;
        }
    }
}

/* A merged notice that does not show its list would say nothing. */
static void check_merged_form(struct check *check, const struct registry_announcement *row,
                              struct place place)
{
    const struct registry_form *form = registry_form(check->registry, row->form);
    if (row->merge && form != NULL && strstr(form->body, "{list}") == NULL)
        check_fault(check, "gap_wanted", "{list}", place);
}

static void check_announcements(struct check *check)
{
    const struct registry *registry = check->registry;
    for (uint32_t i = 0; i < registry->announcement_count; i++) {
        const struct registry_announcement *row = &registry->announcements[i];
        check_word(check, LIST_EVENT, (int)row->event, AT("announcements", i, "event"));
        check_announcement_once(check, i);
        if (row->light != LIGHT_NONE && row->event != EVENT_SCHEDULE_CHECKED)
            check_fault(check, "light_not_possible", word_of(LIST_LIGHT, (int)row->light)->code,
                        AT("announcements", i, "light"));
        if (row->to_count == 0)
            check_fault(check, "missing", "", AT("announcements", i, "to"));
        check_addressees(check, row->to, row->to_count, AT("announcements", i, "to"));
        check_form(check, row->form, AT("announcements", i, "form"));
        check_merged_form(check, row, AT("announcements", i, "form"));
    }
}

/* --- forms ---------------------------------------------------------------------------------------------------- */

static const char *form_code_at(const struct registry *registry, uint32_t index)
{
    return registry->forms[index].code;
}

static void check_pattern(struct check *check, const char *pattern, struct place place)
{
    if (!check_present(check, pattern, place))
        return;
    if (!sentence_is_well_formed(pattern)) {
        check_fault(check, "brackets", "", place);
        return;
    }
    const char *cursor = pattern;
    const char *name;
    while ((name = sentence_next_name(&cursor, check->arena)) != NULL) {
        if (!form_gap_known(name))
            check_fault(check, "unknown_gap", name, place);
    }
}

static bool is_of_a_rung(const struct registry *registry, const char *form)
{
    for (uint32_t i = 0; i < registry->rung_count; i++) {
        if (text_equal(registry->ladder[i].form, form))
            return true;
    }
    return false;
}

/* domain.md §5, rule 10: every notice says why now, what stops it, where the proof is, and 数据截至. An announcement
 * is told once, so nothing needs to stop it. */
static void check_form_says(struct check *check, uint32_t index)
{
    static const char *const always[] = {"{why}", "{proof}", "{as_of}"};
    const struct registry_form *form = &check->registry->forms[index];
    struct place place = AT("forms", index, "body");
    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
        if (strstr(form->body, always[i]) == NULL)
            check_fault(check, "gap_wanted", always[i], place);
    }
    if (is_of_a_rung(check->registry, form->code) && strstr(form->body, "{stop}") == NULL)
        check_fault(check, "gap_wanted", "{stop}", place);
    if (strstr(form->title, "{rehearsal}") == NULL && strstr(form->body, "{rehearsal}") == NULL)
        check_fault(check, "gap_wanted", "{rehearsal}", AT("forms", index, "title"));
}

static void check_forms(struct check *check)
{
    const struct registry *registry = check->registry;
    check_unique(check, "forms", "code", registry->form_count, form_code_at);
    for (uint32_t i = 0; i < registry->form_count; i++) {
        check_present(check, registry->forms[i].code, AT("forms", i, "code"));
        check_pattern(check, registry->forms[i].title, AT("forms", i, "title"));
        check_pattern(check, registry->forms[i].body, AT("forms", i, "body"));
        check_form_says(check, i);
    }
}

void check_ladder(struct check *check)
{
    for (uint32_t i = 0; i < check->registry->rung_count; i++)
        check_rung(check, i);
    check_ladder_is_complete(check);
    check_announcements(check);
    check_forms(check);
}
