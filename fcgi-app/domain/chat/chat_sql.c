#include "domain/chat/chat_sql.h"
#include "domain/notification/notification.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(chat_seat_row, CHAT_SEAT_ROW)
SHAPE_TABLE(chat_message_row, CHAT_MESSAGE_ROW)
SHAPE_TABLE(chat_sent_row, CHAT_SENT_ROW)
SHAPE_TABLE(chat_read_row, CHAT_READ_ROW)
SHAPE_TABLE(chat_dating_row, CHAT_DATING_ROW)
SHAPE_TABLE(chat_id_row, CHAT_ID_ROW)

/* The other one of a DIRECT room r, a member or not; NULL for groups. */
#define PEER(me)                                                                                   \
	"CAST(IF(CAST(SUBSTRING_INDEX(r.pair, '-', 1) AS UNSIGNED) = " me ","                      \
	" SUBSTRING_INDEX(r.pair, '-', -1), SUBSTRING_INDEX(r.pair, '-', 1)) AS UNSIGNED)"

#define EVENT(event, subject, payload)                                                             \
	" INSERT INTO outbox (event, subject_id, actor_id, payload)"                               \
	"  VALUES ('" event "', " subject ", me, JSON_OBJECT(" payload "));"

/* Who is not shown to everybody is brought into rooms by partners and by whom they have a DIRECT room with. */
#define RESERVED(u, me)                                                                            \
	"(EXISTS (SELECT 1 FROM user_privacy up WHERE up.user_id = " u                             \
	"  AND up.profile_visibility <> 'public') AND NOT " MATCHED(u, me) " AND NOT " TALKING(u, me) ")"
#define TALKING(u, me)                                                                             \
	"EXISTS (SELECT 1 FROM chat_rooms d WHERE d.pair ="                                        \
	" CONVERT(CONCAT(LEAST(" u ", " me "), '-', GREATEST(" u ", " me ")) USING ascii))"
/* Who has said who may do that: what, a column of user_privacy. */
#define DECLINES(u, me, what)                                                                      \
	"EXISTS (SELECT 1 FROM user_privacy up WHERE up.user_id = " u " AND (up." what " = 'none'" \
	" OR (up." what " = 'friends' AND NOT " MATCHED(u, me) ")))"

/* ---- rooms -------------------------------------------------------------------------------- */

/* The lock on the room comes before those on its members everywhere, or two would wait for each
 * other. The row is found without a lock first: locking a pair that does not exist locks a gap, and
 * two who open the same room at once would then be in each other's way. Who made it is told by the count of the INSERT:
 * one that finds the other's room changes it, which counts as two. */
WRITE_ROW(CHAT_OPEN_DIRECT, chat_id_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE other BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE two VARCHAR(41) CHARACTER SET ascii"
	  "  DEFAULT CONCAT(LEAST(me, other), '-', GREATEST(me, other));"
	  " DECLARE room, newest BIGINT UNSIGNED;"
	  " DECLARE made INT;"
	  " IF me = other OR " BLOCKED("me", "other")
	  "  OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id = other AND u.status = 'ACTIVE')"
	  "  OR " RESERVED("other", "me")
	  "  OR (" DECLINES("other", "me", "direct_message") " AND NOT " TALKING("other", "me") ") THEN"
	  "  " REFUSE("CHAT_NO_PEER") "; END IF;"
	  " SELECT r.id INTO room FROM chat_rooms r WHERE r.pair = two;"
	  " IF room IS NOT NULL THEN"
	  "  SELECT r.last_seq INTO newest FROM chat_rooms r WHERE r.id = room FOR UPDATE;"
	  " END IF;"
	  " IF newest IS NULL THEN"
	  "  INSERT INTO chat_rooms (name, type, max_members, members, created_by, pair)"
	  "   VALUES ('', 'DIRECT', 2, 2, me, two) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), members = 0;"
	  "  SET made = ROW_COUNT() = 1, room = LAST_INSERT_ID(), newest = 0;"
	  "  IF made THEN "
	  EVENT("chat.room_created", "room", "'roomId', room")
	  "  ELSE SELECT r.last_seq INTO newest FROM chat_rooms r WHERE r.id = room FOR UPDATE; END IF;"
	  " END IF;"
	  " INSERT IGNORE INTO chat_members (room_id, user_id, last_read_seq)"
	  "  VALUES (room, LEAST(me, other), newest), (room, GREATEST(me, other), newest);"
	  " UPDATE chat_rooms SET members = 2 WHERE id = room;"
	  " SELECT room AS id;"
	  " END")

