/* breadcrumbs.c: a mapped array of crumbs and a signal handler that counts. */
#include "breadcrumbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"

/* As it lies in the file: written by this machine, read by this machine. */
struct crumb {
    int64_t offset;
    int32_t stream;
    uint32_t deaths; /* 0: nobody is accused */
};

struct breadcrumbs {
    struct crumb *crumbs;
    struct crumb under_way; /* stands in the crumb only when the program dies of it */
    int32_t partitions;
    int32_t partition; /* of under_way */
};

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { DEADLY = sizeof(deadly) / sizeof(deadly[0]) };

/* A signal handler has no other way to know; set only between enter and leave, by the thread that decides. */
static _Thread_local struct breadcrumbs *volatile deciding;

static void count_death(int signal)
{
    struct breadcrumbs *crumbs = deciding;
    if (crumbs != NULL) {
        struct crumb *crumb = &crumbs->crumbs[crumbs->partition];
        bool again = crumb->deaths > 0 && crumb->offset == crumbs->under_way.offset &&
                     crumb->stream == crumbs->under_way.stream;
        crumb->offset = crumbs->under_way.offset;
        crumb->stream = crumbs->under_way.stream;
        crumb->deaths = again ? crumb->deaths + 1 : 1;
    }
    raise(signal); /* SA_RESETHAND: this time as it would have been */
}

static void watch_deaths(void)
{
    struct sigaction action = {.sa_handler = count_death, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < DEADLY; i++)
        (void)sigaction(deadly[i], &action, NULL);
}

static struct crumb *map_file(const char *path, size_t bytes)
{
    struct stat about;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    void *mapped = MAP_FAILED;
    bool fits = fd >= 0 && fstat(fd, &about) == 0 && about.st_size == (off_t)bytes;
    if (fd >= 0 && (fits || (ftruncate(fd, 0) == 0 && ftruncate(fd, (off_t)bytes) == 0)))
        mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        log_error("breadcrumbs cannot be kept file=%s reason=\"%s\"", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return mapped == MAP_FAILED ? NULL : mapped;
}

struct breadcrumbs *breadcrumbs_open(const char *directory, int32_t partitions)
{
    char path[4096];
    if (*directory == '\0')
        return NULL;
    snprintf(path, sizeof(path), "%s/breadcrumbs", directory);
    struct crumb *mapped = map_file(path, (size_t)partitions * sizeof(struct crumb));
    if (mapped == NULL)
        return NULL;
    struct breadcrumbs *crumbs = must_alloc(sizeof(*crumbs));
    crumbs->crumbs = mapped;
    crumbs->partitions = partitions;
    for (int32_t i = 0; i < partitions; i++)
        if (mapped[i].deaths > 0)
            log_error(
                "the program died while it decided a record partition=%d stream=%d offset=%lld deaths=%u", i,
                mapped[i].stream, (long long)mapped[i].offset, mapped[i].deaths);
    watch_deaths();
    return crumbs;
}

void breadcrumbs_close(struct breadcrumbs *crumbs)
{
    if (crumbs == NULL)
        return;
    munmap(crumbs->crumbs, (size_t)crumbs->partitions * sizeof(struct crumb));
    free(crumbs);
}

void breadcrumbs_enter(struct breadcrumbs *crumbs, int32_t partition, int stream, int64_t offset)
{
    if (crumbs == NULL)
        return;
    crumbs->partition = partition;
    crumbs->under_way = (struct crumb){.offset = offset, .stream = stream};
    deciding = crumbs;
}

void breadcrumbs_leave(struct breadcrumbs *crumbs)
{
    if (crumbs != NULL)
        deciding = NULL;
}

bool breadcrumbs_condemn(const struct breadcrumbs *crumbs, int32_t partition, int stream, int64_t offset)
{
    if (crumbs == NULL)
        return false;
    const struct crumb *crumb = &crumbs->crumbs[partition];
    return crumb->deaths >= LIMIT_DEATHS && crumb->stream == stream && crumb->offset == offset;
}

bool breadcrumbs_accuse(const struct breadcrumbs *crumbs)
{
    for (int32_t i = 0; crumbs != NULL && i < crumbs->partitions; i++)
        if (crumbs->crumbs[i].deaths > 0)
            return true;
    return false;
}

void breadcrumbs_pass(struct breadcrumbs *crumbs, int32_t partition, int stream, int64_t next)
{
    struct crumb *crumb = crumbs == NULL ? NULL : &crumbs->crumbs[partition];
    if (crumb != NULL && crumb->deaths > 0 && crumb->stream == stream && crumb->offset < next)
        crumb->deaths = 0;
}
