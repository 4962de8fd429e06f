/*
 * FastCGI: one request at a time on a shared listening socket. The only user of fcgiapp.h.
 *
 * libfcgi takes an interrupted read for the end of the body, so every signal stays blocked except
 * while we wait for a connection; and it has no timeout of its own, so we wait before it accepts.
 */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include "http/req.h"

#include <signal.h>

/* Once a process, with the listening socket (made non-blocking). Restores the signal handlers that
 * libfcgi replaces. Aborts if the socket is none. */
void fcgi_init(int listen_fd);

/* Takes the next connection. waiting: signals to let in while there is none. Returns true with a
 * request, false after a signal, an error, or timeout_ms. */
bool fcgi_accept(const sigset_t *waiting, int timeout_ms);

/* Fills what the request says of itself, the body not included. */
void fcgi_describe(struct req *r);

/* Reads up to n bytes of the body; less means that it ended early. */
size_t fcgi_read(void *p, size_t n);

/* Sends status, headers and body. */
void fcgi_answer(const struct req *r);

/* Ends the request and its connection. */
void fcgi_finish(void);
#endif
