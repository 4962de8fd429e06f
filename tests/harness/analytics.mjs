// What analytics counts, as its tests need it: level tests that somebody judged, and days as a person in Korea has them.
import assert from 'node:assert/strict';
import { get } from './client.mjs';
import { query } from './db.mjs';
import { as } from './sessions.mjs';

export const HOUR = 3600000;
export const DAY = 24 * HOUR;
const local = (ms) => new Date(ms + 9 * HOUR).toISOString();
// The day so many days ago, or of a time, in Korea.
export const day = (ago) => local(Date.now() - ago * DAY).slice(0, 10);
export const dayOf = (iso) => local(Date.parse(iso)).slice(0, 10);
export const monday = () => day((new Date(Date.now() + 9 * HOUR).getUTCDay() + 6) % 7);
// Minutes since that hour of the day so many days ago, in Korea: less than 0 when it is to come.
export const since = (days, hour = 12) => Math.floor((Date.now() - (Date.parse(`${day(days)}T00:00:00Z`) - 9 * HOUR + hour * HOUR)) / 60000);
export const ok = async (p, target, headers = {}) => {
  const res = await get(`/analytics/${target}`, { ...as(p), headers });
  assert.equal(res.status, 200, res.text);
  return res.body;
};

export const SKILLS = ['pronunciation', 'fluency', 'grammar', 'vocabulary', 'coherence', 'interaction'];
// A result so many days ago: its id, as a string.
export async function tested(p, { ago = 0, level = 'B1', overall = 60, scores = {}, language = 'en', judge = 'rules' } = {}) {
  const { insertId } = await query("INSERT INTO level_tests (user_id, language, type, mode, source, aim, questions, status, expires_at) VALUES (?, ?, 'SPEAKING', 'standard', 'GUIDED', 'BEGINNER', 4, 'completed', NOW(3) + INTERVAL 90 DAY)", [p.id, language]);
  const all = SKILLS.map((s) => scores[s] ?? overall);
  await query(`INSERT INTO level_test_results (test_id, user_id, language, judge, model, level, overall, ${SKILLS}, completed_at) VALUES (?, ?, ?, ?, 'builtin', ?, ?, ?, NOW(3) - INTERVAL ? MINUTE)`,
    [insertId, p.id, language, judge, level, overall, all, Math.round(ago * 1440)]);
  return String(insertId);
}
