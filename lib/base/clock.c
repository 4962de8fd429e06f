#include "base/clock.h"

#include <sys/stat.h>

int64_t clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Both conversions count years from March, so that the leap day is the last of a year. */
int64_t clock_days(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void clock_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

int64_t clock_korea_day(int64_t ms)
{
	return (ms + KOREA_MS) / DAY_MS;
}

bool clock_valid_date(int64_t year, unsigned month, unsigned day)
{
	static const unsigned char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

static char *digits(char *p, int64_t v, int width)
{
	for (int i = width; i-- > 0; v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + width;
}

void clock_iso(int64_t ms, char out[32])
{
	int64_t days = (ms >= 0 ? ms : ms - 86399999) / 86400000;
	int64_t rest = ms - days * 86400000, year;
	unsigned month, day;
	char *p = out;

	clock_civil(days, &year, &month, &day);
	p = digits(p, year, 4);
	*p++ = '-';
	p = digits(p, month, 2);
	*p++ = '-';
	p = digits(p, day, 2);
	*p++ = 'T';
	p = digits(p, rest / 3600000, 2);
	*p++ = ':';
	p = digits(p, rest / 60000 % 60, 2);
	*p++ = ':';
	p = digits(p, rest / 1000 % 60, 2);
	*p++ = '.';
	p = digits(p, rest % 1000, 3);
	*p++ = 'Z';
	*p = '\0';
}

/* Takes two digits below limit from *s and the character before them, if there is to be one. */
static bool part(const char **s, char before, int limit, int *out)
{
	const char *p = *s;

	if ((before && *p++ != before) || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (p[0] - '0') * 10 + p[1] - '0';
	*s = p + 2;
	return *out < limit;
}

bool clock_parse(const char *s, int64_t *ms)
{
	int century, year, month, day, hour, minute, second = 0, milli = 0, off_hour = 0, off_minute = 0;

	if (!part(&s, 0, 100, &century) || !part(&s, 0, 100, &year) || !part(&s, '-', 13, &month) ||
	    !part(&s, '-', 32, &day) ||
	    !clock_valid_date(century * 100 + year, (unsigned)month, (unsigned)day) ||
	    !part(&s, 'T', 24, &hour) || !part(&s, ':', 60, &minute) ||
	    (*s == ':' && !part(&s, ':', 60, &second)))
		return false;
	if (*s == '.') {
		int unit = 100;

		for (s++; *s >= '0' && *s <= '9'; s++, unit /= 10)
			milli += unit * (*s - '0');
	}
	char sign = *s;

	if (sign == 'Z')
		s++;
	else if ((sign != '+' && sign != '-') || !part(&s, sign, 24, &off_hour) ||
		 !part(&s, ':', 60, &off_minute))
		return false;
	int64_t offset = (int64_t)(off_hour * 60 + off_minute) * 60000;

	*ms = clock_days(century * 100 + year, (unsigned)month, (unsigned)day) * 86400000 +
	      ((hour * 60 + minute) * 60 + second) * 1000 + milli - (sign == '-' ? -offset : offset);
	/* the offset may lead out of the years that can be written again */
	return !*s && *ms >= clock_days(0, 1, 1) * 86400000 && *ms < clock_days(10000, 1, 1) * 86400000;
}

bool clock_is_zone(const char *zone)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/+-";
	char file[96];
	struct stat st;

	if (!*zone || *zone == '/' || strlen(zone) > 64 || zone[strspn(zone, allowed)])
		return false;
	(void)snprintf(file, sizeof(file), "/usr/share/zoneinfo/%s", zone);
	return stat(file, &st) == 0 && S_ISREG(st.st_mode);
}

/* The C library knows zones only through TZ, which is put back: one process, one thread. What is no file it would read
 * as a rule of its own: "x-99". */
int64_t clock_zone_offset(const char *zone, int64_t ms)
{
	char name[66] = ":", *before = getenv("TZ");
	time_t at = (time_t)(ms / 1000);
	struct tm local = {0};

	if (!zone || !clock_is_zone(zone))
		return 0;
	before = before ? strdup(before) : NULL;
	memcpy(name + 1, zone, strlen(zone) + 1);
	setenv("TZ", name, 1);
	tzset();
	localtime_r(&at, &local);
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(before);
	return (int64_t)local.tm_gmtoff * 1000;
}

/* Asked twice, since the offset is that of a moment in UTC. */
const char *clock_local_text(struct arena *a, int64_t ms, const char *zone)
{
	int64_t local = ms + clock_zone_offset(zone, ms), year, minute = local % DAY_MS / 60000;
	unsigned month, day;

	clock_civil(local / DAY_MS, &year, &month, &day);
	return arena_printf(a, "%lld-%02u-%02u %02lld:%02lld", (long long)year, month, day, (long long)minute / 60,
			    (long long)minute % 60);
}

int64_t clock_utc(const char *zone, int64_t local)
{
	int64_t guess = local - clock_zone_offset(zone, local);

	return local - clock_zone_offset(zone, guess);
}

int64_t clock_add_months(int64_t day, int64_t months)
{
	int64_t year;
	unsigned month, of_month;

	clock_civil(day, &year, &month, &of_month);
	months += (int64_t)month - 1;
	/* rounded down, also before 0 */
	year += months / 12 - (months % 12 < 0);
	month = (unsigned)((months % 12 + 12) % 12) + 1;
	while (!clock_valid_date(year, month, of_month))
		of_month--;
	return clock_days(year, month, of_month);
}
