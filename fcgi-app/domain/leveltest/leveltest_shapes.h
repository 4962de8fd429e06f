/* Level tests as the clients see them: the guide's names and those of the shipped client, which takes the shallowest of
 * what is called like a skill: nothing else may be. */
#ifndef DOMAIN_LEVELTEST_SHAPES_H
#define DOMAIN_LEVELTEST_SHAPES_H

#include "domain/leveltest/leveltest.h"

SHAPE_STRUCT(leveltest_scores, LEVELTEST_SCORES)

#define LEVELTEST_QUESTION(F, S)                                                                   \
	F(S, INT, id, .aka = "questionId questionNumber")                                          \
	F(S, STR, text, .aka = "questionText question", .doc = "in English, of a test of Korean in Korean") \
	F(S, STR, korean)                                                                          \
	F(S, INT, duration, .doc = "s")                                                            \
	F(S, STR, difficulty)
SHAPE_STRUCT(leveltest_question, LEVELTEST_QUESTION)

#define LEVELTEST_EVIDENCE(F, S)                                                                   \
	F(S, INT, words)                                                                           \
	F(S, NUM, wordsPerMinute, .doc = "null: nobody knows how long they spoke")                 \
	F(S, NUM, wordsPerUnit, .doc = "a sentence, or a part of one that could be one")           \
	F(S, NUM, lettersPerWord)                                                                  \
	F(S, NUM, variety, .doc = "how many words it takes until only 72 % of them are different ones")  \
	F(S, NUM, linksPerUnit, .doc = "linking words")                                            \
	F(S, INT, slips, .doc = "of a list of usual ones, for English alone")                      \
	F(S, INT, hesitations, .doc = "um and the like, and the word before once more")
SHAPE_STRUCT(leveltest_evidence, LEVELTEST_EVIDENCE)

#define LEVELTEST_VERDICT(F, S)                                                                    \
	F(S, OBJ(leveltest_scores), scores)                                                        \
	F(S, OBJ(leveltest_evidence), evidence, .doc = "what was counted, rounded")                \
	F(S, STR, feedback)                                                                        \
	F(S, STRS, suggestions)                                                                    \
	F(S, STR, estimatedLevel)
SHAPE_STRUCT(leveltest_verdict, LEVELTEST_VERDICT)

#define LEVELTEST_EVALUATION(F, S)                                                                 \
	F(S, INT, questionNumber, .aka = "questionId")                                             \
	F(S, STR, question)                                                                        \
	F(S, STR, difficulty)                                                                      \
	F(S, STR, transcription, .doc = "null: nobody wrote down what was said")                   \
	F(S, OBJ(leveltest_verdict), evaluation, .doc = "by the rules; null without a transcription")
SHAPE_STRUCT(leveltest_evaluation, LEVELTEST_EVALUATION)

/* What lists show of a result. */
#define LEVELTEST_HEAD(F, S)                                                                       \
	F(S, ID, testId, .aka = "id", .as_number = true)                                           \
	F(S, ID, userId)                                                                           \
	F(S, STR, languageCode, .aka = "language")                                                 \
	F(S, STR, testType)                                                                        \
	F(S, STR, mode, .doc = "standard or voice")                                                \
	F(S, STR, testLevel, .doc = "how hard it was meant to be")                                 \
	F(S, STR, status)                                                                          \
	F(S, STR, level, .aka = "overallLevel estimatedLevel cefrLevel",                           \
	  .doc = "A1 to C2: from 45 A2, 55 B1, 65 B2, 75 C1, 85 C2; saved ones as they were saved") \
	F(S, INT, overallScore, .aka = "estimatedScore", .doc = "0 to 100, as all scores: the mean of the six") \
	F(S, OBJ(leveltest_scores), scores)                                                        \
	F(S, STRS, estimatedSkills, .doc = "skills nothing was known of: they are the mean of the others") \
	F(S, STRS, strengths, .doc = "skills from 75 on")                                          \
	F(S, STRS, improvements, .aka = "weaknesses", .doc = "skills up to 55")                    \
	F(S, STRS, suggestions, .aka = "recommendations")                                          \
	F(S, STR, feedback)                                                                        \
	F(S, STR, feedbackSummary)                                                                 \
	F(S, STR, model, .doc = "builtin: rules, written down in the server; client: it was judged elsewhere; else " \
				"the language model that judged") \
	F(S, BOOL, fallback, .doc = "true: there was no transcript, the scores are placeholders and change no level") \
	F(S, TIME, startedAt)                                                                      \
	F(S, TIME, completedAt, .aka = "analyzedAt timestamp")
#define LEVELTEST_RESULT_OUT(F, S)                                                                 \
	LEVELTEST_HEAD(F, S)                                                                       \
	F(S, STR, transcriptText)                                                                  \
	F(S, INT, words, .doc = "that were said freely")                                           \
	F(S, BOOL, enoughText, .doc = "false: fewer than 80 such words, so the level is a guess; " \
				       "a text read aloud is enough, and what was judged elsewhere") \
	F(S, NUM, confidence, .doc = "0 to 1: how often the rules were right within one level for graded " \
				     "texts of that many words; null: not measured (another language, fewer than " \
				     "20 words, a text read aloud, somebody else's judgement)")   \
	F(S, LIST(leveltest_evaluation), evaluations)                                              \
	F(S, LIST(leveltest_question), questions)
SHAPE_STRUCT(leveltest_head, LEVELTEST_HEAD)
SHAPE_STRUCT(leveltest_result_out, LEVELTEST_RESULT_OUT)

#define LEVELTEST_BEGUN(F, S)                                                                      \
	F(S, ID, testId, .aka = "id", .as_number = true)                                           \
	F(S, STR, testType)                                                                        \
	F(S, STR, mode)                                                                            \
	F(S, STR, languageCode, .aka = "language")                                                 \
	F(S, STR, testLevel, .aka = "currentLevel")                                                \
	F(S, STR, status)                                                                          \
	F(S, STRS, prompts)                                                                        \
	F(S, STR, instructions, .doc = "of a voice test the text that is to be read aloud")        \
	F(S, INT, estimatedDurationMinutes)                                                        \
	F(S, INT, totalQuestions)                                                                  \
	F(S, LIST(leveltest_question), questions)                                                  \
	F(S, TIME, startedAt)
SHAPE_STRUCT(leveltest_begun, LEVELTEST_BEGUN)

#define LEVELTEST_ANSWERED(F, S)                                                                   \
	F(S, ID, testId, .as_number = true)                                                        \
	F(S, INT, questionId, .aka = "questionNumber")                                             \
	F(S, STR, transcription, .doc = "null: nothing on this server recognises speech, or it did not answer") \
	F(S, STR, audioUrl, .doc = "null: there is no recording")                                  \
	F(S, BOOL, saved)                                                                          \
	F(S, TIME, submittedAt)
SHAPE_STRUCT(leveltest_answered, LEVELTEST_ANSWERED)
#endif
