#include "base/log.h"
#include "base/clock.h"

enum { LINE_MAX_BYTES = 16 * 1024 };

static const char *proc_name = "studymate";
static enum log_level lowest = LOG_INFO;
static struct arena *scratch;
static pid_t pid; /* asked once a process: log_init() runs after every fork */

void log_init(const char *proc, enum log_level min)
{
	proc_name = proc;
	lowest = min;
	pid = getpid();
}

void log_write(enum log_level level, const char *msg, const struct log_field *fields, size_t n)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	char when[32];

	if (level < lowest)
		return;
	if (!scratch)
		scratch = arena_new((size_t)4 * LINE_MAX_BYTES);
	struct buf b = buf_new(scratch, 1024, LINE_MAX_BYTES);

	clock_iso(clock_ms(), when);
	buf_str(&b, "{\"ts\":\"");
	buf_str(&b, when);
	buf_str(&b, "\",\"lvl\":\"");
	buf_str(&b, names[level]);
	buf_str(&b, "\",\"proc\":\"");
	buf_str(&b, proc_name);
	buf_str(&b, "\",\"pid\":");
	buf_int(&b, pid);
	buf_str(&b, ",\"msg\":");
	buf_json(&b, msg, strlen(msg));
	for (size_t i = 0; i < n; i++) {
		if (!fields[i].key)
			continue;
		buf_str(&b, ",\"");
		buf_str(&b, fields[i].key);
		buf_str(&b, "\":");
		if (fields[i].text)
			buf_json(&b, fields[i].text, MIN(strlen(fields[i].text), (size_t)1000));
		else
			buf_int(&b, fields[i].number);
	}
	buf_str(&b, "}\n");
	(void)!write(STDERR_FILENO, b.data, b.len);
	arena_reset(scratch);
}
