// Learning sessions as the tests need them, made through the real endpoints.
import assert from 'node:assert/strict';
import { post, send } from './client.mjs';
import { query } from './db.mjs';

export const as = (p) => ({ token: p.access });
// ISO, so many minutes from now
export const later = (minutes) => new Date(Date.now() + minutes * 60000).toISOString();
export const verdict = (res) => [res.status, res.body.code];
export const wrongField = (res) => [res.status, res.body.code, res.body.error.details?.fields?.[0]?.field, res.body.error.details?.fields?.[0]?.rule];

export const plan = (host, partner, fields = {}, options = {}) => post('/sessions', {
  ...(partner && { partnerId: partner.id }), type: 'video', scheduledAt: later(120), duration: 30, topic: '여행', language: 'en', targetLanguage: 'ko', ...fields,
}, { ...as(host), ...options });
export async function planned(host, partner, fields) {
  const res = await plan(host, partner, fields);
  assert.equal(res.status, 201, res.text);
  return res.body.data;
}
// join, leave, start, … of one of them
export const act = (p, session, what, body = {}, method = 'POST') => send(method, `/sessions/${session.id ?? session}/${what}`, { ...as(p), body });
export async function did(p, session, what, body) {
  const res = await act(p, session, what, body);
  assert.equal(res.status, 200, `${what}: ${res.text}`);
  return res.body.data;
}
// As if it had been `minutes` earlier, whatever its state.
export const earlier = (session, minutes) => query('UPDATE learning_sessions SET starts_at = starts_at - INTERVAL ? MINUTE, started_at = started_at - INTERVAL ? MINUTE WHERE id = ?', [minutes, minutes, session.id]);
// A session that is over: begun `ago` minutes ago (its planned time, too), that took `minutes`.
export async function held(host, partner, { ago = 60, minutes = 30, ...fields } = {}) {
  const s = await planned(host, partner, fields);
  await did(host, s, 'start');
  await did(host, s, 'end');
  await query('UPDATE learning_sessions SET starts_at = NOW(3) - INTERVAL ? MINUTE, started_at = starts_at, ended_at = starts_at + INTERVAL ? MINUTE, actual_minutes = ? WHERE id = ?', [ago, minutes, minutes, s.id]);
  return s;
}
export const events = async (session, name) => (await query('SELECT event, actor_id, payload FROM outbox_seen WHERE subject_id = ? AND event LIKE ? ORDER BY id', [session.id, name ?? 'session.%']))
  .map((e) => ({ event: e.event, actor: String(e.actor_id), payload: typeof e.payload === 'string' ? JSON.parse(e.payload) : e.payload }));
