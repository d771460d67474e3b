/* messages_registry.c: the tables of the registry (proto/duban/v1/registry.proto), as files, as JSON and as a record.
 * What a value may be (a unit that exists, a ladder that ascends) is asked by domain/registry_check. */
#include "wire/messages_shared.h"

#include "domain/registry.h"

#include <duban/v1/registry.pb-c.h>

static enum refusal_code block_from_text(const char *text, void *record)
{
    return office_block_from_text(text, record) ? REFUSAL_NONE : REFUSAL_FIELD_RANGE;
}

static enum refusal_code year_day_text(const char *text, void *record)
{
    return year_day_from_text(text, record) ? REFUSAL_NONE : REFUSAL_NO_SUCH_DATE;
}

/* One row a line. */
/* clang-format off */

TYPES(calendar_day, CalendarDay, struct calendar_day);
static const struct wire_field calendar_day_fields[] = {
    DATE(calendar_day, date, REQUIRED),
    BOOL(calendar_day, working, REQUIRED),
    CODE(calendar_day, name, OPTIONAL),
};
static const struct wire_message wire_calendar_day = MESSAGE(calendar_day, "CalendarDay");

TYPES(calendar_year, CalendarYear, struct calendar_year);
static const struct wire_field calendar_year_fields[] = {
    INT32(calendar_year, year, 0, 9999, REQUIRED),
    REFERENCE(calendar_year, paper, LIMIT_LINE, OPTIONAL),
    DATE(calendar_year, published, OPTIONAL),
    LIST(calendar_year, days, day_count, calendar_day, LIMIT_LIST, OPTIONAL),
};
const struct wire_message wire_calendar_year = MESSAGE(calendar_year, "CalendarYear");

TYPES(registry_number_kind, RegistryNumberKind, struct registry_number_kind);
static const struct wire_field registry_number_kind_fields[] = {
    CODE(registry_number_kind, kind, REQUIRED),
    CODE(registry_number_kind, prefix, REQUIRED),
};
static const struct wire_message wire_registry_number_kind =
    MESSAGE(registry_number_kind, "RegistryNumberKind");

TYPES(registry_system, RegistrySystem, struct registry_system);
static const struct wire_field registry_system_fields[] = {
    REFERENCE(registry_system, source, LIMIT_SOURCE, REQUIRED),
    LINE(registry_system, name, OPTIONAL),
    WORDS(registry_system, triggers, trigger_count, LIST_TRIGGER, LIMIT_LIST),
};
static const struct wire_message wire_registry_system = MESSAGE(registry_system, "RegistrySystem");

TYPES(registry_unit, RegistryUnit, struct registry_unit);
static const struct wire_field registry_unit_fields[] = {
    CODE(registry_unit, id, REQUIRED),
    LINE(registry_unit, name, REQUIRED),
    CODE(registry_unit, kind, REQUIRED),
    BOOL(registry_unit, active, OPTIONAL),
    BOOL(registry_unit, inbox, OPTIONAL),
    CODE(registry_unit, field, OPTIONAL),
    BOOL(registry_unit, supervisor, OPTIONAL),
    LINE(registry_unit, authority, OPTIONAL),
    BOOL(registry_unit, voluntary, OPTIONAL),
    LIST(registry_unit, systems, system_count, registry_system, LIMIT_LIST, OPTIONAL),
};
static const struct wire_message wire_registry_unit = MESSAGE(registry_unit, "RegistryUnit");

TYPES(registry_person, RegistryPerson, struct registry_person);
static const struct wire_field registry_person_fields[] = {
    CODE(registry_person, id, REQUIRED),
    LINE(registry_person, name, REQUIRED),
    CODE(registry_person, unit, OPTIONAL),
    WORDS(registry_person, roles, role_count, LIST_ROLE, LIMIT_LIST),
    TEXTS(registry_person, fields, fields, field_count, LIMIT_CODE, LIMIT_LIST),
    CODE(registry_person, deputy, OPTIONAL),
    REFERENCE(registry_person, mail, LIMIT_LINE, OPTIONAL),
};
static const struct wire_message wire_registry_person = MESSAGE(registry_person, "RegistryPerson");

