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

enum { TONGUES_MAX = 12, WEEK_BYTES = 42, WEEK_SLOTS = 336 };

/* A language someone speaks or learns. */
struct tongue {
	unsigned id;
	unsigned level;  /* 100..106, 0: not said */
	unsigned wish;   /* 200..203, the partner looked for; 0: not said */
	bool learning;
};

struct person {
	uint64_t id;
	unsigned native; /* 0: not said */
	size_t tongues;
	uint64_t topics, motivations, styles, expectations, personalities, group_sizes; /* masks */
	const unsigned char *week; /* WEEK_BYTES of free half hours from Monday 00:00 UTC, or NULL */
	const char *gender, *partner_gender, *communication;
	int64_t active_at; /* ms */
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

/* Half hours set in both maps; NULL counts as none. */
unsigned score_overlap(const unsigned char *a, const unsigned char *b);

/* Marks n half hours from slot on, round the end of the week. slot may be negative. */
void score_mark(unsigned char week[WEEK_BYTES], int slot, int n);
#endif
