// Who sits in a thousand rooms, and many of them at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { person, post } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { startStack, until } from '../harness/stack.mjs';
import { closeAll, raw } from '../harness/stomp.mjs';

let stack; // its Redis stands still for a while
before(async () => {
  stack = await startStack('many', {}, 2);
  announce('Redis is not heard', stack);
});
after(async () => {
  await closeAll();
  closeAllIo();
  stack.down();
});

const heard = (text) => stack.logOf('realtime').filter((l) => l.msg.startsWith(text)).length;
const enter = async (p, base) => {
  const s = await raw('/ws/chat', { base });
  s.send(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${p.access}\n\n\0`);
  await s.until('CONNECTED');
  return s;
};

test('of many with a thousand rooms each all sit in theirs at once; while Redis is away, rooms without news cost nothing', async () => {
  const { base } = stack;
  const people = await Promise.all(Array.from({ length: 24 }, (_, i) => person(`많은방${i}`, {}, { base })));
  const db = connectDb(stack.run);
  const first = 500000;
  await db.query("INSERT INTO chat_rooms (id, name, type, max_members, members, created_by) SELECT ? + seq, '방', 'GROUP', 100, 24, ? FROM seq_1_to_1000", [first, people[0].id]);
  for (const p of people) await db.query('INSERT INTO chat_members (room_id, user_id) SELECT ? + seq, ? FROM seq_1_to_1000', [first, p.id]);
  await db.end();
  const unknown = heard('the rooms of users are not known');
  const last = first + 1000;
  const all = await Promise.all(people.slice(1).map((p) => enter(p, base)));
  all.forEach((s) => s.send(`SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n\0SUBSCRIBE\nid:1\nreceipt:r\ndestination:/sub/chat/room/${last}\n\n\0`));
  await Promise.all(all.map((s) => s.until('receipt-id:r\n')));
  assert.equal(all.filter((s) => s.texts.some((t) => t.includes('CHAT_001'))).length, 0);
  assert.equal(heard('the rooms of users are not known'), unknown);
  // a Socket.IO client hears all of its rooms
  const io = await connectIo({ token: people[0].access }, { base });
  const fetched = () => stack.log().filter((l) => l.route === 'chat_messages_get').length;
  const [up, down] = ['Redis is heard', 'Redis is not heard'].map(heard);
  stack.kill('redis', 'SIGSTOP');
  try {
    await until(() => heard('Redis is not heard') > down, 6000);
    const before = fetched();
    const res = await post(`/chat/rooms/${last}/messages`, { message: '들려요?' }, { token: people[1].access, base });
    assert.equal(res.status, 201);
    await io.heard('receive_message');
    await all[0].until('들려요?');
    assert.ok(fetched() - before <= 4, `${fetched() - before} rooms were looked at`);
  } finally {
    stack.kill('redis', 'SIGCONT');
  }
  await until(() => heard('Redis is heard') > up, 6000);
  all.forEach((s) => s.ws.close());
});
