/* district_people.c: see district.h. A department's system writes into its inbox and is done; a person asks one of the
 * two doors and, without an answer, asks again under the same id. */
#include "district.h"

#include "base/text.h"
#include "intake/http_door.h"
#include "log_memory.h"
#include "runtime/mail.h"
#include "service/watermarks.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <stdio.h>
#include <string.h>

const char *const district_inboxes[DISTRICT_INBOXES] = {"hotline", "housing"};

enum { ACT_DRAFT, ACT_REGISTER, ACT_ASSIGN, ACT_SIGN, ACT_PROGRESS };

#define CLERK "hotline-clerk"
#define HANDLER "housing-handler"

void district_add_tokens(struct registry *registry, struct arena *arena)
{
    const struct digest digest = digest_of("key", 3);
    char *hex = arena_alloc(arena, DIGEST_HEX);
    digest_to_hex(&digest, hex);
    const struct registry_token tokens[] = {
        {"clerk",   CLERK,   hex, false},
        {"handler", HANDLER, hex, false},
    };
    registry->tokens = arena_copy(arena, tokens, sizeof(tokens));
    registry->token_count = 2;
}

/* Drafts and every other report of progress come through inboxes. */
bool district_is_personal(int act)
{
    return act != ACT_DRAFT && (act < ACT_PROGRESS || act % 2 == 0);
}

static bool is_of_clerk(int act)
{
    return act == ACT_REGISTER || act == ACT_ASSIGN;
}

static const char *message_id(struct sim *sim, int task, int act)
{
    return arena_format(sim->harness.arena, "m-%d-%d", task, act);
}

const char *district_command_id(struct sim *sim, int task, int act)
{
    struct arena *arena = sim->harness.arena;
    const char *const unit = act == ACT_DRAFT || is_of_clerk(act) ? "hotline" : "housing";
    const char *source = act == ACT_DRAFT             ? "urn:duban:hotline:tickets"
                         : !district_is_personal(act) ? "urn:duban:housing:oa"
                         : is_of_clerk(act)           ? "urn:duban:person:" CLERK
                                                      : "urn:duban:person:" HANDLER;
    char id[ID_TEXT];
    const struct digest digest = digest_of_texts(unit, source, message_id(sim, task, act), NULL);
    digest_to_id(&digest, id);
    return arena_text(arena, id);
}

static const char *data_of(struct sim *sim, int task, int act)
{
    struct arena *arena = sim->harness.arena;
    if (act == ACT_DRAFT)
        return arena_format(arena,
                            "{\"reference\":\"S-%d\",\"template_code\":\"T22\",\"title\":\"路灯不亮\","
                            "\"lead_unit\":\"housing\",\"source\":{\"kind\":\"工单\"}}",
                            task + 1);
    if (act == ACT_REGISTER)
        return "{\"lead_unit\":\"housing\"}";
    if (act >= ACT_PROGRESS)
        return arena_format(arena, "{\"percent\":%d,\"note\":\"正在维修\"}", act);
    return "{}";
}

static const char *type_of(int act)
{
    static const char *const types[] = {"draft", "register", "assign", "sign"};
    return act < ACT_PROGRESS ? types[act] : "progress";
}

/* --- inboxes ------------------------------------------------------------------------------------------------------------ */

static void write_to_inbox(struct sim *sim, int task, int act)
{
    struct arena *arena = sim->harness.arena;
    const char *id = message_id(sim, task, act), *data = data_of(sim, task, act);
    const char *source = act == ACT_DRAFT ? "urn:duban:hotline:tickets" : "urn:duban:housing:oa";
    const char *type = arena_format(arena, "duban.v1.%s", type_of(act));
    const char *key = sim_task_id(sim, task);
    const struct log_header headers[] = {
        {"ce_id",        id,                 strlen(id)                },
        {"ce_source",    source,             strlen(source)            },
        {"ce_type",      type,               strlen(type)              },
        {"content-type", "application/json", strlen("application/json")},
        {"ce_task",      key,                strlen(key)               },
    };
    const struct log_message message = {
        .topic = act == ACT_DRAFT ? "inbox.hotline" : "inbox.housing",
        .value = data,
        .value_bytes = strlen(data),
        .headers = headers,
        .header_count = act == ACT_DRAFT ? 4 : 5,
    };
    if (log_memory_end(sim->harness.memory, message.topic, 0) < DISTRICT_RECORDS)
        (void)log_memory_append(sim->harness.memory, &message);
}

/* --- HTTP --------------------------------------------------------------------------------------------------------------- */

