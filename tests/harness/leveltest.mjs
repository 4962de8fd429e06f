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

// Eleven words in two sentences, ten different, two that link; in six seconds.
export const tea = { questionId: 1, transcript: 'I like tea because it is warm. But coffee is bitter.', duration: 6 };
// its scores, by hand, from the scales in speech.c: tests/unit/test_speech.c has the sums; pronunciation is the mean of the others
export const teaScores = six(41, 68, 34, 32, 52, 21);
export const teaOverall = 41;
export const teaEvidence = { words: 11, wordsPerMinute: 110, wordsPerUnit: 5.5, lettersPerWord: 3.6, variety: 34, linksPerUnit: 1, slips: 0, hesitations: 0 };

export const evaluated = async (p, fields = {}) => {
  const res = await ask(p, 'evaluate', { responses: [tea], ...fields });
  assert.equal(res.status, 200, res.text);
  return res.body.data;
};
export const events = async (p) => (await query("SELECT subject_id, payload FROM outbox_seen WHERE event = 'leveltest.completed' AND actor_id = ? ORDER BY id", [p.id]))
  .map((e) => [e.subject_id, Number((typeof e.payload === 'string' ? JSON.parse(e.payload) : e.payload).level)]);
export const levels = async (p) => (await query('SELECT language, level, score FROM language_levels WHERE user_id = ? ORDER BY language', [p.id])).map((l) => ({ ...l }));
