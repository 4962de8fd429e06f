/*
 * Every key in Redis, with its life and what happens without it. All begin with REDIS_PREFIX.
 * Keys of one operation share a hash tag {…}, so that a cluster keeps them together.
 *
 *	rl:{<class>:<who>}   rate limit of one caller: what it took in each sixteenth of the window, and as
 *	                     long. Without Redis: general limits are kept by this pool alone,
 *	                     strict ones too, at a quarter of their rate.
 */
#ifndef KV_KEYS_H
#define KV_KEYS_H

#define KEY_RATE "rl:{%s:%s}"

/*
 * Channels (the prefix goes before these too):
 *
 *	live	what sockets shall see, to all gateways: JSON, see domain/live/live.h. Without Redis
 *		nothing arrives; the gateways catch up by sequence numbers when it is back.
 */
#define CHANNEL_LIVE "live"
#endif