static void post(struct sim *sim, int task, int act, int place)
{
    struct sim_member *member = sim_member_of(sim, &district_intake, place);
    struct call *call = &district_of(sim)->calls[task][act];
    struct arena *arena = sim->harness.arena;
    if (!member->runs || member->in_turn)
        return; /* the connection is refused */
    struct service *service = district_intake_service(member);
    const char *body = arena_format(
        arena, "{\"id\":\"%s\",\"type\":\"duban.v1.%s\",\"task\":\"%s\",\"data\":%s}",
        message_id(sim, task, act), type_of(act), sim_task_id(sim, task), data_of(sim, task, act));
    *call = (struct call){
        .wanted = true,
        .open = true,
        .place = place,
        .birth = district_birth(member),
        .generation = call->generation + 1,
        .received_at = simulated_now(service),
        .appended = call->appended,
        .posts = call->posts + 1,
    };
    snprintf(call->command_id, sizeof(call->command_id), "%s", district_command_id(sim, task, act));
    const struct http_request request = {
        .server = service_http(service),
        .ticket = {(uint32_t)(task * SIM_ACTS + act), call->generation},
        .method = "POST",
        .path = "/v1/commands",
        .rest = "",
        .body = body,
        .body_bytes = strlen(body),
        .token = is_of_clerk(act) ? "clerk.key" : "handler.key",
        .peer = "",
        .received_at = call->received_at,
        .internal = act % 3 == 0 ? call : NULL, /* these do not wait */
    };
    member->in_turn = true;
    http_door_post(service, &request);
    member->in_turn = false;
    if (service->dead)
        sim_kill_member(member);
}

void district_send(struct sim *sim, int task, int act, int place)
{
    struct call *call = &district_of(sim)->calls[task][act];
    if (!district_is_personal(act)) {
        call->wanted = true;
        write_to_inbox(sim, task, act);
        return;
    }
    call->wanted = true;
    post(sim, task, act, place);
}

bool district_ask_again(struct sim *sim)
{
    bool any = false;
    for (int task = 0; task < SIM_TASKS; task++)
        for (int act = 0; act < SIM_ACTS; act++) {
            const struct call *call = &district_of(sim)->calls[task][act];
            if (!call->wanted || !district_is_personal(act) || call->status != 0)
                continue;
            any = true;
            for (int place = 0; place < SIM_PAIR; place++)
                if (sim_member_of(sim, &district_intake, place)->runs) {
                    post(sim, task, act, place);
                    break;
                }
        }
    return any;
}

static bool is_final(int status)
{
    return status != 503 && status != 429 && status != 504;
}

void district_replied(struct service *service, struct http_ticket ticket, int status)
{
    struct sim *sim = service->member->sim;
    struct call *call = &district_of(sim)->calls[ticket.slot / SIM_ACTS][ticket.slot % SIM_ACTS];
    if (ticket.generation != call->generation)
        return; /* the caller has left */
    if (!call->open)
        sim_fail(sim, "a request was answered twice");
    call->open = false;
    if (is_final(status))
        call->status = status;
    if ((status == 200 || status == 202) && !call->appended)
        sim_fail(sim, "a person was told %d, and the command does not stand in the log", status);
}

/* --- what must follow from what stands in the log ------------------------------------------------------------------------ */

static struct command command_of(struct sim *sim, const void *value, size_t bytes)
{
    struct command command;
    struct wire_fault fault;
    if (!wire_decode(&wire_command, value, bytes, LIMIT_COMMAND_BYTES, sim->harness.arena, &command, &fault))
        sim_fail(sim, "a command cannot be read");
    return command;
}

static struct call *call_of(struct sim *sim, const struct command *command)
{
    for (int task = 0; task < SIM_TASKS; task++)
        for (int act = 0; act < SIM_ACTS; act++) {
            struct call *call = &district_of(sim)->calls[task][act];
            if (text_equal(call->command_id, command->command_id))
                return call;
        }
    return NULL;
}

/* When the door says that it has received it. */
void district_published(struct service *service, const struct log_message *message)
{
    struct sim *sim = service->member->sim;
    if (!text_equal(message->topic, "commands") || service->member->program != &district_intake)
        return;
    const struct command command = command_of(sim, message->value, message->value_bytes);
    struct call *call = call_of(sim, &command);
    if (call != NULL)
        call->received_at = command.received_at;
}

static void command_appended(struct sim *sim, const struct log_record *record)
{
    const struct command command = command_of(sim, record->value, record->value_bytes);
    for (int i = 0; i < DISTRICT_INBOXES; i++)
        if (text_equal(command.inbox.inbox, district_inboxes[i]) && command.inbox.offset < DISTRICT_RECORDS)
            district_of(sim)->handed_over[i][command.inbox.offset] = true;
    struct call *call = call_of(sim, &command);
    if (call != NULL)
        call->appended = true;
}