WRITE_ROW(CHAT_CREATE, chat_id_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE guests TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE asked INT UNSIGNED DEFAULT ?;"
	  " DECLARE room BIGINT UNSIGNED;"
	  " IF asked <> (SELECT COUNT(*) FROM JSON_TABLE(guests, '$[*]' COLUMNS ("
	  "   id BIGINT UNSIGNED PATH '$')) g JOIN users u ON u.id = g.id"
	  "   WHERE u.status = 'ACTIVE' AND NOT " BLOCKED("u.id", "me") " AND NOT " RESERVED("u.id", "me")
	  "   AND NOT " DECLINES("u.id", "me", "group_invite") ") THEN"
	  "  " REFUSE("CHAT_NO_PEER") "; END IF;"
	  " INSERT INTO chat_rooms (name, type, is_public, max_members, members, created_by)"
	  "  VALUES (?, 'GROUP', ?, ?, asked + 1, me);"
	  " SET room = LAST_INSERT_ID();"
	  " INSERT INTO chat_members (room_id, user_id)"
	  "  SELECT room, me UNION ALL SELECT room, g.id"
	  "  FROM JSON_TABLE(guests, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) g;"
	  EVENT("chat.room_created", "room", "'roomId', room")
	  " SELECT room AS id;"
	  " END")

/* Lists of rooms: id, what was read, whether I am in, I, and the order. */
#define ROOMS_MINE                                                                                 \
	"(SELECT r.id, m.last_read_seq AS seen, 1 AS mine, m.user_id AS me, r.updated_at AS at"    \
	" FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id WHERE m.user_id = ?"           \
	" ORDER BY r.updated_at DESC, r.id DESC LIMIT 1000)"
/* An outer join and not NOT EXISTS, which the optimizer answers by reading all members there are. A block
 * between a room's creator and who is not in it hides the room. */
#define ROOMS_OPEN                                                                                 \
	"(SELECT r.id, r.last_seq AS seen, 0 AS mine, v.id AS me, r.open_at AS at"                 \
	" FROM (SELECT CAST(? AS UNSIGNED) AS id) v JOIN chat_rooms r"                             \
	" LEFT JOIN chat_members m ON m.room_id = r.id AND m.user_id = v.id"                       \
	" WHERE r.open_at IS NOT NULL AND m.room_id IS NULL AND NOT " BLOCKED("r.created_by", "?") \
	" ORDER BY r.open_at DESC, r.id DESC LIMIT 100)"
/* Members see a room, and everybody else a public one. */
#define ROOM_SEEN                                                                                  \
	"(SELECT r.id, COALESCE(m.last_read_seq, r.last_seq) AS seen, m.user_id IS NOT NULL AS mine," \
	" v.id AS me FROM (SELECT CAST(? AS UNSIGNED) AS id) v JOIN chat_rooms r"                  \
	" LEFT JOIN chat_members m ON m.room_id = r.id AND m.user_id = v.id"                       \
	" WHERE r.id = ? AND (m.user_id IS NOT NULL"                                               \
	"  OR (r.is_public AND NOT " BLOCKED("r.created_by", "?") ")))"

/* The rooms of a list, with their last message for those who are in. */
#define ROOMS_OF(l)                                                                                \
	"SELECT r.id AS roomId, COALESCE(p.name, r.name) AS roomName, r.type AS roomType,"         \
	" r.is_public AS isPublic, r.max_members AS maxParticipants, r.members AS participantCount," \
	" r.created_by AS createdBy, r.created_by = l.me AND r.type = 'GROUP' AS isOwner,"         \
	" l.mine AS isMember, LEFT(t.body, 200) AS lastMessage, t.type AS lastMessageType,"        \
	" t.sent_at AS lastMessageAt,"                                                             \
	" r.last_seq AS lastSeq, r.last_seq - l.seen AS unreadCount,"                              \
	" l.seen = r.last_seq AS isLastMessageRead, r.created_at AS createdAt,"                    \
	" r.updated_at AS updatedAt FROM (" l ") l JOIN chat_rooms r ON r.id = l.id"               \
	" LEFT JOIN chat_messages t ON t.room_id = l.id AND t.seq = r.last_seq AND l.mine"         \
	" LEFT JOIN users p ON p.id = " PEER("l.me")
/* By the list's own columns alone: so it is sorted before texts are joined to it. */
#define NEWEST_FIRST " ORDER BY l.mine DESC, l.at DESC, l.id DESC LIMIT 1000"

