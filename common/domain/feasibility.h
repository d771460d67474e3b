/* feasibility.h: what the registrar should see before a deadline is set (domain.md §1.6, the feasibility lint): statutory
 * periods that do not fit before the date, a last day on a rest day, how the paper's wording was read. Nothing here
 * refuses: whoever registers decides, and what was seen is kept in the event as notes, codes with parameters
 * ("minimum_period name=征收预公告 from=2023-02-06 to=2023-02-20"), which catalogue.h's note_render turns into sentences.
 * Pure. */
#ifndef DUBAN_DOMAIN_FEASIBILITY_H
#define DUBAN_DOMAIN_FEASIBILITY_H

#include "domain/body.h"
#include "domain/registry.h"
#include "domain/wording_reading.h"

struct feasibility_terms {
    const struct registry_template *template_;
    const struct calendar *calendar;
    struct date today; /* of registration */
    struct date start; /* the earliest start that the registrar gives; none: today */
    struct deadline_rule rule;
    struct deadline deadline; /* of the rule, were it started today */
    const char *wording;      /* how the paper says it; "" */
};

/* One minimum period: `from` is its start day, which does not count. */
struct feasibility_step {
    const struct registry_minimum *minimum;
    struct date from, to;
};

struct feasibility {
    struct feasibility_step *steps;
    uint32_t step_count;
    struct date ready; /* the last minimum period ends; none: there is no such period */
    int left_after;    /* working days behind it, up to the last day */
    bool fits;         /* … or one day at least is left */
    struct wording_reading reading;
    bool read, differs; /* a wording was read; it means another day than the one given */
    struct date last_day;
    struct date working_day; /* the last working day, where the last day is none; else none */
    int left;                /* working days from today to the last day */
    bool few;                /* a date with less than ten of them */
    bool provisional;        /* a year without a notice took part */
};

struct feasibility feasibility_of(const struct feasibility_terms *terms, struct arena *arena);

/* The notes, in the order in which they are read. */
struct text_list feasibility_notes(const struct feasibility *feasibility, struct arena *arena);

#endif
