/* ladder.h: when the rungs of a clock come (domain.md §5). The rows are data of the registry; here is how an offset
 * becomes an instant, and which rungs are left out. */
#ifndef DUBAN_DOMAIN_LADDER_H
#define DUBAN_DOMAIN_LADDER_H

#include "domain/registry.h"
#include "domain/task.h"

enum {
    LADDER_VOLUNTARY_RUNG = 2, /* 自愿承担: never above */
    LADDER_FIRST_ALARM = 3,    /* from here: red, acknowledged, held while a request is pending */
    LADDER_CLIMB_LIMIT = 5,    /* silence never climbs beyond */
    LADDER_TOP = 6,            /* the weekly list */
    LADDER_QUIET_DAYS = 5,     /* working days: after progress for rung 1, after a fact for the alarms */
    LADDER_CAP_LEFT =
        20, /* percent of a legal cap: its ladder counts from the day on which so much is left */
    LADDER_CAP_AT_RISK = 10, /* … and the top rung warns of it when so much is left (法定上限将至; ours) */
    LADDER_TOP_AGAIN = 2, /* the occurrence of the top rung that comes where the first one only warned */
};

struct ladder {
    const struct registry *registry; /* rows */
    int opening_minute; /* of the day: when business opens by the registry in force; 0: as `registry` says */
    const struct calendar *calendar;
    enum profile profile;
    const struct deadline_terms *terms;
    const struct deadline *deadline;
    struct instant now; /* rungs before it are past and left out */
    /* When this end was set; none: unknown. The alarms of a cap of which less than a fifth was left then begin on that day:
     * they ascend from there, and nobody is passed over. */
    struct instant armed_at;
    uint32_t least_rung;
    uint32_t most_rung;
    const struct deadline_terms *cap; /* what the law allows in all, without extensions; NULL: no cap */
    bool after_the_night;      /* a due date that binds a fact: alarms wait for the files of the night */
    struct date last_progress; /* rung 1 is left out within LADDER_QUIET_DAYS after it */
};

/* The profile of a unit's clock: by urgency, else what its template names, else by the working days allowed. */
enum profile ladder_profile(const struct registry *registry, const struct registry_template *template_,
                            enum urgency urgency, uint32_t allowed_days);

/* The row of a rung for a clock of so many working days; NULL when the profile has none. */
const struct registry_rung *ladder_row(const struct registry *registry, enum profile profile,
                                       uint32_t allowed_days, uint32_t rung, uint32_t occurrence);

/* The timers, in the order of the registry's rows. */
struct timer *ladder_timers(const struct ladder *ladder, struct arena *arena, uint32_t *ret_count);

/* Is that rung of the clock a warning of the legal cap, and the rung itself still to come? */
bool ladder_only_warns(const struct clock *clock, uint32_t rung, uint32_t occurrence);

/* n working days after a day's end, when office opens for alarms (09:00). */
struct instant ladder_nine_after(const struct registry_policy *policy, const struct calendar *calendar,
                                 struct instant from, int working_days);

#endif