READ(CHAT_ROOMS, chat_room_out, ROOMS_OF(ROOMS_MINE " UNION ALL " ROOMS_OPEN) NEWEST_FIRST)
READ(CHAT_ROOMS_PUBLIC, chat_room_out, ROOMS_OF(ROOMS_OPEN) NEWEST_FIRST)
READ(CHAT_ROOM, chat_room_out, ROOMS_OF(ROOM_SEEN))

/* STRAIGHT_JOIN: the optimizer cannot know that the list of rooms is the short one. Of two the other comes first: pages
 * of another origin than ours do not know who they are (localStorage.userId), and name such a room after the first. */
READ(CHAT_SEATS, chat_seat_row,
     "SELECT STRAIGHT_JOIN j.n AS room_no, u.id AS userId, u.name, u.profile_image AS profileImage"
     " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT UNSIGNED PATH '$')) j"
     " JOIN chat_rooms r ON r.id = j.id JOIN chat_members m ON m.room_id = j.id"
     " JOIN users u ON u.id = m.user_id"
     " ORDER BY j.n, r.type = 'DIRECT' AND m.user_id = ?, m.user_id <> r.created_by, m.joined_at, m.user_id"
     " LIMIT 10000")

READ(CHAT_MEMBERS, chat_member_out,
     "SELECT m.user_id AS userId, u.name, u.profile_image AS profileImage,"
     " m.user_id = r.created_by AND r.type = 'GROUP' AS isOwner,"
     " GREATEST(m.delivered_seq, m.last_read_seq) AS lastDeliveredSeq, m.last_read_seq AS lastReadSeq,"
     " m.joined_at AS joinedAt FROM chat_members i JOIN chat_rooms r ON r.id = i.room_id"
     " JOIN chat_members m ON m.room_id = i.room_id JOIN users u ON u.id = m.user_id"
     " WHERE i.room_id = ? AND i.user_id = ?"
     " ORDER BY m.user_id <> r.created_by, m.joined_at, m.user_id LIMIT 1000")

/* Clients join a room each time they open it, so a member's call must cost no lock. */
WRITE(CHAT_JOIN,
      "BEGIN NOT ATOMIC"
      " DECLARE room BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE newest, seats, taken, owner BIGINT UNSIGNED;"
      " DECLARE sits, open_to_all BOOL;"
      " SELECT EXISTS (SELECT 1 FROM chat_members m WHERE m.room_id = room AND m.user_id = me) INTO sits;"
      " IF NOT sits THEN"
      "  START TRANSACTION;"
      "  SELECT r.last_seq, r.is_public, r.max_members, r.members, r.created_by"
      "   INTO newest, open_to_all, seats, taken, owner FROM chat_rooms r WHERE r.id = room FOR UPDATE;"
      "  IF open_to_all IS NOT TRUE OR " BLOCKED("owner", "me") " THEN " REFUSE("CHAT_NO_ROOM") "; END IF;"
      "  INSERT IGNORE INTO chat_members (room_id, user_id, last_read_seq) VALUES (room, me, newest);"
      /* else the same person's other call was faster */
      "  IF ROW_COUNT() > 0 THEN"
      "   IF taken >= seats THEN " REFUSE("CHAT_ROOM_FULL") "; END IF;"
      "   UPDATE chat_rooms SET members = members + 1 WHERE id = room;"
      EVENT("chat.joined", "room", "'roomId', room, 'userId', me")
      "  END IF;"
      "  COMMIT;"
      " END IF;"
      " END")

/* A long history is not deleted while somebody waits: the room is emptied, nobody can see it any
 * more, and the event tells the jobs to clear it away piece by piece. */
WRITE_ROW(CHAT_LEAVE, chat_left_out,
	  "BEGIN NOT ATOMIC"
	  " DECLARE room BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE newest, taken BIGINT UNSIGNED;"
	  " DECLARE mine BOOL;"
	  " START TRANSACTION;"
	  " SELECT r.last_seq, r.members, r.created_by = me AND r.type = 'GROUP'"
	  "  INTO newest, taken, mine FROM chat_rooms r WHERE r.id = room FOR UPDATE;"
	  " DELETE FROM chat_members WHERE room_id = room AND user_id = me;"
	  " IF ROW_COUNT() = 0 THEN " REFUSE("CHAT_NO_ROOM") "; END IF;"
	  " IF mine AND taken > 1 THEN " REFUSE("CHAT_OWNER_STAYS") "; END IF;"
	  NOTIFICATION_SEEN("open_room", "room")
	  " IF taken > 1 THEN"
	  "  UPDATE chat_rooms SET members = members - 1 WHERE id = room;"
	  EVENT("chat.left", "room", "'roomId', room, 'userId', me")
	  " ELSE"
	  "  IF newest <= 2000 THEN DELETE FROM chat_rooms WHERE id = room;"
	  "  ELSE UPDATE chat_rooms SET members = 0, is_public = FALSE, pair = NULL WHERE id = room;"
	  "  END IF;"
	  EVENT("chat.room_emptied", "room", "'roomId', room, 'userId', me")
	  " END IF;"
	  " COMMIT;"
	  " SELECT room AS roomId, taken <= 1 AS deleted;"
	  " END")

