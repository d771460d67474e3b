/* vocabulary.c: the words of the domain as tables, one per list, indexed by the enum's value.
 *
 * Chinese names are those that stand on official papers (domain.md §3); codes are what the topics, JSON and the
 * command line carry. Adding a value to an enum without its word is caught by the test of this file. */
#include "domain/vocabulary.h"

#include <string.h>

#include "domain/deadline.h"
#include "domain/registry.h"
#include "domain/vocabulary_reasons.h"

static const struct word NO_WORD = {"", "", ""};

/* clang-format off */
static const struct word states[STATE_COUNT] = {
    [STATE_DRAFT] = {"draft", "拟立项", "drafted"},
    [STATE_REGISTERED] = {"registered", "已立项", "registered"},
    [STATE_ASSIGNED] = {"assigned", "已交办(待签收)", "assigned"},
    [STATE_DISPUTED] = {"disputed", "异议审核", "in dispute"},
    [STATE_IN_PROGRESS] = {"in_progress", "办理中", "in progress"},
    [STATE_SUSPENDED] = {"suspended", "中止", "suspended"},
    [STATE_SHELVED] = {"shelved", "暂缓办理(挂账)", "shelved"},
    [STATE_REPORTED] = {"reported", "已申请办结(待审核)", "reported done"},
    [STATE_VERIFYING] = {"verifying", "核查·回访", "verifying"},
    [STATE_REWORK] = {"rework", "退回整改", "returned"},
    [STATE_CLOSED] = {"closed", "办结", "closed"},
    [STATE_WRITTEN_OFF] = {"written_off", "销号", "written off"},
    [STATE_MERGED] = {"merged", "并件", "merged"},
    [STATE_REJECTED] = {"rejected", "不予立项", "rejected"},
    [STATE_TERMINATED] = {"terminated", "终止", "terminated"},
    [STATE_ARCHIVED] = {"archived", "归档", "archived"},
};

