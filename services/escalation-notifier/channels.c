/* channels.c: what the channels have in common, and letters as files. */
#include "channels.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

bool channel_is_repeatable(const char *channel)
{
    return text_equal(channel, CHANNEL_DIRECTORY);
}

static bool may_have_arrived_before(const struct notice *notice)
{
    for (uint32_t i = 0; i < notice->attempt_count; i++) {
        if (notice->attempts[i].outcome == ATTEMPT_UNKNOWN)
            return true;
    }
    return false;
}

const char *letter_text(const struct notice *notice, const char *to_name, struct arena *arena)
{
    const char *again =
        may_have_arrived_before(notice) ? "（重发：本通知此前可能已经送达，编号相同，以一份为准）\n" : "";
    return arena_format(arena, "通知编号：%s\n%s：%s\n文书：%s%s\n%s\n%s", notice->id,
                        notice->copied ? "抄送" : "主送", to_name, notice->form,
                        notice->draft ? "（稿）" : "", again, notice->text);
}

/* --- letters as files ----------------------------------------------------------------------------------------------- */

static bool write_all(int file, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        ssize_t written = write(file, text, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        text += written;
        left -= (size_t)written;
    }
    return true;
}

static bool write_file(const char *path, const char *subject, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0)
        return false;
    bool written =
        write_all(file, subject) && write_all(file, "\n\n") && write_all(file, text) && fsync(file) == 0;
    int error = errno;
    close(file);
    errno = error;
    return written;
}

/* A name is only there for good when its directory is. */
static bool sync_directory(const char *path)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return false;
    bool synced = fsync(directory) == 0;
    close(directory);
    return synced;
}

void letter_write(const char *directory, struct job *job)
{
    char date[DATE_TEXT];
    date_to_text(date_of(job->started_at), date);
    const char *folder = arena_format(job->arena, "%s/%s", directory, date);
    const char *path = arena_format(job->arena, "%s/%s.txt", folder, job->notice);
    const char *temporary = arena_format(job->arena, "%s/.%s.tmp", folder, job->notice);
    bool done = (mkdir(folder, 0750) == 0 || errno == EEXIST) &&
                write_file(temporary, job->subject, job->text) && rename(temporary, path) == 0 &&
                sync_directory(folder);
    job->outcome = done ? ATTEMPT_TAKEN : ATTEMPT_TEMPORARY;
    job->detail = done ? arena_format(job->arena, "%s/%s.txt", date, job->notice)
                       : arena_format(job->arena, "%s: %s", path, strerror(errno));
}
