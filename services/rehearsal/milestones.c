/* milestones.c: see milestones.h. One row each. */
#include "milestones.h"

static bool upheld(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_ADJUDICATED && event->state == STATE_ASSIGNED;
}

static bool rejected(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_ADJUDICATED && event->state == STATE_IN_PROGRESS;
}

static bool granted(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_DECIDED && event->body.decide.granted &&
           event->body.decide.kind == REQUEST_EXTENSION;
}

static bool not_granted(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_DECIDED && !event->body.decide.granted &&
           event->body.decide.kind == REQUEST_EXTENSION;
}

static bool asked_too_late(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_REFUSED && event->refusal.code == REFUSAL_TOO_LATE &&
           event->body.trigger == TRIGGER_REQUEST;
}

static bool deemed_signed(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_DEEMED_SIGNED;
}

static bool returned(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_RETURNED;
}

static bool false_closing(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_REOPENED && event->body.reopen.reason_code == REOPEN_FALSE_EVIDENCE;
}

static bool taken_back(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_OVERDUE_REVOKED;
}

static bool leader_was_told(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_RUNG_REACHED && event->rung == 5;
}

static bool leader_decided(const struct event *event, const struct registry *registry)
{
    const struct registry_person *person = registry_person(registry, event->actor.person);
    return (event->type == EVENT_INSTRUCTED || event->type == EVENT_DECIDED) && person != NULL &&
           registry_person_has_role(person, ROLE_LEADER);
}

static bool suspended(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_DECIDED && event->state == STATE_SUSPENDED;
}

static bool shelved(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_DECIDED && event->state == STATE_SHELVED;
}

static bool stepped(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_STEP_TAKEN;
}

static bool split(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_SPLIT;
}

static bool opened_as_child(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_OPENED_AS_CHILD;
}

static bool planned_instalments(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_PLANNED && event->body.plan.node_count > 0 &&
           event->body.plan.nodes[event->body.plan.node_count - 1].amount_fen > 0;
}

static bool met(const struct event *event, const struct registry *registry)
{
    (void)registry;
    return event->type == EVENT_RESOLVED;
}

static const struct {
    struct word word;
    bool (*reached)(const struct event *event, const struct registry *registry);
} milestones[MILESTONES] = {
    {{"objections_upheld", "异议成立", ""},                   upheld             },
    {{"objections_rejected", "异议不成立", ""},              rejected           },
    {{"extensions_granted", "同意延期", ""},                  granted            },
    {{"extensions_not_granted", "不同意延期", ""},           not_granted        },
    {{"extensions_too_late", "逾期申请延期", ""},           asked_too_late     },
    {{"deemed_signings", "视为签收", ""},                     deemed_signed      },
    {{"returns", "退回整改", ""},                             returned           },
    {{"false_closings", "虚假办结重新办理", ""},          false_closing      },
    {{"misses_taken_back", "撤销逾期认定", ""},             taken_back         },
    {{"told_to_leaders", "升到分管领导", ""},               leader_was_told    },
    {{"decisions_of_leaders", "分管领导批示、审批", ""}, leader_decided     },
    {{"suspensions", "中止", ""},                               suspended          },
    {{"shelvings", "暂缓办理", ""},                           shelved            },
    {{"statutory_steps", "法定步骤", ""},                     stepped            },
    {{"splits", "分解", ""},                                    split              },
    {{"children", "子事项", ""},                               opened_as_child    },
    {{"instalment_plans", "分期清偿", ""},                    planned_instalments},
    {{"meetings", "会议议定", ""},                            met                },
};

const struct word *milestone_word(size_t index)
{
    return &milestones[index].word;
}

bool milestone_reached(size_t index, const struct event *event, const struct registry *registry)
{
    return milestones[index].reached(event, registry);
}
