/* Gives each file of a folder to a fuzz target, without libFuzzer: what once broke something must not again. */
#include "fuzz.h"

#include <dirent.h>

static size_t replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *whole = NULL;
	size_t n = 0, size = 0;

	HOLDS(f);
	do {
		size = size * 2 + 4096;
		whole = must(realloc(whole, size));
		n += fread(whole + n, 1, size - n, f);
	} while (n == size);
	HOLDS(!ferror(f));
	HOLDS(fclose(f) == 0);
	char *exact = exact_copy(whole, n);

	free(whole);
	(void)LLVMFuzzerTestOneInput((uint8_t *)exact, n);
	free(exact);
	return 1;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	size_t n = 0;
	char path[4096];

	HOLDS(folder);
	for (struct dirent *e; (e = readdir(folder));) {
		if (*e->d_name == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", argv[1], e->d_name);
		n += replay(path);
	}
	closedir(folder);
	printf("%zu inputs\n", n);
	return n == 0;
}
