#include "base/log.h"
#include "base/clock.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

enum { LINE_MAX_BYTES = 16 * 1024 };

static const char *proc_name = "studymate";
static enum log_level lowest = LOG_INFO;
static struct arena *scratch;
static pid_t pid; /* asked once a process: log_init() runs after every fork */
static char file[PATH_MAX]; /* the name stderr was opened by, empty for what is no file */

static bool is_named(void)
{
	struct stat st, named;

	return fstat(STDERR_FILENO, &st) == 0 && stat(file, &named) == 0 && S_ISREG(st.st_mode) &&
		st.st_dev == named.st_dev && st.st_ino == named.st_ino;
}

/* Whoever rotates the log renames it: then what has its name now is written. Looked at once a second, so for that long
 * lines go on into the renamed one, and none is lost. */
static void follow(void)
{
	static int64_t looked;
	const int64_t now = clock_mono();

	if (!*file || now - looked < 1000000)
		return;
	looked = now;
	int fd = is_named() ? -1 : open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0)
		return;
	(void)dup2(fd, STDERR_FILENO);
	(void)close(fd);
}

void log_init(const char *proc, enum log_level min)
{
	static bool known; /* children of a master may have its renamed one */

	proc_name = proc;
	lowest = min;
	pid = getpid();
	if (known)
		return;
	known = true;
	const ssize_t n = readlink("/proc/self/fd/2", file, sizeof(file) - 1);

	file[MAX(n, 0)] = '\0';
	if (!is_named())
		*file = '\0';
}

void log_write(enum log_level level, const char *msg, const struct log_field *fields, size_t n)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	char when[32];

	if (level < lowest)
		return;
	follow();
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
