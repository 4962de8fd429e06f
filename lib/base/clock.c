#include "base/clock.h"

int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
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

/* The C library knows zones only through TZ, which is put back: one process, one thread. */
int64_t clock_zone_offset(const char *zone, int64_t ms)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/+-";
	char name[66] = ":", *before = getenv("TZ");
	time_t at = (time_t)(ms / 1000);
	struct tm local = {0};

	if (!zone || !*zone || *zone == '/' || strlen(zone) > 64 || zone[strspn(zone, allowed)])
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
