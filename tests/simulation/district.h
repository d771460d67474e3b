/* district.h: the whole of duban as a cast of the simulation: two of each program, all of it real code on the simulated
 * runtime (simulated.h), departments with inboxes, persons who call over HTTP and call again, a relay for letters.
 *
 *   district.c           the cast: topics, steps, time
 *   district_programs.c  watcher, notifier and intake as programs of the simulation
 *   district_people.c    who sends what to which door, and what must follow while it happens
 *   district_check.c     what must hold in the end */
#ifndef DUBAN_TESTS_DISTRICT_H
#define DUBAN_TESTS_DISTRICT_H

#include "base/digest.h"
#include "domain/notice.h"
#include "simulated.h"

enum { DISTRICT_INBOXES = 2, DISTRICT_LETTERS = 400, DISTRICT_RECORDS = 64 };

/* An act of a person: asked for until it is answered. */
struct call {
    bool wanted;
    int status;       /* the answer that ended it; 0: none yet */
    bool open;        /* somebody has it in hand */
    int place, birth; /* who: which intake, and which life of it */
    uint32_t generation;
    struct instant received_at;
    char command_id[ID_TEXT];
    bool appended;
    size_t posts;
};

/* What has gone out under the id of one notice. */
struct letters {
    char notice[ID_TEXT];
    uint32_t sent, arrived;
};

/* What a person is told in the mail, from a step on. */
enum district_mail {
    DISTRICT_MAIL_TAKEN,
    DISTRICT_MAIL_REFUSED,
    DISTRICT_MAIL_LATER,
    DISTRICT_MAIL_ARRIVED_UNKNOWN,
    DISTRICT_MAIL_LOST_UNKNOWN,
    DISTRICT_MAIL_COUNT,
};

struct district {
    /* Of all schedules. */
    struct metrics *watcher, *notifier, *intake;
    /* Of one. */
    int64_t monotonic_ms;
    int births;
    struct reader_group readers;
    uint8_t mail;
    struct call calls[SIM_TASKS][SIM_ACTS];
    bool handed_over[DISTRICT_INBOXES][DISTRICT_RECORDS]; /* by offset */
    struct letters letters[DISTRICT_LETTERS];
    size_t letter_count;
    int64_t marks[SIM_PAIR]
                 [DISTRICT_INBOXES + 1]; /* the last of each life of an intake: inboxes, then http */
    bool clock_was_put[SIM_PAIR];        /* in that life */
    int mark_births[SIM_PAIR];
};

struct district *district_of(const struct sim *sim);

/* --- district_programs.c */
extern const struct sim_program district_watcher, district_notifier, district_intake;
struct service *district_intake_service(const struct sim_member *member); /* that runs */
int district_birth(const struct sim_member *member);

/* --- district_people.c */
extern const char *const district_inboxes[DISTRICT_INBOXES];
void district_add_tokens(struct registry *registry, struct arena *arena);
void district_send(struct sim *sim, int task, int act, int place);
/* True: somebody is not answered yet and has asked again. */
bool district_ask_again(struct sim *sim);
/* The id of the command that the act becomes. */
const char *district_command_id(struct sim *sim, int task, int act);
bool district_is_personal(int act);

/* --- district_check.c */
void district_check(struct sim *sim);
/* Why not everything is at its end; NULL: it is. */
const char *district_unfinished(struct sim *sim);
/* That the log knows of: of a transaction that has been decided, whether its readers see that yet or not. */
uint32_t district_attempts(struct sim *sim, const char *notice);

extern const struct sim_cast district_cast;

#endif
