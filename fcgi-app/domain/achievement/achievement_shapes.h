/* Achievements as the clients see them: the guide's names and the shipped client's. */
#ifndef DOMAIN_ACHIEVEMENT_SHAPES_H
#define DOMAIN_ACHIEVEMENT_SHAPES_H

#include "base/shape.h"

#define ACHIEVEMENT_REWARD(F, S)                                                                   \
	F(S, STR, type, .doc = "points")                                                           \
	F(S, INT, amount)
SHAPE_STRUCT(achievement_reward, ACHIEVEMENT_REWARD)

#define ACHIEVEMENT(F, S)                                                                          \
	F(S, ID, id, .aka = "achievementId")                                                       \
	F(S, STR, key, .aka = "achievementKey")                                                    \
	F(S, STR, name, .aka = "title")                                                            \
	F(S, STR, description)                                                                     \
	F(S, STR, category, .doc = "STUDY, SOCIAL, MILESTONE, SPECIAL or STREAK")                  \
	F(S, STR, type, .doc = "COUNT, STREAK, ACCUMULATE, THRESHOLD, MILESTONE or COMBINATION")   \
	F(S, STR, icon)                                                                            \
	F(S, STR, badgeIconUrl)                                                                    \
	F(S, STR, badgeColor)                                                                      \
	F(S, INT, requiredProgress, .aka = "targetValue")                                          \
	F(S, STR, targetUnit)                                                                      \
	F(S, OBJ(achievement_reward), reward)                                                      \
	F(S, INT, xpReward)                                                                        \
	F(S, STR, tier, .doc = "BRONZE, SILVER, GOLD, PLATINUM, DIAMOND or LEGENDARY")             \
	F(S, STR, tierKey, .doc = "the same in lower case")                                        \
	F(S, BOOL, active, .aka = "isActive")                                                      \
	F(S, BOOL, isHidden, .doc = "it is shown only to who has it")                              \
	F(S, INT, sortOrder)                                                                       \
	F(S, STR, prerequisiteKey, .doc = "what must be completed before this can be")             \
	F(S, TIME, createdAt)
SHAPE_STRUCT(achievement, ACHIEVEMENT)

#define MY_ACHIEVEMENT(F, S)                                                                       \
	F(S, ID, id, .aka = "userAchievementId")                                                   \
	F(S, OBJ(achievement), achievement)                                                        \
	F(S, INT, currentProgress)                                                                 \
	F(S, INT, requiredProgress, .aka = "targetValue")                                          \
	F(S, INT, progressPercentage)                                                              \
	F(S, INT, remainingProgress)                                                               \
	F(S, INT, estimatedCompletionDays, .zero_null = true, .doc = "at the pace so far; null unless under way")   \
	F(S, BOOL, completed, .aka = "isCompleted")                                                \
	F(S, TIME, completedAt)                                                                    \
	F(S, BOOL, rewardClaimed, .aka = "isRewardClaimed")                                        \
	F(S, TIME, claimedAt)                                                                      \
	F(S, OBJ(achievement_reward), reward)                                                      \
	F(S, TIME, lastUpdatedAt)                                                                  \
	F(S, BOOL, autoClaimReward, .doc = "false: rewards wait to be claimed")
SHAPE_STRUCT(my_achievement, MY_ACHIEVEMENT)

#define ACHIEVEMENT_PROGRESS(F, S)                                                                 \
	F(S, ID, userAchievementId)                                                                \
	F(S, STR, achievementKey)                                                                  \
	F(S, INT, previousProgress)                                                                \
	F(S, INT, currentProgress)                                                                 \
	F(S, INT, requiredProgress)                                                                \
	F(S, INT, progressPercentage)                                                              \
	F(S, INT, incrementAmount, .zero_null = true, .skip_null = true)                           \
	F(S, BOOL, completed)                                                                      \
	F(S, TIME, completedAt, .skip_null = true)                                                 \
	F(S, OBJ(achievement_reward), reward, .skip_null = true)                                   \
	F(S, TIME, updatedAt)
SHAPE_STRUCT(achievement_progress, ACHIEVEMENT_PROGRESS)

#define ACHIEVEMENT_CLAIMED(F, S)                                                                  \
	F(S, ID, userAchievementId)                                                                \
	F(S, STR, achievementKey)                                                                  \
	F(S, STR, achievementName)                                                                 \
	F(S, OBJ(achievement_reward), reward)                                                      \
	F(S, BOOL, claimed)                                                                        \
	F(S, TIME, claimedAt)                                                                      \
	F(S, INT, newTotalPoints)
