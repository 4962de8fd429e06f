// What follows from level tests, and what becomes of old ones. Needs a stack whose studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { stored, upload, wav } from '../harness/files.mjs';
import { ask, evaluated } from '../harness/leveltest.mjs';
import { as } from '../harness/sessions.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
const settled = (p) => until(async () => !(await query("SELECT 1 FROM outbox WHERE event = 'leveltest.completed' AND actor_id = ?", [p.id])).length);

test('a test that was judged counts for achievements, with the step of its level; placeholders do not', async () => {
  const me = await person('학습자');
  await evaluated(me, { responses: [{ questionId: 1 }] });
  await evaluated(me);
  await ask(me, 'save', { level: 'B1', overallScore: 60 });
  await settled(me);
  assert.deepEqual((await query("SELECT amount FROM achievement_events WHERE what = 'test' AND user_id = ? ORDER BY source_id", [me.id])).map((e) => e.amount), [1, 5]);
  const mine = Object.fromEntries((await get('/achievements/my', as(me))).body.data.map((a) => [a.achievement.key, [a.currentProgress, a.completed]]));
  assert.deepEqual([mine.level_up, mine.assessment_pro, mine.level_up_first, mine.level_5, mine.level_10], [[1, true], [2, false], [2, true], [5, true], [5, false]]);
});

test('what is over is deleted, answers and results with it; levels stay', async () => {
  const me = await person('학습자');
  const [old, kept] = [await evaluated(me), await evaluated(me)];
  const voice = async () => {
    const { testId } = (await ask(me, 'voice/start', {})).body.data;
    const key = async () => (await upload(`/level-test/voice/${testId}/upload`, [['audio', wav(), 'a.wav', 'audio/wav']], me)).body.data.audioUrl.split('/').at(-1);
    return { testId, key: await key() };
  };
  const [gone, lost, open] = [await voice(), await voice(), await voice()];
  assert.equal((await send('DELETE', `/upload/file/${lost.key}`, as(me))).status, 200);
  await query('UPDATE level_tests SET expires_at = NOW(3) - INTERVAL 1 SECOND WHERE id IN (?)', [[old, gone, lost].map((t) => t.testId)]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'leveltest.forget'");
  const left = async (table, id) => (await query(`SELECT ${id} AS id FROM ${table} WHERE ${id} IN (?) ORDER BY 1`, [[old, kept, gone, lost, open].map((t) => t.testId)])).map((r) => r.id);
  await until(async () => (await left('level_tests', 'id')).length < 3);
  for (const [table, id, ids] of [['level_tests', 'id', [kept.testId, open.testId]], ['level_test_answers', 'test_id', [kept.testId, open.testId]], ['level_test_results', 'test_id', [kept.testId]]]) assert.deepEqual(await left(table, id), ids);
  await until(() => !stored().kept.includes(gone.key));
  assert.ok(stored().kept.includes(open.key));
  assert.equal((await query('SELECT 1 FROM language_levels WHERE user_id = ?', [me.id])).length, 1);
  const [{ days }] = await query('SELECT TIMESTAMPDIFF(DAY, started_at, expires_at) AS days FROM level_tests WHERE id = ?', [kept.testId]);
  assert.equal(days, 90);
  assert.equal((await query('SELECT TIMESTAMPDIFF(DAY, started_at, expires_at) AS days FROM level_tests WHERE id = ?', [open.testId]))[0].days, 14);
});
