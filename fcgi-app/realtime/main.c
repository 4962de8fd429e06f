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
	const struct conf_args args = conf_args(argc, argv, usage);
	if (args.command) {
		fputs(usage, stderr);
		return USAGE;
	}
	if (!conf_load(&conf, args.file, stderr))
		return FATAL;
	log_init("realtime", conf_log_level(&conf));
	return gateway_run(&conf);
}