static const struct word triggers[TRIGGER_COUNT] = {
    [TRIGGER_DRAFT] = {"draft", "拟立项", "Draft"},
    [TRIGGER_REGISTER] = {"register", "立项", "Register"},
    [TRIGGER_REJECT] = {"reject", "不予立项", "Reject"},
    [TRIGGER_ASSIGN] = {"assign", "交办", "Assign"},
    [TRIGGER_SIGN] = {"sign", "签收", "Sign"},
    [TRIGGER_OBJECT] = {"object", "退单(异议)", "Object"},
    [TRIGGER_ADJUDICATE] = {"adjudicate", "指定主办", "Adjudicate"},
    [TRIGGER_REASSIGN] = {"reassign", "改派", "Reassign"},
    [TRIGGER_PROGRESS] = {"progress", "进度反馈", "Progress"},
    [TRIGGER_RECORD_FACT] = {"record_fact", "登记事实", "RecordFact"},
    [TRIGGER_REQUEST] = {"request", "申请", "Request"},
    [TRIGGER_DECIDE] = {"decide", "审批", "Decide"},
    [TRIGGER_REPORT_DONE] = {"report_done", "申请办结", "ReportDone"},
    [TRIGGER_ANSWER_URGING] = {"answer_urging", "答复催办", "AnswerUrging"},
    [TRIGGER_START_VERIFY] = {"start_verify", "启动核查", "StartVerify"},
    [TRIGGER_RECORD_VERIFICATION] = {"record_verification", "登记核查结果", "RecordVerification"},
    [TRIGGER_RETURN] = {"return", "退回整改", "Return"},
    [TRIGGER_CLOSE] = {"close", "办结", "Close"},
    [TRIGGER_WRITE_OFF] = {"write_off", "销号", "WriteOff"},
    [TRIGGER_REOPEN] = {"reopen", "重新办理", "Reopen"},
    [TRIGGER_TERMINATE] = {"terminate", "终止", "Terminate"},
    [TRIGGER_INSTRUCT] = {"instruct", "批示", "Instruct"},
    [TRIGGER_ACKNOWLEDGE] = {"acknowledge", "签阅", "Acknowledge"},
    [TRIGGER_APPLY_REGISTRY] = {"apply_registry", "发布登记册", "ApplyRegistry"},
    [TRIGGER_WITHDRAW_REQUEST] = {"withdraw_request", "撤回申请", "WithdrawRequest"},
    [TRIGGER_RESUME] = {"resume", "恢复", "Resume"},
    [TRIGGER_UNSHELVE] = {"unshelve", "转入办理", "Unshelve"},
    [TRIGGER_STEP] = {"step", "法定步骤", "Step"},
    [TRIGGER_CONCLUDE] = {"conclude", "督查结论", "Conclude"},
    [TRIGGER_APPEAL] = {"appeal", "申请复核", "Appeal"},
    [TRIGGER_DECIDE_APPEAL] = {"decide_appeal", "复核决定", "DecideAppeal"},
    [TRIGGER_ISSUE_FORM] = {"issue_form", "签发", "IssueForm"},
    [TRIGGER_ARCHIVE] = {"archive", "归档", "Archive"},
    [TRIGGER_INVITE] = {"invite", "邀请协办", "Invite"},
    [TRIGGER_ANSWER_INVITE] = {"answer_invite", "协办回应", "AnswerInvite"},
    [TRIGGER_CO_REPORT] = {"co_report", "协办反馈", "CoReport"},
    [TRIGGER_PLAN] = {"plan", "报送推进计划", "Plan"},
    [TRIGGER_SPLIT] = {"split", "分解", "Split"},
    [TRIGGER_RESOLVE] = {"resolve", "会议议定", "Resolve"},
    [TRIGGER_WAKE] = {"wake", "到时", "Wake"},
    [TRIGGER_REQUEST_NUMBER] = {"request_number", "申请文号", "RequestNumber"},
    [TRIGGER_NUMBER_GRANTED] = {"number_granted", "赋予文号", "NumberGranted"},
    [TRIGGER_FOLLOW] = {"follow", "登记前置关系", "Follow"},
    [TRIGGER_PREDECESSOR_DONE] = {"predecessor_done", "前置事项办结", "PredecessorDone"},
    [TRIGGER_ADOPT_REGISTRY] = {"adopt_registry", "启用登记册", "AdoptRegistry"},
    [TRIGGER_REGISTRY_APPLIED] = {"registry_applied", "登记册已启用", "RegistryApplied"},
    [TRIGGER_OPEN_CHILD] = {"open_child", "产生子事项", "OpenChild"},
    [TRIGGER_CHILD_OPENED] = {"child_opened", "子事项已立项", "ChildOpened"},
    [TRIGGER_CHILD_REFUSED] = {"child_refused", "子事项未能立项", "ChildRefused"},
    [TRIGGER_CHILD_CLOSED] = {"child_closed", "子事项已了结", "ChildClosed"},
    [TRIGGER_NOTICE_ACCEPTED] = {"notice_accepted", "通知送达", "NoticeAccepted"},
    [TRIGGER_NOTICE_EXHAUSTED] = {"notice_exhausted", "通知未能送达", "NoticeExhausted"},
    [TRIGGER_RECOMPUTE_CALENDAR] = {"recompute_calendar", "按新日历重算时限", "RecomputeCalendar"},
    [TRIGGER_PREDECESSOR_LATER] = {"predecessor_later", "前置事项时限更晚", "PredecessorLater"},
    [TRIGGER_DIRECT_BY_MEETING] = {"direct_by_meeting", "转达会议议定", "DirectByMeeting"},
};

static const struct word origins[ORIGIN_COUNT] = {
    [ORIGIN_OUTSIDE] = {"outside", "单位或人员", "outside"},
    [ORIGIN_WATCHER] = {"watcher", "时限监视", "deadline watcher"},
    [ORIGIN_NOTIFIER] = {"notifier", "通知服务", "notifier"},
    [ORIGIN_LEDGER] = {"ledger", "台账", "ledger"},
};

