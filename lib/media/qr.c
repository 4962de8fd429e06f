#include "media/qr.h"

#include <png.h>
#include <qrencode.h>

enum { DOT = 5, EDGE = 4 /* dots of white around it, which readers want */ };

const void *qr_png(struct arena *a, const char *text, size_t *n)
{
	QRcode *q = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

	if (!q)
		return NULL;
	size_t side = (size_t)(q->width + 2 * EDGE) * DOT;
	unsigned char *dots = arena_alloc(a, side * side);
	png_image image = {
		.version = PNG_IMAGE_VERSION,
		.width = (png_uint_32)side,
		.height = (png_uint_32)side,
		.format = PNG_FORMAT_GRAY,
	};
	png_alloc_size_t size = side * side + 4096;
	void *out = arena_alloc(a, size);

	for (size_t y = 0; y < side; y++)
		for (size_t x = 0; x < side; x++) {
			size_t row = y / DOT, col = x / DOT, width = (size_t)q->width;
			bool inside = row >= EDGE && col >= EDGE && row < width + EDGE && col < width + EDGE;

			dots[y * side + x] = inside && (q->data[(row - EDGE) * width + col - EDGE] & 1) ? 0 : 255;
		}
	QRcode_free(q);
	bool good = png_image_write_to_memory(&image, out, &size, 0, dots, 0, NULL);

	*n = size;
	return good ? out : NULL;
}
