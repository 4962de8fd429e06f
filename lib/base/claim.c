#include "base/claim.h"
#include "base/conf.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>

bool claim(const char *path, const char *setting)
{
	char name[PATH_MAX];

	(void)snprintf(name, sizeof(name), "%s.lock", path);
	int fd = open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	char text[200];

	(void)snprintf(text, sizeof(text), "cannot listen there: %s",
		       errno == EWOULDBLOCK ? "another process of ours is running" : strerror(errno));
	conf_wrong(stderr, setting, path, text, "Set it to another path, or stop what uses this one");
	if (fd >= 0)
		(void)close(fd);
	return false;
}
