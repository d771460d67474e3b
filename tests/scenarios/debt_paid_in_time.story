title 一笔工程款按期清偿：拟立项、立项、交办、签收、到账、申请办结、核查、办结，观察期满销号
# 依据：保障中小企业款项支付条例（2020）；时限以到账为准。
at 2023-02-06 09:30
  区工信局 拟立项 QQ-1 template_code=T12 title="清偿某企业工程款120万元" lead_unit=housing amount_fen=120000000
  expect QQ-1 state=draft clock.register=running
  # 同一编号再报一次：已有此事项
  区工信局 拟立项 QQ-1 template_code=T12 title="清偿某企业工程款120万元（重报）" lead_unit=housing
  refused exists
at 2023-02-06 10:30
  清欠办经办人甲 立项 QQ-1 lead_unit=housing due.wording=尽快
  refused deadline_vague
  清欠办经办人甲 立项 QQ-1 lead_unit=housing
  refused no_deadline
  清欠办经办人甲 立项 QQ-1 lead_unit=housing due.date=2023-03-20 due.wording=按还款计划
  expect QQ-1 state=registered numbered=true clock.register=met
at 2023-02-06 14:30
  清欠办经办人甲 交办 QQ-1 requirement=按计划清偿
  expect QQ-1 state=assigned due=2023-03-20 light=green
at 2023-02-06 16:00
  区住建局承办人甲 签收 QQ-1
  expect QQ-1 state=in_progress clock.sign=met
at 2023-03-15 15:00
  区住建局 登记事实 QQ-1 kind=到账 occurred_on=2023-03-15 amount_fen=120000000
at 2023-03-16 09:30
  区住建局主要负责人 申请办结 QQ-1 completed_on=2023-03-15 summary=已全部到账 evidence.0.class_code=银行凭证 evidence.0.reference=PZ-0315 evidence.1.class_code=债权人确认 evidence.1.reference=QR-0316
  expect QQ-1 state=reported
at 2023-03-16 15:00
  清欠办经办人甲 启动核查 QQ-1
at 2023-03-17 09:30
  清欠办经办人乙 登记核查结果 QQ-1 method=call_back passed=true satisfaction=yes
at 2023-03-17 10:30
  清欠办负责人 办结 QQ-1
  expect QQ-1 state=closed completed=2023-03-15 late=false misses=0
at 2023-04-20 09:00
  expect QQ-1 state=written_off no_event=overdue