static const struct word events[EVENT_COUNT] = {
    [EVENT_DRAFTED] = {"drafted", "已拟立项", "Drafted"},
    [EVENT_REGISTERED] = {"registered", "已立项", "Registered"},
    [EVENT_REJECTED] = {"rejected", "不予立项", "Rejected"},
    [EVENT_ASSIGN_KEPT] = {"assign_kept", "交办待文号", "AssignKept"},
    [EVENT_ASSIGNED] = {"assigned", "已交办", "Assigned"},
    [EVENT_SIGNED] = {"signed", "已签收", "Signed"},
    [EVENT_OBJECTED] = {"objected", "提出异议", "Objected"},
    [EVENT_ADJUDICATED] = {"adjudicated", "异议已裁定", "Adjudicated"},
    [EVENT_REASSIGNED] = {"reassigned", "已改派", "Reassigned"},
    [EVENT_PROGRESSED] = {"progressed", "反馈进度", "Progressed"},
    [EVENT_FACT_RECORDED] = {"fact_recorded", "登记事实", "FactRecorded"},
    [EVENT_REQUESTED] = {"requested", "提出申请", "Requested"},
    [EVENT_DECIDED] = {"decided", "申请已审批", "Decided"},
    [EVENT_REPORTED_DONE] = {"reported_done", "已申请办结", "ReportedDone"},
    [EVENT_URGING_ANSWERED] = {"urging_answered", "已答复催办", "UrgingAnswered"},
    [EVENT_VERIFICATION_STARTED] = {"verification_started", "核查已启动", "VerificationStarted"},
    [EVENT_VERIFICATION_RECORDED] = {"verification_recorded", "核查结果已登记", "VerificationRecorded"},
    [EVENT_RETURNED] = {"returned", "退回整改", "Returned"},
    [EVENT_CLOSED] = {"closed", "办结", "Closed"},
    [EVENT_WRITTEN_OFF] = {"written_off", "销号", "WrittenOff"},
    [EVENT_REOPENED] = {"reopened", "重新办理", "Reopened"},
    [EVENT_TERMINATED] = {"terminated", "终止", "Terminated"},
    [EVENT_INSTRUCTED] = {"instructed", "领导批示", "Instructed"},
    [EVENT_ACKNOWLEDGED] = {"acknowledged", "已签阅", "Acknowledged"},
    [EVENT_REQUEST_WITHDRAWN] = {"request_withdrawn", "申请已撤回", "RequestWithdrawn"},
    [EVENT_RESUMED] = {"resumed", "已恢复办理", "Resumed"},
    [EVENT_UNSHELVED] = {"unshelved", "已转入办理", "Unshelved"},
    [EVENT_STEP_TAKEN] = {"step_taken", "法定步骤已办", "StepTaken"},
    [EVENT_CONCLUDED] = {"concluded", "督查结论已送达", "Concluded"},
    [EVENT_APPEALED] = {"appealed", "已申请复核", "Appealed"},
    [EVENT_APPEAL_DECIDED] = {"appeal_decided", "复核已决定", "AppealDecided"},
    [EVENT_FORM_ISSUED] = {"form_issued", "通知单已签发", "FormIssued"},
    [EVENT_ARCHIVED] = {"archived", "已归档", "Archived"},
    [EVENT_INVITED] = {"invited", "已邀请协办", "Invited"},
    [EVENT_INVITE_ANSWERED] = {"invite_answered", "已回应协办", "InviteAnswered"},
    [EVENT_CO_REPORTED] = {"co_reported", "协办已反馈", "CoReported"},
    [EVENT_PLANNED] = {"planned", "已报推进计划", "Planned"},
    [EVENT_SPLIT] = {"split", "已分解", "Split"},
    [EVENT_RESOLVED] = {"resolved", "会议已议定", "Resolved"},
    [EVENT_DEEMED_SIGNED] = {"deemed_signed", "视为签收", "DeemedSigned"},
    [EVENT_OVERDUE] = {"overdue", "超期", "Overdue"},
    [EVENT_CLOCK_EXPIRED] = {"clock_expired", "时限届满", "ClockExpired"},
    [EVENT_RUNG_REACHED] = {"rung_reached", "逐级提醒", "RungReached"},
    [EVENT_RUNG_HELD] = {"rung_held", "提醒暂缓", "RungHeld"},
    [EVENT_RULING_OVERDUE] = {"ruling_overdue", "裁定超时", "RulingOverdue"},
    [EVENT_REQUEST_OVERDUE] = {"request_overdue", "审批超时", "RequestOverdue"},
    [EVENT_CLOCK_FAULTED] = {"clock_faulted", "时限故障", "ClockFaulted"},
    [EVENT_SHELF_EXPIRED] = {"shelf_expired", "承诺时限届满", "ShelfExpired"},
    [EVENT_SHELF_REVIEW_DUE] = {"shelf_review_due", "挂账复核到期", "ShelfReviewDue"},
    [EVENT_DEEMED_STEP] = {"deemed_step", "视为已办", "DeemedStep"},
    [EVENT_NODE_MISSED] = {"node_missed", "节点逾期", "NodeMissed"},
    [EVENT_SCHEDULE_CHECKED] = {"schedule_checked", "序时检查", "ScheduleChecked"},
    [EVENT_OCCURRENCE_DUE] = {"occurrence_due", "周期事项到期生成", "OccurrenceDue"},
    [EVENT_CONFIRMATION_ASKED] = {"confirmation_asked", "提请确认", "ConfirmationAsked"},
    [EVENT_DEEMED_CONFIRMED] = {"deemed_confirmed", "视为确认", "DeemedConfirmed"},
    [EVENT_OVERDUE_HELD] = {"overdue_held", "暂不认定超期", "OverdueHeld"},
    [EVENT_NUMBERED] = {"numbered", "已编号", "Numbered"},
    [EVENT_FOLLOWED] = {"followed", "登记后续事项", "Followed"},
    [EVENT_PREDECESSOR_DONE] = {"predecessor_done", "前置事项办结", "PredecessorDone"},
    [EVENT_NOTICE_ACCEPTED] = {"notice_accepted", "通知已送达", "NoticeAccepted"},
    [EVENT_NOTICE_EXHAUSTED] = {"notice_exhausted", "通知未能送达", "NoticeExhausted"},
    [EVENT_OVERDUE_REVOKED] = {"overdue_revoked", "撤销逾期认定", "OverdueRevoked"},
    [EVENT_PREDECESSOR_LATER] = {"predecessor_later", "前置事项时限更晚", "PredecessorLater"},
    [EVENT_REFUSED] = {"refused", "不予受理", "Refused"},
    [EVENT_CALENDAR_APPLIED] = {"calendar_applied", "按新日历调整时限", "CalendarApplied"},
    [EVENT_OPENED_AS_CHILD] = {"opened_as_child", "作为子事项产生", "OpenedAsChild"},
    [EVENT_CHILD_OPENED] = {"child_opened", "子事项已立项", "ChildOpened"},
    [EVENT_CHILD_REFUSED] = {"child_refused", "子事项未能立项", "ChildRefused"},
    [EVENT_CHILD_CLOSED] = {"child_closed", "子事项已了结", "ChildClosed"},
    [EVENT_DIRECTED_BY_MEETING] = {"directed_by_meeting", "会议议定转办", "DirectedByMeeting"},
    [EVENT_NUMBER_ISSUED] = {"number_issued", "文号已发出", "NumberIssued"},
    [EVENT_REGISTRY_PUBLISHED] = {"registry_published", "登记册已发布", "RegistryPublished"},
    [EVENT_REGISTRY_ADOPTED] = {"registry_adopted", "分区已启用登记册", "RegistryAdopted"},
    [EVENT_REGISTRY_IN_FORCE] = {"registry_in_force", "登记册已生效", "RegistryInForce"},
};

