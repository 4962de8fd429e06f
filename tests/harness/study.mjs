// Study groups have no endpoints yet: their rows are put where those will put them.
import { query } from './db.mjs';

export async function study(owner, members = [], db = { query }) {
  const { insertId } = await db.query("INSERT INTO studies (owner_id, name, description, category) VALUES (?, '스터디', '함께 공부합니다', '어학')", [owner.id]);
  for (const p of [owner, ...members]) await db.query("INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, ?, 'ACTIVE')", [insertId, p.id, p === owner ? 'OWNER' : 'MEMBER']);
  return String(insertId);
}