TYPES(registry_token, RegistryToken, struct registry_token);
static const struct wire_field registry_token_fields[] = {
    CODE(registry_token, id, REQUIRED),
    CODE(registry_token, person, REQUIRED),
    CODE(registry_token, digest, REQUIRED),
    BOOL(registry_token, revoked, OPTIONAL),
};
static const struct wire_message wire_registry_token = MESSAGE(registry_token, "RegistryToken");

TYPES(office_block, OfficeBlock, struct office_block);
static const struct wire_field office_block_fields[] = {
    MINUTE(office_block, from_minute),
    MINUTE(office_block, until_minute),
};
static const struct wire_message wire_office_block =
    MESSAGE(office_block, "OfficeBlock", .from_text = block_from_text);

TYPES(year_day, YearDay, struct year_day);
static const struct wire_field year_day_fields[] = {
    INT32(year_day, month, 0, 12, OPTIONAL),
    INT32(year_day, day, 0, 31, OPTIONAL),
};
static const struct wire_message wire_year_day = MESSAGE(year_day, "YearDay", .from_text = year_day_text);

TYPES(office_season, OfficeSeason, struct office_season);
static const struct wire_field office_season_fields[] = {
    EMBED(office_season, from, year_day, OPTIONAL),
    EMBED(office_season, until, year_day, OPTIONAL),
    LIST(office_season, blocks, block_count, office_block, LIMIT_OFFICE_BLOCKS, OPTIONAL),
};
static const struct wire_message wire_office_season = MESSAGE(office_season, "OfficeSeason");

TYPES(office_hours, OfficeHours, struct office_hours);
static const struct wire_field office_hours_fields[] = {
    LIST(office_hours, blocks, block_count, office_block, LIMIT_OFFICE_BLOCKS, OPTIONAL),
    LIST(office_hours, seasons, season_count, office_season, LIMIT_OFFICE_SEASONS, OPTIONAL),
};
static const struct wire_message wire_office_hours = MESSAGE(office_hours, "OfficeHours");

TYPES(registry_clock, RegistryClock, struct registry_clock);
static const struct wire_field registry_clock_fields[] = {
    WORD(registry_clock, clock, LIST_CLOCK, REQUIRED),
    EMBED(registry_clock, normal, duration, OPTIONAL),
    EMBED(registry_clock, urgent, duration, OPTIONAL),
    LINE(registry_clock, basis, OPTIONAL),
    BOOL(registry_clock, deemed, OPTIONAL),
};
static const struct wire_message wire_registry_clock = MESSAGE(registry_clock, "RegistryClock");

TYPES(registry_extension, RegistryExtension, struct registry_extension);
static const struct wire_field registry_extension_fields[] = {
    WORD(registry_extension, decider, LIST_ROLE, OPTIONAL),
    UINT32(registry_extension, count, 0, 0, OPTIONAL),
    INT32(registry_extension, working_days_in_all, 0, INT32_MAX, OPTIONAL),
    INT32(registry_extension, working_days_each, 0, INT32_MAX, OPTIONAL),
};
static const struct wire_message wire_registry_extension = MESSAGE(registry_extension, "RegistryExtension");

TYPES(registry_legal_basis, RegistryLegalBasis, struct registry_legal_basis);
static const struct wire_field registry_legal_basis_fields[] = {
    LINE(registry_legal_basis, title, REQUIRED),
    DATE(registry_legal_basis, in_force_from, OPTIONAL),
    DATE(registry_legal_basis, in_force_until, OPTIONAL),
    BOOL(registry_legal_basis, sets_due, OPTIONAL),
};
static const struct wire_message wire_registry_legal_basis =
    MESSAGE(registry_legal_basis, "RegistryLegalBasis");

TYPES(registry_pause, RegistryPause, struct registry_pause);
static const struct wire_field registry_pause_fields[] = {
    CODE(registry_pause, code, REQUIRED),
    LINE(registry_pause, name, REQUIRED),
    LINE(registry_pause, basis, OPTIONAL),
    TEXTS(registry_pause, covers, covers, cover_count, LIMIT_CODE, LIMIT_LIST),
};
static const struct wire_message wire_registry_pause = MESSAGE(registry_pause, "RegistryPause");

TYPES(registry_cap, RegistryCap, struct registry_cap);
static const struct wire_field registry_cap_fields[] = {
    EMBED(registry_cap, amount, duration, REQUIRED),
    LINE(registry_cap, basis, OPTIONAL),
    DATE(registry_cap, in_force_from, OPTIONAL),
    DATE(registry_cap, in_force_until, OPTIONAL),
};
static const struct wire_message wire_registry_cap = MESSAGE(registry_cap, "RegistryCap");