SHAPE_STRUCT(achievement_claimed, ACHIEVEMENT_CLAIMED)

/* A value for each category, in the order of achievement_categories; and for each tier. */
#define BY_CATEGORY(F, S, ...)                                                                     \
	F(S, __VA_ARGS__, STUDY)                                                                   \
	F(S, __VA_ARGS__, SOCIAL)                                                                  \
	F(S, __VA_ARGS__, MILESTONE)                                                               \
	F(S, __VA_ARGS__, SPECIAL)                                                                 \
	F(S, __VA_ARGS__, STREAK)
#define BY_TIER(F, S, ...)                                                                         \
	F(S, __VA_ARGS__, BRONZE, .aka = "bronze")                                                 \
	F(S, __VA_ARGS__, SILVER, .aka = "silver")                                                 \
	F(S, __VA_ARGS__, GOLD, .aka = "gold")                                                     \
	F(S, __VA_ARGS__, PLATINUM, .aka = "platinum")                                             \
	F(S, __VA_ARGS__, DIAMOND, .aka = "diamond")                                               \
	F(S, __VA_ARGS__, LEGENDARY, .aka = "legendary")
enum { CATEGORIES = 5, TIERS = 6 };
extern const char *const achievement_categories[CATEGORIES];

#define CATEGORY_COUNTS(F, S) BY_CATEGORY(F, S, INT)
SHAPE_STRUCT(category_counts, CATEGORY_COUNTS)
#define TIER_COUNTS(F, S) BY_TIER(F, S, INT)
SHAPE_STRUCT(tier_counts, TIER_COUNTS)

#define CATEGORY_PROGRESS(F, S)                                                                    \
	F(S, INT, total)                                                                           \
	F(S, INT, completed)                                                                       \
	F(S, NUM, completionRate, .doc = "%, two decimals")
SHAPE_STRUCT(category_progress, CATEGORY_PROGRESS)
#define CATEGORIES_PROGRESS(F, S) BY_CATEGORY(F, S, OBJ(category_progress))
SHAPE_STRUCT(categories_progress, CATEGORIES_PROGRESS)

#define TIER_PROGRESS(F, S)                                                                        \
	F(S, INT, total)                                                                           \
	F(S, INT, completed)
SHAPE_STRUCT(tier_progress, TIER_PROGRESS)
#define TIERS_PROGRESS(F, S) BY_TIER(F, S, OBJ(tier_progress))
SHAPE_STRUCT(tiers_progress, TIERS_PROGRESS)

#define RECENT_COMPLETION(F, S)                                                                    \
	F(S, STR, achievementKey)                                                                  \
	F(S, STR, name, .aka = "achievementTitle")                                                 \
	F(S, TIME, completedAt)
SHAPE_STRUCT(recent_completion, RECENT_COMPLETION)

#define NEAR_COMPLETION(F, S)                                                                      \
	F(S, ID, id, .aka = "userAchievementId")                                                   \
	F(S, OBJ(achievement), achievement)                                                        \
	F(S, STR, achievementKey)                                                                  \
	F(S, STR, name)                                                                            \
	F(S, INT, currentProgress)                                                                 \
	F(S, INT, requiredProgress)                                                                \
	F(S, INT, progressPercentage)
SHAPE_STRUCT(near_completion, NEAR_COMPLETION)

#define ACHIEVEMENT_STATS(F, S)                                                                    \
	F(S, INT, totalAchievements)                                                               \
	F(S, INT, completedAchievements)                                                           \
	F(S, INT, inProgressAchievements)                                                          \
	F(S, INT, notStartedAchievements)                                                          \
	F(S, NUM, completionRate, .doc = "%, two decimals")                                        \
	F(S, INT, totalPointsEarned, .aka = "totalXpEarned", .doc = "of claimed rewards")          \
	F(S, INT, totalPointsAvailable)                                                            \
	F(S, INT, unclaimedRewards)                                                                \
	F(S, OBJ(category_counts), achievementsByCategory, .doc = "completed ones")                \
	F(S, OBJ(tier_counts), achievementsByTier, .doc = "completed ones")                        \
	F(S, OBJ(categories_progress), categoriesProgress)                                         \
	F(S, OBJ(tiers_progress), tiersProgress)                                                   \
	F(S, LIST(recent_completion), recentCompletions, .doc = "the newest five")                 \
	F(S, LIST(near_completion), nearCompletion, .doc = "five at most that are half done, the nearest first")
SHAPE_STRUCT(achievement_stats, ACHIEVEMENT_STATS)
#endif
