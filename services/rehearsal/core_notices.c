/* core_notices.c: the notifier of the pure world: every notice is accepted the moment it is due, weekly lists and merged
 * ones stay held. */
#include "core_world.h"

#include "base/text.h"
#include "domain/notice_merged.h"
#include "wire/records.h"

static bool takes_back(const struct event *event, const struct notice *notice)
{
    for (uint32_t i = 0; i < event->revoked_count; i++) {
        if (notice_is_of_miss(notice, &event->revoked[i]))
            return true;
    }
    return false;
}

/* Whom the lateness that the event takes back has reached; what has not gone out is cancelled. */
static struct notice_told *take_back(struct core_world *world, struct kept_row *kept,
                                     const struct event *event, uint32_t *ret_count)
{
    struct notice_told *told = ARENA_ARRAY(world->turn, struct notice_told, kept->notice_count + 1);
    *ret_count = 0;
    for (size_t i = 0; i < kept->notice_count; i++) {
        struct notice notice;
        core_restore(&wire_notice, kept->notices[i], world->turn, &notice);
        if (!takes_back(event, &notice))
            continue;
        if (notice_may_have_reached(&notice)) {
            told[(*ret_count)++] = (struct notice_told){notice.role, notice.person};
        } else if (notice_after(notice.status, STEP_CANCEL) != NOTICE_NONE) {
            notice_cancel(&notice, "revoked", world->now);
            kept->notices[i] = core_keep(world, &wire_notice, &notice);
        }
    }
    return told;
}

static void deliver(struct core_world *world, struct notice *notice)
{
    static const struct registry_channel directory = {"directory", true};
    const struct notice_rules rules = {&directory, 1, 0};
    if (instant_is_set(notice->not_before))
        return;
    if (notice->status == NOTICE_HELD)
        notice_release(notice);
    if (notice->status != NOTICE_PENDING)
        return;
    notice_begin_attempt(notice, directory.code, world->now, world->turn);
    notice_end_attempt(notice, ATTEMPT_TAKEN, "", &rules, world->now, world->turn);
}

/* A list that is held, whichever task it began with; lists stay held here as those of the week do. */
static bool join_list(struct core_world *world, const struct notice *one)
{
    for (struct kept_row *kept = world->rows; kept != NULL; kept = kept->hh.next) {
        for (size_t i = 0; i < kept->notice_count; i++) {
            struct notice notice;
            core_restore(&wire_notice, kept->notices[i], world->turn, &notice);
            if (!text_equal(notice.id, one->id))
                continue;
            notice_list_join(&notice, one, world->turn);
            kept->notices[i] = core_keep(world, &wire_notice, &notice);
            return true;
        }
    }
    return false;
}

void core_accept_notices(struct core_world *world, struct kept_row *kept, const struct event *event,
                         const struct row *after)
{
    uint32_t told_count;
    if (after->kind != ROW_TASK || !notices_wanted(event, world->ruleset.registry))
        return;
    struct notice_told *told = take_back(world, kept, event, &told_count);
    struct notice_list list =
        notices_of_event(event, &after->task, &world->ruleset, told, told_count, world->turn);
    for (uint32_t i = 0; i < list.count; i++) {
        struct notice *notice = &list.items[i];
        struct command command;
        if (notice->listed > 0 && join_list(world, notice))
            continue;
        deliver(world, notice);
        core_add_bytes(world, &kept->notices, &kept->notice_count, core_keep(world, &wire_notice, notice));
        if (notice_command(notice, world->turn, &command))
            core_enqueue(world, &command);
    }
}
