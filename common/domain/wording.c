/* wording.c: as papers write when nobody wants to be pinned down. */
#include "domain/wording.h"

#include <stddef.h>
#include <string.h>

bool wording_is_vague(const char *wording)
{
    static const char *const words[] = {
        "尽快", "尽早",   "抓紧", "适时", "择机",   "早日", "及时", "马上", "立即",
        "从速", "接下来", "近期", "近日", "下一步", "限期", "ASAP", "asap", "as soon as possible",
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strstr(wording, words[i]) != NULL)
            return true;
    }
    return false;
}