/* ---- messages ----------------------------------------------------------------------------- */

/* Numbers have no gaps, so every page is a range of the primary key, however deep. Its top is given
 * or the room's last number, less what is skipped; its bottom is given or a page below that. */
#define WINDOW_TOP                                                                                 \
	"CAST(LEAST(COALESCE(CAST(? AS SIGNED), r.last_seq), r.last_seq) AS SIGNED) - ?"

/* No outer join for the empty page: that would sort texts in a temporary table each time. */
READ(CHAT_MESSAGES, chat_message_row,
     "SELECT r.last_seq AS lastSeq, c.id AS messageId, c.seq, c.sender_id AS senderId, u.name,"
     " u.profile_image AS profileImage, c.body AS message, c.type AS messageType, c.sent_at AS sentAt"
     " FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id"
     " JOIN chat_messages c ON c.room_id = m.room_id"
     "  AND c.seq > COALESCE(?, " WINDOW_TOP " - ?) AND c.seq <= " WINDOW_TOP
     " STRAIGHT_JOIN users u ON u.id = c.sender_id"
     " WHERE m.room_id = ? AND m.user_id = ? ORDER BY c.seq LIMIT 200")
READ(CHAT_LAST_SEQ, chat_count_out,
     "SELECT r.last_seq AS count FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id"
     " WHERE m.room_id = ? AND m.user_id = ?")

#define FIRST_OF_KEY                                                                               \
	" SELECT c.id, c.seq, c.sent_at, c.type, c.room_id = room AND BINARY c.body = BINARY words" \
	"  AND (c.type = 'TEXT') = (added IS NULL), u.name, u.profile_image"                       \
	"  INTO got, nth, sent, what, same, who, picture"                                          \
	"  FROM chat_messages c JOIN users u ON u.id = c.sender_id"                                \
	"  WHERE c.sender_id = me AND c.client_key = once_key;"

/*
 * The hot path: one round trip. Everything that can be refused is looked at before the transaction,
 * without locks; in it, the room's row comes first, so that senders queue there, and its number is
 * the message's. Reads before START TRANSACTION also leave no snapshot that the queue would outdate.
 * The UPDATE of the member is the last word on membership. In a DIRECT room that the other one has
 * left, a message brings them back. What attachments it has decides its type; each is the sender's,
 * of this room or none, and shown by no other message.
 */
