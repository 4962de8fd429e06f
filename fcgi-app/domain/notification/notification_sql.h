#ifndef DOMAIN_NOTIFICATION_SQL_H
#define DOMAIN_NOTIFICATION_SQL_H

#include "db/db.h"
#include "domain/notification/notification.h"
#include "domain/notification/notification_shapes.h"

#define NOTIFICATION_TOTALS_ROW(F, S)                                                              \
	F(S, INT, total)                                                                           \
	F(S, INT, unread)
SHAPE_STRUCT(notification_totals_row, NOTIFICATION_TOTALS_ROW)

#define NOTIFICATION_SETTINGS_ROW(F, S)                                                            \
	NOTIFICATION_SETTINGS(F, S)                                                                \
	F(S, STR, topics)
SHAPE_STRUCT(notification_settings_row, NOTIFICATION_SETTINGS_ROW)

/* due_at: 0 when only its next time is to be found out. */
#define DIGEST_ROW(F, S)                                                                           \
	F(S, ID, user_id)                                                                          \
	F(S, BOOL, weekly)                                                                         \
	F(S, STR, at)                                                                              \
	F(S, STR, zone)                                                                            \
	F(S, TIME, due_at)
SHAPE_STRUCT(digest_row, DIGEST_ROW)

#define TOPICS_ROW(F, S) F(S, STR, topics)
SHAPE_STRUCT(topics_row, TOPICS_ROW)

#define ZONE_ROW(F, S) F(S, STR, zone)
SHAPE_STRUCT(zone_row, ZONE_ROW)

#define RECIPIENTS_ROW(F, S) F(S, INT, count)
SHAPE_STRUCT(recipients_row, RECIPIENTS_ROW)

#define DUE_ROW(F, S)                                                                              \
	F(S, ID, id)                                                                               \
	F(S, TIME, scheduled_at)                                                                   \
	F(S, STR, repeats)                                                                         \
	F(S, INT, repeat_every)                                                                    \
	F(S, TIME, repeat_from)                                                                    \
	F(S, STR, repeat_until)                                                                    \
	F(S, STR, repeat_time)                                                                     \
	F(S, STR, zone)
SHAPE_STRUCT(due_row, DUE_ROW)

#define CHAT_NEWS_ROW(F, S)                                                                        \
	F(S, ID, room_id)                                                                          \
	F(S, INT, seq)                                                                             \
	F(S, ID, message_id)                                                                       \
	F(S, ID, sender_id)                                                                        \
	F(S, STR, sender)                                                                          \
	F(S, STR, room, .doc = "NULL for a DIRECT one")                                            \
	F(S, STR, emoji, .doc = "of a study group")                                                \
	F(S, STR, type)                                                                            \
	F(S, STR, text)
SHAPE_STRUCT(chat_news_row, CHAT_NEWS_ROW)

/* NULL: any. */
struct notification_filter {
	const char *category, *type;
	bool unread, read; /* both or neither: any */
};

/* Which part of a list: the newest but page * size, or those after a place in it. */
struct notification_window {
	int64_t size, offset;
	int64_t at;  /* created_at and id of the last one seen; 0: from the newest */
	uint64_t id;
};

struct new_notification {
	const char *type, *category, *title, *message, *data, *click_url, *image_url, *icon_url;
	int64_t priority, expires_at;
	int64_t scheduled_at; /* 0: now */
	const char *repeats, *repeat_until, *repeat_time;
	int64_t repeat_every;
};

enum {
	SCHEDULED_MAX = 100, /* that one person may have waiting */
	DUE_MAX = 100,	     /* that are shown in one go */
};

MUST_USE enum status notification_sql_list(struct ctx *c, const struct notification_filter *f,
					   const struct notification_window *w, struct list *out);
MUST_USE enum status notification_sql_totals(struct ctx *c, const struct notification_filter *f,
					     struct notification_totals_row *out);
/* The same as the study groups' client has them. */
MUST_USE enum status notification_sql_coup_list(struct ctx *c, const struct notification_filter *f, int64_t size,
						int64_t offset, struct list *out);
MUST_USE enum status notification_sql_coup_one(struct ctx *c, uint64_t id, struct coup_notification *out);
MUST_USE enum status notification_sql_unread(struct ctx *c, int64_t *out);
MUST_USE enum status notification_sql_categories(struct ctx *c, struct list *out);
MUST_USE enum status notification_sql_stats(struct ctx *c, int64_t since,
					    struct notification_stats_out *out);
