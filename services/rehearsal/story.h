/* story.h: life stories as text: tests/scenarios/<name>.story. A clerk can read them; the same file runs on the pure
 * core and on the real broker (story_runner.h).
 *
 *   故事 一句话说这个故事
 *   2023-02-06 09:30
 *     区工信局 拟立项 QQ-1 类别=T12 标题=清偿工程款 时限=2023-03-20
 *     清欠办经办人甲 立项 QQ-1 主办=区住建局 时限=尽快
 *     拒绝 deadline_vague
 *   应为 QQ-1 状态=拟立项 有=已拟立项 无=已立项
 *
 * 父编号/1 names the first task that another one has opened (分解, 周期, 会议议定), 父编号/2 the second.
 * A line that begins with a date says when. A player is a person (acts over HTTP) or a unit (its first source system,
 * through its inbox), by id or by name; a verb is a trigger, by code or in Chinese; fields are rows of story_fields.c.
 * An act must be accepted unless 拒绝 CODE (a refusal) follows. 重发 sends the last act a second time with the same id,
 * 改后重发 with the same id and the fields given behind it. 应为 compares what is known now (story_questions.c).
 * The administrator publishes a changed notice: 管理员 发布日历 年份 依据 日期=休|班 … (calendar_patch.h).
 * Quotes keep blanks together; indentation, and lines that begin with #, mean nothing. */
#ifndef DUBAN_REHEARSAL_STORY_H
#define DUBAN_REHEARSAL_STORY_H

#include "agenda.h"
#include "base/status.h"
#include "domain/refusal.h"
#include "domain/registry.h"

enum story_line_kind { STORY_ACT, STORY_EXPECT };

struct story_field {
    const char *name;
    const char *value; /* as written, without quotes */
};

struct story_line {
    enum story_line_kind kind;
    int number; /* in the file */
    struct instant at;
    struct act act;                   /* STORY_EXPECT: only reference and task_id */
    enum refusal_code refused;        /* REFUSAL_NONE: must be accepted */
    const struct story_field *fields; /* STORY_EXPECT */
    size_t field_count;
};

struct story {
    const char *name; /* of the file, without directory and suffix; also the prefix of its references */
    const char *title;
    struct story_line *lines; /* by time */
    size_t line_count;
};

/* Everything lies in the arena. False: ret_fault is "file:line: what is wrong". */
MUST_CHECK bool story_load(const char *path, const struct registry *registry, struct arena *arena,
                           struct story *ret_story, const char **ret_fault);

/* Every *.story of the directory, by name. */
MUST_CHECK bool story_load_all(const char *directory, const struct registry *registry, struct arena *arena,
                               struct story **ret_stories, size_t *ret_count, const char **ret_fault);

/* References are told apart between stories that run merged on one timeline. */
const char *story_reference(const struct story *story, const char *word, struct arena *arena);
/* The id that intake gives to the task of this reference, or that of a child ("父编号/1": the first one that this task
 * has opened); "" when no line so far drafts it. */
const char *story_task_id(const struct story *story, const char *reference, struct arena *arena);

#endif