WRITE_ROW(CHAT_SEND, chat_sent_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE room BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE words TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE once_key BINARY(32) DEFAULT ?;"
	  " DECLARE added TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE n_added INT UNSIGNED DEFAULT ?;"
	  " DECLARE what VARCHAR(5) DEFAULT 'TEXT';"
	  " DECLARE got, nth, peer BIGINT UNSIGNED;"
	  " DECLARE sent DATETIME(3);"
	  " DECLARE who VARCHAR(100) CHARACTER SET utf8mb4;"
	  " DECLARE picture VARCHAR(2048) CHARACTER SET utf8mb4;"
	  " DECLARE fresh, alone, closed BOOL DEFAULT FALSE;"
	  " DECLARE same BOOL DEFAULT TRUE;"
	  " IF once_key IS NOT NULL THEN" FIRST_OF_KEY " END IF;"
	  " IF got IS NULL THEN"
	  "  SELECT u.name, u.profile_image, p.id, r.type = 'DIRECT' AND r.members < 2,"
	  "   r.type = 'DIRECT' AND (COALESCE(p.status, 'DELETED') = 'DELETED' OR " BLOCKED("me", "p.id") ")"
	  "   INTO who, picture, peer, alone, closed"
	  "   FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id JOIN users u ON u.id = m.user_id"
	  "   LEFT JOIN users p ON p.id = " PEER("me")
	  "   WHERE m.room_id = room AND m.user_id = me;"
	  "  IF who IS NULL THEN " REFUSE("CHAT_NO_ROOM") "; END IF;"
	  "  IF closed THEN " REFUSE("CHAT_CLOSED") "; END IF;"
	  "  BEGIN"
	  "   DECLARE EXIT HANDLER FOR 1062 BEGIN ROLLBACK; SET fresh = FALSE;" FIRST_OF_KEY " END;"
	  "   START TRANSACTION;"
	  "   UPDATE chat_rooms SET last_seq = LAST_INSERT_ID(last_seq + 1), updated_at = SYSDATE(3)"
	  "    WHERE id = room;"
	  "   IF ROW_COUNT() = 0 THEN " REFUSE("CHAT_NO_ROOM") "; END IF;"
	  "   SET nth = LAST_INSERT_ID(), sent = SYSDATE(3);"
	  "   UPDATE chat_members SET last_read_seq = nth WHERE room_id = room AND user_id = me;"
	  "   IF ROW_COUNT() = 0 THEN " REFUSE("CHAT_NO_ROOM") "; END IF;"
	  "   IF added IS NOT NULL THEN"
	  "    UPDATE JSON_TABLE(added, '$[*]' COLUMNS ("
	  "      storage_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) j"
	  "     STRAIGHT_JOIN files f ON f.storage_key = j.storage_key"
	  "     SET f.room_id = room, f.message_seq = nth"
	  "     WHERE f.owner_id = me AND COALESCE(f.room_id, room) = room AND f.message_seq IS NULL"
	  "      AND f.deleted_at IS NULL;"
	  "    IF ROW_COUNT() <> n_added THEN " REFUSE("CHAT_BAD_FILE") "; END IF;"
	  "    SELECT CASE WHEN SUM(f.kind = 'IMAGE') THEN 'IMAGE' WHEN SUM(f.kind = 'AUDIO') THEN 'AUDIO'"
	  "     ELSE 'FILE' END INTO what FROM files f WHERE f.room_id = room AND f.message_seq = nth;"
	  "   END IF;"
	  "   INSERT INTO chat_messages (room_id, seq, sender_id, type, body, client_key, sent_at)"
	  "    VALUES (room, nth, me, what, words, once_key, sent);"
	  "   SET got = LAST_INSERT_ID(), fresh = TRUE;"
	  "   IF alone THEN"
	  "    INSERT IGNORE INTO chat_members (room_id, user_id, last_read_seq)"
	  "     VALUES (room, peer, nth - 1);"
	  "    UPDATE chat_rooms SET members = 2 WHERE id = room;"
	  EVENT("chat.joined", "room", "'roomId', room, 'userId', peer")
	  "   END IF;"
	  EVENT("chat.message", "got", "'roomId', room, 'seq', nth")
	  "   COMMIT;"
	  "  END;"
	  " END IF;"
	  " SELECT got AS messageId, nth AS seq, sent AS sentAt, what AS messageType, who AS name,"
	  "  picture AS profileImage,"
	  "  fresh, same;"
	  " END")

/* Written only when it moves on: most rooms are opened with nothing new in them. The room is read
 * without a lock, so readers do not stand in the senders' queue. */
WRITE_ROW(CHAT_READ, chat_read_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE room BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE upto BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE message BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE newest, seen BIGINT UNSIGNED;"
	  " SELECT r.last_seq, m.last_read_seq INTO newest, seen"
	  "  FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id"
	  "  WHERE m.room_id = room AND m.user_id = me;"
	  " IF newest IS NULL THEN " REFUSE("CHAT_NO_ROOM") "; END IF;"
	  " IF message IS NOT NULL THEN"
	  "  SET upto = (SELECT c.seq FROM chat_messages c WHERE c.id = message AND c.room_id = room);"
	  "  IF upto IS NULL THEN " REFUSE("NO_ROW") "; END IF;"
	  " END IF;"
	  " SET upto = LEAST(COALESCE(upto, newest), newest);"
	  " IF upto > seen THEN"
	  "  UPDATE chat_members SET last_read_seq = upto, told_at = NULL"
	  "   WHERE room_id = room AND user_id = me AND last_read_seq < upto;"
	  " END IF;"
	  " IF GREATEST(upto, seen) = newest THEN" NOTIFICATION_SEEN("open_room", "room") " END IF;"
	  " SELECT room AS roomId, GREATEST(upto, seen) AS lastReadSeq,"
	  "  (SELECT c.id FROM chat_messages c WHERE c.room_id = room AND c.seq = GREATEST(upto, seen))"
	  "   AS lastReadMessageId, newest - GREATEST(upto, seen) AS unreadCount, upto > seen AS moved;"
	  " END")

