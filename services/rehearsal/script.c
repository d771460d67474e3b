/* script.c: what the year is about. The dated tasks of the 2023 mobilisation speech are rows; debts, complaints and
 * instructions are drawn from the seed. */
#include "script.h"
#include "cast.h"

#include "base/arena.h"
#include "base/text.h"
#include "wire/messages.h"

#include <stdio.h>
#include <string.h>

enum {
    CALENDAR_MINUTE = 10 * 60 + 15,
    SCRIPT_BYTES = 1 << 20,
    DEBTS = 16,
    COMPLAINTS = 40,
    INSTRUCTIONS = 8
};

/* One task of the speech. Dates are those of the templates unless given here. */
struct speech_row {
    const char *reference;
    const char *template_code;
    const char *source_unit, *lead_unit;
    const char *title;
    int month, day;      /* of 2023: a date, where the template asks for one */
    const char *follows; /* reference */
    enum temper temper;
};

static const struct speech_row speech[] = {
    {"NK-01", "T1",  "agri-park",    "finance",            "农业科技园一期征地资金拨付到位", 0, 0,  NULL,    TEMPER_LATE_PAPERS  },
    {"NK-02", "T2",  "agri-park",    "natural-resources",  "农业科技园一期征收及用地报批",    0, 0,  "NK-01",
     TEMPER_ASKS_IN_TIME                                                                                                                        },
    {"NK-03", "T3",  "agri-park",    "housing",            "农业科技园水电气管线迁改",          0, 0,  NULL,    TEMPER_SILENT       },
    {"NK-04", "T4",  "agri-park",    "agri-park",          "农业科技园二期启动并同步招商",    6, 30, "NK-02", TEMPER_PROMPT       },
    {"WL-01", "T5",  "culture-park", "lake-street",        "文旅园一期征迁清表",                   0, 0,  NULL,    TEMPER_ASKS_TOO_LATE},
    {"WL-02", "T6",  "culture-park", "natural-resources",  "文旅园用地及林地手续",                0, 0,  NULL,
     TEMPER_DISPUTES_WRONGLY                                                                                                                    },
    {"WL-03", "T7",  "culture-park", "housing",            "文旅园水电气改造",                      0, 0,  NULL,    TEMPER_SLOW         },
    {"ZH-01", "T8",  "smart-island", "science",            "智慧岛达到省级标准",                   0, 0,  NULL,    TEMPER_PROMPT       },
    {"ZS-01", "T9",  "commerce",     "commerce",           "全年引进投资5亿元以上项目48个",    0, 0,  NULL,    TEMPER_PROMPT       },
    {"KM-01", "T21", "statistics",   "development-reform", "一季度“开门红”投资完成48亿元",  0, 0,  NULL,
     TEMPER_PROMPT                                                                                                                              },
};
enum { SPEECH_ROWS = sizeof speech / sizeof speech[0] };

/* What is not one date, so many days after the year begins: standing still for a reason, statutory steps, a matter for
 * several units, a debt paid by instalments, a weekly meeting. */
struct matter_row {
    const char *reference;
    const char *template_code;
    const char *source_unit, *lead_unit;
    const char *title;
    int after_days;
    int due_days;       /* after the draft; 0: the template's own date or period */
    int64_t amount_fen; /* of a debt */
    enum temper temper;
};