static const struct word clocks[CLOCK_ID_COUNT] = {
    [CLOCK_REGISTER] = {"register", "立项时限", "C-REG"},
    [CLOCK_ASSIGN] = {"assign", "交办时限", "C-ASSIGN"},
    [CLOCK_SIGN] = {"sign", "签收时限", "C-SIGN"},
    [CLOCK_OBJECT] = {"object", "异议时限", "C-OBJ"},
    [CLOCK_RULE] = {"rule", "裁定时限", "C-RULE"},
    [CLOCK_DUE] = {"due", "办理时限", "C-DUE"},
    [CLOCK_DECIDE] = {"decide", "审批时限", "C-DECIDE"},
    [CLOCK_REVIEW] = {"review", "审核时限", "C-REVIEW"},
    [CLOCK_VERIFY] = {"verify", "核查时限", "C-VERIFY"},
    [CLOCK_REWORK] = {"rework", "整改时限", "C-REWORK"},
    [CLOCK_OBSERVE] = {"observe", "观察(呈阅)期", "C-OBS"},
    [CLOCK_ACK] = {"ack", "签阅时限", "C-ACK"},
    [CLOCK_SHELF] = {"shelf", "承诺时限", "C-SHELF"},
    [CLOCK_STATUTORY] = {"statutory", "法定时限", "statutory clock"},
    [CLOCK_APPEAL] = {"appeal", "申请复核期", "C-APPEAL"},
    [CLOCK_APPEAL_DECIDE] = {"appeal_decide", "复核时限", "C-APPEAL-DECIDE"},
    [CLOCK_ISSUE] = {"issue", "签发时限", "C-ISSUE"},
    [CLOCK_ARCHIVE] = {"archive", "归档期", "C-ARCHIVE"},
    [CLOCK_CO] = {"co", "协办时限", "C-CO"},
    [CLOCK_PLAN] = {"plan", "计划报送时限", "C-PLAN"},
    [CLOCK_REPORT] = {"report", "进度报告时限", "C-REPORT"},
    [CLOCK_NODE] = {"node", "节点时限", "C-NODE"},
    [CLOCK_SCHEDULE] = {"schedule", "序时检查日", "C-SCHEDULE"},
    [CLOCK_OCCURRENCE] = {"occurrence", "周期生成时刻", "C-OCCURRENCE"},
    [CLOCK_CONFIRM] = {"confirm", "确认时限", "C-CONFIRM"},
};

