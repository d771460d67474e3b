/* catalogue_debt.c: a debt in words: what is owed, and how its late interest was computed. */
#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/task_debt.h"

enum { PPM_PER_PERCENT = 10000, BP_PER_PERCENT = 100 };

const char *task_debt_render(const struct task_debt *debt, enum language language, struct arena *arena)
{
    bool zh = language == LANGUAGE_ZH;
    const char *amount = yuan_render(debt->amount_fen, arena), *paid = yuan_render(debt->paid_fen, arena);
    const char *outstanding = yuan_render(debt->outstanding_fen, arena);
    const char *late = "";
    if (date_is_set(debt->since))
        late = arena_format(arena, zh ? "，逾期利息测算参考%s元" : "; late interest (for reference) %s",
                            yuan_render(debt->interest_fen, arena));
    return arena_format(arena,
                        zh ? "欠款%s元，已付%s元，未付%s元%s" : "debt %s yuan, paid %s, outstanding %s%s",
                        amount, paid, outstanding, late);
}

/* "0.05" of 500 millionths, "4.35" of 435 basis points: percent, with as many digits as it has. */
static const char *percent(int32_t parts, int32_t per_percent, struct arena *arena)
{
    const char *text = arena_format(arena, "%d", parts / per_percent), *point = ".";
    int32_t rest = parts % per_percent;
    for (int32_t digit_worth = per_percent / 10; digit_worth > 0 && rest > 0; digit_worth /= 10) {
        text = arena_format(arena, "%s%s%d", text, point, rest / digit_worth);
        rest %= digit_worth;
        point = "";
    }
    return text;
}

static const char *rate(const struct task_debt *debt, bool zh, struct arena *arena)
{
    if (debt->agreed_rate_bp > 0)
        return arena_format(arena, zh ? "约定年利率%s%%的365分之一" : "a 365th of the agreed %s%% a year",
                            percent(debt->agreed_rate_bp, BP_PER_PERCENT, arena));
    return arena_format(arena, zh ? "日利率%s%%（%s）" : "%s%% a day (%s)",
                        percent(debt->daily_rate_ppm, PPM_PER_PERCENT, arena), debt->basis);
}

const char *task_debt_formula(const struct task_debt *debt, enum language language, struct arena *arena)
{
    char since[DATE_TEXT], until[DATE_TEXT];
    bool zh = language == LANGUAGE_ZH;
    if (!date_is_set(debt->since))
        return "";
    date_to_text(debt->since, since);
    date_to_text(debt->as_of, until);
    return arena_format(
        arena,
        zh ? "自%s至%s，逐日以到期未付金额乘以%"
             "s；支付当日起，付清部分不再计息；合计后四舍五入到分。仅供参考。"
           : "From %s to %s, each day's due and unpaid amount times %s; what is paid bears none from its "
             "own day on; rounded once, to the fen. For reference only.",
        since, until, rate(debt, zh, arena));
}
