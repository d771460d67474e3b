/* calendar_fixture.c: one row per listed day, as the notices name them. */
#include "calendar_fixture.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct row {
    const char *date;
    bool working;
    const char *name;
};

static const struct row days_2022[] = {
    {"2022-01-01", false, "元旦"         },
    {"2022-01-02", false, "元旦"         },
    {"2022-01-03", false, "元旦"         },
    {"2022-01-29", true,  "春节补班"   },
    {"2022-01-30", true,  "春节补班"   },
    {"2022-01-31", false, "春节"         },
    {"2022-02-01", false, "春节"         },
    {"2022-02-02", false, "春节"         },
    {"2022-02-03", false, "春节"         },
    {"2022-02-04", false, "春节"         },
    {"2022-02-05", false, "春节"         },
    {"2022-02-06", false, "春节"         },
    {"2022-04-02", true,  "清明节补班"},
    {"2022-04-03", false, "清明节"      },
    {"2022-04-04", false, "清明节"      },
    {"2022-04-05", false, "清明节"      },
    {"2022-04-24", true,  "劳动节补班"},
    {"2022-04-30", false, "劳动节"      },
    {"2022-05-01", false, "劳动节"      },
    {"2022-05-02", false, "劳动节"      },
    {"2022-05-03", false, "劳动节"      },
    {"2022-05-04", false, "劳动节"      },
    {"2022-05-07", true,  "劳动节补班"},
    {"2022-06-03", false, "端午节"      },
    {"2022-06-04", false, "端午节"      },
    {"2022-06-05", false, "端午节"      },
    {"2022-09-10", false, "中秋节"      },
    {"2022-09-11", false, "中秋节"      },
    {"2022-09-12", false, "中秋节"      },
    {"2022-10-01", false, "国庆节"      },
    {"2022-10-02", false, "国庆节"      },
    {"2022-10-03", false, "国庆节"      },
    {"2022-10-04", false, "国庆节"      },
    {"2022-10-05", false, "国庆节"      },
    {"2022-10-06", false, "国庆节"      },
    {"2022-10-07", false, "国庆节"      },
    {"2022-10-08", true,  "国庆节补班"},
    {"2022-10-09", true,  "国庆节补班"},
};
static const struct row days_2023[] = {
    {"2022-12-31", false, "元旦"               },
    {"2023-01-01", false, "元旦"               },
    {"2023-01-02", false, "元旦"               },
    {"2023-01-21", false, "春节"               },
    {"2023-01-22", false, "春节"               },
    {"2023-01-23", false, "春节"               },
    {"2023-01-24", false, "春节"               },
    {"2023-01-25", false, "春节"               },
    {"2023-01-26", false, "春节"               },
    {"2023-01-27", false, "春节"               },
    {"2023-01-28", true,  "春节补班"         },
    {"2023-01-29", true,  "春节补班"         },
    {"2023-04-05", false, "清明节"            },
    {"2023-04-23", true,  "劳动节补班"      },
    {"2023-04-29", false, "劳动节"            },
    {"2023-04-30", false, "劳动节"            },
    {"2023-05-01", false, "劳动节"            },
    {"2023-05-02", false, "劳动节"            },
    {"2023-05-03", false, "劳动节"            },
    {"2023-05-06", true,  "劳动节补班"      },
    {"2023-06-22", false, "端午节"            },
    {"2023-06-23", false, "端午节"            },
    {"2023-06-24", false, "端午节"            },
    {"2023-06-25", true,  "端午节补班"      },
    {"2023-09-29", false, "中秋节、国庆节"},
    {"2023-09-30", false, "中秋节、国庆节"},
    {"2023-10-01", false, "中秋节、国庆节"},
    {"2023-10-02", false, "中秋节、国庆节"},
    {"2023-10-03", false, "中秋节、国庆节"},
    {"2023-10-04", false, "中秋节、国庆节"},
    {"2023-10-05", false, "中秋节、国庆节"},
    {"2023-10-06", false, "中秋节、国庆节"},
    {"2023-10-07", true,  "国庆节补班"      },
    {"2023-10-08", true,  "国庆节补班"      },
};
static const struct row days_2024[] = {
    {"2024-01-01", false, "元旦"         },
    {"2024-02-04", true,  "春节补班"   },
    {"2024-02-10", false, "春节"         },
    {"2024-02-11", false, "春节"         },
    {"2024-02-12", false, "春节"         },
    {"2024-02-13", false, "春节"         },
    {"2024-02-14", false, "春节"         },
    {"2024-02-15", false, "春节"         },
    {"2024-02-16", false, "春节"         },
    {"2024-02-17", false, "春节"         },
    {"2024-02-18", true,  "春节补班"   },
    {"2024-04-04", false, "清明节"      },
    {"2024-04-05", false, "清明节"      },
    {"2024-04-06", false, "清明节"      },
    {"2024-04-07", true,  "清明节补班"},
    {"2024-04-28", true,  "劳动节补班"},
    {"2024-05-01", false, "劳动节"      },
    {"2024-05-02", false, "劳动节"      },
    {"2024-05-03", false, "劳动节"      },
    {"2024-05-04", false, "劳动节"      },
    {"2024-05-05", false, "劳动节"      },
    {"2024-05-11", true,  "劳动节补班"},
    {"2024-06-10", false, "端午节"      },
    {"2024-09-14", true,  "中秋节补班"},
    {"2024-09-15", false, "中秋节"      },
    {"2024-09-16", false, "中秋节"      },
    {"2024-09-17", false, "中秋节"      },
    {"2024-09-29", true,  "国庆节补班"},
    {"2024-10-01", false, "国庆节"      },
    {"2024-10-02", false, "国庆节"      },
    {"2024-10-03", false, "国庆节"      },
    {"2024-10-04", false, "国庆节"      },
    {"2024-10-05", false, "国庆节"      },
    {"2024-10-06", false, "国庆节"      },
    {"2024-10-07", false, "国庆节"      },
    {"2024-10-12", true,  "国庆节补班"},
};
static const struct row days_2025[] = {
    {"2025-01-01", false, "元旦"               },
    {"2025-01-26", true,  "春节补班"         },
    {"2025-01-28", false, "春节"               },
    {"2025-01-29", false, "春节"               },
    {"2025-01-30", false, "春节"               },
    {"2025-01-31", false, "春节"               },
    {"2025-02-01", false, "春节"               },
    {"2025-02-02", false, "春节"               },
    {"2025-02-03", false, "春节"               },
    {"2025-02-04", false, "春节"               },
    {"2025-02-08", true,  "春节补班"         },
    {"2025-04-04", false, "清明节"            },
    {"2025-04-05", false, "清明节"            },
    {"2025-04-06", false, "清明节"            },
    {"2025-04-27", true,  "劳动节补班"      },
    {"2025-05-01", false, "劳动节"            },
    {"2025-05-02", false, "劳动节"            },
    {"2025-05-03", false, "劳动节"            },
    {"2025-05-04", false, "劳动节"            },
    {"2025-05-05", false, "劳动节"            },
    {"2025-05-31", false, "端午节"            },
    {"2025-06-01", false, "端午节"            },
    {"2025-06-02", false, "端午节"            },
    {"2025-09-28", true,  "国庆节补班"      },
    {"2025-10-01", false, "国庆节、中秋节"},
    {"2025-10-02", false, "国庆节、中秋节"},
    {"2025-10-03", false, "国庆节、中秋节"},
    {"2025-10-04", false, "国庆节、中秋节"},
    {"2025-10-05", false, "国庆节、中秋节"},
    {"2025-10-06", false, "国庆节、中秋节"},
    {"2025-10-07", false, "国庆节、中秋节"},
    {"2025-10-08", false, "国庆节、中秋节"},
    {"2025-10-11", true,  "国庆节补班"      },
};
static const struct row days_2026[] = {
    {"2026-01-01", false, "元旦"         },
    {"2026-01-02", false, "元旦"         },
    {"2026-01-03", false, "元旦"         },
    {"2026-01-04", true,  "元旦补班"   },
    {"2026-02-14", true,  "春节补班"   },
    {"2026-02-15", false, "春节"         },
    {"2026-02-16", false, "春节"         },
    {"2026-02-17", false, "春节"         },
    {"2026-02-18", false, "春节"         },
    {"2026-02-19", false, "春节"         },
    {"2026-02-20", false, "春节"         },
    {"2026-02-21", false, "春节"         },
    {"2026-02-22", false, "春节"         },
    {"2026-02-23", false, "春节"         },
    {"2026-02-28", true,  "春节补班"   },
    {"2026-04-04", false, "清明节"      },
    {"2026-04-05", false, "清明节"      },
    {"2026-04-06", false, "清明节"      },
    {"2026-05-01", false, "劳动节"      },
    {"2026-05-02", false, "劳动节"      },
    {"2026-05-03", false, "劳动节"      },
    {"2026-05-04", false, "劳动节"      },
    {"2026-05-05", false, "劳动节"      },
    {"2026-05-09", true,  "劳动节补班"},
    {"2026-06-19", false, "端午节"      },
    {"2026-06-20", false, "端午节"      },
    {"2026-06-21", false, "端午节"      },
    {"2026-09-20", true,  "国庆节补班"},
    {"2026-09-25", false, "中秋节"      },
    {"2026-09-26", false, "中秋节"      },
    {"2026-09-27", false, "中秋节"      },
    {"2026-10-01", false, "国庆节"      },
    {"2026-10-02", false, "国庆节"      },
    {"2026-10-03", false, "国庆节"      },
    {"2026-10-04", false, "国庆节"      },
    {"2026-10-05", false, "国庆节"      },
    {"2026-10-06", false, "国庆节"      },
    {"2026-10-07", false, "国庆节"      },
    {"2026-10-10", true,  "国庆节补班"},
};

