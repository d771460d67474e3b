/* Every rule of registry_check, each by one damage to a district that is sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/refusal.h"
#include "domain/registry.h"

enum { FAULTS = 32 };

static struct arena *arena;
static struct registry *district;

static int fresh_district(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    district = district_fixture(arena);
    return 0;
}

static int drop_district(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- the rules ------------------------------------------------------------------------------------------------ */

static struct registry_unit *unit(const char *id)
{
    return (struct registry_unit *)registry_unit(district, id);
}

static struct registry_person *person(const char *id)
{
    return (struct registry_person *)registry_person(district, id);
}

static struct registry_template *template_of(const char *code)
{
    return (struct registry_template *)registry_template(district, code);
}

static struct registry_rung *rung_of(enum profile profile, uint32_t rung)
{
    for (uint32_t i = 0; i < district->rung_count; i++) {
        if (district->ladder[i].profile == profile && district->ladder[i].rung == rung)
            return &district->ladder[i];
    }
    fail_msg("no such rung");
    return NULL;
}

static void set_role(const char *id, enum role role)
{
    person(id)->roles[0] = role;
}

/* clang-format off */
static void no_deployment(void) { district->deployment = ""; }
static void clock_left_out(void) { district->policy.clock_count--; }
static void clock_twice(void) { district->policy.clocks[1].clock = CLOCK_REGISTER; }
static void clock_for_due(void) { district->policy.clocks[0].clock = CLOCK_DUE; }
static void clock_without_basis(void) { district->policy.clocks[2].basis = ""; }
static void clock_of_no_days(void) { district->policy.clocks[2].normal.amount = 0; }
static void deemed_decision(void) { district->policy.clocks[5].deemed = true; }
static void long_in_calendar_days(void) { district->policy.long_from.unit = UNIT_CALENDAR_DAY; }
static void opening_at_midnight(void) { district->policy.opening_minute = 1440; }
static void kind_with_slash(void) { district->number_kinds[0].kind = "事/项"; }
static void all_channels_off(void) { district->channels[0].enabled = false; }
static void unknown_channel(void) { district->channels[0].code = "fax"; }
static void excused_nobody(void)
{
    static const char *doors[] = {"http", "projects"};
    district->excused_doors = doors;
    district->excused_door_count = 2;
}
static void too_many_units(void) { district->unit_count = LIMIT_UNITS + 1; }

static void unit_twice(void) { unit("housing")->id = "finance"; }
static void unit_named_as_another(void) { unit("housing")->name = "区财政局"; }
static void unit_in_capitals(void) { unit("water")->id = "Water"; }
static void unit_called_http(void) { unit("water")->id = "http"; }
static void unit_of_no_kind(void) { unit("water")->kind = "公司"; }
static void field_of_nobody(void) { unit("finance")->field = "教育"; }
static void no_authority(void) { unit("projects")->authority = ""; }
static void system_that_closes(void) { unit("finance")->systems[0].triggers[1] = TRIGGER_CLOSE; }
static void system_that_reports_done(void) { unit("finance")->systems[0].triggers[0] = TRIGGER_REPORT_DONE; }
static void system_without_triggers(void) { unit("finance")->systems[0].trigger_count = 0; }
static void system_of_two_units(void) { unit("housing")->systems[0].source = "urn:duban:finance:oa"; }
static void systems_without_inbox(void) { unit("housing")->inbox = false; }
static void no_unit_head(void) { set_role("housing-head", ROLE_HANDLER); }
static void no_supervisor_head(void) { set_role("arrears-head", ROLE_CLERK); }
static void no_arbiter(void) { person("executive")->role_count = 1; }
static void no_administrator(void) { set_role("administrator", ROLE_AUDITOR); }