MUST_USE enum status notification_sql_one(struct ctx *c, uint64_t id, struct notification_out *out);
/* E_SCHEDULED_MANY. */
MUST_USE enum status notification_sql_create(struct ctx *c, const struct new_notification *n,
					     struct notification_out *out);

/* These count the rows that are mine. */
MUST_USE enum status notification_sql_read(struct ctx *c, uint64_t id, int64_t *n);
MUST_USE enum status notification_sql_read_all(struct ctx *c, const char *category, int64_t *n); /* NULL: any */
MUST_USE enum status notification_sql_delete(struct ctx *c, uint64_t id, int64_t *n);
MUST_USE enum status notification_sql_delete_batch(struct ctx *c, const char *ids, int64_t *n);
MUST_USE enum status notification_sql_delete_all(struct ctx *c, int64_t *n);
MUST_USE enum status notification_sql_cancel(struct ctx *c, uint64_t id, int64_t *n);

MUST_USE enum status notification_sql_scheduled(struct ctx *c, int64_t size, int64_t offset,
						struct list *out);
MUST_USE enum status notification_sql_scheduled_total(struct ctx *c, int64_t *out);

/* The caller's own zone. */
MUST_USE enum status notification_sql_zone(struct ctx *c, const char **zone);

/* topics: a JSON array, or NULL to leave them. */
MUST_USE enum status notification_sql_settings(struct ctx *c, struct notification_settings_row *out);
MUST_USE enum status notification_sql_settings_save(struct ctx *c,
						    const struct notification_settings_in *in,
						    const char *topics,
						    struct notification_settings_row *out);
MUST_USE enum status notification_sql_topics(struct ctx *c, const char *add, const char *drop,
					     const char **topics);

MUST_USE enum status notification_sql_push_save(struct ctx *c, const unsigned char hash[32],
						const char *token, const char *device,
						const char *user_agent);
MUST_USE enum status notification_sql_push_drop(struct ctx *c, const unsigned char hash[32], int64_t *n);

/* How many of a JSON array of ids are people with an active account. */
MUST_USE enum status notification_sql_recipients(struct ctx *c, const char *ids, int64_t *out);

/* ---- for the jobs ------------------------------------------------------------------------- */

/* Writes what is missing for the people of a JSON array; gives what is there now as
 * notification_push rows. */
MUST_USE enum status notification_sql_notify(struct ctx *c, uint64_t source, const char *people,
					     const struct notice *n, struct list *out);

/* Active accounts with greater ids, at most NOTIFY_BATCH: of the array, or all. */
MUST_USE enum status notification_sql_audience(struct ctx *c, const char *ids, uint64_t after,
					       struct list *out);

/* Of each room, or study group, in a JSON array its newest message (chat_news_row); none where there is none. */
MUST_USE enum status notification_sql_news(struct ctx *c, bool study, const char *chats, struct list *out);

/* Tells the members of those who have not read that far, and were not told in the last pause_s
 * seconds, up to 1,000 of them. news: [{room,seq,sender,title,ko,en,data}].
 * Gives what is new as notification_push rows. */
MUST_USE enum status notification_sql_tell(struct ctx *c, bool study, const char *news, int pause_s,
					   struct list *out);

/* Of those the ones (notify_id) with members who have yet to be told. */
MUST_USE enum status notification_sql_untold(struct ctx *c, bool study, const char *chats, struct list *out);

/* What is due, up to DUE_MAX, and showing it. plan: [{"id":1,"next":ms}], next where it repeats. */
MUST_USE enum status notification_sql_due(struct ctx *c, struct list *out);
MUST_USE enum status notification_sql_show(struct ctx *c, const char *plan, struct list *out);

/* Deletes notifications that expired before that time (ms), at most `most`; n: how many. */
/* Rows of digest_row. */
enum { DIGESTS_MAX = 100 };
MUST_USE enum status notification_sql_digests(struct ctx *c, struct list *out);
/* plan: [{id, next, since, time, weekly}], next and since in ms; without since nothing is told. labels: [{category, ko,
 * en}], of what is told. titles: by enum lang; {count} becomes a number. */
MUST_USE enum status notification_sql_digest(struct ctx *c, const char *plan, const char *labels,
					     const char *const titles[2]);

MUST_USE enum status notification_sql_forget(struct ctx *c, int64_t before, int64_t most, int64_t *n);
#endif