TYPES(registry_schedule_point, RegistrySchedulePoint, struct registry_schedule_point);
static const struct wire_field registry_schedule_point_fields[] = {
    DATE(registry_schedule_point, date, REQUIRED),
    INT32(registry_schedule_point, permille, 0, 1000, OPTIONAL),
};
static const struct wire_message wire_registry_schedule_point =
    MESSAGE(registry_schedule_point, "RegistrySchedulePoint");

TYPES(registry_schedule, RegistrySchedule, struct registry_schedule);
static const struct wire_field registry_schedule_fields[] = {
    CODE(registry_schedule, measure, REQUIRED),
    CODE(registry_schedule, fact, REQUIRED),
    INT64(registry_schedule, target, 0, LIMIT_MEASURE, OPTIONAL),
    INT32(registry_schedule, yellow_points, 0, 100, REQUIRED),
    INT32(registry_schedule, red_points, 0, 100, REQUIRED),
    WORD(registry_schedule, check, LIST_CHECK, REQUIRED),
    UINT32(registry_schedule, weekday, 0, 7, OPTIONAL),
    LIST(registry_schedule, points, point_count, registry_schedule_point, LIMIT_SCHEDULE_POINTS, OPTIONAL),
};
static const struct wire_message wire_registry_schedule = MESSAGE(registry_schedule, "RegistrySchedule");

TYPES(registry_minimum, RegistryMinimum, struct registry_minimum);
static const struct wire_field registry_minimum_fields[] = {
    CODE(registry_minimum, name, REQUIRED),
    EMBED(registry_minimum, amount, duration, REQUIRED),
    LINE(registry_minimum, basis, OPTIONAL),
};
static const struct wire_message wire_registry_minimum = MESSAGE(registry_minimum, "RegistryMinimum");

TYPES(registry_debt, RegistryDebt, struct registry_debt);
static const struct wire_field registry_debt_fields[] = {
    INT32(registry_debt, late_interest_ppm, 0, LIMIT_RATE_PPM, OPTIONAL),
    TEXTS(registry_debt, payment_kinds, payment_kinds, payment_kind_count, LIMIT_CODE, LIMIT_LIST),
    LIST(registry_debt, basis, basis_count, registry_legal_basis, LIMIT_LIST, OPTIONAL),
    CODE(registry_debt, confirmation, OPTIONAL),
    CODE(registry_debt, denial, OPTIONAL),
};
static const struct wire_message wire_registry_debt = MESSAGE(registry_debt, "RegistryDebt");

TYPES(recurrence, Recurrence, struct recurrence);
static const struct wire_field recurrence_fields[] = {
    WORD(recurrence, every, LIST_EVERY, REQUIRED),
    INT32(recurrence, weekday, 0, 7, OPTIONAL),
    INT32(recurrence, month, 0, 12, OPTIONAL),
    INT32(recurrence, month_day, 0, 31, OPTIONAL),
    BOOL(recurrence, last_working_day, OPTIONAL),
    EMBED(recurrence, due_after, duration, OPTIONAL),
    INT32(recurrence, create_before, 0, LIMIT_PERIOD_DAYS, OPTIONAL),
    DATE(recurrence, until, OPTIONAL),
};
static const struct wire_message wire_recurrence = MESSAGE(recurrence, "Recurrence");

TYPES(registry_statutory, RegistryStatutory, struct registry_statutory);
static const struct wire_field registry_statutory_fields[] = {
    CODE(registry_statutory, name, REQUIRED),
    CODE(registry_statutory, start, REQUIRED),
    WORDS(registry_statutory, stop, stop_count, LIST_STEP, LIMIT_LIST),
    EMBED(registry_statutory, amount, duration, OPTIONAL),
    EMBED(registry_statutory, extension, duration, OPTIONAL),
    EMBED(registry_statutory, cap, duration, OPTIONAL),
    BOOL(registry_statutory, deemed, OPTIONAL),
    LINE(registry_statutory, basis, OPTIONAL),
    DATE(registry_statutory, in_force_from, OPTIONAL),
    DATE(registry_statutory, in_force_until, OPTIONAL),
};
static const struct wire_message wire_registry_statutory =
    MESSAGE(registry_statutory, "RegistryStatutory");

