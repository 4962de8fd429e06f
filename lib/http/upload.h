/* A body of multipart/form-data: r->form. */
#ifndef HTTP_UPLOAD_H
#define HTTP_UPLOAD_H

#include "http/req.h"

/* Reads all of the body, files in 64 KiB pieces to disk. Files no FILES field asks for are skipped.
 * E_BAD_FORM, E_BODY_CUT, E_FILE_TOO_LARGE, or E_VALIDATION when there are more than the field takes. */
MUST_USE enum status upload_read(struct req *r);

/* Takes all of the body for one file, that of the route's FILES field. E_BODY_CUT, or E_UNAVAILABLE. */
MUST_USE enum status upload_read_raw(struct req *r);
#endif
