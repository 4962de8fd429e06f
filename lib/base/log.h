/*
 * One JSON object a line on stderr, by one write(2), so that lines of many processes never mix.
 * Levels: error = a person must act; warn = the server helped itself; info = the course of things.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/buf.h"
#include "base/errors.h"

struct log_field {
	const char *key;
	const char *text; /* NULL: the number */
	int64_t number;
};

#define LOG_TEXT(k, v) {.key = (k), .text = (v) ? (v) : ""}
#define LOG_NUM(k, v) {.key = (k), .number = (int64_t)(v)}

/* LOG(LOG_WARN, "redis is away", LOG_TEXT("err", text), LOG_NUM("ms", 20)); */
#define LOG(level, msg, ...)                                                                       \
	log_write((level), (msg), (const struct log_field[]){{0}, __VA_ARGS__},                    \
		  COUNT(((const struct log_field[]){{0}, __VA_ARGS__})))

/* proc: name of this process in every line. Lines below min are dropped. */
void log_init(const char *proc, enum log_level min);
void log_write(enum log_level level, const char *msg, const struct log_field *fields, size_t n);
#endif
