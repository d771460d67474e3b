/* explain_case.h: one task as it stood at a moment, and what its time was made of: for each clock the versions of its
 * end with their derivations, for each rung what became of it and who was told. Everything follows from the task's
 * events, its notices and the registry's versions; nothing is asked of a broker or of a clock, so it can be tested with
 * events alone. explain_text.c and explain_json.c write it down. */
#ifndef DUBAN_DUBANCTL_EXPLAIN_CASE_H
#define DUBAN_DUBANCTL_EXPLAIN_CASE_H

#include "domain/deadline_reasons.h"
#include "domain/notice.h"
#include "rung_fate.h"

/* What is known, up to whenever it was read. */
struct explain_source {
    const struct event *events; /* of the task, in their order */
    uint32_t event_count;
    const struct notice *notices; /* about the task */
    uint32_t notice_count;
    const struct ruleset *ruleset; /* the registry in force, and all its versions */
    /* The calendars of a version of the registry; NULL when unknown. May be NULL: those of the ruleset. */
    const struct calendar *(*calendar_at)(const void *context, uint32_t version);
    const void *context;
    struct instant at;    /* the moment explained */
    struct instant as_of; /* 数据截至; none: not known */
    enum language language;
};

/* How the days of one leg add up: days == counted + rest + paused. Only of legs in days. */
struct explained_sum {
    enum deadline_unit unit;
    struct date after, until; /* the days after `after`, up to `until` */
    int days, counted, rest, paused;
};

/* The end of a clock, as one event set it. */
struct explained_version {
    const struct clock *clock; /* as the event left it */
    const struct event *event;
    const struct deadline_reason *reasons; /* NULL: the terms do not compute */
    struct explained_sum *sums;
    uint32_t sum_count;
    struct instant
        computed;       /* what the derivation gives; differs from the clock's due where a return cut it */
    const char *basis;  /* of the rule: the law that sets the time, or who did; "" unknown */
    const char *laws;   /* that the matter rests on without setting its time; "" none */
    const char *papers; /* the notices that were counted with; "" none was needed */
};

struct explained_told {
    const struct notice *notice;
    enum notice_status status; /* at the moment explained */
    struct instant since;
};

struct explained_rung {
    const struct registry_rung *row; /* NULL: of a profile that the clock has no more */
    uint32_t rung, occurrence, version;
    struct instant at;           /* its moment */
    const struct event *reached; /* NULL: not */
    enum rung_fate fate;
    const char *why; /* a sentence: why it was not sent, or not yet; "" */
    struct explained_told *told;
    uint32_t told_count;
};

struct explained_clock {
    const struct clock *clock; /* as the row has it */
    struct explained_version *versions;
    uint32_t version_count;
    struct duration cap;   /* 法定最长期限; none: no cap */
    const char *cap_basis; /* its law */
    struct date cap_day;   /* its last day as things stand */
    struct explained_rung *rungs;
    uint32_t rung_count;
};

struct explain_case {
    const struct explain_source *source;
    const struct task *task;
    const struct registry *registry; /* in force at the moment */
    const struct registry *pinned;
    const struct calendar *calendar;
    uint32_t event_count;           /* of the source's events, up to the moment */
    struct explained_clock *clocks; /* the unit's own first, then in the order of their start */
    uint32_t clock_count;
    struct arena *arena;
};

/* False: the task had no event yet at that moment. */
bool explain_case_make(const struct explain_source *source, struct arena *arena,
                       struct explain_case *ret_case);

/* explain_rungs.c, explain_basis.c, for explain_case.c. */
void explain_rungs(struct explain_case *explained, struct explained_clock *clock);
void explain_basis(const struct explain_case *explained, const struct clock *clock,
                   struct explained_version *version);

/* "2023-03-31 24:00" and "2023-03-31 09:00", as people write them. */
const char *explain_word(const struct explain_case *explained, enum vocabulary_list list, int value);
const char *explain_pick(const struct explain_case *explained, const char *zh, const char *en)
    __attribute__((format_arg(2), format_arg(3)));
const char *explain_unit(const struct explain_case *explained, const char *id);
const char *explain_list(const struct explain_case *explained, const char *list,
                         const char *text); /* 一、二 */

enum { EXPLANATION_BYTES = 4 * 1024 * 1024 };

struct buffer;
struct json_writer;
/* An official note, in the language of the source. */
void explain_text(const struct explain_case *explained, struct buffer *out);
/* Members of an object that the caller has opened and will close. */
void explain_json(const struct explain_case *explained, struct json_writer *json);

#endif
