/* wording.h: how papers say when something is due (domain.md §1.6, §4). */
#ifndef DUBAN_DOMAIN_WORDING_H
#define DUBAN_DOMAIN_WORDING_H

#include <stdbool.h>

/* 尽快 and the like: words that set no date. They may comment one, never stand for it. */
bool wording_is_vague(const char *wording);

#endif
