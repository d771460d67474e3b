/* catalogue_steps.c: what was said about statutory steps, conclusions, forms and the archive, as words for the gaps of
 * their events' sentences; the other triggers stand in catalogue_bodies.c. */
#include "domain/saying.h"

void say_step(struct saying *saying, const struct body *body)
{
    saying_put(saying, "step", saying_word(saying, LIST_STEP, (int)body->step.kind));
    saying_put(saying, "date", saying_date(saying, body->step.taken_on));
    saying_put(saying, "document", body->step.document_no);
    saying_put(saying, "note", body->step.note);
}

void say_conclude(struct saying *saying, const struct body *body)
{
    saying_put(saying, "document", body->conclude.document_no);
    saying_put(saying, "note", body->conclude.text);
}

void say_appeal(struct saying *saying, const struct body *body)
{
    saying_put(saying, "reason", body->appeal.reason);
}

void say_decide_appeal(struct saying *saying, const struct body *body)
{
    static const struct sentence verdicts[] = {
        {"撤销", "set aside"},
        {"维持", "upheld"   }
    };
    saying_put(saying, "verdict", saying_choice(saying, &verdicts[body->decide_appeal.upheld]));
    saying_put(saying, "reason", body->decide_appeal.reason);
}

void say_issue_form(struct saying *saying, const struct body *body)
{
    saying_put(saying, "document", body->issue_form.document_no);
    saying_put(saying, "note", body->issue_form.note);
}

void say_archive(struct saying *saying, const struct body *body)
{
    saying_put(saying, "note", body->archive.note);
}
