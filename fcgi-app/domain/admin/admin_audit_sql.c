#include "domain/admin/admin_audit_sql.h"

SHAPE_TABLE(audit_row, AUDIT_ROW)
SHAPE_TABLE(audit_total, AUDIT_TOTAL)
SHAPE_TABLE(audit_admin, AUDIT_ADMIN)

enum { LINES_MAX = 1000 };

/* The newest there are in the order of one key, then those of them that fit. */
#define DAYS                                                                                       \
	"q.created_at >= COALESCE(?, '1970-01-01') AND q.created_at < COALESCE(? + INTERVAL 1 DAY, '9999-01-01')" \
	" ORDER BY q.created_at DESC, q.id DESC LIMIT ?"
#define SEEN_ANY "SELECT q.id FROM admin_logs q FORCE INDEX (admin_logs_created) WHERE " DAYS
#define SEEN_ADMIN "SELECT q.id FROM admin_logs q FORCE INDEX (admin_logs_admin) WHERE q.admin_id = ? AND " DAYS
#define SEEN_ACTION "SELECT q.id FROM admin_logs q FORCE INDEX (admin_logs_action) WHERE q.action = ? AND " DAYS
#define FITTING(seen)                                                                              \
	" FROM (" seen ") f STRAIGHT_JOIN admin_logs l ON l.id = f.id"                             \
	" WHERE l.admin_id = COALESCE(?, l.admin_id) AND l.action = COALESCE(?, l.action)"         \
	" AND LOCATE(COALESCE(?, ''), l.action) = 1"                                               \
	" AND COALESCE(l.target_type, '') = COALESCE(?, l.target_type, '')"
#define ORDER " ORDER BY l.created_at DESC, l.id DESC"
#define PAGE(columns, seen)                                                                        \
	"SELECT " columns " FROM (SELECT l.id, COUNT(*) OVER () AS total" FITTING(seen) ORDER " LIMIT ? OFFSET ?) p" \
	" STRAIGHT_JOIN admin_logs l ON l.id = p.id STRAIGHT_JOIN users u ON u.id = l.admin_id" ORDER
#define LINE                                                                                       \
	"l.id, l.admin_id AS adminId, l.action, l.target_type AS targetType, l.target_id AS targetId, l.reason," \
	" l.ip, l.created_at AS createdAt, u.name, u.email"
#define ALL                                                                                        \
	"p.total, " LINE ", l.was, l.became, l.user_agent AS userAgent, u.profile_image AS avatar"

enum drive { BY_DAY, BY_ADMIN, BY_ACTION, DRIVES };
#define EACH(D) D(BY_DAY, SEEN_ANY) D(BY_ADMIN, SEEN_ADMIN) D(BY_ACTION, SEEN_ACTION)
#define STATEMENTS(by, seen)                                                                       \
	READ(AUDIT_##by, audit_row, PAGE(ALL, seen))                                               \
	READ(AUDIT_LINES_##by, audit_row, PAGE(LINE, seen))                                        \
	READ(AUDIT_N_##by, audit_total, "SELECT COUNT(*) AS total" FITTING(seen))
EACH(STATEMENTS)
#define ROWS(by, seen) [by] = {&AUDIT_##by, &AUDIT_LINES_##by, &AUDIT_N_##by},
static const struct stmt *const reads[DRIVES][3] = {EACH(ROWS)};

READ(AUDIT_STAFF, audit_admin,
     "SELECT u.id, u.name, u.email, u.profile_image AS avatar FROM"
     " ((SELECT g.user_id AS id FROM admin_roles g WHERE g.user_id > 0 AND COALESCE(g.expires_at > NOW(3), TRUE)"
     "   ORDER BY g.user_id LIMIT ?)"
     "  UNION (SELECT v.id FROM users v WHERE v.role = 'ADMIN'"
     "   AND NOT EXISTS (SELECT 1 FROM admin_roles h WHERE h.user_id = v.id) ORDER BY v.id LIMIT ?)) w"
     " STRAIGHT_JOIN users u ON u.id = w.id AND u.status = 'ACTIVE' ORDER BY u.name, u.id")

#define LISTED(by, seen) &AUDIT_##by, &AUDIT_LINES_##by, &AUDIT_N_##by,
const struct stmt *const admin_audit_stmts[] = {EACH(LISTED) &AUDIT_STAFF, NULL};

enum { FILTER_ARGS = 10 };

static size_t filter(const struct audit_filter *f, enum drive *by, struct db_val v[FILTER_ARGS])
{
	size_t n = 0;

	*by = f->admin_id ? BY_ADMIN : f->action ? BY_ACTION : BY_DAY;
	if (*by == BY_ADMIN)
		v[n++] = db_uint(f->admin_id);
	if (*by == BY_ACTION)
		v[n++] = db_str(f->action);
	v[n++] = db_str(f->from);
	v[n++] = db_str(f->to);
	v[n++] = db_int(AUDIT_SEEN_MAX);
	v[n++] = db_id(f->admin_id);
	v[n++] = db_str(f->action);
	v[n++] = db_str(f->begins);
	v[n++] = db_str(f->target_type);
	return n;
}

static enum status page(struct ctx *c, const struct audit_filter *f, int which, size_t most, struct list *rows)
{
	struct db_val v[FILTER_ARGS];
	enum drive by;
	size_t n = filter(f, &by, v);

	v[n++] = db_int(f->size);
	v[n++] = db_int((f->page - 1) * f->size);
	return db_list(c, reads[by][which], rows, most, v, n);
}

enum status audit_sql_list(struct ctx *c, const struct audit_filter *f, struct list *rows)
{
	return page(c, f, 0, AUDIT_PAGE_MAX, rows);
}

enum status audit_sql_lines(struct ctx *c, const struct audit_filter *f, struct list *rows)
{
	return page(c, f, 1, LINES_MAX, rows);
}

enum status audit_sql_total(struct ctx *c, const struct audit_filter *f, int64_t *total)
{
	struct db_val v[FILTER_ARGS];
	struct audit_total row = {0};
	enum drive by;
	size_t n = filter(f, &by, v);
	enum status st = db_one(c, reads[by][2], &row, v, n);

	*total = row.total;
	return st;
}

enum status audit_sql_staff(struct ctx *c, struct list *rows)
{
	return db_list(c, &AUDIT_STAFF, rows, 2 * AUDIT_STAFF_MAX,
		       ARGS(P((int)AUDIT_STAFF_MAX), P((int)AUDIT_STAFF_MAX)));
}