static const struct matter_row matters[] = {
    {"WL-04", "T5",  "culture-park", "lake-street",   "文旅园一期安置户清表",          2,  0,   0,         TEMPER_PAUSES},
    {"FQ-01", "T12", "industry",     "housing",       "分期清偿某企业材料款120万元", 5,  110, 120000000,
     TEMPER_BY_INSTALMENTS                                                                                                        },
    {"ZH-02", "T17", "business",     "industry",      "万人助万企周例会",                8,  0,   0,         TEMPER_PROMPT},
    {"XK-01", "XK",  "supervision",  "market",        "某企业经营许可",                   20, 0,   0,         TEMPER_PAUSES},
    {"XF-01", "T23", "petitions",    "housing",       "反映小区产权证办理",             30, 0,   0,         TEMPER_PROMPT},
    {"XF-02", "T23", "petitions",    "civil-affairs", "反映养老补贴发放",                45, 0,   0,         TEMPER_SLOW  },
    {"GX-01", "T3",  "agri-park",    "housing",       "农业科技园二期管线迁改",       60, 0,   0,         TEMPER_SPLITS},
    {"JB-01", "JB",  "supervision",  "market",        "某食品经营户违法线索核查",    75, 0,   0,         TEMPER_PAUSES},
};
enum { MATTER_ROWS = sizeof matters / sizeof matters[0] };

/* Units that owe, that complain about, that are instructed; and the tempers which the year must show at least once. */
static const char *const debtors[] = {"housing",          "transport", "education",
                                      "urban-management", "health",    "willow-town"};
static const char *const handlers[] = {"urban-management", "housing",         "ecology",
                                       "market",           "transport",       "east-street",
                                       "west-street",      "human-resources", "education"};
static const char *const instructed[] = {"commerce", "industry", "agriculture", "civil-affairs"};
static const char *const complaints[] = {"路灯不亮",       "夜间施工噪声扰民", "小区门前积水",
                                         "占道经营",       "公交站牌损坏",     "垃圾清运不及时",
                                         "拖欠农民工工资", "井盖破损",         "消防通道堵塞"};

struct planned_temper {
    const char *reference;
    enum temper temper;
};
static const struct planned_temper planned_tempers[] = {
    {"QQ-02", TEMPER_CLOSES_FALSELY  },
    {"QQ-03", TEMPER_LATE_PAPERS     },
    {"QQ-05", TEMPER_SILENT          },
    {"RX-02", TEMPER_SILENT          },
    {"RX-03", TEMPER_SLOPPY          },
    {"RX-05", TEMPER_DISPUTES_RIGHTLY},
    {"RX-07", TEMPER_ASKS_IN_TIME    },
    {"PS-01", TEMPER_DISPUTES_RIGHTLY},
    {"PS-02", TEMPER_CLOSES_FALSELY  },
    {"PS-04", TEMPER_SLOPPY          },
};

#define PICK(list, number) ((list)[(number) % (sizeof(list) / sizeof *(list))])

enum temper script_temper(const char *reference)
{
    for (size_t i = 0; i < SPEECH_ROWS; i++) {
        if (text_equal(speech[i].reference, reference))
            return speech[i].temper;
    }
    for (size_t i = 0; i < MATTER_ROWS; i++) {
        if (text_equal(matters[i].reference, reference))
            return matters[i].temper;
    }
    for (size_t i = 0; i < sizeof planned_tempers / sizeof planned_tempers[0]; i++) {
        if (text_equal(planned_tempers[i].reference, reference))
            return planned_tempers[i].temper;
    }
    return TEMPER_DRAWN;
}

const char *script_task_id(const struct registry *registry, const char *unit, const char *reference,
                           char ret_id[ID_TEXT])
{
    const struct registry_unit *source = registry_unit(registry, unit);
    struct digest digest = digest_of_texts(
        unit, source != NULL && source->system_count > 0 ? source->systems[0].source : "", reference, NULL);
    digest_to_id(&digest, ret_id);
    return ret_id;
}

