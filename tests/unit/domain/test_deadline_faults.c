/* Terms that no deadline follows from are refused by a code that names the field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "deadline_builder.h"
#include "deadline_fixture.h"

enum { CLOSE = 17 * 60 + 30 };

/* --- faults ------------------------------------------------------------------------------------------------- */

static void faults_name_the_field_and_leave_the_output_alone(void **state)
{
    static const struct {
        struct deadline_rule rule;
        enum deadline_fault fault;
    } rows[] = {
        {{.period = {UNIT_NONE, 5}},                             DEADLINE_PERIOD_UNIT  },
        {{.period = {UNIT_COUNT, 5}},                            DEADLINE_PERIOD_UNIT  },
        {{.period = {UNIT_WORKING_DAY, 0}},                      DEADLINE_PERIOD_AMOUNT},
        {{.period = {UNIT_WORKING_DAY, -1}},                     DEADLINE_PERIOD_AMOUNT},
        {{.period = {UNIT_CALENDAR_DAY, LIMIT_PERIOD_DAYS + 1}}, DEADLINE_PERIOD_AMOUNT},
        {{.period = {UNIT_MONTH, LIMIT_PERIOD_MONTHS + 1}},      DEADLINE_PERIOD_AMOUNT},
        {{.period = {UNIT_HOUR, LIMIT_PERIOD_DAYS * 24 + 1}},    DEADLINE_PERIOD_AMOUNT},
        {{.period = {UNIT_DATE, 1}, .date = {19000}},            DEADLINE_PERIOD_AMOUNT},
        {{.period = {UNIT_DATE, 0}},                             DEADLINE_DATE         },
        {{.period = {UNIT_MONTH, 1}, .date = {19000}},           DEADLINE_DATE         },
        {{.period = {UNIT_HOUR, 1}, .roll = ROLL_ON},            DEADLINE_ROLL         },
        {{.period = {UNIT_HOUR, 1}, .roll = ROLL_OFF},           DEADLINE_ROLL         },
        {{.period = {UNIT_MONTH, 1}, .roll = ROLL_COUNT},        DEADLINE_ROLL         },
        {{.period = {UNIT_MINUTE, 1}, .cutoff_minute = CLOSE},   DEADLINE_CUTOFF       },
        {{.period = {UNIT_MONTH, 1}, .cutoff_minute = 24 * 60},  DEADLINE_CUTOFF       },
        {{.period = {UNIT_MONTH, 1}, .cutoff_minute = -1},       DEADLINE_CUTOFF       },
        {{.period = {UNIT_DATE, 0}, .date = {80000}},            DEADLINE_TOO_FAR      },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deadline_terms terms = {.rule = rows[i].rule, .start = instant_at("2023-03-01T10:00")};
        struct deadline deadline = {.calendar_version = 4711};
        enum deadline_fault fault = deadline_compute(calendar, &terms, &deadline);
        assert_string_equal(deadline_fault_code(fault), deadline_fault_code(rows[i].fault));
        assert_int_equal(deadline.calendar_version, 4711);
    }
}

static void units_extend_only_their_own_family(void **state)
{
    static const struct {
        enum deadline_unit rule, extension;
        int amount;
        enum deadline_fault fault;
    } rows[] = {
        {UNIT_HOUR,        UNIT_MINUTE,       30,   DEADLINE_FINE            },
        {UNIT_HOUR,        UNIT_WORKING_DAY,  1,    DEADLINE_EXTENSION_UNIT  },
        {UNIT_WORKING_DAY, UNIT_HOUR,         1,    DEADLINE_EXTENSION_UNIT  },
        {UNIT_WORKING_DAY, UNIT_MONTH,        1,    DEADLINE_FINE            },
        {UNIT_DATE,        UNIT_CALENDAR_DAY, 1,    DEADLINE_FINE            },
        {UNIT_DATE,        UNIT_MINUTE,       1,    DEADLINE_EXTENSION_UNIT  },
        {UNIT_MONTH,       UNIT_DATE,         0,    DEADLINE_EXTENSION_UNIT  },
        {UNIT_MONTH,       UNIT_NONE,         1,    DEADLINE_EXTENSION_UNIT  },
        {UNIT_MONTH,       UNIT_WORKING_DAY,  0,    DEADLINE_EXTENSION_AMOUNT},
        {UNIT_MONTH,       UNIT_WORKING_DAY,  9999, DEADLINE_EXTENSION_AMOUNT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deadline_rule rule = {
            .period = {rows[i].rule, 1}
        };
        struct duration extension = {rows[i].extension, rows[i].amount};
        assert_string_equal(deadline_fault_code(deadline_check_extension(&rule, &extension)),
                            deadline_fault_code(rows[i].fault));
    }
}

static void assert_fault(const struct deadline_terms *terms, const char *code)
{
    struct deadline deadline;
    assert_string_equal(deadline_fault_code(deadline_compute(calendar, terms, &deadline)), code);
}

static void starts_pauses_and_ends_out_of_bounds_are_refused(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-01T10:00", 5, UNIT_WORKING_DAY);
    terms.start = INSTANT_NONE;
    assert_fault(&terms, "start");
    terms = terms_of_period("2099-03-01T10:00", LIMIT_PERIOD_DAYS, UNIT_CALENDAR_DAY);
    assert_fault(&terms, "too_far");
    terms = terms_of_period("2023-03-01T10:00", LIMIT_PERIOD_DAYS, UNIT_CALENDAR_DAY);
    for (int i = 0; i < 30; i++)
        terms_extend(&terms, arena, LIMIT_PERIOD_DAYS, UNIT_WORKING_DAY);
    assert_fault(&terms, "too_far");

    terms = terms_of_period("2023-03-01T10:00", 5, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2023-03-02T10:00", "2023-03-02T09:00");
    assert_fault(&terms, "pauses");
    terms = terms_of_period("2023-03-01T10:00", 5, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2023-03-02T10:00", "2023-03-03T09:00");
    terms_pause(&terms, arena, "2023-03-03T08:00", "2023-03-04T09:00");
    assert_fault(&terms, "pauses");
    terms = terms_of_period("2023-03-01T10:00", 5, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2023-03-02T10:00", "");
    terms_pause(&terms, arena, "2023-03-03T08:00", "2023-03-04T09:00");
    assert_fault(&terms, "pauses");
    terms = terms_of_period("2023-03-01T10:00", 5, UNIT_WORKING_DAY);
    terms.pauses = &(struct deadline_pause){.from = {1}, .until = {INT64_MAX}};
    terms.pause_count = 1;
    assert_fault(&terms, "pauses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_name_the_field_and_leave_the_output_alone),
        cmocka_unit_test(units_extend_only_their_own_family),
        cmocka_unit_test(starts_pauses_and_ends_out_of_bounds_are_refused),
    };
    return cmocka_run_group_tests(tests, deadline_set_up, deadline_tear_down);
}
