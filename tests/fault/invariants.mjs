// What must hold in MariaDB whatever was broken: nothing half-written. Each rule counts what breaks it.
import { keepEvents } from '../harness/db.mjs';

// what a row's own statements made, for their size
export const OWN_ROOM = '결함 시험';
const OURS = `r.name <> '${OWN_ROOM}'`;
const EVENTS = (event, id) => `(SELECT COUNT(*) FROM outbox_seen o WHERE o.event = '${event}' AND o.subject_id = ${id})`;

const STATES = {
  'accounts without a password': "SELECT COUNT(*) AS n FROM users u WHERE u.status = 'ACTIVE' AND NOT EXISTS (SELECT 1 FROM user_passwords p WHERE p.user_id = u.id)",
  'accounts that signed up without a login': "SELECT COUNT(*) AS n FROM users u WHERE u.email LIKE '%@fault.example.com' AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id)",
  'matches without their room':
    "SELECT COUNT(*) AS n FROM user_matches x LEFT JOIN chat_rooms r ON r.id = x.room_id AND r.pair = CONCAT(x.user1_id, '-', x.user2_id) WHERE x.is_active AND r.id IS NULL",
  'matches nobody accepted':
    "SELECT COUNT(*) AS n FROM user_matches x WHERE x.is_active AND NOT EXISTS (SELECT 1 FROM matching_requests q WHERE q.status = 'accepted'"
    + ' AND q.sender_id IN (x.user1_id, x.user2_id) AND q.receiver_id IN (x.user1_id, x.user2_id))',
  'accepted requests without a match':
    "SELECT COUNT(*) AS n FROM matching_requests q WHERE q.status = 'accepted' AND NOT EXISTS (SELECT 1 FROM user_matches x"
    + ' WHERE x.user1_id = LEAST(q.sender_id, q.receiver_id) AND x.user2_id = GREATEST(q.sender_id, q.receiver_id))',
  'matches that one of the two may be recommended':
    'SELECT COUNT(*) AS n FROM user_matches x WHERE x.is_active AND (SELECT COUNT(*) FROM matching_taken t'
    + ' WHERE t.user_id IN (x.user1_id, x.user2_id) AND t.other_id IN (x.user1_id, x.user2_id)) <> 2',
  'requests whose two may be recommended':
    "SELECT COUNT(*) AS n FROM matching_requests q WHERE q.status = 'pending' AND (SELECT COUNT(*) FROM matching_taken t"
    + ' WHERE t.user_id IN (q.sender_id, q.receiver_id) AND t.other_id IN (q.sender_id, q.receiver_id)) <> 2',
  'rooms whose newest number is of no message, or with gaps':
    'SELECT COUNT(*) AS n FROM (SELECT r.id FROM chat_rooms r LEFT JOIN chat_messages c ON c.room_id = r.id'
    + ` WHERE ${OURS} GROUP BY r.id HAVING MAX(r.last_seq) <> COALESCE(MAX(c.seq), 0) OR MAX(r.last_seq) <> COUNT(c.seq)) x`,
  'rooms whose number of members is another':
    'SELECT COUNT(*) AS n FROM chat_rooms r WHERE r.members <> (SELECT COUNT(*) FROM chat_members m WHERE m.room_id = r.id)',
  'rooms of two without both':
    "SELECT COUNT(*) AS n FROM chat_rooms r WHERE r.type = 'DIRECT' AND (SELECT COUNT(*) FROM chat_members m WHERE m.room_id = r.id"
    + " AND FIND_IN_SET(m.user_id, REPLACE(r.pair, '-', ','))) <> 2",
  'members who have read or heard of more than was said':
    'SELECT COUNT(*) AS n FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id WHERE GREATEST(m.last_read_seq, m.told_seq) > r.last_seq',
  'notifications of rooms their people are not in':
    'SELECT COUNT(*) AS n FROM notifications n WHERE n.room_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM chat_members m WHERE m.room_id = n.room_id AND m.user_id = n.user_id)',
  'files of messages that are not there':
    'SELECT COUNT(*) AS n FROM files f WHERE f.message_seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM chat_messages c WHERE c.room_id = f.room_id AND c.seq = f.message_seq)',
  'people found by languages without a profile':
    'SELECT COUNT(*) AS n FROM matching_index i LEFT JOIN matching_profiles p ON p.user_id = i.user_id WHERE p.user_id IS NULL OR p.facts <> i.facts',
  'events given up': 'SELECT COUNT(*) AS n FROM outbox WHERE due_at IS NULL',
};
// of what was made since the row before: ? is its greatest id
const FRESH = {
  chat_messages: { 'messages without just one event': `SELECT COUNT(*) AS n FROM chat_messages c JOIN chat_rooms r ON r.id = c.room_id WHERE c.id > ? AND ${OURS} AND ${EVENTS('chat.message', 'c.id')} <> 1`,
    'messages of nobody in their room': `SELECT COUNT(*) AS n FROM chat_messages c JOIN chat_rooms r ON r.id = c.room_id WHERE c.id > ? AND ${OURS}`
    + ' AND NOT EXISTS (SELECT 1 FROM chat_members m WHERE m.room_id = c.room_id AND m.user_id = c.sender_id)' },
  matching_requests: { 'requests without just one event': `SELECT COUNT(*) AS n FROM matching_requests q WHERE q.id > ? AND ${EVENTS('match.requested', 'q.id')} <> 1` },
  user_matches: { 'matches without just one event': `SELECT COUNT(*) AS n FROM user_matches x WHERE x.id > ? AND ${EVENTS('match.accepted', 'x.id')} <> 1` },
  chat_rooms: { 'rooms without just one event': `SELECT COUNT(*) AS n FROM chat_rooms r WHERE r.id > ? AND ${OURS} AND ${EVENTS('chat.room_created', 'r.id')} <> 1` },
};
const ORPHANS = {
  'events of messages that are not there': ['chat.message', 'chat_messages'],
  'events of requests that are not there': ['match.requested', 'matching_requests'],
  'events of matches that are not there': ['match.accepted', 'user_matches'],
  'events of rooms that are not there': ['chat.room_created', 'chat_rooms'],
};

// Events are gone when they are done, so a trigger keeps a copy of each. → check(): [what does not hold]
export async function watch(run, query) {
  await keepEvents(run);
  await query('ALTER TABLE outbox_seen ADD KEY IF NOT EXISTS outbox_seen_of (event, subject_id)');
  const newest = async (table) => Number((await query(`SELECT COALESCE(MAX(id), 0) AS n FROM ${table}`))[0].n);
  const floor = {};
  for (const table of Object.keys(FRESH)) floor[table] = await newest(table);
  return async () => {
    const found = [];
    const ask = async (what, sql, args) => {
      const n = Number((await query(sql, args))[0].n);
      if (n) found.push(`${n} ${what}`);
    };
    for (const [what, sql] of Object.entries(STATES)) await ask(what, sql);
    for (const [what, [event, table]] of Object.entries(ORPHANS)) {
      await ask(what, `SELECT COUNT(*) AS n FROM outbox_seen o WHERE o.event = '${event}' AND NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.id = o.subject_id)`);
    }
    for (const [table, rules] of Object.entries(FRESH)) {
      for (const [what, sql] of Object.entries(rules)) await ask(what, sql, [floor[table]]);
      floor[table] = await newest(table);
    }
    await query('DELETE FROM outbox_seen');
    return found;
  };
}
