/* registry_check_plans.c: can each schedule line be looked at, and does it lead somewhere? */
#include "base/limits.h"
#include "base/text.h"
#include "domain/registry_check.h"

enum { PER_MILLE = 1000, MOST_POINTS = 100, SUNDAY = 7 };

static bool lists_fact(const struct registry_template *template_, const char *kind)
{
    for (uint32_t i = 0; i < template_->fact_kind_count; i++) {
        if (text_equal(template_->fact_kinds[i], kind))
            return true;
    }
    return false;
}

static void check_when(struct check *check, const struct registry_schedule *schedule, uint32_t index)
{
    bool weekly = schedule->check == CHECK_WEEKLY;
    check_word(check, LIST_CHECK, (int)schedule->check, AT("templates", index, "schedule.check"));
    if (weekly != (schedule->weekday > 0) || schedule->weekday > SUNDAY)
        check_fault(check, "out_of_range", "", AT("templates", index, "schedule.weekday"));
}

/* Points ascend in both directions and end with the whole. */
static void check_points(struct check *check, const struct registry_schedule *schedule, uint32_t index)
{
    for (uint32_t i = 0; i < schedule->point_count; i++) {
        const struct registry_schedule_point *point = &schedule->points[i], *before = point - 1;
        struct place place = AT("templates", index, arena_format(check->arena, "schedule.points[%u]", i));
        if (!date_is_set(point->date))
            check_fault(check, "missing", "", place);
        if (point->permille < 0 || point->permille > PER_MILLE)
            check_fault(check, "out_of_range", "", place);
        if (i > 0 && (point->date.days <= before->date.days || point->permille < before->permille))
            check_fault(check, "points_ascend", "", place);
    }
    bool whole =
        schedule->point_count == 0 || schedule->points[schedule->point_count - 1].permille == PER_MILLE;
    if (!whole)
        check_fault(check, "points_incomplete", "", AT("templates", index, "schedule.points"));
    if ((schedule->point_count > 0) != (schedule->target > 0) || schedule->target > LIMIT_MEASURE)
        check_fault(check, "out_of_range", "", AT("templates", index, "schedule.target"));
}

void check_schedule_of(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    const struct registry_schedule *schedule = &template_->schedule;
    if (text_empty(schedule->measure))
        return;
    if (check_present(check, schedule->fact, AT("templates", index, "schedule.fact")) &&
        !lists_fact(template_, schedule->fact))
        check_fault(check, "fact_not_listed", schedule->fact, AT("templates", index, "schedule.fact"));
    if (schedule->yellow_points < 1 || schedule->yellow_points > MOST_POINTS)
        check_fault(check, "out_of_range", "", AT("templates", index, "schedule.yellow_points"));
    if (schedule->red_points < schedule->yellow_points || schedule->red_points > MOST_POINTS)
        check_fault(check, "out_of_range", "", AT("templates", index, "schedule.red_points"));
    check_when(check, schedule, index);
    check_points(check, schedule, index);
}

void check_plan_policy(struct check *check)
{
    struct duration from = check->registry->policy.plan_from;
    /* It is compared with the working days that a due date allows. */
    if (from.unit != UNIT_NONE && (from.unit != UNIT_WORKING_DAY || from.amount < 1))
        check_fault_at(check, "working_days_wanted", "", "policy.plan_from");
}
