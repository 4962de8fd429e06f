// People as the matching tests need them, made through the real endpoints.
import assert from 'node:assert/strict';
import { get, person, post, send } from './client.mjs';
import { query } from './db.mjs';

// An account that went through the wizard. learning: ids of languages or [id, level]; the rest only when given.
// One after another: what is tested is not how well sign-ups race.
let last = Promise.resolve();
export function learner(...args) {
  const made = last.then(() => make(...args));
  last = made.catch(() => {});
  return made;
}

async function make(name, native, learning, { topics, motivations, personalities, groups, method, wants, schedules, profile, base } = {}) {
  const p = await person(name, {}, { base });
  const save = async (target, body) => {
    const res = await post(target, body, { token: p.access, base });
    assert.equal(res.status, 200, `${target}: ${res.text}`);
  };
  if (profile) assert.equal((await send('PUT', '/user/profile', { token: p.access, body: profile, base })).status, 200);
  await save('/onboarding/language/native-language', { languageId: native });
  const levels = [learning].flat().map((l) => (Array.isArray(l) ? l : [l, 102]));
  await save('/onboarding/language/learning-language', { languages: levels.map(([languageId, level]) => ({ languageId, currentLevelId: level, targetLevelId: 106 })) });
  if (topics) await save('/onboarding/interest/topic', { topicIds: topics });
  if (motivations) await save('/onboarding/interest/motivation', { motivationIds: motivations });
  if (personalities) await save('/onboarding/partner/personality', { personalPartnerIds: personalities });
  if (groups) await save('/onboarding/schedule/group-size', { groupSizeIds: groups });
  if (method) await save('/onboarding/schedule/communication-method', { communicationMethodType: method });
  if (wants) await save('/onboarding/partner/gender', { partnerGenderType: wants });
  if (schedules) await save('/onboarding/schedule', { schedules });
  return p;
}

// Anything that makes matching look at that person again.
export const refresh = (p) => post('/onboarding/interest/topic', { topicIds: [1] }, { token: p.access });

export const ask = (from, to, message = '안녕하세요', options = {}) =>
  post('/matching/request', { targetUserId: to.id, message }, { token: from.access, ...options });

// An open request from one to the other: its id.
export async function asked(from, to, message) {
  const res = await ask(from, to, message);
  assert.deepEqual([res.status, res.body.data?.status], [201, 'pending'], res.text);
  return res.body.data.requestId;
}
export const accept = (by, ref, body = {}) => post(`/matching/accept/${ref}`, body, { token: by.access });
export const reject = (by, ref, body = {}) => post(`/matching/reject/${ref}`, body, { token: by.access });

export async function matched(a, b) {
  const res = await accept(b, await asked(a, b));
  assert.equal(res.status, 200, res.text);
  return res.body.data;
}

export const pair = (a, b) => [a, b].map((p) => Number(p.id)).sort((x, y) => x - y);
export const block = (who, whom) => query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [who.id, whom.id]);
export const matchRows = (a, b) => query('SELECT * FROM user_matches WHERE user1_id = ? AND user2_id = ?', pair(a, b));
export const requestRows = (a, b) => query(
  'SELECT * FROM matching_requests WHERE ? IN (sender_id, receiver_id) AND ? IN (sender_id, receiver_id) ORDER BY id', [a.id, b.id]);
export const roomRows = (a, b) => query("SELECT id FROM chat_rooms WHERE pair = ? AND type = 'DIRECT'", [pair(a, b).join('-')]);
// How often each event about these two was written: { 'match.requested': 1, … }.
export async function events(a, b) {
  const rows = await query(
    "SELECT event, COUNT(*) AS n FROM outbox_seen WHERE event LIKE 'match.%' AND JSON_VALUE(payload, '$.senderId') IN (?, ?)"
    + " AND JSON_VALUE(payload, '$.receiverId') IN (?, ?) GROUP BY event", [a.id, b.id, a.id, b.id]);
  return Object.fromEntries(rows.map((r) => [r.event, r.n]));
}
// The rooms a person is in: the list goes on with public rooms, which other suites open.
export const roomsOf = async (p) => (await get('/chat/rooms', { token: p.access })).body.data.filter((r) => r.isMember);
