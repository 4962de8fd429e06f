/* Word documents (DOCX): archives, which whoever opens one unpacks. What would be too much for that is refused;
 * nothing is changed. PKWARE APPNOTE 6.3.3, sections 4.3.12 and 4.3.16; OWASP ASVS 5.0, 5.2.3. */
#include "media/patch.h"
#include "media/walk.h"

enum {
	FILES_MAX = 10 * 1000,
	UNPACKED_MAX = 500 << 20, /* bytes of all, where 20 MiB of archive are taken */
	END = 22,
	ENTRY = 46,
};

bool docx_clean(struct patch *p)
{
	unsigned char end[END] = {0}, entry[ENTRY] = {0};
	uint64_t at, last, n, unpacked = 0;

	if (p->size < END)
		return patch_broken(p, "it ends too early");
	last = p->size - END;
	if (!patch_get(p, last, p->size, end, END))
		return false;
	if (memcmp(end, "PK\5\6", 4) != 0)
		return patch_broken(p, "an archive without its list");
	n = le16(end + 10);
	at = le32(end + 16);
	if (n > FILES_MAX)
		return patch_broken(p, "too many files");
	for (; n; n--) {
		if (!patch_get(p, at, last, entry, ENTRY))
			return false;
		if (memcmp(entry, "PK\1\2", 4) != 0)
			return patch_broken(p, "no file where the list says so");
		unpacked += le32(entry + 24);
		at += ENTRY + le16(entry + 28) + le16(entry + 30) + le16(entry + 32);
	}
	if (at != last)
		return patch_broken(p, "a list of another length");
	return unpacked <= UNPACKED_MAX || patch_broken(p, "too much when unpacked");
}
