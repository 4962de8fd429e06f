#include "base/claim.h"

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
	const char *why = errno == EWOULDBLOCK ? "another process of ours is running there" : strerror(errno);

	fprintf(stderr, "cannot listen on %s: %s; set %s to another path or stop what uses it\n", path, why, setting);
	if (fd >= 0)
		(void)close(fd);
	return false;
}