/* A unit drafts by its system; one without a system (the supervision office) by its clerk. */
static void plan_draft(const struct cast *cast, struct agenda *agenda, struct arena *arena, struct instant at,
                       const char *unit, const struct body_draft *draft)
{
    const struct registry_unit *source = registry_unit(cast->registry, unit);
    const struct registry_person *clerk = registry_role_in_unit(cast->registry, unit, ROLE_CLERK);
    bool by_system = source != NULL && source->system_count > 0;
    if ((!by_system && clerk == NULL) || at.ms >= cast->until.ms)
        return;
    agenda_plan(agenda, &(struct act){
                            .at = at,
                            .reference = draft->reference,
                            .task_id = "",
                            .trigger = TRIGGER_DRAFT,
                            .unit = unit,
                            .person = by_system ? "" : clerk->id,
                            .system = by_system ? source->systems[0].source : "",
                            .id = arena_format(arena, "%s/draft", draft->reference),
                            .data = wire_to_json(wire_body_of(TRIGGER_DRAFT), draft, arena),
                        });
}

static struct body_draft blank_draft(const char *reference, const char *template_code, const char *title,
                                     const char *lead_unit)
{
    struct body_draft draft;
    wire_blank(wire_body_of(TRIGGER_DRAFT), &draft);
    draft.reference = reference;
    draft.template_code = template_code;
    draft.title = title;
    draft.lead_unit = lead_unit;
    return draft;
}

static void open_speech(const struct cast *cast, struct agenda *agenda, struct arena *arena)
{
    for (size_t i = 0; i < SPEECH_ROWS; i++) {
        const struct speech_row *row = &speech[i];
        struct body_draft draft = blank_draft(row->reference, row->template_code, row->title, row->lead_unit);
        char id[ID_TEXT];
        const char *follows[1];
        draft.source.kind = "讲话";
        draft.source.from = "2023年动员大会";
        if (row->month != 0 && date_from_civil(2023, row->month, row->day, &draft.due.date))
            draft.due.wording = "同步";
        if (row->follows != NULL) {
            follows[0] =
                arena_text(arena, script_task_id(cast->registry, row->source_unit, row->follows, id));
            draft.follows = (struct text_list){follows, 1};
        }
        plan_draft(cast, agenda, arena, cast_office_slot(cast, cast->from, 1 + (unsigned)i), row->source_unit,
                   &draft);
    }
}

static void open_matters(const struct cast *cast, struct agenda *agenda, struct arena *arena)
{
    for (size_t i = 0; i < MATTER_ROWS; i++) {
        const struct matter_row *row = &matters[i];
        struct instant from = instant_add(cast->from, (int64_t)row->after_days * MS_PER_DAY);
        struct instant at = cast_office_slot(cast, from, 1);
        struct body_draft draft = blank_draft(row->reference, row->template_code, row->title, row->lead_unit);
        draft.source.kind = "来件";
        draft.source.from = "演练";
        draft.amount_fen = row->amount_fen;
        if (row->due_days > 0) {
            draft.due.date = calendar_next_working_day(cast->calendar, date_add(date_of(at), row->due_days));
            draft.due.wording = "按还款计划";
        }
        plan_draft(cast, agenda, arena, at, row->source_unit, &draft);
    }
}

/* A day of the rehearsal, drawn so that the stream is even over the year. */
static struct instant drawn_day(const struct cast *cast, const char *reference, unsigned index,
                                unsigned count)
{
    int64_t span = cast->until.ms - cast->from.ms;
    int64_t share = span / (int64_t)(count + 1);
    int64_t jitter = (int64_t)cast_draw(cast, "year", reference, 0, "day", (uint64_t)(share > 0 ? share : 1));
    return cast_office_slot(cast, instant_add(cast->from, share * (int64_t)index + jitter), 1);
}

