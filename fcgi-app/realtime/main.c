/* studymate-realtime: the WebSocket gateway. */
#include "base/log.h"
#include "realtime/gateway.h"

enum { USAGE = 64, FATAL = 2 };

static const char usage[] = "studymate-realtime [--config FILE] [COMMAND]\n"
			    "  (none)             serve sockets on REALTIME_LISTEN until SIGTERM\n"
			    "  --version, --help\n";

int main(int argc, char **argv)
{
	static struct conf conf; /* its texts live as long as the process */
	const char *file = getenv("STUDYMATE_CONFIG");
	int i = 1;

	if (argc > 2 && !strcmp(argv[1], "--config")) {
		file = argv[2];
		i = 3;
	}
	if (i < argc && !strcmp(argv[i], "--help"))
		return fputs(usage, stdout) < 0;
	if (i < argc && !strcmp(argv[i], "--version"))
		return puts(VERSION) < 0;
	if (i < argc) {
		fputs(usage, stderr);
		return USAGE;
	}
	if (!conf_load(&conf, file && *file ? file : NULL, stderr))
		return FATAL;
	log_init("realtime", LOG_INFO);
	return gateway_run(&conf);
}
