// What tests of a study group's board share: people in their roles, and calls as their client makes them.
import assert from 'node:assert/strict';
import { person, send } from './client.mjs';
import { query } from './db.mjs';
import { study } from './study.mjs';

const cookie = (p) => (p ? { cookie: `next-auth.session-token=${p.access}` } : {});
export const call = (p, method, target, body, { headers = {}, ...more } = {}) => send(method, `/api${target}`, { body, ...more, headers: { ...cookie(p), ...headers } });
export const refusal = (res) => [res.status, res.body?.code, typeof res.body?.error];
export const days = (n, zone = 9) => new Date(Date.now() + (zone * 3600 + n * 86400) * 1000).toISOString().slice(0, 10);

// → { owner, admin, member, other (no member), id }
export async function group() {
  const [owner, admin, member, other] = [await person('방장'), await person('관리'), await person('하나'), await person('남남')]; // ids in this order
  const id = await study(owner, [admin, member]);
  await query("UPDATE study_members SET role = 'ADMIN' WHERE study_id = ? AND user_id = ?", [id, admin.id]);
  return { owner, admin, member, other, id };
}

// Who is no active member gets nowhere: calls: [method, path, body] each.
export async function outsiders(g, calls) {
  const all = [g.other];
  for (const status of ['PENDING', 'LEFT', 'KICKED']) {
    const p = await person(status);
    await query('INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, ?, ?)', [g.id, p.id, 'ADMIN', status]);
    all.push(p);
  }
  for (const [method, path, body] of calls) {
    for (const p of all) assert.deepEqual([method, path, ...refusal(await call(p, method, path, body))], [method, path, 403, 'STUDY_NOT_MEMBER', 'string']);
    assert.deepEqual([method, path, ...refusal(await call(null, method, path, body))], [method, path, 401, 'AUTH_001', 'string']);
  }
}

// each: [body, code]; what is refused leaves no row
export async function refusals(p, method, path, each) {
  for (const [body, code] of each) assert.deepEqual([body, ...refusal(await call(p, method, path, body))], [body, 400, code, 'string']);
}

// Notifications of that type in the group: [{ user, message }], in the order of ids.
export const told = async (id, type) => (await query("SELECT user_id, message, JSON_VALUE(data, '$.studyId') AS study FROM notifications WHERE type = ? AND category = 'study' AND user_id IN (SELECT user_id FROM study_members WHERE study_id = ?) ORDER BY user_id", [type, id]))
  .filter((n) => n.study === id).map((n) => ({ user: String(n.user_id), message: n.message }));