static void open_debts(const struct cast *cast, struct agenda *agenda, struct arena *arena)
{
    for (unsigned i = 0; i < DEBTS; i++) {
        const char *reference = arena_format(arena, "QQ-%02u", i + 1);
        uint64_t lot = cast_draw(cast, "year", reference, 0, "debtor", 1000);
        const struct registry_unit *debtor = registry_unit(cast->registry, PICK(debtors, lot));
        int64_t fen = (int64_t)(5 + cast_draw(cast, "year", reference, 0, "amount", 200)) * 1000000;
        const char *title = arena_format(arena, "清偿某企业工程款%lld万元", (long long)(fen / 1000000));
        struct instant at = drawn_day(cast, reference, i, DEBTS);
        struct body_draft draft =
            blank_draft(reference, "T12", title, debtor == NULL ? "housing" : debtor->id);
        draft.source.kind = "平台";
        draft.source.from = "违约拖欠登记投诉平台";
        draft.amount_fen = fen;
        draft.due.date = date_add(date_of(at), 30 + (int)(lot % 45));
        draft.due.wording = "按还款计划";
        plan_draft(cast, agenda, arena, at, "industry", &draft);
    }
}

static void open_complaints(const struct cast *cast, struct agenda *agenda, struct arena *arena)
{
    for (unsigned i = 0; i < COMPLAINTS; i++) {
        const char *reference = arena_format(arena, "RX-%02u", i + 1);
        uint64_t lot = cast_draw(cast, "year", reference, 0, "matter", 1000);
        /* One in four runs by itself; the others are supervised, with all that may happen to them. */
        const char *code = (i + 1) % 4 == 0 ? "T22" : "T22D";
        struct body_draft draft =
            blank_draft(reference, code, PICK(complaints, lot), PICK(handlers, lot / 9));
        draft.source.kind = "工单";
        draft.source.from = "12345热线";
        draft.applicant = "来电人";
        draft.description =
            arena_format(arena, "来电反映：%s，要求尽快处理。联系电话13800138000。", PICK(complaints, lot));
        draft.urgency = lot % 11 == 0 ? "critical" : "";
        plan_draft(cast, agenda, arena, drawn_day(cast, reference, i, COMPLAINTS), "hotline", &draft);
    }
}

static void open_instructions(const struct cast *cast, struct agenda *agenda, struct arena *arena)
{
    for (unsigned i = 0; i < INSTRUCTIONS; i++) {
        const char *reference = arena_format(arena, "PS-%02u", i + 1);
        const char *unit = PICK(instructed, i);
        struct body_draft draft = blank_draft(reference, "T31", "区领导批示事项办理", unit);
        draft.source.kind = "批示";
        draft.source.from = "区长";
        draft.source.date = date_of(cast->from);
        draft.source.document_no = arena_format(arena, "批示〔2023〕%u号", i + 1);
        plan_draft(cast, agenda, arena, drawn_day(cast, reference, i, INSTRUCTIONS), "supervision", &draft);
    }
}

/* In the middle of the year the notice changes: an invented paper of this rehearsal, for nobody else. Two more rest days,
 * one Saturday worked instead. */
static void open_calendar(const struct cast *cast, struct agenda *agenda)
{
    const struct registry_person *administrator = registry_role(cast->registry, ROLE_ADMINISTRATOR);
    struct date day = DATE_NONE;
    if (administrator == NULL || !date_from_civil(2023, 9, 12, &day))
        return;
    const struct act act = {
        .at = day_at(day, CALENDAR_MINUTE),
        .reference = "RL-01",
        .task_id = "",
        .trigger = TRIGGER_APPLY_REGISTRY,
        .unit = administrator->unit,
        .person = administrator->id,
        .system = "",
        .id = "calendar/2023/changed",
        .data = "2023 演练〔2023〕1号(虚构) 2023-09-14=休 2023-09-15=休 2023-09-23=班",
    };
    if (act.at.ms > cast->from.ms && act.at.ms < cast->until.ms)
        agenda_plan(agenda, &act);
}

void cast_open(const struct cast *cast, struct agenda *agenda)
{
    struct arena *arena = arena_new(SCRIPT_BYTES);
    open_speech(cast, agenda, arena);
    open_matters(cast, agenda, arena);
    open_debts(cast, agenda, arena);
    open_complaints(cast, agenda, arena);
    open_instructions(cast, agenda, arena);
    open_calendar(cast, agenda);
    arena_free(arena);
}