static const struct word clock_statuses[] = {
    [CLOCK_RUNNING] = {"running", "计时中", "running"},
    [CLOCK_PAUSED] = {"paused", "暂停计时", "paused"},
    [CLOCK_MET] = {"met", "按期完成", "met"},
    [CLOCK_MISSED] = {"missed", "已超期", "missed"},
    [CLOCK_STOPPED] = {"stopped", "已停止", "stopped"},
    [CLOCK_PARKED] = {"parked", "故障停用", "parked"},
};

static const struct word parties[PARTY_COUNT] = {
    [PARTY_LEAD] = {"lead", "承办单位", "lead unit"},
    [PARTY_SUPERVISOR] = {"supervisor", "督办单位", "supervisor"},
    [PARTY_DECIDER] = {"decider", "审批人", "decider"},
    [PARTY_RECIPIENT] = {"recipient", "收件人", "recipient"},
    [PARTY_NOBODY] = {"nobody", "无", "nobody"},
    [PARTY_CO_UNIT] = {"co_unit", "协办单位", "co-unit"},
};

static const struct word lanes[LANE_COUNT] = {
    [LANE_SUPERVISED] = {"supervised", "督查事项", "supervised"},
    [LANE_PROGRAMME] = {"programme", "专项推进", "programme"},
    [LANE_MONITORED] = {"monitored", "监测", "monitored"},
};

static const struct word urgencies[URGENCY_COUNT] = {
    [URGENCY_NORMAL] = {"normal", "平", "normal"},
    [URGENCY_URGENT] = {"urgent", "急", "urgent"},
    [URGENCY_CRITICAL] = {"critical", "特急", "critical"},
};

static const struct word lights[LIGHT_COUNT] = {
    [LIGHT_GREEN] = {"green", "正常", "green"},
    [LIGHT_YELLOW] = {"yellow", "临期或滞后", "yellow"},
    [LIGHT_RED] = {"red", "超期", "red"},
    [LIGHT_GREY] = {"grey", "暂停", "grey"},
};

static const struct word profiles[PROFILE_COUNT] = {
    [PROFILE_LONG] = {"long", "长期限", "long"},
    [PROFILE_SHORT] = {"short", "短期限", "short"},
    [PROFILE_URGENT] = {"urgent", "特急", "urgent"},
    [PROFILE_SUPERVISOR] = {"supervisor", "督办侧", "supervising side"},
    [PROFILE_STRICT] = {"strict", "从严", "strict"},
};

static const struct word bindings[BINDS_COUNT] = {
    [BINDS_ACT] = {"act", "以申请办结为准", "act"},
    [BINDS_FACT] = {"fact", "以事实完成日期为准", "fact"},
};

