/*
 * How well the rules of level tests know a level: reads lines of a level, a tab and an English text, and prints how many
 * came out at it and within one of it, of the first so many words of each.
 */
#include "domain/leveltest/speech.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20 };

/* Ends the text behind so many words. */
static void cut(char *text, int words)
{
	for (char *s = text; *s; s++)
		if (*s == ' ' && !--words) {
			*s = '\0';
			return;
		}
}

int main(int argc, char **argv)
{
	static char line[TEXT_MAX];
	struct arena *a = arena_new((size_t)64 << 20);
	int words = argc > 1 ? atoi(argv[1]) : 150, n = 0, same = 0, within = 0;
	int came[CEFR_LEVELS][CEFR_LEVELS] = {{0}};

	while (fgets(line, sizeof(line), stdin)) {
		char *text = strchr(line, '\t');
		struct judgement j;

		if (!text)
			continue;
		*text++ = '\0';
		int level = cefr_called(line);

		if (level < 0)
			continue;
		cut(text, words);
		speech_judge(a, &(struct speech){.language = "en", .text = text}, 1, &j);
		int judged = cefr_of(j.overall);

		came[level][judged]++;
		n++;
		same += judged == level;
		within += abs(judged - level) <= 1;
		arena_reset(a);
	}
	printf("| of %d words | A1 | A2 | B1 | B2 | C1 | C2 |\n|---|---|---|---|---|---|---|\n", words);
	for (int i = 0; i < CEFR_LEVELS; i++) {
		printf("| %s", cefr_names[i]);
		for (int k = 0; k < CEFR_LEVELS; k++)
			printf(" | %d", came[i][k]);
		puts(" |");
	}
	printf("%d texts: %.3f at their level, %.3f within one\n", n, n ? (double)same / n : 0, n ? (double)within / n : 0);
	arena_free(a);
	return n ? 0 : 1;
}
