#include "db/db.h"
#include "domain/notification/template_rules.h"
#include "domain/registry.h"

SHAPE_TABLE(kept_template, KEPT_TEMPLATE)

#define ALL                                                                                        \
	"SELECT t.id, t.type, t.category, t.priority, t.click_url AS clickUrl, t.title_ko AS titleKo," \
	" t.title_en AS titleEn, t.message_ko AS messageKo, t.message_en AS messageEn,"            \
	" t.updated_at AS updatedAt, t.updated_by AS updatedBy FROM notification_templates t"      \
	" WHERE t.id > '' ORDER BY t.id"
READ(TEMPLATE_ALL, kept_template, ALL)
READ(TEMPLATE_HOLD, kept_template, ALL " FOR UPDATE")
WRITE(TEMPLATE_KEEP,
      "INSERT INTO notification_templates (id, type, category, priority, click_url, title_ko, title_en, message_ko,"
      " message_en, updated_by, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, SYSDATE(3))"
      " ON DUPLICATE KEY UPDATE title_ko = VALUES(title_ko), title_en = VALUES(title_en),"
      " message_ko = VALUES(message_ko), message_en = VALUES(message_en), updated_by = VALUES(updated_by),"
      " updated_at = VALUES(updated_at)")
WRITE(TEMPLATE_DROP, "DELETE FROM notification_templates WHERE id = ?")

const struct stmt *const template_stmts[] = {&TEMPLATE_ALL, &TEMPLATE_HOLD, &TEMPLATE_KEEP, &TEMPLATE_DROP, NULL};

enum status template_sql_all(struct ctx *c, bool hold, struct list *out)
{
	return db_list(c, hold ? &TEMPLATE_HOLD : &TEMPLATE_ALL, out, TEMPLATES_MAX, NO_ARGS);
}

enum status template_sql_keep(struct ctx *c, const struct template_row *t, bool own)
{
	return db_exec(c, &TEMPLATE_KEEP, NULL,
		       ARGS(P(t->id), P(own ? t->type : NULL), P(own ? t->category : NULL),
			    own ? db_int(t->priority) : db_str(NULL), P(own ? t->page : NULL), P(t->title[LANG_KO]),
			    P(t->title[LANG_EN]), P(t->message[LANG_KO]), P(t->message[LANG_EN]), P(c->me.user_id)));
}

enum status template_sql_drop(struct ctx *c, const char *id)
{
	return db_exec(c, &TEMPLATE_DROP, NULL, ARGS(P(id)));
}
