// Study groups as rows: their endpoints would make many requests of what most suites only need to be there.
import { query } from './db.mjs';

export async function study(owner, members = [], db = { query }) {
  const { insertId } = await db.query("INSERT INTO studies (owner_id, name, description, category) VALUES (?, '스터디', '함께 공부합니다', '어학')", [owner.id]);
  for (const p of [owner, ...members]) await db.query("INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, ?, 'ACTIVE')", [insertId, p.id, p === owner ? 'OWNER' : 'MEMBER']);
  await db.query('UPDATE studies SET member_count = ? WHERE id = ?', [members.length + 1, insertId]);
  return String(insertId);
}

// n messages that nobody was told of; words, at: SQL, where nth is the number
export async function fillStudy(id, author, n, words = "CONCAT('m', nth)", at = 'SYSDATE(3)', db = { query }) {
  await db.query(`INSERT INTO study_messages (study_id, seq, user_id, content, created_at)
    SELECT id, nth, ?, ${words}, ${at} FROM (SELECT s.id, s.last_seq + q.seq AS nth FROM studies s JOIN seq_1_to_${n} q WHERE s.id = ?) x`, [author.id, id]);
  await db.query('UPDATE studies SET last_seq = last_seq + ? WHERE id = ?', [n, id]);
}
