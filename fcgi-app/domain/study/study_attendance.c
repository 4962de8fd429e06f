#include "domain/study/study_attendance.h"
#include "base/clock.h"
#include "domain/study/study_attendance_sql.h"

SHAPE_TABLE(attended_study, ATTENDED_STUDY)
SHAPE_TABLE(stats_week, STATS_WEEK)
SHAPE_TABLE(stats_total, STATS_TOTAL)
SHAPE_TABLE(my_stats, MY_STATS)

enum status study_check_in(struct ctx *c, struct attendance_today *out)
{
	struct list rows;
	enum status st = study_sql_check_in(c, &rows);

	*out = (struct attendance_today){0};
	if (st != OK || !rows.n)
		return st;
	const struct attended_row *row = rows.v;
	struct attended_study *items = arena_array(c->arena, struct attended_study, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		items[i] = (struct attended_study){row[i].id, row[i].name, row[i].emoji, row[i].attendedAt, .has = {0}};
	*out = (struct attendance_today){{items, rows.n}, row->total, !row->fresh};
	return OK;
}

/* When the week of a moment began in Korea. 1970-01-01 was a Thursday. */
static int64_t week_of(int64_t now, bool sunday)
{
	int64_t day = clock_korea_day(now);

	return (day - (day + 3 + sunday) % 7) * DAY_MS - KOREA_MS;
}

/* Up to today, or to yesterday while today is not over. */
static enum status days_in_a_row(struct ctx *c, int64_t *out)
{
	struct list rows;
	enum status st = study_sql_attended_days(c, &rows);
	const struct attended_day *d = rows.v;
	size_t n = 0;

	if (st != OK)
		return st;
	if (rows.n && d[0].ago <= 1)
		for (n = 1; n < rows.n && d[n].ago == d[n - 1].ago + 1; n++)
			;
	*out = (int64_t)n;
	return OK;
}

enum status study_my_stats(struct ctx *c, bool sunday, struct my_stats *out)
{
	struct stats_week *week = arena_new_of(c->arena, struct stats_week);
	struct stats_total *total = arena_new_of(c->arena, struct stats_total);
	struct attendance_row days = {0};
	struct my_stats_row row = {0};
	enum status st = study_sql_stats(c, week_of(c->now, sunday), &row);

	if (st == OK)
		st = study_sql_attendance(c, &days);
	if (st == OK)
		st = days_in_a_row(c, &out->streak);
	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	*week = (struct stats_week){
		.completedTasks = row.completedTasks,
		.createdNotices = row.createdNotices,
		.uploadedFiles = row.uploadedFiles,
		.chatMessages = row.chatMessages,
	};
	*total = (struct stats_total){
		.studyCount = row.studies,
		.managingStudies = row.managing,
		.completedTasks = row.completed,
		.averageAttendance = days.possible ? (200 * days.attended / days.possible + 1) / 2 : 0,
		.joinedDays = (c->now - row.joined_at) / DAY_MS + sunday,
	};
	out->thisWeek = week;
	out->total = total;
	return OK;
}
