/* deadline_builder.c: see the header. */
#include "deadline_builder.h"

#include "calendar_fixture.h"

struct deadline_terms terms_of_period(const char *start, int amount, enum deadline_unit unit)
{
    return (struct deadline_terms){
        .rule.period = {unit, amount},
          .start = instant_at(start)
    };
}

struct deadline_terms terms_of_date(const char *start, const char *date)
{
    struct deadline_terms terms = terms_of_period(start, 0, UNIT_DATE);
    terms.rule.date = date_at(date);
    return terms;
}

void terms_extend(struct deadline_terms *terms, struct arena *arena, int amount, enum deadline_unit unit)
{
    struct duration *grown =
        arena_grown(arena, terms->extensions, terms->extension_count, sizeof(struct duration));
    grown[terms->extension_count++] = (struct duration){unit, amount};
    terms->extensions = grown;
}

void terms_pause(struct deadline_terms *terms, struct arena *arena, const char *from, const char *until)
{
    struct deadline_pause *grown =
        arena_grown(arena, terms->pauses, terms->pause_count, sizeof(struct deadline_pause));
    struct deadline_pause *added = &grown[terms->pause_count++];
    added->from = instant_at(from);
    added->until = until[0] != '\0' ? instant_at(until) : INSTANT_NONE;
    terms->pauses = grown;
}