static const struct notice {
    int32_t year;
    const char *paper;
    const char *published;
    const struct row *days;
    uint32_t day_count;
} notices[FIXTURE_YEARS] = {
    {2022, "国办发明电〔2021〕11号", "2021-10-25", days_2022, sizeof(days_2022) / sizeof(days_2022[0])},
    {2023, "国办发明电〔2022〕16号", "2022-12-08", days_2023, sizeof(days_2023) / sizeof(days_2023[0])},
    {2024, "国办发明电〔2023〕7号",  "2023-10-25", days_2024, sizeof(days_2024) / sizeof(days_2024[0])},
    {2025, "国办发明电〔2024〕12号", "2024-11-12", days_2025, sizeof(days_2025) / sizeof(days_2025[0])},
    {2026, "国办发明电〔2025〕7号",  "2025-11-04", days_2026, sizeof(days_2026) / sizeof(days_2026[0])},
};

struct date date_at(const char *text)
{
    struct date date = DATE_NONE;
    bool good = date_from_text(text, &date);
    assert(good);
    return date;
}

struct instant instant_at(const char *text)
{
    char full[INSTANT_TEXT] = "";
    struct instant instant = INSTANT_NONE;
    assert(strlen(text) == strlen("2023-03-31T09:00"));
    snprintf(full, sizeof full, "%s:00+08:00", text);
    bool good = instant_from_text(full, &instant);
    assert(good);
    return instant;
}

const struct calendar_year *calendar_fixture_years(struct arena *arena)
{
    struct calendar_year *years = ARENA_ARRAY(arena, struct calendar_year, FIXTURE_YEARS);
    for (uint32_t i = 0; i < FIXTURE_YEARS; i++) {
        const struct notice *notice = &notices[i];
        struct calendar_day *days = ARENA_ARRAY(arena, struct calendar_day, notice->day_count);
        for (uint32_t day = 0; day < notice->day_count; day++) {
            const struct row *row = &notice->days[day];
            days[day] = (struct calendar_day){date_at(row->date), row->working, row->name};
        }
        years[i] = (struct calendar_year){notice->year, notice->paper, date_at(notice->published), days,
                                          notice->day_count};
    }
    return years;
}

struct calendar *calendar_fixture(struct arena *arena)
{
    return calendar_build(arena, calendar_fixture_years(arena), FIXTURE_YEARS, FIXTURE_VERSION);
}