TYPES(registry_template, RegistryTemplate, struct registry_template);
static const struct wire_field registry_template_fields[] = {
    CODE(registry_template, code, REQUIRED),
    LINE(registry_template, name, REQUIRED),
    CODE(registry_template, supervisor, OPTIONAL),
    WORD(registry_template, lane, LIST_LANE, OPTIONAL),
    WORD(registry_template, urgency, LIST_URGENCY, OPTIONAL),
    CODE(registry_template, lead_label, OPTIONAL),
    CODE(registry_template, matter, OPTIONAL),
    CODE(registry_template, number_kind, OPTIONAL),
    BOOL(registry_template, date_required, OPTIONAL),
    DATE(registry_template, due_date, OPTIONAL),
    EMBED(registry_template, due, duration, OPTIONAL),
    EMBED(registry_template, due_urgent, duration, OPTIONAL),
    LINE(registry_template, due_wording, OPTIONAL),
    WORD(registry_template, roll, LIST_ROLL, OPTIONAL),
    MINUTE(registry_template, cutoff_minute),
    WORD(registry_template, binds, LIST_BINDS, OPTIONAL),
    CODE(registry_template, due_fact, OPTIONAL),
    WORD(registry_template, verify, LIST_VERIFY, OPTIONAL),
    UINT32(registry_template, sample_percent, 0, 100, OPTIONAL),
    TEXTS(registry_template, evidence, evidence, evidence_count, LIMIT_CODE, LIMIT_EVIDENCE),
    TEXTS(registry_template, fact_kinds, fact_kinds, fact_kind_count, LIMIT_CODE, LIMIT_LIST),
    EMBED(registry_template, extension, registry_extension, OPTIONAL),
    WORD(registry_template, suspension_decider, LIST_ROLE, OPTIONAL),
    WORD(registry_template, shelving_decider, LIST_ROLE, OPTIONAL),
    BOOL(registry_template, extensions_only, OPTIONAL),
    LIST(registry_template, pauses, pause_count, registry_pause, LIMIT_PAUSE_REASONS, OPTIONAL),
    LIST(registry_template, caps, cap_count, registry_cap, LIMIT_LIST, OPTIONAL),
    LIST(registry_template, clocks, clock_count, registry_clock, LIMIT_LIST, OPTIONAL),
    CODE(registry_template, follows, OPTIONAL),
    LIST(registry_template, basis, basis_count, registry_legal_basis, LIMIT_LIST, OPTIONAL),
    WORD(registry_template, close_by, LIST_ROLE, OPTIONAL),
    WORD(registry_template, profile, LIST_PROFILE, OPTIONAL),
    LIST(registry_template, statutory, statutory_count, registry_statutory, LIMIT_STATUTORY, OPTIONAL),
    EMBED(registry_template, debt, registry_debt, OPTIONAL),
    EMBED(registry_template, office_hours, office_hours, OPTIONAL),
    EMBED(registry_template, schedule, registry_schedule, OPTIONAL),
    LIST(registry_template, minimums, minimum_count, registry_minimum, LIMIT_LIST, OPTIONAL),
    EMBED(registry_template, recurrence, recurrence, OPTIONAL),
    BOOL(registry_template, meeting, OPTIONAL),
    WORD(registry_template, due_step, LIST_STEP, OPTIONAL),
};
static const struct wire_message wire_registry_template = MESSAGE(registry_template, "RegistryTemplate");

TYPES(registry_rung, RegistryRung, struct registry_rung);
static const struct wire_field registry_rung_fields[] = {
    WORD(registry_rung, profile, LIST_PROFILE, REQUIRED),
    UINT32(registry_rung, rung, 0, 0, OPTIONAL),
    UINT32(registry_rung, occurrence, 0, 0, OPTIONAL),
    WORD(registry_rung, offset, LIST_OFFSET, REQUIRED),
    INT32(registry_rung, amount, 0, INT32_MAX, OPTIONAL),
    BOOL(registry_rung, at_nine, OPTIONAL),
    WORDS(registry_rung, to, to_count, LIST_ROLE, LIMIT_LIST),
    WORDS(registry_rung, copy, copy_count, LIST_ROLE, LIMIT_LIST),
    CODE(registry_rung, form, OPTIONAL),
    BOOL(registry_rung, acknowledge, OPTIONAL),
    BOOL(registry_rung, weekly, OPTIONAL),
    INT32(registry_rung, allowed_from, 0, INT32_MAX, OPTIONAL),
    INT32(registry_rung, allowed_below, 0, INT32_MAX, OPTIONAL),
};
static const struct wire_message wire_registry_rung = MESSAGE(registry_rung, "RegistryRung");

