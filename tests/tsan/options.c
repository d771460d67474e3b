/* What ThreadSanitizer is told, built into each program of the tsan variant, so that it holds however one is started. */

/* Asked for by the sanitizer's runtime at the start of a program. */
const char *__tsan_default_options(void);
const char *__tsan_default_suppressions(void);

const char *__tsan_default_options(void)
{
    return "second_deadlock_stack=1";
}

const char *__tsan_default_suppressions(void)
{
    /* Debian's librdkafka is not compiled with the sanitizer: of its code only the calls of memcpy, free and the like
     * are seen, not the atomic operations and reference counts that order them. What it does to memory is not judged;
     * its locks are (threads.c), so that what our code hands to it and gets from it is. */
    return "called_from_lib:librdkafka.so\n";
}