READ(CHAT_UNREAD, chat_count_out,
     "SELECT r.last_seq - m.last_read_seq AS count FROM chat_members m"
     " JOIN chat_rooms r ON r.id = m.room_id WHERE m.room_id = ? AND m.user_id = ?")
READ(CHAT_UNREAD_TOTAL, chat_count_out,
     "SELECT CAST(COALESCE(SUM(r.last_seq - m.last_read_seq), 0) AS SIGNED) AS count"
     " FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id WHERE m.user_id = ?")

/* No index finds words inside texts (MariaDB has no n-grams), so a search reads a range of the
 * primary key that its caller bounds. */
#define FOUND                                                                                      \
	" WHERE c.room_id = ? AND c.seq > ? AND c.seq <= ? AND LOCATE(?, c.body) > 0"              \
	" AND c.type = COALESCE(?, c.type) AND c.sender_id = COALESCE(?, c.sender_id)"             \
	" AND c.sent_at >= COALESCE(CONVERT_TZ(?, '+09:00', '+00:00'), '1970-01-01')"              \
	" AND c.sent_at < COALESCE(CONVERT_TZ(? + INTERVAL 1 DAY, '+09:00', '+00:00'), '9999-01-01')"
READ(CHAT_COUNT_FOUND, chat_count_out, "SELECT COUNT(*) AS count FROM chat_messages c" FOUND)
READ(CHAT_FOUND, chat_message_row,
     "SELECT 0 AS lastSeq, c.id AS messageId, c.seq, c.sender_id AS senderId, u.name,"
     " u.profile_image AS profileImage, c.body AS message, c.type AS messageType, c.sent_at AS sentAt"
     " FROM chat_messages c STRAIGHT_JOIN users u ON u.id = c.sender_id" FOUND
     " ORDER BY c.seq DESC LIMIT ? OFFSET ?")

READ(CHAT_DATING, chat_dating_row,
     "SELECT r.id AS chat_id, p.id AS partner_id, p.name AS partner_name,"
     " p.profile_image AS partner_image, LEFT(t.body, 200) AS last_message, t.type AS last_type,"
     " r.last_seq - m.last_read_seq AS unread_count"
     " FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id AND r.type = 'DIRECT'"
     " JOIN users p ON p.id = " PEER("m.user_id")
     " LEFT JOIN chat_messages t ON t.room_id = r.id AND t.seq = r.last_seq"
     " WHERE m.user_id = ? ORDER BY r.updated_at DESC, r.id DESC LIMIT 100")

/* ---- for gateways and jobs ---------------------------------------------------------------- */

/* Of a study group the newest number that is there: those that were deleted cannot be fetched. */
READ(CHAT_SEATED, chat_seated,
     "SELECT u.id AS userId, u.name, u.profile_image AS profileImage, u.email,"
     " COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('studyId', m.study_id, 'lastSeq', COALESCE((SELECT c.seq"
     "   FROM study_messages c FORCE INDEX (study_messages_seq) WHERE c.study_id = m.study_id"
     "   ORDER BY c.seq DESC LIMIT 1), 0)) LIMIT 1000)"
     "  FROM study_members m WHERE m.user_id = u.id AND m.status = 'ACTIVE'), '[]') AS studies,"
     " COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('roomId', r.id, 'lastSeq', r.last_seq) LIMIT 1000)"
     "  FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id WHERE m.user_id = u.id), '[]') AS rooms"
     " FROM " IDS_OF("?") " j STRAIGHT_JOIN users u ON u.id = j.id WHERE u.status <> 'DELETED'")
/* Who sent a message has read it. That something reached somebody just now says that they are online. */
#define RECEIPTS                                                                                   \
	" JSON_TABLE(?, '$[*]' COLUMNS (room_id BIGINT UNSIGNED PATH '$[0]',"                      \
	"  user_id BIGINT UNSIGNED PATH '$[1]', seq BIGINT UNSIGNED PATH '$[2]')) j"               \
	" STRAIGHT_JOIN chat_members m ON m.room_id = j.room_id AND m.user_id = j.user_id"
READ(CHAT_UNDELIVERED, chat_receipt,
     "SELECT j.room_id, j.user_id, j.seq FROM" RECEIPTS
     " LEFT JOIN user_privacy w ON w.user_id = m.user_id WHERE COALESCE(w.show_online_status, TRUE)"
     " AND m.delivered_seq < j.seq AND m.last_read_seq < j.seq ORDER BY j.room_id, j.user_id LIMIT 1000")
