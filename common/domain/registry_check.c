/* registry_check.c: every rule that a registry must keep, so that nothing is discovered when a task needs it. Here:
 * the frame, what the parts share, and the general part. Nothing stops at the first fault: a district corrects its
 * files by the whole list. */
#include "domain/registry_check.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

enum { MINUTES_PER_DAY = 24 * 60 };

/* --- faults --------------------------------------------------------------------------------------------------- */

void check_fault_at(struct check *check, const char *rule, const char *value, const char *path)
{
    if (check->count < check->limit)
        check->faults[check->count] =
            (struct registry_fault){arena_text(check->arena, path), rule, arena_text(check->arena, value)};
    check->count++;
}

void check_fault(struct check *check, const char *rule, const char *value, struct place place)
{
    const char *dot = text_empty(place.field) ? "" : ".";
    check_fault_at(check, rule, value,
                   arena_format(check->arena, "%s[%u]%s%s", place.list, place.index, dot, place.field));
}

/* --- single values -------------------------------------------------------------------------------------------- */

bool check_present(struct check *check, const char *text, struct place place)
{
    if (text_empty(text))
        check_fault(check, "missing", "", place);
    return !text_empty(text);
}

void check_id(struct check *check, const char *id, bool loose, struct place place)
{
    static const char strict[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    static const char wide[] = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (!check_present(check, id, place))
        return;
    if (strspn(id, loose ? wide : strict) != strlen(id) || id[0] == '-')
        check_fault(check, "characters", id, place);
    if (strlen(id) > LIMIT_CODE)
        check_fault(check, "too_long", id, place);
}

bool check_word(struct check *check, enum vocabulary_list list, int value, struct place place)
{
    if (!text_empty(word_of(list, value)->code) && value != 0)
        return true;
    check_fault(check, value == 0 ? "missing" : "unknown_word", "", place);
    return false;
}

void check_unit(struct check *check, const char *id, struct place place)
{
    if (check_present(check, id, place) && registry_unit(check->registry, id) == NULL)
        check_fault(check, "dangling_reference", id, place);
}

void check_person(struct check *check, const char *id, struct place place)
{
    if (check_present(check, id, place) && registry_person(check->registry, id) == NULL)
        check_fault(check, "dangling_reference", id, place);
}

void check_form(struct check *check, const char *code, struct place place)
{
    if (check_present(check, code, place) && registry_form(check->registry, code) == NULL)
        check_fault(check, "dangling_reference", code, place);
}

void check_field_has_leader(struct check *check, const char *field, struct place place)
{
    if (!text_empty(field) && registry_leader_of_field(check->registry, field) == NULL)
        check_fault(check, "field_without_leader", field, place);
}

static void check_duration(struct check *check, const struct duration *duration, const char *path)
{
    struct deadline_rule rule = {.period = *duration};
    enum deadline_fault fault = deadline_check_rule(&rule);
    if (fault != DEADLINE_FINE)
        check_fault_at(check, deadline_fault_code(fault), word_of(LIST_UNIT, (int)duration->unit)->code,
                       path);
}

void check_addressees(struct check *check, const enum role *roles, uint32_t count, struct place place)
{
    for (uint32_t i = 0; i < count; i++) {
        check_word(check, LIST_ROLE, (int)roles[i], place);
        for (uint32_t j = 0; j < i; j++) {
            if (roles[i] == roles[j])
                check_fault(check, "duplicate_key", word_of(LIST_ROLE, (int)roles[i])->code, place);
        }
    }
}

void check_unique(struct check *check, const char *list, const char *field, uint32_t count,
                  const char *(*key_of)(const struct registry *registry, uint32_t index))
{
    for (uint32_t i = 1; i < count; i++) {
        const char *key = key_of(check->registry, i);
        for (uint32_t j = 0; j < i; j++) {
            if (!text_empty(key) && text_equal(key, key_of(check->registry, j))) {
                check_fault(check, "duplicate_key", key, AT(list, i, field));
                break;
            }
        }
    }
}

/* --- clocks --------------------------------------------------------------------------------------------------- */

static void check_amount(struct check *check, const struct registry_template *template_,
                         const struct duration *amount, const char *path)
{
    if (amount->unit == UNIT_NONE) /* no amount switches the clock off */
        return;
    check_duration(check, amount, path);
    check_hours_exist(check, template_, amount->unit, path);
}

static void check_clock(struct check *check, const struct registry_template *template_,
                        const struct registry_clock *clock, const char *path)
{
    const char *code = word_of(LIST_CLOCK, (int)clock->clock)->code;
    if (text_empty(code)) {
        check_fault_at(check, "unknown_word", "", path);
        return;
    }
    /* The task's own deadline comes from its template's due or recurrence, never from a clock row. */
    if (clock->clock == CLOCK_DUE || clock->clock == CLOCK_NODE || clock->clock == CLOCK_SCHEDULE ||
        clock->clock == CLOCK_OCCURRENCE || clock->clock == CLOCK_STATUTORY)
        check_fault_at(check, "clock_not_settable", code, path);
    check_amount(check, template_, &clock->normal, arena_format(check->arena, "%s.normal", path));
    check_amount(check, template_, &clock->urgent, arena_format(check->arena, "%s.urgent", path));
    if (text_empty(clock->basis))
        check_fault_at(check, "missing", code, arena_format(check->arena, "%s.basis", path));
    if (clock->deemed && clock->clock != CLOCK_SIGN && clock->clock != CLOCK_CONFIRM)
        check_fault_at(check, "deemed_not_possible", code, path);
    check_confirm_clock(check, template_, clock, path);
}

void check_clocks(struct check *check, const struct registry_template *template_,
                  const struct registry_clock *clocks, uint32_t count, const char *path)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *row = arena_format(check->arena, "%s[%u]", path, i);
        check_clock(check, template_, &clocks[i], row);
        for (uint32_t j = 0; j < i; j++) {
            if (clocks[j].clock == clocks[i].clock)
                check_fault_at(check, "duplicate_key", word_of(LIST_CLOCK, (int)clocks[i].clock)->code, row);
        }
    }
}