static void person_twice(void) { person("auditor")->id = "administrator"; }
static void person_of_no_unit(void) { person("auditor")->unit = "audit"; }
static void clerk_outside(void) { set_role("auditor", ROLE_CLERK); }
static void slot_held(void) { set_role("auditor", ROLE_DECIDER); }
static void no_role(void) { person("auditor")->role_count = 0; }
static void two_leaders(void) { person("leader-land")->fields[0] = "财政"; unit("housing")->field = ""; unit("natural-resources")->field = ""; unit("water")->field = ""; }
static void fields_of_a_handler(void) { set_role("leader-finance", ROLE_HANDLER); }
static void own_deputy(void) { person("executive")->deputy = "executive"; }
static void deputy_unknown(void) { person("executive")->deputy = "nobody"; }
static void mail_of_two(void) { person("executive")->mail = "a@b.example, c@d.example"; }

static void add_token(const char *holder, const char *digest)
{
    district->tokens = arena_alloc(arena, sizeof(*district->tokens));
    district->tokens[0] = (struct registry_token){"t1", holder, digest, false};
    district->token_count = 1;
}
static void token_of_nobody(void) { add_token("nobody", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"); }
static void token_in_the_clear(void) { add_token("administrator", "secret"); }

static void template_twice(void) { template_of("T12")->code = "T1"; }
static void supervisor_unknown(void) { template_of("T1")->supervisor = "nobody"; }
static void supervised_by_finance(void) { template_of("T1")->supervisor = "finance"; }
static void supervisor_inactive(void) { unit("arrears")->active = false; }
static void no_lane(void) { template_of("T1")->lane = LANE_NONE; }
static void matter_of_nobody(void) { template_of("T1")->matter = "教育"; }
static void unknown_number_kind(void) { template_of("T1")->number_kind = "公文"; }
static void no_deadline(void) { template_of("T1")->due_date = DATE_NONE; }
static void two_deadlines(void) { template_of("T1")->date_required = true; }
static void period_of_no_days(void) { template_of("T31")->due.amount = 0; }
static void minutes_that_roll(void) { template_of("T22")->due_urgent = (struct duration){UNIT_MINUTE, 30}; template_of("T22")->roll = ROLL_ON; }
static void urgent_date(void) { template_of("T1")->due_urgent = (struct duration){UNIT_HOUR, 2}; }
static void fact_without_kind(void) { template_of("T1")->due_fact = ""; }
static void fact_not_listed(void) { template_of("T1")->due_fact = "验收"; }
static void no_evidence(void) { template_of("T1")->evidence_count = 0; }
static void sample_of_everybody(void) { template_of("T1")->verify = VERIFY_SAMPLE; template_of("T1")->sample_percent = 101; }
static void percent_without_sample(void) { template_of("T1")->sample_percent = 10; }
static void closed_by_handler(void) { template_of("T1")->close_by = ROLE_HANDLER; }
static void extended_by_handler(void) { template_of("T1")->extension.decider = ROLE_HANDLER; }
static void extension_without_end(void) { template_of("T1")->extension.working_days_in_all = 0; }
static void each_more_than_all(void) { template_of("T22")->extension.working_days_each = 10; }
static void law_not_in_force(void) { template_of("T1")->basis[0].in_force_from = date_at("2023-03-01"); }
static void law_ends_first(void) { template_of("T12")->basis[0].in_force_until = date_at("2020-08-31"); }
static void law_without_date(void) { template_of("T31")->basis[0].in_force_from = DATE_NONE; }
static void minimum_of(const char *name, enum deadline_unit unit, int32_t amount)
{
    static struct registry_minimum minimum;
    minimum = (struct registry_minimum){name, {unit, amount}, ""};
    template_of("T1")->minimums = &minimum;
    template_of("T1")->minimum_count = 1;
}
static void minimum_in_hours(void) { minimum_of("公告", UNIT_HOUR, 24); }
static void minimum_by_date(void) { minimum_of("公告", UNIT_DATE, 0); }
static void minimum_of_none(void) { minimum_of("公告", UNIT_WORKING_DAY, 0); }
static void minimum_nameless(void) { minimum_of("", UNIT_WORKING_DAY, 10); }
static void minimum_of_two_words(void) { minimum_of("预 公告", UNIT_WORKING_DAY, 10); }
static void follows_nobody(void) { template_of("T12")->follows = "T99"; }
static void follows_in_a_circle(void) { template_of("T12")->follows = "T22"; template_of("T22")->follows = "T12"; }

static void rung_left_out(void) { rung_of(PROFILE_URGENT, 4)->profile = PROFILE_NONE; }
static void rung_seven(void) { rung_of(PROFILE_LONG, 6)->rung = 7; }
static void rung_twice(void) { rung_of(PROFILE_LONG, 4)->rung = 3; }
static void alarm_before_due(void) { rung_of(PROFILE_LONG, 3)->offset = OFFSET_BEFORE_WORKING_DAYS; rung_of(PROFILE_LONG, 3)->amount = 1; }
static void amount_of_due(void) { rung_of(PROFILE_LONG, 3)->amount = 1; }
static void rungs_out_of_order(void) { rung_of(PROFILE_LONG, 5)->amount = 2; }
static void occurrence_left_out(void) { rung_of(PROFILE_LONG, 2)->occurrence = 3; }
static void nobody_told(void) { rung_of(PROFILE_LONG, 3)->to_count = 0; }
static void rung_without_form(void) { rung_of(PROFILE_SHORT, 3)->form = "函"; }
static void early_acknowledgement(void) { rung_of(PROFILE_SHORT, 2)->acknowledge = true; }
static void weekly_first_alarm(void) { rung_of(PROFILE_SHORT, 3)->weekly = true; }
static void announcement_without_form(void) { district->announcements[0].form = "函"; }
static void announcement_of_nothing(void) { district->announcements[0].event = EVENT_NONE; }
static void unknown_gap(void) { district->forms[0].title = "{rehearsal}{titel}"; }
static void open_bracket(void) { district->forms[0].body = "{why}{stop}{proof}{as_of}[{due}"; }
static void no_derivation(void) { district->forms[0].body = "{stop}{proof}{as_of}"; }
static void nothing_stops_it(void) { district->forms[0].body = "{why}{proof}{as_of}"; }
static void no_rehearsal_mark(void) { district->forms[0].title = "{number}"; }
static void calendar_out_of_order(void) { district->calendars[1].year = 2022; }
/* clang-format on */

static const struct {
    void (*damage)(void);
    const char *path, *rule;
} damages[] = {
    {no_deployment,             "deployment",                      "missing"                   },
    {clock_left_out,            "policy.clocks",                   "clock_missing"             },
    {clock_twice,               "policy.clocks[1]",                "duplicate_key"             },
    {clock_for_due,             "policy.clocks[0]",                "clock_not_settable"        },
    {clock_without_basis,       "policy.clocks[2].basis",          "missing"                   },
    {clock_of_no_days,          "policy.clocks[2].normal",         "period_amount"             },
    {deemed_decision,           "policy.clocks[5]",                "deemed_not_possible"       },
    {long_in_calendar_days,     "policy.long_from",                "working_days_wanted"       },
    {opening_at_midnight,       "policy.opening_minute",           "out_of_range"              },
    {kind_with_slash,           "number_kinds[0].kind",            "characters"                },
    {all_channels_off,          "channels",                        "no_channel"                },
    {unknown_channel,           "channels[0].code",                "unknown_word"              },
    {excused_nobody,            "excused_doors[1]",                "dangling_reference"        },
    {too_many_units,            "units",                           "too_many"                  },

    {unit_twice,                "units[2].id",                     "duplicate_key"             },
    {unit_named_as_another,     "units[2].name",                   "duplicate_key"             },
    {unit_in_capitals,          "units[3].id",                     "characters"                },
    {unit_called_http,          "units[3].id",                     "reserved"                  },
    {unit_of_no_kind,           "units[3].kind",                   "unknown_word"              },
    {field_of_nobody,           "units[0].field",                  "field_without_leader"      },
    {no_authority,              "units[5].authority",              "missing"                   },
    {system_that_closes,        "units[0].systems[0].triggers[1]", "trigger_forbidden"         },
    {system_that_reports_done,  "units[0].systems[0].triggers[0]", "trigger_forbidden"         },
    {system_without_triggers,   "units[0].systems[0].triggers",    "missing"                   },
    {system_of_two_units,       "units[2].systems[0].source",      "duplicate_key"             },
    {systems_without_inbox,     "units[2].systems",                "systems_without_inbox"     },
    {no_unit_head,              "units[2]",                        "role_vacant"               },
    {no_supervisor_head,        "units[6]",                        "role_vacant"               },
    {no_arbiter,                "persons",                         "role_vacant"               },
    {no_administrator,          "persons",                         "role_vacant"               },

    {person_twice,              "persons[34].id",                  "duplicate_key"             },
    {person_of_no_unit,         "persons[33].unit",                "dangling_reference"        },
    {clerk_outside,             "persons[33].roles",               "not_a_supervisor"          },
    {slot_held,                 "persons[33].roles",               "role_not_held"             },
    {no_role,                   "persons[33].roles",               "missing"                   },
    {two_leaders,               "persons[29].fields",              "two_leaders"               },
    {fields_of_a_handler,       "persons[28].fields",              "fields_without_leader_role"},
    {own_deputy,                "persons[30].deputy",              "own_deputy"                },
    {deputy_unknown,            "persons[30].deputy",              "dangling_reference"        },
    {mail_of_two,               "persons[30].mail",                "mail_address"              },
    {token_of_nobody,           "tokens[0].person",                "dangling_reference"        },
    {token_in_the_clear,        "tokens[0].digest",                "digest"                    },

    {template_twice,            "templates[1].code",               "duplicate_key"             },
    {supervisor_unknown,        "templates[0].supervisor",         "dangling_reference"        },
    {supervised_by_finance,     "templates[0].supervisor",         "not_a_supervisor"          },
    {supervisor_inactive,       "templates[1].supervisor",         "unit_inactive"             },
    {no_lane,                   "templates[0].lane",               "missing"                   },
    {matter_of_nobody,          "templates[0].matter",             "field_without_leader"      },
    {unknown_number_kind,       "templates[0].number_kind",        "dangling_reference"        },
    {no_deadline,               "templates[0]",                    "deadline_missing"          },
    {two_deadlines,             "templates[0]",                    "deadline_twice"            },
    {period_of_no_days,         "templates[3].due",                "period_amount"             },
    {minutes_that_roll,         "templates[2].due_urgent",         "roll"                      },
    {urgent_date,               "templates[0].due_urgent",         "urgent_without_period"     },
    {fact_without_kind,         "templates[0].due_fact",           "missing"                   },
    {fact_not_listed,           "templates[0].due_fact",           "fact_not_listed"           },
    {no_evidence,               "templates[0].evidence",           "missing"                   },
    {sample_of_everybody,       "templates[0].sample_percent",     "out_of_range"              },
    {percent_without_sample,    "templates[0].sample_percent",     "out_of_range"              },
    {closed_by_handler,         "templates[0].close_by",           "role_not_possible"         },
    {extended_by_handler,       "templates[0].extension",          "role_not_possible"         },
    {extension_without_end,     "templates[0].extension",          "out_of_range"              },
    {each_more_than_all,        "templates[2].extension",          "out_of_range"              },
    {law_not_in_force,          "templates[0].basis",              "not_in_force"              },
    {law_ends_first,            "templates[1].basis[0]",           "ends_before_it_begins"     },
    {law_without_date,          "templates[3].basis[0]",           "missing"                   },
    {minimum_in_hours,          "templates[0].minimums[0]",        "days_wanted"               },
    {minimum_by_date,           "templates[0].minimums[0]",        "days_wanted"               },
    {minimum_of_none,           "templates[0].minimums[0]",        "period_amount"             },
    {minimum_nameless,          "templates[0].minimums[0]",        "missing"                   },
    {minimum_of_two_words,      "templates[0].minimums[0]",        "characters"                },
    {follows_nobody,            "templates[1].follows",            "dangling_reference"        },
    {follows_in_a_circle,       "templates[1].follows",            "cycle"                     },

    {rung_left_out,             "ladder",                          "rung_missing"              },
    {rung_seven,                "ladder[7].rung",                  "out_of_range"              },
    {rung_twice,                "ladder[5]",                       "duplicate_key"             },
    {alarm_before_due,          "ladder[4].offset",                "offset_not_possible"       },
    {amount_of_due,             "ladder[4].amount",                "out_of_range"              },
    {rungs_out_of_order,        "ladder[6].amount",                "rung_order"                },
    {occurrence_left_out,       "ladder[3].occurrence",            "occurrence_missing"        },
    {nobody_told,               "ladder[4].to",                    "missing"                   },
    {rung_without_form,         "ladder[11].form",                 "dangling_reference"        },
    {early_acknowledgement,     "ladder[10].acknowledge",          "nothing_to_acknowledge"    },
    {weekly_first_alarm,        "ladder[11].weekly",               "weekly_not_possible"       },
    {announcement_without_form, "announcements[0].form",           "dangling_reference"        },
    {announcement_of_nothing,   "announcements[0].event",          "missing"                   },
    {unknown_gap,               "forms[0].title",                  "unknown_gap"               },
    {open_bracket,              "forms[0].body",                   "brackets"                  },
    {no_derivation,             "forms[0].body",                   "gap_wanted"                },
    {nothing_stops_it,          "forms[0].body",                   "gap_wanted"                },
    {no_rehearsal_mark,         "forms[0].title",                  "gap_wanted"                },
    {calendar_out_of_order,     "calendars[1]",                    "year_twice"                },
};

static bool is_found(const struct registry_fault *faults, uint32_t count, const char *path, const char *rule)
{
    for (uint32_t i = 0; i < count && i < FAULTS; i++) {
        if (text_equal(faults[i].path, path) && text_equal(faults[i].rule, rule))
            return true;
    }
    return false;
}

static void print_faults(const struct registry_fault *faults, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < FAULTS; i++)
        print_message("  %s: %s \"%s\"\n", faults[i].path, faults[i].rule, faults[i].value);
}

static void the_sound_district_has_no_fault(void **state)
{
    (void)state;
    struct registry_fault faults[FAULTS];
    uint32_t count = registry_check(district, NULL, arena, faults, FAULTS);
    print_faults(faults, count);
    assert_int_equal(count, 0);
    assert_int_equal(registry_check(district, district, arena, faults, FAULTS), 0);
}

static void each_damage_is_named_with_its_place(void **state)
{
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        drop_district(state);
        fresh_district(state);
        damages[i].damage();
        struct registry_fault faults[FAULTS];
        uint32_t count = registry_check(district, NULL, arena, faults, FAULTS);
        if (is_found(faults, count, damages[i].path, damages[i].rule))
            continue;
        print_faults(faults, count);
        fail_msg("not found: %s at %s", damages[i].rule, damages[i].path);
    }
}

static void all_faults_are_counted_and_some_returned(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < district->template_count; i++)
        district->templates[i].name = "";
    struct registry_fault faults[2];
    assert_int_equal(registry_check(district, NULL, arena, faults, 2), district->template_count);
    assert_string_equal(faults[1].path, "templates[1].name");
}

static void rules_are_said_in_words(void **state)
{
    (void)state;
    struct refusal refusal = refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", "units[2].id", "rule",
                                          "duplicate_key", "value", "finance", NULL);
    assert_string_equal(refusal_render(&refusal, LANGUAGE_ZH, arena),
                        "登记册有误:units[2].id,重复,“finance”");
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        struct refusal damage =
            refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", "x", "rule", damages[i].rule, NULL);
        if (strstr(refusal_render(&damage, LANGUAGE_ZH, arena), damages[i].rule) != NULL)
            fail_msg("no words for rule %s", damages[i].rule);
    }
}

#define DISTRICT_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_district, drop_district)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISTRICT_TEST(the_sound_district_has_no_fault),
        DISTRICT_TEST(each_damage_is_named_with_its_place),
        DISTRICT_TEST(all_faults_are_counted_and_some_returned),
        DISTRICT_TEST(rules_are_said_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
