/* sim_group.c: the coordinator of the group. A rebalance waits until every member has given up what it holds; who does not
 * answer is kicked out sooner or later, and comes back when it notices. */
#include "sim_internal.h"

enum { PATTERNS = 4 };

/* Patterns: halves, the halves changed over, all to the first, all to the second. */
static bool belongs_to(uint8_t pattern, int place, int32_t partition)
{
    const int half = partition < HARNESS_PARTITIONS / 2 ? 0 : 1; /* a group of one partition is all halves */
    const int owner[PATTERNS] = {half, 1 - half, 0, 1};
    return owner[pattern % PATTERNS] == place;
}

/* The two of a program, and their group. */
struct pair {
    struct sim_member *members;
    struct sim_group *group;
    int32_t partitions;
};

static struct pair pair_at(struct sim *sim, int first)
{
    return (struct pair){&sim->members[first], &sim->groups[first / SIM_PAIR],
                         sim->members[first].program->shared};
}

static struct pair pair_of(struct sim_member *member)
{
    return pair_at(member->sim, (int)(member - member->sim->members) - member->place);
}

static size_t count_members(const struct pair *pair)
{
    size_t count = 0;
    for (int i = 0; i < SIM_PAIR; i++)
        count += pair->members[i].standing != SIM_OUTSIDE;
    return count;
}

static void share_out(const struct pair *pair)
{
    const size_t count = count_members(pair);
    for (int i = 0; i < SIM_PAIR; i++) {
        struct sim_member *member = &pair->members[i];
        if (member->standing == SIM_OUTSIDE)
            continue;
        member->share_count = 0;
        for (int32_t p = 0; p < pair->partitions; p++)
            if (count == 1 || belongs_to(pair->group->pattern, i, p))
                member->share[member->share_count++] = p;
        member->standing = SIM_HOLDING;
        log_port_memory_give(member->port, member->share, member->share_count);
    }
}

static void ask_all(const struct pair *pair)
{
    pair->group->joining = true;
    for (int i = 0; i < SIM_PAIR; i++) {
        struct sim_member *member = &pair->members[i];
        if (member->standing != SIM_HOLDING)
            continue;
        member->standing = SIM_LEAVING;
        if (member->port != NULL)
            log_port_memory_revoke(member->port, false);
    }
}

void sim_group_rebalance(struct sim_member *member, uint8_t pattern)
{
    const struct pair pair = pair_of(member);
    if (pair.partitions == 0)
        return;
    pair.group->pattern = pattern;
    ask_all(&pair);
}

void sim_group_join(struct sim_member *member)
{
    const struct pair pair = pair_of(member);
    if (member->standing == SIM_HOLDING) {
        log_port_memory_give(member->port, member->share, member->share_count);
        return;
    }
    member->standing = SIM_JOINED;
    ask_all(&pair);
}

void sim_group_kick(struct sim_member *member)
{
    const struct pair pair = pair_of(member);
    if (pair.partitions == 0 || member->standing == SIM_OUTSIDE)
        return;
    member->standing = SIM_OUTSIDE;
    if (member->port != NULL)
        log_port_memory_revoke(member->port, true);
    ask_all(&pair);
}

static void advance(const struct pair *pair)
{
    bool all = true;
    for (int i = 0; i < SIM_PAIR; i++) {
        struct sim_member *member = &pair->members[i];
        const bool idle = member->port != NULL && log_port_memory_is_idle(member->port);
        if (member->port != NULL && !member->paused && log_port_memory_has_left(member->port) &&
            member->standing != SIM_OUTSIDE) {
            member->standing = SIM_OUTSIDE;
            ask_all(pair);
        } else if (idle && !member->paused && member->standing == SIM_OUTSIDE) {
            member->standing = SIM_JOINED;
            ask_all(pair);
        } else if (idle && !member->paused && member->standing == SIM_LEAVING) {
            member->standing = SIM_JOINED;
        }
        all = all &&
              (member->standing == SIM_OUTSIDE || (member->standing == SIM_JOINED && member->port != NULL));
    }
    if (!pair->group->joining || !all || count_members(pair) == 0)
        return;
    pair->group->joining = false;
    share_out(pair);
}

void sim_group_advance(struct sim *sim)
{
    for (int first = 0; first < sim->member_count; first += SIM_PAIR) {
        const struct pair pair = pair_at(sim, first);
        if (pair.partitions > 0)
            advance(&pair);
    }
}

bool sim_group_is_settled(const struct sim *sim)
{
    for (int first = 0; first < sim->member_count; first += SIM_PAIR)
        if (sim->groups[first / SIM_PAIR].joining)
            return false;
    return true;
}
