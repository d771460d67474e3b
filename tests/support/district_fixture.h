/* district_fixture.h: a small district for unit tests: enough units, persons and templates for every rule of the
 * task's life, with the clocks and the ladder of domain.md §3.5 and §5. It passes registry_check.
 *
 *   units      finance, natural-resources, housing (fields 财政, 资源, 资源), water (voluntary),
 *              hotline, supervision, projects, arrears (supervisors), government, office
 *   persons    <unit>-handler, -section, -deputy, -head of units; <supervisor>-clerk, -clerk-b, -head;
 *              leader-finance, leader-land, executive (arbiter), district-head, office-director, auditor,
 *              administrator
 *   systems    urn:duban:<unit>:oa of finance, natural-resources, housing; urn:duban:hotline:tickets
 *   templates  T1 (date 2023-02-28, fact), T12 (date required, fact, observed 30 days), T22 (5 working days,
 *              30 minutes when critical, signs by silence), T31 (15 days, supervised lane)
 *   calendar   2022 to 2026, of calendar_fixture.h
 *
 * Everything lives in the arena and may be changed by the test. */
#ifndef DUBAN_TESTS_DISTRICT_FIXTURE_H
#define DUBAN_TESTS_DISTRICT_FIXTURE_H

#include "domain/turn.h"

struct registry *district_fixture(struct arena *arena); /* version 1 */

/* T12 becomes a debt whose creditor is asked when it is paid (C-CONFIRM, 5 working days); that template. */
struct registry_template *district_ask_creditor(struct registry *registry, struct arena *arena);

/* The fixture as rules in force: P = 4, every version up to the registry's own resolves to it. */
struct ruleset district_ruleset(const struct registry *registry, struct arena *arena);

struct actor district_person(const struct registry *registry, const char *person);    /* through HTTP */
struct actor district_system(const struct registry *registry, const char *ce_source); /* through its inbox */

#endif