TYPES(registry_announcement, RegistryAnnouncement, struct registry_announcement);
static const struct wire_field registry_announcement_fields[] = {
    WORD(registry_announcement, event, LIST_EVENT, REQUIRED),
    WORD(registry_announcement, clock, LIST_CLOCK, OPTIONAL),
    WORDS(registry_announcement, to, to_count, LIST_ROLE, LIMIT_LIST),
    CODE(registry_announcement, form, OPTIONAL),
    WORD(registry_announcement, light, LIST_LIGHT, OPTIONAL),
    BOOL(registry_announcement, merge, OPTIONAL),
};
static const struct wire_message wire_registry_announcement =
    MESSAGE(registry_announcement, "RegistryAnnouncement");

TYPES(registry_form, RegistryForm, struct registry_form);
static const struct wire_field registry_form_fields[] = {
    CODE(registry_form, code, REQUIRED),
    LINE(registry_form, title, REQUIRED),
    PROSE(registry_form, body, OPTIONAL),
    BOOL(registry_form, draft, OPTIONAL),
};
static const struct wire_message wire_registry_form = MESSAGE(registry_form, "RegistryForm");

TYPES(registry_channel, RegistryChannel, struct registry_channel);
static const struct wire_field registry_channel_fields[] = {
    CODE(registry_channel, code, REQUIRED),
    BOOL(registry_channel, enabled, OPTIONAL),
};
static const struct wire_message wire_registry_channel = MESSAGE(registry_channel, "RegistryChannel");

TYPES(registry_policy, RegistryPolicy, struct registry_policy);
static const struct wire_field registry_policy_fields[] = {
    LIST(registry_policy, clocks, clock_count, registry_clock, LIMIT_LIST, OPTIONAL),
    EMBED(registry_policy, long_from, duration, OPTIONAL),
    EMBED(registry_policy, shelf_review, duration, OPTIONAL),
    MINUTE(registry_policy, opening_minute),
    MINUTE(registry_policy, nine_minute),
    UINT32(registry_policy, resends, 0, LIMIT_NOTICE_ATTEMPTS, OPTIONAL),
    EMBED(registry_policy, office_hours, office_hours, OPTIONAL),
    EMBED(registry_policy, plan_from, duration, OPTIONAL),
};
static const struct wire_message wire_registry_policy = MESSAGE(registry_policy, "RegistryPolicy");

TYPES(registry, Registry, struct registry);
static const struct wire_field registry_fields[] = {
    UINT32(registry, version, 0, 0, OPTIONAL),
    BOOL(registry, rehearsal, OPTIONAL),
    CODE(registry, deployment, OPTIONAL),
    EMBED(registry, policy, registry_policy, OPTIONAL),
    LIST(registry, number_kinds, number_kind_count, registry_number_kind, LIMIT_LIST, OPTIONAL),
    LIST(registry, units, unit_count, registry_unit, LIMIT_UNITS, OPTIONAL),
    LIST(registry, persons, person_count, registry_person, LIMIT_PERSONS, OPTIONAL),
    LIST(registry, tokens, token_count, registry_token, LIMIT_PERSONS, OPTIONAL),
    LIST(registry, templates, template_count, registry_template, LIMIT_TEMPLATES, OPTIONAL),
    LIST(registry, ladder, rung_count, registry_rung, LIMIT_LIST, OPTIONAL),
    LIST(registry, announcements, announcement_count, registry_announcement, LIMIT_LIST, OPTIONAL),
    LIST(registry, forms, form_count, registry_form, LIMIT_LIST, OPTIONAL),
    LIST(registry, channels, channel_count, registry_channel, LIMIT_LIST, OPTIONAL),
    LIST(registry, calendars, calendar_count, calendar_year, LIMIT_CALENDAR_YEARS, OPTIONAL),
    TEXTS(registry, excused_doors, excused_doors, excused_door_count, LIMIT_CODE, LIMIT_LIST),
};
const struct wire_message wire_registry = MESSAGE(registry, "Registry");
/* clang-format on */