static const struct word verify_methods[VERIFY_COUNT] = {
    [VERIFY_PAPER] = {"paper", "书面", "on paper"},
    [VERIFY_CALL_BACK] = {"call_back", "回访", "call-back"},
    [VERIFY_ON_SITE] = {"on_site", "现场", "on site"},
    [VERIFY_SAMPLE] = {"sample", "抽查", "sample"},
};

static const struct word satisfactions[SATISFACTION_COUNT] = {
    [SATISFACTION_YES] = {"yes", "满意", "satisfied"},
    [SATISFACTION_MOSTLY] = {"mostly", "基本满意", "mostly satisfied"},
    [SATISFACTION_NO] = {"no", "不满意", "not satisfied"},
    [SATISFACTION_UNREACHED] = {"unreached", "未接通", "not reached"},
};

static const struct word roles[ROLE_COUNT] = {
    [ROLE_HANDLER] = {"handler", "承办人", "handler"},
    [ROLE_SECTION_HEAD] = {"section_head", "科室负责人", "section head"},
    [ROLE_DEPUTY_HEAD] = {"deputy_head", "部门分管负责人", "deputy head of the unit"},
    [ROLE_UNIT_HEAD] = {"unit_head", "部门主要负责人", "head of the unit"},
    [ROLE_CLERK] = {"clerk", "督办单位经办人", "supervisor's clerk"},
    [ROLE_SUPERVISOR_HEAD] = {"supervisor_head", "督办单位负责人", "head of the supervisor"},
    [ROLE_OFFICE_DIRECTOR] = {"office_director", "区政府办主任", "director of the district office"},
    [ROLE_LEADER] = {"leader", "分管领导", "leader in charge"},
    [ROLE_ARBITER] = {"arbiter", "常务副区长", "arbiter"},
    [ROLE_DISTRICT_HEAD] = {"district_head", "区长", "district head"},
    [ROLE_AUDITOR] = {"auditor", "审计", "auditor"},
    [ROLE_ADMINISTRATOR] = {"administrator", "管理员", "administrator"},
    [ROLE_SOURCE_UNIT] = {"source_unit", "来件单位", "unit it came from"},
    [ROLE_DECIDER] = {"decider", "审批人", "decider"},
};

/* Indexed by 1 + the number of the bit of enum capacity. */
static const struct word capacities[] = {
    [1] = {"supervisor", "督办单位", "supervisor"},
    [2] = {"supervisor_head", "督办单位负责人", "head of the supervisor"},
    [3] = {"lead", "承办单位", "lead unit"},
    [4] = {"signs_off", "承办单位签批人", "who signs off in the lead unit"},
    [5] = {"system_of_lead", "承办单位业务系统", "source system of the lead unit"},
    [6] = {"system_of_source", "来件单位业务系统", "source system it came from"},
    [7] = {"system", "登记的业务系统", "registered source system"},
    [8] = {"leader", "分管领导", "leader in charge"},
    [9] = {"arbiter", "常务副区长", "arbiter"},
    [10] = {"district_head", "区长", "district head"},
    [11] = {"auditor", "审计", "auditor"},
    [12] = {"administrator", "管理员", "administrator"},
    [13] = {"recipient", "收件人", "recipient"},
    [14] = {"clerk", "督办单位经办人", "supervisor's clerk"},
    [15] = {"co_unit", "协办单位", "co-unit"},
    [16] = {"system_of_co_unit", "协办单位业务系统", "source system of a co-unit"},
};

static const struct word doors[DOOR_COUNT] = {
    [DOOR_KAFKA] = {"kafka", "消息总线", "Kafka"},
    [DOOR_HTTP] = {"http", "网页接口", "HTTP"},
    [DOOR_FILE] = {"file", "文件", "file"},
    [DOOR_INSIDE] = {"inside", "系统内部", "inside"},
};

static const struct word requests[REQUEST_COUNT] = {
    [REQUEST_EXTENSION] = {"extension", "延期", "extension"},
    [REQUEST_SUSPENSION] = {"suspension", "中止", "suspension"},
    [REQUEST_SHELVING] = {"shelving", "暂缓办理", "shelving"},
};

