/* vocabulary_reasons.c: the words of coded reasons, as they stand on the papers that quote them. */
#include "domain/vocabulary_reasons.h"

/* clang-format off */
const struct word reopen_reasons[REOPEN_COUNT] = {
    [REOPEN_NEW_FACTS] = {"new_facts", "出现新情况", "new facts"},
    [REOPEN_NEW_INSTRUCTION] = {"new_instruction", "再交办", "new instruction"},
    [REOPEN_FALSE_EVIDENCE] = {"false_evidence", "佐证不实", "false evidence"},
};

const struct word reject_reasons[REJECT_REASON_COUNT] = {
    [REJECT_REASON_OUT_OF_REMIT] = {"out_of_remit", "不在受理范围", "out of our remit"},
    [REJECT_REASON_REPEATED] = {"repeated", "与在办事项重复", "repeated"},
    [REJECT_REASON_OTHER_PROCEDURE] = {"other_procedure", "已进入诉讼、复议、仲裁等程序", "in court or under review"},
    [REJECT_REASON_NO_BASIS] = {"no_basis", "缺少立项依据", "no basis"},
    [REJECT_REASON_UNCLEAR] = {"unclear", "内容不清,无法立项", "unclear"},
    [REJECT_REASON_OTHER] = {"other", "其他原因", "other"},
};

const struct word reassign_reasons[REASSIGN_REASON_COUNT] = {
    [REASSIGN_REASON_DUTIES_CHANGED] = {"duties_changed", "职责调整", "duties changed"},
    [REASSIGN_REASON_UNIT_REORGANISED] = {"unit_reorganised", "机构调整", "unit reorganised"},
    [REASSIGN_REASON_ASSIGNED_WRONGLY] = {"assigned_wrongly", "交办单位有误", "assigned wrongly"},
    [REASSIGN_REASON_INSTRUCTED] = {"instructed", "领导另行指定", "as instructed"},
    [REASSIGN_REASON_OTHER] = {"other", "其他原因", "other"},
};

const struct word hindrances[HINDRANCE_COUNT] = {
    [HINDRANCE_FUNDS] = {"funds", "资金未到位", "funds missing"},
    [HINDRANCE_APPROVAL] = {"approval", "审批手续未完成", "approval pending"},
    [HINDRANCE_COORDINATION] = {"coordination", "需其他部门协调", "needs coordination"},
    [HINDRANCE_LAND] = {"land", "用地未落实", "land missing"},
    [HINDRANCE_RESIDENTS] = {"residents", "群众工作尚未做通", "residents not won over"},
    [HINDRANCE_CONTRACTOR] = {"contractor", "施工单位或供应方原因", "contractor or supplier"},
    [HINDRANCE_SITE] = {"site", "施工条件受限", "site conditions"},
    [HINDRANCE_PAPERS] = {"papers", "材料不齐", "papers missing"},
    [HINDRANCE_STAFF] = {"staff", "人手不足", "short of staff"},
    [HINDRANCE_OTHER] = {"other", "其他原因", "other"},
};
/* clang-format on */
