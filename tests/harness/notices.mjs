// Who must have been told of what was said in these rooms, and has not: each member who has not read all of a room has one
// unread notification of it, and that is of its newest message. → { behind, missing, twice }
export async function chatNotices(query, rooms) {
  const behind = await query(
    'SELECT m.user_id, m.room_id, (SELECT id FROM chat_messages WHERE room_id = r.id AND seq = r.last_seq) AS newest'
    + ' FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id WHERE r.id IN (?) AND m.last_read_seq < r.last_seq', [rooms]);
  const unread = await query("SELECT user_id, room_id, JSON_VALUE(data, '$.messageId') AS message FROM notifications WHERE type = 'chat' AND status = 'UNREAD'");
  const of = new Map(unread.map((n) => [`${n.user_id} ${n.room_id}`, Number(n.message)]));
  return { behind: behind.length, missing: behind.filter((m) => of.get(`${m.user_id} ${m.room_id}`) !== Number(m.newest)).length, twice: unread.length - of.size };
}