static const struct word step_kinds[STEP_KIND_COUNT] = {
    [STEP_KIND_ACCEPT] = {"accept", "受理", "accepted"},
    [STEP_KIND_REFUSE] = {"refuse", "不予受理", "not accepted"},
    [STEP_KIND_INFORM] = {"inform", "告知", "informed"},
    [STEP_KIND_FORWARD] = {"forward", "转办", "forwarded"},
    [STEP_KIND_REPLY] = {"reply", "答复送达", "replied"},
    [STEP_KIND_CONSULT] = {"consult", "征求意见", "others consulted"},
    [STEP_KIND_OPINION] = {"opinion", "意见征求完毕", "consultation ended"},
};

static const struct word cards[CARD_COUNT] = {
    [CARD_EXTEND] = {"extend", "同意延期", "extend"},
    [CARD_DONE_BY] = {"done_by", "限期办结", "done by"},
    [CARD_MEETING] = {"meeting", "周例会研究", "weekly meeting"},
};

static const struct word children[CHILD_KIND_COUNT] = {
    [CHILD_SPLIT] = {"split", "子事项", "part"},
    [CHILD_OCCURRENCE] = {"occurrence", "周期事项", "occurrence"},
    [CHILD_MEETING] = {"meeting", "会议议定事项", "resolved task"},
    [CHILD_DIRECTION] = {"direction", "会议议定的既有事项", "directed task"},
};

static const struct word child_statuses[CHILD_STATUS_COUNT] = {
    [CHILD_PENDING] = {"pending", "待立项", "pending"},
    [CHILD_OPEN] = {"open", "在办", "open"},
    [CHILD_DONE] = {"done", "已了结", "done"},
    [CHILD_REFUSED] = {"refused", "未能立项", "refused"},
};

static const struct word recurrences[EVERY_COUNT] = {
    [EVERY_WEEK] = {"week", "每周", "every week"},
    [EVERY_MONTH] = {"month", "每月", "every month"},
    [EVERY_YEAR] = {"year", "每年", "every year"},
};

static const struct word timers[TIMER_KIND_COUNT] = {
    [TIMER_EXPIRY] = {"expiry", "届满", "expiry"},
    [TIMER_RUNG] = {"rung", "提醒", "rung"},
    [TIMER_REVIEW] = {"review", "复核", "review"},
};

static const struct word units[] = {
    [UNIT_MINUTE] = {"minute", "分钟", "minute"},
    [UNIT_HOUR] = {"hour", "小时", "hour"},
    [UNIT_WORKING_DAY] = {"working_day", "个工作日", "working day"},
    [UNIT_CALENDAR_DAY] = {"calendar_day", "日", "calendar day"},
    [UNIT_MONTH] = {"month", "个月", "month"},
    [UNIT_DATE] = {"date", "日期", "date"},
    [UNIT_WORKING_HOUR] = {"working_hour", "个工作小时", "working hour"},
    [UNIT_WORKING_MINUTE] = {"working_minute", "个工作分钟", "working minute"},
};

/* The one list whose zero has a word: a rule that says nothing rolls by its unit. */
static const struct word rolls[] = {
    [ROLL_DEFAULT] = {"default", "按期间种类顺延", "by its unit"},
    [ROLL_ON] = {"on", "遇休息日顺延", "rolls"},
    [ROLL_OFF] = {"off", "不顺延", "does not roll"},
};

static const struct word offsets[OFFSET_COUNT] = {
    [OFFSET_START] = {"start", "交办时", "at the start"},
    [OFFSET_BEFORE_WORKING_DAYS] = {"before_working_days", "到期前工作日", "working days before"},
    [OFFSET_PERCENT_LEFT] = {"percent_left", "剩余时间百分比", "percent left"},
    [OFFSET_DUE] = {"due", "到期时", "at expiry"},
    [OFFSET_AFTER_WORKING_DAYS] = {"after_working_days", "超期后工作日", "working days after"},
    [OFFSET_PERCENT_OVER] = {"percent_over", "超期时间百分比", "percent over"},
};

static const struct word checks[CHECK_COUNT] = {
    [CHECK_WEEKLY] = {"weekly", "每周", "weekly"},
    [CHECK_MONTHLY] = {"monthly", "每月", "monthly"},
    [CHECK_QUARTERLY] = {"quarterly", "每季度", "quarterly"},
};

