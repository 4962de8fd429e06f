// Notifications where several do things at once (D2).
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { browser } from '../harness/push.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const times = (n, fn) => Promise.all(Array.from({ length: n }, (_, i) => fn(i)));
const fill = (p, n) => query(`INSERT INTO notifications (user_id, type, category, title, message) SELECT ?, 'custom', 'general', CONCAT('t', seq), 'm' FROM seq_1_to_${n}`, [p.id]);
const unread = async (p) => (await get('/notifications/unread-count', as(p))).body.data.unreadCount;

test('reading all at once from many devices counts each one once', async () => {
  const p = await person();
  for (let round = 0; round < 5; round += 1) {
    await fill(p, 20);
    const all = await times(10, () => send('PATCH', '/notifications/read-all', as(p)));
    assert.deepEqual([all.every((r) => r.status === 200), all.reduce((n, r) => n + r.body.data.count, 0), await unread(p)], [true, 20, 0]);
  }
});

test('one is deleted by one of ten, and a batch by one of ten in parts', async () => {
  const p = await person();
  await fill(p, 30);
  const ids = (await query('SELECT id FROM notifications WHERE user_id = ?', [p.id])).map((r) => r.id);
  const one = await times(10, () => send('DELETE', `/notifications/${ids[0]}`, as(p)));
  assert.deepEqual(one.map((r) => [r.status, r.body.data.count]).sort(), [...Array(9).fill([200, 0]), [200, 1]]);
  const batch = await times(10, (i) => send('DELETE', '/notifications/batch', { ...as(p), body: { notificationIds: i % 2 ? ids : [...ids].reverse() } }));
  assert.deepEqual([batch.every((r) => r.status === 200), batch.reduce((n, r) => n + r.body.data.count, 0)], [true, 29]);
});

test('reading, deleting and new ones at once: nothing fails, and the count is true', async () => {
  const p = await person();
  await fill(p, 50);
  const calls = [
    () => send('PATCH', '/notifications/read-all', as(p)), () => post('/notifications/test', {}, as(p)), () => get('/notifications?size=5', as(p)),
    () => post('/notifications', { title: 't', message: 'm' }, as(p)), () => send('DELETE', '/notifications/all', as(p)),
  ];
  const all = await times(60, (i) => calls[i % calls.length]());
  assert.deepEqual([...new Set(all.map((r) => r.status))].sort(), [200, 201]);
  const [{ n }] = await query("SELECT COUNT(*) AS n FROM notifications WHERE user_id = ? AND status = 'UNREAD'", [p.id]);
  assert.equal(await unread(p), n);
});

test('settings changed from two devices at once are both kept', async () => {
  for (let round = 0; round < 5; round += 1) {
    const p = await person();
    const fields = ['pushEnabled', 'emailEnabled', 'chatNotifications', 'matchingNotifications', 'systemNotifications', 'sessionReminders'];
    const all = await Promise.all(fields.map((f, i) => send('PATCH', '/notifications/settings', { ...as(p), body: { [f]: false, subscriptionTopics: i % 2 ? ['chats'] : ['matches', 'system'] } })));
    assert.deepEqual(all.map((r) => r.status), Array(fields.length).fill(200));
    const now = (await get('/notifications/settings', as(p))).body.data;
    assert.deepEqual(fields.map((f) => now[f]), Array(fields.length).fill(false));
    assert.ok([['chats'], ['matches', 'system']].some((t) => JSON.stringify(t) === JSON.stringify(now.subscriptionTopics)), now.subscriptionTopics.join());
  }
});

test('two who register one device at once: it is one of theirs, once', async () => {
  const people = await times(6, () => person());
  for (let round = 0; round < 5; round += 1) {
    const { token } = browser(`https://push.test.invalid/${people[0].id}-${round}`);
    const all = await Promise.all(people.map((p) => post('/notifications/push-token', { token }, as(p))));
    assert.ok(all.every((r) => r.status === 200), all.map((r) => r.text).join());
    const owners = await query('SELECT user_id FROM push_subscriptions WHERE token = ?', [token]);
    assert.equal(owners.length, 1);
  }
});

test('a scheduled one is cancelled by one of ten', async () => {
  const p = await person();
  const { id } = (await post('/notifications/schedule', { title: 't', message: 'm', scheduledAt: new Date(Date.now() + 60000).toISOString() }, as(p))).body.data;
  const all = await times(10, () => send('DELETE', `/notifications/scheduled/${id}`, as(p)));
  assert.deepEqual(all.map((r) => r.status).sort(), [200, ...Array(9).fill(404)]);
});