/* A mark never passes what was received and does not stand in the log. */
static void check_inbox(struct sim *sim, int inbox, int64_t mark_ms)
{
    char topic[64];
    snprintf(topic, sizeof(topic), "inbox.%s", district_inboxes[inbox]);
    const struct log_record *record;
    for (size_t i = 0; (record = log_memory_at(sim->harness.memory, topic, 0, i)) != NULL; i++)
        if (record->timestamp.ms <= mark_ms && !district_of(sim)->handed_over[inbox][record->offset])
            sim_fail(sim, "the mark of inbox %s has passed its record %lld, which is not handed over",
                     district_inboxes[inbox], (long long)record->offset);
}

static void check_http(struct sim *sim, const struct sim_member *member, int64_t mark_ms)
{
    for (int task = 0; task < SIM_TASKS; task++)
        for (int act = 0; act < SIM_ACTS; act++) {
            const struct call *call = &district_of(sim)->calls[task][act];
            if (call->open && !call->appended && call->birth == district_birth(member) &&
                call->received_at.ms <= mark_ms)
                sim_fail(sim,
                         "the mark of %s over HTTP has passed act %d of task %d, which is not handed over",
                         member->id, act, task);
        }
}

/* Within one life of a door, unless its clock was put back in it. */
static void check_forwards(struct sim *sim, const struct sim_member *member, int door, int64_t at_ms)
{
    struct district *district = district_of(sim);
    int64_t *marks = district->marks[member->place];
    if (district->mark_births[member->place] != district_birth(member))
        memset(marks, 0, sizeof(district->marks[0]));
    district->mark_births[member->place] = district_birth(member);
    if (at_ms < marks[door] && !district->clock_was_put[member->place])
        sim_fail(sim, "a mark of %s steps back", member->id);
    marks[door] = at_ms;
}

static void watermark_appended(struct service *service, const struct log_record *record)
{
    struct sim *sim = service->member->sim;
    struct watermark mark;
    struct wire_fault fault;
    if (!wire_decode(&wire_watermark, record->value, record->value_bytes, LIMIT_COMMAND_BYTES,
                     sim->harness.arena, &mark, &fault))
        sim_fail(sim, "a watermark cannot be read");
    const int64_t bound_ms = record->timestamp.ms - WATERMARK_SKEW_MS;
    const int64_t believed_ms = mark.at.ms < bound_ms ? mark.at.ms : bound_ms;
    int door = 0;
    while (door < DISTRICT_INBOXES && !text_equal(mark.door, district_inboxes[door]))
        door++;
    check_forwards(sim, service->member, door, mark.at.ms);
    if (door < DISTRICT_INBOXES)
        check_inbox(sim, door, believed_ms);
    else
        check_http(sim, service->member, believed_ms);
}

void district_appended(struct service *service, const struct log_record *record)
{
    if (text_equal(record->topic, "commands"))
        command_appended(service->member->sim, record);
    else if (text_equal(record->topic, "watermarks"))
        watermark_appended(service, record);
}

/* --- letters ------------------------------------------------------------------------------------------------------------ */

static struct letters *letters_of(struct sim *sim, const char *notice)
{
    struct district *district = district_of(sim);
    for (size_t i = 0; i < district->letter_count; i++)
        if (text_equal(district->letters[i].notice, notice))
            return &district->letters[i];
    if (district->letter_count == DISTRICT_LETTERS)
        sim_fail(sim, "more letters than anyone asked for");
    struct letters *letters = &district->letters[district->letter_count++];
    *letters = (struct letters){0};
    snprintf(letters->notice, sizeof(letters->notice), "%s", notice);
    return letters;
}

void district_mailed(struct service *service, const struct mail *mail, struct mail_result *ret_result)
{
    static const enum mail_outcome outcomes[DISTRICT_MAIL_COUNT] = {
        MAIL_ACCEPTED, MAIL_REFUSED, MAIL_TEMPORARY, MAIL_UNKNOWN, MAIL_UNKNOWN};
    struct sim *sim = service->member->sim;
    const uint8_t how = district_of(sim)->mail;
    const char *id = arena_text_n(sim->harness.arena, mail->message_id, strcspn(mail->message_id, "@"));
    struct letters *letters = letters_of(sim, id);
    const uint32_t attempts = district_attempts(sim, id);
    if (letters->sent >= attempts)
        sim_fail(sim, "letter %u of notice %s goes out, and the log knows of %u attempts", letters->sent + 1,
                 id, attempts);
    letters->sent++;
    letters->arrived += how == DISTRICT_MAIL_TAKEN || how == DISTRICT_MAIL_ARRIVED_UNKNOWN;
    ret_result->outcome = outcomes[how];
}
