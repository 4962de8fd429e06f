#include "domain/analytics/analytics.h"

#include <math.h>

int64_t analytics_level(const char *name)
{
	return MAX(cefr_called(name), 0);
}

double analytics_hours(int64_t minutes)
{
	return round((double)minutes / 6) / 10;
}

double analytics_consistency(const struct meeting_figures *f)
{
	return round((double)f->days30 * 100 / MEETING_CONSISTENCY_DAYS) / 100;
}