static const struct word notices[NOTICE_STATUS_COUNT] = {
    [NOTICE_HELD] = {"held", "暂缓发出", "held"},
    [NOTICE_PENDING] = {"pending", "待发出", "pending"},
    [NOTICE_ATTEMPTING] = {"attempting", "发送中", "attempting"},
    [NOTICE_UNKNOWN] = {"unknown", "结果不明", "unknown"},
    [NOTICE_ACCEPTED] = {"accepted", "已送达", "accepted"},
    [NOTICE_EXHAUSTED] = {"exhausted", "未能送达", "exhausted"},
    [NOTICE_CANCELLED] = {"cancelled", "已取消", "cancelled"},
};

static const struct word attempts[ATTEMPT_COUNT] = {
    [ATTEMPT_TAKEN] = {"taken", "已接收", "taken"},
    [ATTEMPT_REFUSED] = {"refused", "被拒收", "refused"},
    [ATTEMPT_TEMPORARY] = {"temporary", "暂时未成", "temporary"},
    [ATTEMPT_UNKNOWN] = {"unknown", "结果不明", "unknown"},
};

static const struct word co_statuses[CO_STATUS_COUNT] = {
    [CO_INVITED] = {"invited", "待回应", "invited"},
    [CO_ACCEPTED] = {"accepted", "协办中", "accepted"},
    [CO_DECLINED] = {"declined", "不参与协办", "declined"},
    [CO_REPORTED] = {"reported", "已反馈", "reported"},
    [CO_WITHDRAWN] = {"withdrawn", "已撤回", "withdrawn"},
};

#define LIST(words) {(words), (int)(sizeof(words) / sizeof((words)[0]))}

static const struct {
    const struct word *words;
    int count;
} lists[LIST_COUNT] = {
    [LIST_STATE] = LIST(states),
    [LIST_TRIGGER] = LIST(triggers),
    [LIST_ORIGIN] = LIST(origins),
    [LIST_EVENT] = LIST(events),
    [LIST_CLOCK] = LIST(clocks),
    [LIST_CLOCK_STATUS] = LIST(clock_statuses),
    [LIST_PARTY] = LIST(parties),
    [LIST_LANE] = LIST(lanes),
    [LIST_URGENCY] = LIST(urgencies),
    [LIST_LIGHT] = LIST(lights),
    [LIST_PROFILE] = LIST(profiles),
    [LIST_BINDS] = LIST(bindings),
    [LIST_VERIFY] = LIST(verify_methods),
    [LIST_SATISFACTION] = LIST(satisfactions),
    [LIST_ROLE] = LIST(roles),
    [LIST_DOOR] = LIST(doors),
    [LIST_REQUEST] = LIST(requests),
    [LIST_STEP] = LIST(step_kinds),
    [LIST_REOPEN] = LIST(reopen_reasons),
    [LIST_REJECT] = LIST(reject_reasons),
    [LIST_REASSIGN] = LIST(reassign_reasons),
    [LIST_HINDRANCE] = LIST(hindrances),
    [LIST_CARD] = LIST(cards),
    [LIST_TIMER] = LIST(timers),
    [LIST_UNIT] = LIST(units),
    [LIST_ROLL] = LIST(rolls),
    [LIST_OFFSET] = LIST(offsets),
    [LIST_CHECK] = LIST(checks),
    [LIST_CAPACITY] = LIST(capacities),
    [LIST_NOTICE] = LIST(notices),
    [LIST_ATTEMPT] = LIST(attempts),
    [LIST_CO_STATUS] = LIST(co_statuses),
    [LIST_CHILD] = LIST(children),
    [LIST_CHILD_STATUS] = LIST(child_statuses),
    [LIST_EVERY] = LIST(recurrences),
};
/* clang-format on */

const struct word *word_of(enum vocabulary_list list, int value)
{
    if (value < 0 || value >= lists[list].count || lists[list].words[value].code == NULL)
        return &NO_WORD;
    return &lists[list].words[value];
}

int word_value(enum vocabulary_list list, const char *code)
{
    for (int value = 1; value < lists[list].count; value++) {
        const char *known = lists[list].words[value].code;
        if (known != NULL && strcmp(known, code) == 0)
            return value;
    }
    return 0;
}

int word_count(enum vocabulary_list list)
{
    return lists[list].count;
}
