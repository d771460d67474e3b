/* sim_group.c: the coordinator of the group. A rebalance waits until every member has given up what it holds; who does not
 * answer is kicked out sooner or later, and comes back when it notices. */
#include "sim_internal.h"

enum { PATTERNS = 4 };

/* Patterns: halves, the halves changed over, all to the first, all to the second. */
static bool belongs_to(uint8_t pattern, int place, int32_t partition)
{
    const int half = partition < HARNESS_PARTITIONS / 2 ? 0 : 1;
    const int owner[PATTERNS] = {half, 1 - half, 0, 1};
    return owner[pattern % PATTERNS] == place;
}

static size_t count_members(const struct sim *sim)
{
    size_t count = 0;
    for (int i = 0; i < SIM_MEMBERS; i++)
        count += sim->members[i].standing != SIM_OUTSIDE;
    return count;
}

static void share_out(struct sim *sim)
{
    const size_t count = count_members(sim);
    for (int i = 0; i < SIM_MEMBERS; i++) {
        struct sim_member *member = &sim->members[i];
        if (member->standing == SIM_OUTSIDE)
            continue;
        member->share_count = 0;
        for (int32_t p = 0; p < HARNESS_PARTITIONS; p++)
            if (count == 1 || belongs_to(sim->pattern, i, p))
                member->share[member->share_count++] = p;
        member->standing = SIM_HOLDING;
        log_port_memory_give(member->port, member->share, member->share_count);
    }
}

static void ask_all(struct sim *sim)
{
    sim->joining = true;
    for (int i = 0; i < SIM_MEMBERS; i++) {
        struct sim_member *member = &sim->members[i];
        if (member->standing != SIM_HOLDING)
            continue;
        member->standing = SIM_LEAVING;
        if (member->port != NULL)
            log_port_memory_revoke(member->port, false);
    }
}

void sim_group_rebalance(struct sim *sim, uint8_t pattern)
{
    sim->pattern = pattern;
    ask_all(sim);
}

void sim_group_join(struct sim_member *member)
{
    if (member->standing == SIM_HOLDING) {
        log_port_memory_give(member->port, member->share, member->share_count);
        return;
    }
    member->standing = SIM_JOINED;
    ask_all(member->sim);
}

void sim_group_kick(struct sim_member *member)
{
    if (member->standing == SIM_OUTSIDE)
        return;
    member->standing = SIM_OUTSIDE;
    if (member->port != NULL)
        log_port_memory_revoke(member->port, true);
    ask_all(member->sim);
}

void sim_group_advance(struct sim *sim)
{
    bool all = true;
    for (int i = 0; i < SIM_MEMBERS; i++) {
        struct sim_member *member = &sim->members[i];
        const bool idle = member->port != NULL && log_port_memory_is_idle(member->port);
        if (member->port != NULL && !member->paused && log_port_memory_has_left(member->port) &&
            member->standing != SIM_OUTSIDE) {
            member->standing = SIM_OUTSIDE;
            ask_all(sim);
        } else if (idle && !member->paused && member->standing == SIM_OUTSIDE) {
            member->standing = SIM_JOINED;
            ask_all(sim);
        } else if (idle && member->standing == SIM_LEAVING) {
            member->standing = SIM_JOINED;
        }
        all = all &&
              (member->standing == SIM_OUTSIDE || (member->standing == SIM_JOINED && member->port != NULL));
    }
    if (!sim->joining || !all || count_members(sim) == 0)
        return;
    sim->joining = false;
    share_out(sim);
}
