/* messages_shared.h: the tables that other tables embed; for messages_*.c only. */
#ifndef DUBAN_WIRE_MESSAGES_SHARED_H
#define DUBAN_WIRE_MESSAGES_SHARED_H

#include "domain/event.h"
#include "wire/messages.h"
#include "wire/table.h"

#include <duban/v1/body.pb-c.h>
#include <duban/v1/command.pb-c.h>
#include <duban/v1/event.pb-c.h>
#include <duban/v1/refusal.pb-c.h>
#include <duban/v1/task.pb-c.h>

TYPES(duration, Duration, struct duration);
TYPES(source, Source, struct source);
TYPES(approval, Approval, struct approval);
TYPES(due_request, DueRequest, struct due_request);
TYPES(evidence, Evidence, struct evidence);
TYPES(number, Number, struct number);
TYPES(assign, Assign, struct body_assign);
TYPES(body, Body, struct body);
TYPES(actor, Actor, struct actor);
TYPES(message_id, MessageId, struct message_id);
TYPES(refusal, Refusal, struct refusal);
TYPES(clock, Clock, struct clock);
TYPES(miss, Miss, struct miss);
TYPES(dispute, Dispute, struct dispute);
TYPES(pending_request, PendingRequest, struct pending_request);
TYPES(co_party, CoParty, struct co_party);
TYPES(report, Report, struct report);
TYPES(pace, Pace, struct pace);
TYPES(child, Child, struct child);
TYPES(family, Family, struct family);

extern const struct wire_message wire_split, wire_resolve, wire_open_child;
extern const struct wire_message wire_child_opened, wire_child_refused, wire_child_closed;
extern const struct wire_message wire_direct_by_meeting;
extern const struct wire_message wire_child, wire_family;
extern const struct wire_message wire_duration;
extern const struct wire_message wire_source;
extern const struct wire_message wire_approval;
extern const struct wire_message wire_due_request;
extern const struct wire_message wire_evidence;
extern const struct wire_message wire_number;
extern const struct wire_message wire_assign;
/* messages_step.c */
extern const struct wire_message wire_step;
extern const struct wire_message wire_conclude;
extern const struct wire_message wire_appeal;
extern const struct wire_message wire_decide_appeal;
extern const struct wire_message wire_issue_form;
extern const struct wire_message wire_archive;

extern const struct wire_message wire_invite;
extern const struct wire_message wire_answer_invite;
extern const struct wire_message wire_co_report;
extern const struct wire_message wire_message_id;
extern const struct wire_message wire_clock;
extern const struct wire_message wire_miss;
extern const struct wire_message wire_dispute;
extern const struct wire_message wire_pending_request;
extern const struct wire_message wire_co_party;
extern const struct wire_message wire_report;
extern const struct wire_message wire_pace;

#endif