WRITE(CHAT_DELIVERED, "UPDATE" RECEIPTS " SET m.delivered_seq = j.seq WHERE m.delivered_seq < j.seq")
READ(CHAT_ROOM_TOLD_ROW, chat_room_told,
     "SELECT id AS roomId, name AS roomName, type AS roomType, is_public AS isPublic,"
     " max_members AS maxParticipants, created_at AS createdAt FROM chat_rooms WHERE id = ?")

/* Only of a room that nobody is in: its number is known, and it may have been joined again. */
WRITE_ROW(CHAT_CLEAR, chat_count_out,
	  "BEGIN NOT ATOMIC"
	  " DECLARE room BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE gone INT DEFAULT 0;"
	  " START TRANSACTION;"
	  " IF (SELECT members FROM chat_rooms WHERE id = room FOR UPDATE) = 0 THEN"
	  "  DELETE FROM chat_messages WHERE room_id = room ORDER BY seq LIMIT 2000;"
	  "  SET gone = ROW_COUNT();"
	  "  IF gone = 0 THEN DELETE FROM chat_rooms WHERE id = room; END IF;"
	  " END IF;"
	  " COMMIT;"
	  " SELECT gone AS count;"
	  " END")

const struct stmt *const chat_stmts[] = {
	&CHAT_OPEN_DIRECT, &CHAT_CREATE, &CHAT_ROOMS, &CHAT_ROOMS_PUBLIC, &CHAT_ROOM,
	&CHAT_SEATS,	   &CHAT_JOIN,	 &CHAT_LEAVE, &CHAT_MESSAGES,	  &CHAT_SEND,
	&CHAT_READ,	   &CHAT_UNREAD, &CHAT_UNREAD_TOTAL, &CHAT_LAST_SEQ,
	&CHAT_COUNT_FOUND, &CHAT_FOUND, &CHAT_DATING, &CHAT_SEATED, &CHAT_MEMBERS, &CHAT_UNDELIVERED,
	&CHAT_DELIVERED,   &CHAT_ROOM_TOLD_ROW, &CHAT_CLEAR,
	NULL,
};

static enum status count(struct ctx *c, const struct stmt *s, const struct db_val *args, size_t n,
			 int64_t *out)
{
	struct chat_count_out row = {0};
	enum status st = db_one(c, s, &row, args, n);

	*out = row.count;
	return st;
}

enum status chat_sql_open_direct(struct ctx *c, uint64_t other, uint64_t *room_id)
{
	struct chat_id_row row;
	enum status st = db_one(c, &CHAT_OPEN_DIRECT, &row, ARGS(P(c->me.user_id), P(other)));

	if (st == OK)
		*room_id = row.id;
	return st;
}

enum status chat_sql_create(struct ctx *c, const struct chat_new_room *n, const char *ids,
			    uint64_t *room_id)
{
	struct chat_id_row row;
	enum status st = db_one(c, &CHAT_CREATE, &row,
				ARGS(P(c->me.user_id), P(ids), P((uint64_t)n->n_guests), P(n->name),
				     P(n->is_public), P(n->seats)));

	if (st == OK)
		*room_id = row.id;
	return st;
}

enum status chat_sql_rooms(struct ctx *c, bool mine, struct list *out)
{
	uint64_t me = c->me.user_id;

	return mine ? db_list(c, &CHAT_ROOMS, out, CHAT_ROOMS_MAX, ARGS(P(me), P(me), P(me), P(me)))
		    : db_list(c, &CHAT_ROOMS_PUBLIC, out, CHAT_ROOMS_MAX, ARGS(P(me), P(me), P(me)));
}

enum status chat_sql_room(struct ctx *c, uint64_t room_id, struct chat_room_out *out)
{
	uint64_t me = c->me.user_id;

	return db_one(c, &CHAT_ROOM, out, ARGS(P(me), P(room_id), P(me), P(me)));
}

enum status chat_sql_seats(struct ctx *c, const char *rooms, struct list *out)
{
	return db_list(c, &CHAT_SEATS, out, CHAT_SEATS_LISTED, ARGS(P(rooms), P(c->me.user_id)));
}

enum status chat_sql_join(struct ctx *c, uint64_t room_id)
{
	return db_exec(c, &CHAT_JOIN, NULL, ARGS(P(room_id), P(c->me.user_id)));
}

enum status chat_sql_leave(struct ctx *c, uint64_t room_id, struct chat_left_out *out)
{
	return db_one(c, &CHAT_LEAVE, out, ARGS(P(room_id), P(c->me.user_id)));
}

