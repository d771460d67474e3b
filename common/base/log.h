/* log.h: one JSON object per line on stderr (readable lines when stderr is a terminal).
 *
 *   debug  for developers; off by default
 *   info   something an operator may want to know; nothing to do
 *   warn   something is wrong and duban copes: says "ignoring" or "retrying" in words
 *   error  something was given up; somebody has to look
 *
 * The message is a fixed phrase followed by key=value pairs. Safe to call from any thread. */
#ifndef DUBAN_BASE_LOG_H
#define DUBAN_BASE_LOG_H

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

void log_init(const char *program, enum log_level least);
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_warn(...) log_write(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)

#endif
