// What is kept of administrators. Needs a stack whose studymate-jobs runs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);

test('what administrators did is kept for two years', async () => {
  const p = await person();
  await query("INSERT INTO admin_logs (admin_id, action, created_at) VALUES (?, 'OLD', NOW(3) - INTERVAL 731 DAY), (?, 'YOUNG', NOW(3) - INTERVAL 729 DAY)", [p.id, p.id]);
  await query("UPDATE schedules SET due_at = NOW(3) WHERE name = 'admin.forget'");
  const left = async () => (await query('SELECT action FROM admin_logs WHERE admin_id = ?', [p.id])).map((r) => r.action);
  await until(async () => (await left()).length < 2);
  assert.deepEqual(await left(), ['YOUNG']);
});
