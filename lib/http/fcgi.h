/*
 * FastCGI: one request at a time on a shared listening socket. The only user of fcgiapp.h.
 *
 * libfcgi takes an interrupted read for the end of the body, so signals stay blocked throughout; an
 * idle worker looks for them each time its wait for a connection times out.
 */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include "http/req.h"

/* Once a process, with the listening socket (given a timeout for accept). Restores the signal handlers that
 * libfcgi replaces. Aborts if the socket is none. */
void fcgi_init(int listen_fd);

/* Waits for the next request, a quarter of a second at most. False: there was none, or its peer was
 * gone before it was complete. */
bool fcgi_accept(void);

/* Fills what the request says of itself, the body not included. */
void fcgi_describe(struct req *r);

/* Reads up to n bytes of the body; less means that it ended early. */
size_t fcgi_read(void *p, size_t n);

/* Sends status, headers and body. */
void fcgi_answer(const struct req *r);

/* Ends the request and its connection. */
void fcgi_finish(void);
#endif
