/*
 * Who was there on which day: members say so themselves, once a day and for all their groups. And what somebody's own
 * page shows of it and of what they did.
 */
#ifndef DOMAIN_STUDY_ATTENDANCE_H
#define DOMAIN_STUDY_ATTENDANCE_H

#include "base/ctx.h"
#include "base/shape.h"

/* DAYS: what a rate is of; STREAK: how far back days in a row are counted. */
enum { ATTENDANCE_DAYS = 30, ATTENDANCE_STREAK = 366, ATTENDANCE_STUDIES = 100 };

#define ATTENDED_STUDY(F, S)                                                                       \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, emoji)                                                                           \
	F(S, TIME, attendedAt)
SHAPE_STRUCT(attended_study, ATTENDED_STUDY)

struct attendance_today {
	struct list studies; /* of struct attended_study, ATTENDANCE_STUDIES at most; those joined last come first */
	int64_t total;	     /* of them */
	bool already;	     /* nothing new: they had been there today */
};

/* The caller is there today, in every group they are a member of. */
MUST_USE enum status study_check_in(struct ctx *c, struct attendance_today *out);

#define STATS_WEEK(F, S)                                                                           \
	F(S, INT, completedTasks, .doc = "of my own tasks")                                        \
	F(S, INT, createdNotices)                                                                  \
	F(S, INT, uploadedFiles, .doc = "to groups")                                               \
	F(S, INT, chatMessages, .doc = "in groups")
SHAPE_STRUCT(stats_week, STATS_WEEK)
#define STATS_TOTAL(F, S)                                                                          \
	F(S, INT, studyCount)                                                                      \
	F(S, INT, managingStudies, .doc = "as owner or admin")                                     \
	F(S, INT, completedTasks)                                                                  \
	F(S, INT, averageAttendance,                                                               \
	  .doc = "%: days I was there, of the last 30 or those since I joined, over all my groups; 0 without one") \
	F(S, INT, joinedDays)
SHAPE_STRUCT(stats_total, STATS_TOTAL)
#define MY_STATS(F, S)                                                                             \
	F(S, OBJ(stats_week), thisWeek)                                                            \
	F(S, OBJ(stats_total), total)                                                              \
	F(S, STRS, badges, .doc = "there are none")                                                \
	F(S, INT, streak, .doc = "days in a row that I was there, up to today or yesterday")
SHAPE_STRUCT(my_stats, MY_STATS)

/* The caller's, as one of two pages has it: with weeks that begin on Sunday and the first day counted as one, or on
 * Monday and whole days; in Korea. E_USER_NOT_FOUND */
MUST_USE enum status study_my_stats(struct ctx *c, bool sunday, struct my_stats *out);
#endif
