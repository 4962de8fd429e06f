/*
 * How well two people fit: pure arithmetic, no database, the same inputs give the same number.
 *
 *	total = .60 language + .12 interests + .12 schedule + .08 personality + .05 goals + .03 activity
 *
 * every part 0..100, unknown data 50, the total rounded to one decimal. Language: each learns what
 * the other speaks 92..100 (by how balanced their levels are), one of them does 20..25, else 0..15.
 * So whoever can exchange languages stands before everyone who cannot (55.2 against at most 55.0),
 * which lets the search look at exchange pairs first without changing the order.
 *   interests, goals  twice the shared part of all that either chose
 *   schedule          common free half hours, full marks at four hours or all that one of them has
 *   personality       wishes about gender (both ways, geometric mean) .35, kind of partner .25,
 *                     listening/speaking .15, way of communication .15, group size .10
 *   activity          100 within a day, falling to 0 after 60 days
 */
#ifndef DOMAIN_MATCHING_SCORE_H
#define DOMAIN_MATCHING_SCORE_H

#include "base/base.h"

enum { TONGUES_MAX = 12, WEEK_BYTES = 42, WEEK_WORDS = 6, WEEK_SLOTS = 336 };

enum { SCORE_CHOICES = 17 };

enum { SCORE_ONE_WAY = 25 }; /* the part of languages, at most, where not each learns what the other speaks */

/* A language someone speaks or learns. */
struct tongue {
	uint16_t id;
	uint8_t level; /* 100..106, 0: not said */
	uint8_t wish;  /* 200..203, the partner looked for; 0: not said */
	bool learning;
};

/* What people say of gender, that of a partner, and communication. */
enum said {
	UNSAID,
	SAID_MALE,
	SAID_FEMALE,
	SAID_OTHER,
	SAID_NONE,
	SAID_ANY,
	SAID_TEXT,
	SAID_VOICE,
	SAID_VIDEO,
	SAID_HYBRID
};

/* Numbers only: thousands lie side by side in memory that others write to, see windows.h. */
struct person {
	uint64_t id;
	int64_t active_at; /* ms */
	uint64_t topics, motivations, expectations, personalities, styles, group_sizes; /* masks */
	uint64_t week[WEEK_WORDS]; /* free half hours from Monday 00:00 UTC, 8 m + n: bit n of byte m */
	uint16_t native;	   /* 0: not said */
	uint16_t birth_year;	   /* 0: not said */
	char birth_monthday[6];	   /* MM-DD, "" */
	uint8_t gender, partner_gender, communication; /* enum said */
	bool show_age, show_online;
	uint8_t tongues;
	struct tongue tongue[TONGUES_MAX];
};

struct fit {
	double total, language, interests, schedule, personality, goals, activity;
	bool they_teach; /* they speak what I learn */
	bool i_teach;    /* they learn what I speak */
	unsigned shared_slots;
	uint64_t shared_topics, shared_motivations, shared_personalities, shared_targets;
};

void score_pair(const struct person *me, const struct person *other, int64_t now, struct fit *out);

/* The same fit as the seven parts that callers may weigh by themselves: languages, levels (50 where not both can
 * teach), likeness (the mean of goals and interests), schedule, goals, personality, topics. */
enum { PARTS = 7 };
void score_parts(const struct fit *f, double out[PARTS]);

/* The mean of the parts, by weights of which one is above 0; one decimal. */
double score_weigh(const struct fit *f, const double weights[PARTS]);

/* HIGH from 80, MEDIUM from 60, else LOW. */
const char *score_level(double total);

/* The tongue of that language, or NULL. */
const struct tongue *score_tongue(const struct person *p, unsigned language);

/* As much of somebody as fits a line of the processor's cache, for leaving most people out with one look. */
struct glance {
	uint64_t id, topics;
	uint64_t week[WEEK_WORDS - 1];
	uint16_t week_rest;
	uint16_t idle_from; /* the day after they were active last, days since 1970 */
	uint16_t motivations; /* all set: more than can be said here */
	uint8_t expectations; /* the same */
	uint8_t slots : 4; /* how many of the week are set, at most as many as are enough */
	uint8_t level : 4; /* and wish, in the language they were found by learning */
};
static_assert(sizeof(struct glance) == 64, "a line of the cache");

/* Who looks, and what follows from that alone. */
struct viewer {
	struct glance me;
	int today;
	/* parts of a total: by .level; by slots and those in common; by how much they and both chose; by days */
	double language[16], schedule[9][9], interests[SCORE_CHOICES][SCORE_CHOICES];
	double motivations[SCORE_CHOICES][SCORE_CHOICES], expectations[SCORE_CHOICES][SCORE_CHOICES], rest[64];
};

/* language: the one they were found by learning, 0: another way. */
void score_glance(const struct person *p, unsigned language, struct glance *out);

/* speaks: what those to be looked at speak; where me learns it, and they were found by learning what me speaks, the
 * levels are known. Else 0, and most: what the part of languages can be at most. */
void score_viewer(const struct person *me, unsigned speaks, double most, int64_t now, struct viewer *out);

/* Which of v may have a total of `least` or more, by score_pair(): their places go to out, which has room for n. */
size_t score_promising(const struct viewer *viewer, const struct glance *v, size_t n, double least, uint32_t *out);

/* Half hours set in both maps. */
unsigned score_overlap(const uint64_t a[WEEK_WORDS], const uint64_t b[WEEK_WORDS]);

/* Marks n half hours from slot on, round the end of the week. slot may be negative. */
void score_mark(uint64_t week[WEEK_WORDS], int slot, int n);

/* The word, or UNSAID. */
enum said score_said(const char *word);
#endif