/* Off where nothing is said, or set elsewhere. */
static bool is_optional(enum clock_id id)
{
    return id == CLOCK_DUE || id == CLOCK_CONFIRM || id == CLOCK_OBSERVE || id == CLOCK_CO ||
           id == CLOCK_PLAN || id == CLOCK_REPORT || id == CLOCK_NODE || id == CLOCK_SCHEDULE ||
           id == CLOCK_OCCURRENCE || id == CLOCK_STATUTORY || text_empty(word_of(LIST_CLOCK, (int)id)->code);
}

static void check_policy_is_complete(struct check *check)
{
    for (int id = 1; id < CLOCK_ID_COUNT; id++) {
        struct duration amount =
            registry_clock_amount(check->registry, NULL, (enum clock_id)id, URGENCY_NORMAL);
        if (!is_optional((enum clock_id)id) && amount.unit == UNIT_NONE)
            check_fault_at(check, "clock_missing", word_of(LIST_CLOCK, id)->code, "policy.clocks");
    }
}

static void check_policy(struct check *check)
{
    const struct registry_policy *policy = &check->registry->policy;
    check_clocks(check, NULL, policy->clocks, policy->clock_count, "policy.clocks");
    check_policy_is_complete(check);
    check_plan_policy(check);
    /* The choice of a profile compares working days with working days. */
    if (policy->long_from.unit != UNIT_WORKING_DAY || policy->long_from.amount < 1)
        check_fault_at(check, "working_days_wanted", "", "policy.long_from");
    if (policy->opening_minute < 1 || policy->opening_minute >= MINUTES_PER_DAY)
        check_fault_at(check, "out_of_range", "", "policy.opening_minute");
    if (policy->nine_minute < 1 || policy->nine_minute >= MINUTES_PER_DAY)
        check_fault_at(check, "out_of_range", "", "policy.nine_minute");
    check_shelf_review(check);
    if (policy->resends > LIMIT_NOTICE_ATTEMPTS)
        check_fault_at(check, "out_of_range", "", "policy.resends");
}

/* --- the general part ----------------------------------------------------------------------------------------- */

static const char *number_kind_at(const struct registry *registry, uint32_t index)
{
    return registry->number_kinds[index].kind;
}

static const char *number_prefix_at(const struct registry *registry, uint32_t index)
{
    return registry->number_kinds[index].prefix;
}

static const char *channel_at(const struct registry *registry, uint32_t index)
{
    return registry->channels[index].code;
}

