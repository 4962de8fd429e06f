// Level tests as the tests need them.
import assert from 'node:assert/strict';
import { get, post } from './client.mjs';
import { query } from './db.mjs';
import { as } from './sessions.mjs';

const english = { 'accept-language': 'en' };
export const skills = ['pronunciation', 'fluency', 'grammar', 'vocabulary', 'coherence', 'interaction'];
export const six = (...n) => Object.fromEntries(skills.map((s, i) => [s, n[i] ?? n[0]]));
export const ask = (p, what, body, headers = {}) => post(`/level-test/${what}`, body, { ...as(p), headers: { ...english, ...headers } });
export const look = (p, what, base = '/level-test') => get(`${base}/${what}`, { ...as(p), headers: english });

// Eleven words in two sentences, ten different, one long, two that link; in six seconds.
export const tea = { questionId: 1, transcript: 'I like tea because it is warm. But coffee is bitter.', duration: 6 };
// its scores, by hand, from the rules in speech.h:
// development 11/60 = 18.33; fluency 110/130 = 84.62; grammar 5.5/18 = 30.56; vocabulary .8 * (10/sqrt 11)/9.5 + .2 * 5 * 1/11 = 34.48;
// coherence .6 * 32 + .4 * 18.33 = 26.53; interaction (18.33 + 30.56)/2 = 24.44; pronunciation their mean, 40.13; all 241/6
export const teaScores = six(40, 85, 31, 34, 27, 24);
export const teaOverall = 40;

export const evaluated = async (p, fields = {}) => {
  const res = await ask(p, 'evaluate', { responses: [tea], ...fields });
  assert.equal(res.status, 200, res.text);
  return res.body.data;
};
export const events = async (p) => (await query("SELECT subject_id, payload FROM outbox_seen WHERE event = 'leveltest.completed' AND actor_id = ? ORDER BY id", [p.id]))
  .map((e) => [e.subject_id, Number((typeof e.payload === 'string' ? JSON.parse(e.payload) : e.payload).level)]);
export const levels = async (p) => (await query('SELECT language, level, score FROM language_levels WHERE user_id = ? ORDER BY language', [p.id])).map((l) => ({ ...l }));
