/* stepping_clock.c: preloaded into a program by the chaos tests, so that its wall clock can be stepped while it runs. The
 * file that STEPPING_CLOCK names holds one int64: milliseconds to add. Only clock_gettime(CLOCK_REALTIME) is stepped,
 * which is what the program's own notion of time is read from; the monotonic clock never steps on a real machine, and the
 * C library's own waits do not go through here. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset_ms;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void open_offset(void)
{
    const char *path = getenv("STEPPING_CLOCK");
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    void *memory = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (memory != MAP_FAILED)
        offset_ms = memory;
}

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
    if (real_clock_gettime == NULL)
        real_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real_clock_gettime(clock, ret_time);
    if (result != 0 || clock != CLOCK_REALTIME || offset_ms == NULL)
        return result;
    int64_t ns = (int64_t)ret_time->tv_sec * 1000000000 + ret_time->tv_nsec + *offset_ms * 1000000;
    ret_time->tv_sec = (time_t)(ns / 1000000000);
    ret_time->tv_nsec = (long)(ns % 1000000000);
    return result;
}
