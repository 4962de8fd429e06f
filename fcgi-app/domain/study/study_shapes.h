/* What answers about a study group's board have in common. */
#ifndef DOMAIN_STUDY_SHAPES_H
#define DOMAIN_STUDY_SHAPES_H

#include "domain/coup.h"

/* Something was deleted. */
#define STUDY_GONE(F, S)                                                                           \
	COUP_DONE(F, S)                                                                            \
	F(S, RAW, data, .doc = "null")
SHAPE_STRUCT(study_gone, STUDY_GONE)

/* Members of the same names, from one struct to another: FIELDS(COPY_FIELD, to) with `to` and `from` in scope. */
#define COPY_FIELD(S, k, nm, ...) to->nm = from->nm;
#endif
