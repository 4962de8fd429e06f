// Group sessions as the tests need them, made through the real endpoints.
import assert from 'node:assert/strict';
import { get, post } from './client.mjs';
import { query } from './db.mjs';
import { as, later } from './sessions.mjs';

export const plan = (host, fields = {}, options = {}) => post('/group-sessions', {
  title: '영어 회화', description: '날마다 쓰는 말', language: 'en', level: 'INTERMEDIATE', topic: '일상', scheduledAt: later(120), tags: ['conversation', '일상'], ...fields,
}, { ...as(host), ...options });
export async function group(host, fields) {
  const res = await plan(host, fields);
  assert.equal(res.status, 201, res.text);
  return res.body.data;
}
export const act = (p, g, what, body) => post(`/group-sessions/${g.id ?? g}/${what}`, body, as(p));
export async function did(p, g, what, body) {
  const res = await act(p, g, what, body);
  assert.equal(res.status, 200, `${what}: ${res.text}`);
  return res.body.data;
}
export const seen = async (p, g) => {
  const res = await get(`/group-sessions/${g.id}`, as(p));
  assert.equal(res.status, 200, res.text);
  return res.body.data;
};
export const row = async (g) => (await query('SELECT * FROM group_sessions WHERE id = ?', [g.id]))[0];
export const seats = async (g) => (await query('SELECT user_id, status FROM group_seats WHERE session_id = ? ORDER BY id', [g.id])).map((s) => [String(s.user_id), s.status]);
// As if it had been `minutes` earlier.
export const earlier = (g, minutes) => query(
  'UPDATE group_sessions s JOIN group_seats x ON x.session_id = s.id SET s.starts_at = s.starts_at - INTERVAL ? SECOND, s.started_at = s.started_at - INTERVAL ? SECOND, x.joined_at = x.joined_at - INTERVAL ? SECOND WHERE s.id = ?',
  [...Array(3).fill(minutes * 60), g.id]);
