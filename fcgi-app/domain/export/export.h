/*
 * A copy of all that is somebody's, as a ZIP that studymate-jobs puts together in pieces (export_jobs.c; what is in it:
 * export_parts_sql.c). It lies with the uploaded files and counts for nobody's quota. Whoever has its link may fetch it
 * for seven days: browsers show no token when they follow one. The link stands in queries alone, which no log holds.
 */
#ifndef DOMAIN_EXPORT_H
#define DOMAIN_EXPORT_H

#include "base/ctx.h"
#include "base/shape.h"

enum { EXPORT_EVERY_DAYS = 30, EXPORT_KEPT_DAYS = 7 };

#define EXPORT_OUT(F, S)                                                                           \
	F(S, STR, exportId, .aka = "requestId")                                                    \
	F(S, STR, status, .doc = "processing, completed, failed (ask again) or expired")           \
	F(S, TIME, requestedAt)                                                                    \
	F(S, TIME, estimatedCompletionTime)                                                        \
	F(S, STR, email, .doc = "where the link will be mailed to; null: nowhere, there will be a notification") \
	F(S, TIME, completedAt, .skip_null = true)                                                 \
	F(S, TIME, expiresAt, .skip_null = true)                                                   \
	F(S, INT, fileSize, .skip_null = true, .zero_null = true, .doc = "bytes")                  \
	F(S, STR, downloadUrl, .skip_null = true, .doc = "good without a token until expiresAt")   \
	F(S, STR, filename, .skip_null = true)                                                     \
	F(S, TIME, nextRequestAt, .doc = "when one may ask again")                                 \
	F(S, STR, message, .place = IN_DATA)
SHAPE_STRUCT(export_out, EXPORT_OUT)

/* The caller's. E_EXPORT_AGAIN, E_USER_NOT_FOUND. */
MUST_USE enum status export_ask(struct ctx *c, struct export_out *out);
/* Their newest; E_NO_EXPORT. */
MUST_USE enum status export_newest(struct ctx *c, struct export_out *out);

/* The link that was mailed is good for nobody any more: what is ready gets another one. */
MUST_USE enum status export_new_link(struct ctx *c, uint64_t user_id);

/* For the jobs: a piece of an account's, bytes and rows. *left: there are more. */
MUST_USE enum status export_clear_user(struct ctx *c, uint64_t user_id, bool *left);
#endif
