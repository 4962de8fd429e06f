/* Time. Wall time is milliseconds since 1970 in UTC; durations are microseconds of the monotonic clock. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"
#include "base/base.h"

#define DAY_MS INT64_C(86400000)
#define KOREA_MS (9 * INT64_C(3600000)) /* ahead of UTC, all year */

int64_t clock_ms(void);   /* wall */
int64_t clock_mono(void); /* monotonic, microseconds */

/* "2026-01-31T09:00:00.000Z" for ms; out holds 32 bytes. */
void clock_iso(int64_t ms, char out[32]);

/* Reads "2026-01-31T09:00:00.000Z"; seconds and their fraction may be missing, "+09:00" may stand for Z.
 * False for anything else: a time without its zone is none. */
bool clock_parse(const char *s, int64_t *ms);

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. month and day count from 1. */
int64_t clock_days(int64_t year, unsigned month, unsigned day);
void clock_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day);

/* The day (since 1970) that it is in Korea. */
int64_t clock_korea_day(int64_t ms);

/* True for a date that exists. */
bool clock_valid_date(int64_t year, unsigned month, unsigned day);

/* Whether this machine knows a zone of that IANA name. */
bool clock_is_zone(const char *zone);

/* Milliseconds to add to UTC at that moment for the local time of an IANA zone ("Asia/Seoul"); 0
 * for a zone this machine does not know. */
int64_t clock_zone_offset(const char *zone, int64_t ms);

/* "2026-01-31 18:00" there. */
const char *clock_local_text(struct arena *a, int64_t ms, const char *zone);

/* The UTC time of a local one of that zone. */
int64_t clock_utc(const char *zone, int64_t local);

/* The day (since 1970) `months` after a day, or before it; the last of the month where that is shorter. */
int64_t clock_add_months(int64_t day, int64_t months);
#endif