static void check_number_kinds(struct check *check)
{
    const struct registry *registry = check->registry;
    check_unique(check, "number_kinds", "kind", registry->number_kind_count, number_kind_at);
    /* Two kinds with one prefix would print the same number. */
    check_unique(check, "number_kinds", "prefix", registry->number_kind_count, number_prefix_at);
    for (uint32_t i = 0; i < registry->number_kind_count; i++) {
        const struct registry_number_kind *kind = &registry->number_kinds[i];
        check_present(check, kind->prefix, AT("number_kinds", i, "prefix"));
        /* The kind is part of a key: numbers/<kind>-<year>. */
        if (check_present(check, kind->kind, AT("number_kinds", i, "kind")) &&
            strpbrk(kind->kind, "/ ") != NULL)
            check_fault(check, "characters", kind->kind, AT("number_kinds", i, "kind"));
    }
}

static void check_channels(struct check *check)
{
    const struct registry *registry = check->registry;
    check_unique(check, "channels", "code", registry->channel_count, channel_at);
    bool enabled = false;
    for (uint32_t i = 0; i < registry->channel_count; i++) {
        const char *code = registry->channels[i].code;
        if (!text_equal(code, "directory") && !text_equal(code, "smtp"))
            check_fault(check, "unknown_word", code, AT("channels", i, "code"));
        enabled = enabled || registry->channels[i].enabled;
    }
    if (!enabled)
        check_fault_at(check, "no_channel", "", "channels");
}

static void check_excused_doors(struct check *check)
{
    for (uint32_t i = 0; i < check->registry->excused_door_count; i++) {
        const char *door = check->registry->excused_doors[i];
        const struct registry_unit *unit = registry_unit(check->registry, door);
        if (!text_equal(door, "http") && (unit == NULL || !unit->inbox))
            check_fault(check, "dangling_reference", door, AT("excused_doors", i, ""));
    }
}

static void check_calendars(struct check *check)
{
    const struct registry *registry = check->registry;
    uint32_t year = 0, day = 0;
    enum calendar_fault fault = calendar_check(registry->calendars, registry->calendar_count, &year, &day);
    for (uint32_t i = 0; fault == CALENDAR_FINE && i < registry->calendar_count; i++) {
        year = i;
        fault = calendar_check_notice(&registry->calendars[i], &day);
    }
    if (fault == CALENDAR_FINE)
        return;
    bool of_day = fault >= CALENDAR_DAY_FOREIGN; /* the others are of the year itself */
    const char *field = fault == CALENDAR_HALF_MISSING ? "days"
                        : of_day                       ? arena_format(check->arena, "days[%u]", day)
                                                       : "";
    check_fault(check, calendar_fault_code(fault), "", AT("calendars", year, field));
}

static void check_sizes(struct check *check)
{
    const struct registry *registry = check->registry;
    const struct {
        const char *list;
        uint32_t count, limit;
    } sizes[] = {
        {"units",         registry->unit_count,         LIMIT_UNITS         },
        {"persons",       registry->person_count,       LIMIT_PERSONS       },
        {"tokens",        registry->token_count,        LIMIT_PERSONS       },
        {"templates",     registry->template_count,     LIMIT_TEMPLATES     },
        {"calendars",     registry->calendar_count,     LIMIT_CALENDAR_YEARS},
        {"ladder",        registry->rung_count,         LIMIT_LIST          },
        {"announcements", registry->announcement_count, LIMIT_LIST          },
        {"forms",         registry->form_count,         LIMIT_LIST          },
        {"channels",      registry->channel_count,      LIMIT_LIST          },
        {"number_kinds",  registry->number_kind_count,  LIMIT_LIST          },
        {"excused_doors", registry->excused_door_count, LIMIT_LIST          },
    };
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        if (sizes[i].count > sizes[i].limit)
            check_fault_at(check, "too_many", "", sizes[i].list);
    }
}

uint32_t registry_check(const struct registry *registry, const struct registry *previous, struct arena *arena,
                        struct registry_fault *ret_faults, uint32_t limit)
{
    struct check check = {registry, previous, arena, ret_faults, limit, 0};
    check_sizes(&check);
    /* Some rules compare every row with every other one: not for lists without bound. */
    if (check.count > 0)
        return check.count;
    if (text_empty(registry->deployment))
        check_fault_at(&check, "missing", "", "deployment");
    check_policy(&check);
    check_hours(&check);
    check_number_kinds(&check);
    check_channels(&check);
    check_people(&check);
    check_templates(&check);
    check_ladder(&check);
    check_calendars(&check);
    check_excused_doors(&check);
    if (previous != NULL)
        check_history(&check);
    return check.count;
}
