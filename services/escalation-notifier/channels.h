/* channels.h: the ways out. A channel is a row of the registry (registry_channel) and of the table here.
 *
 *   directory  one file per notice, <letters-dir>/<civil date>/<notice id>.txt: for printing, rehearsals and archives.
 *              Writing it again is the same letter, so an attempt cut short is simply made again.
 *   smtp       one mail to one person; whether it arrived may stay unknown. */
#ifndef DUBAN_ESCALATION_NOTIFIER_CHANNELS_H
#define DUBAN_ESCALATION_NOTIFIER_CHANNELS_H

#include "domain/notice.h"
#include "job.h"

#define CHANNEL_DIRECTORY "directory"
#define CHANNEL_SMTP "smtp"

/* Can an attempt be made once more without anybody being told twice? */
bool channel_is_repeatable(const char *channel);

/* The text as it goes out: number, addressee and form above it; 重发 where an earlier attempt may have arrived. */
const char *letter_text(const struct notice *notice, const char *to_name, struct arena *arena);

/* Writes the letter of a job under `directory`, complete or not at all (temporary file, fsync, rename). Sets the job's
 * outcome and detail. */
void letter_write(const char *directory, struct job *job);

#endif
