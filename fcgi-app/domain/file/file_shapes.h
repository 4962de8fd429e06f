/* A file as the clients see it. */
#ifndef DOMAIN_FILE_SHAPES_H
#define DOMAIN_FILE_SHAPES_H

#include "base/shape.h"

#define FILE_OUT(F, S)                                                                             \
	F(S, INT, fileId, .aka = "id")                                                             \
	F(S, STR, url, .aka = "storageKey downloadUrl fileUrl",                                    \
	  .doc = "a path on this server; whoever knows it may read the file")                      \
	F(S, STR, fileName, .aka = "originalFileName originalFilename")                            \
	F(S, STR, contentType)                                                                     \
	F(S, STR, fileType, .doc = "IMAGE, AUDIO, VIDEO or DOCUMENT")                              \
	F(S, INT, fileSize)                                                                        \
	F(S, STR, displaySize)                                                                     \
	F(S, STR, thumbnailUrl, .doc = "of an image: itself")                                      \
	F(S, INT, duration, .zero_null = true, .doc = "s, as its sender said")                     \
	F(S, BOOL, previewable, .doc = "whether browsers show it in place")                        \
	F(S, INT, roomId, .zero_null = true)                                                       \
	F(S, INT, messageSeq, .zero_null = true, .doc = "the number of the message that shows it") \
	F(S, TIME, uploadedAt, .aka = "createdAt")
SHAPE_STRUCT(file_out, FILE_OUT)

#define FILES_OUT(F, S) F(S, LIST(file_out), items, .bare = true)
SHAPE_STRUCT(files_out, FILES_OUT)
#endif