enum status chat_sql_messages(struct ctx *c, uint64_t room_id, const struct chat_window *w,
			      struct list *out)
{
	struct db_val bottom = {0}, top = {0}, skip = db_int(w->skip);

	if (w->after >= 0) {
		bottom = db_int(w->after);
		top = db_int(w->after + w->size);
		skip = db_int(0);
	} else if (w->before >= 0) {
		top = db_int(w->before - 1);
		skip = db_int(0);
	}
	return db_list(c, &CHAT_MESSAGES, out, CHAT_PAGE_MAX,
		       ARGS(bottom, top, skip, P(w->size), top, skip, P(room_id), P(c->me.user_id)));
}

enum status chat_sql_send(struct ctx *c, const struct chat_draft *d, const char *files, size_t n,
			  const unsigned char *key, struct chat_sent_row *out)
{
	return db_one(c, &CHAT_SEND, out,
		      ARGS(P(d->room_id), P(c->me.user_id), P(d->text ? d->text : ""),
			   db_bin(key, key ? 32 : 0), P(files), P((uint64_t)n)));
}

#define FOUND_ARGS                                                                                 \
	P(room_id), P(bottom), P(top), P(q->keyword), P(q->type), db_id(q->sender), P(q->from), P(q->to)

enum status chat_sql_count_found(struct ctx *c, uint64_t room_id, const struct chat_query *q,
				 int64_t bottom, int64_t top, int64_t *out)
{
	return count(c, &CHAT_COUNT_FOUND, ARGS(FOUND_ARGS), out);
}

enum status chat_sql_found(struct ctx *c, uint64_t room_id, const struct chat_query *q, int64_t bottom,
			   int64_t top, struct list *out)
{
	return db_list(c, &CHAT_FOUND, out, CHAT_PAGE_MAX,
		       ARGS(FOUND_ARGS, P(q->size), P(q->page * q->size)));
}

enum status chat_sql_dating(struct ctx *c, struct list *out)
{
	return db_list(c, &CHAT_DATING, out, CHAT_DATING_MAX, ARGS(P(c->me.user_id)));
}

enum status chat_sql_read(struct ctx *c, uint64_t room_id, int64_t seq, uint64_t message_id,
			  struct chat_read_row *out)
{
	return db_one(c, &CHAT_READ, out,
		      ARGS(P(room_id), P(c->me.user_id), db_id((uint64_t)seq), db_id(message_id)));
}

enum status chat_sql_last_seq(struct ctx *c, uint64_t room_id, int64_t *out)
{
	return count(c, &CHAT_LAST_SEQ, ARGS(P(room_id), P(c->me.user_id)), out);
}

enum status chat_sql_unread(struct ctx *c, uint64_t room_id, int64_t *out)
{
	return count(c, &CHAT_UNREAD, ARGS(P(room_id), P(c->me.user_id)), out);
}

enum status chat_sql_unread_total(struct ctx *c, int64_t *out)
{
	return count(c, &CHAT_UNREAD_TOTAL, ARGS(P(c->me.user_id)), out);
}

enum status chat_sql_seated(struct ctx *c, const char *ids, struct list *out)
{
	return db_list(c, &CHAT_SEATED, out, CHAT_SEATED_MAX, ARGS(P(ids)));
}

enum status chat_sql_members(struct ctx *c, uint64_t room_id, struct list *out)
{
	return db_list(c, &CHAT_MEMBERS, out, CHAT_SEATS_MAX, ARGS(P(room_id), P(c->me.user_id)));
}

enum status chat_sql_undelivered(struct ctx *c, const char *receipts, struct list *out)
{
	return db_list(c, &CHAT_UNDELIVERED, out, CHAT_DELIVERED_MAX, ARGS(P(receipts)));
}

enum status chat_sql_delivered(struct ctx *c, const char *receipts)
{
	return db_exec(c, &CHAT_DELIVERED, NULL, ARGS(P(receipts)));
}

enum status chat_sql_room_told(struct ctx *c, uint64_t room_id, struct chat_room_told *out)
{
	return db_one(c, &CHAT_ROOM_TOLD_ROW, out, ARGS(P(room_id)));
}

enum status chat_sql_clear(struct ctx *c, uint64_t room_id, bool *left)
{
	int64_t gone = 0;
	enum status st = count(c, &CHAT_CLEAR, ARGS(P(room_id)), &gone);

	*left = gone > 0;
	return st;
}
