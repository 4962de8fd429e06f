// Processes die while people write: what was acknowledged is in MariaDB once, each listener gets all of it in one
// order, each recipient has one notification of each message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { person, post } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { sleep, startStack, until } from '../harness/stack.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';
import { study } from '../harness/study.mjs';

// Stays connected whatever happens; on coming back it says what it saw last.
async function listener(user, roomId, base) {
  const seen = [];
  let stop = false;
  const loop = (async () => {
    while (!stop) {
      try {
        const c = await connect(user.access, { base });
        const sub = await c.subscribe(`/sub/chat/room/${roomId}`, { after: String(seen.at(-1)?.seq ?? 0) });
        let read = 0;
        let closed = false;
        c.closed().then(() => { closed = true; });
        while (!closed && !stop) {
          while (read < sub.messages.length) {
            assert.notEqual(sub.messages[read].type, 'RELOAD');
            seen.push(sub.messages[read]);
            read += 1;
          }
          await sleep(5);
        }
      } catch (e) {
        if (e.code === 'ERR_ASSERTION') throw e;
        await sleep(50);
      }
    }
  })();
  return { seen, end: () => { stop = true; return loop; } };
}

// The same in a study group, over Socket.IO.
async function groupListener(user, studyId, base) {
  const seen = [];
  const reloads = [];
  let stop = false;
  const loop = (async () => {
    while (!stop) {
      try {
        const s = await connectIo({ token: user.access }, { base });
        // what is heard before the answer comes again after it
        s.emit('study:join', { studyId, after: seen.at(-1)?.seq ?? 0 }, () => s.on('chat:new-message', (m) => seen.push(m)));
        s.on('reload', (m) => reloads.push(m));
        while (s.connected && !stop) await sleep(5);
      } catch {
        await sleep(50);
      }
    }
  })();
  return { seen, reloads, end: () => { stop = true; return loop; } };
}

// Says things in a study group for as long as it may, over a socket that is opened again whenever it is lost. What was not
// acknowledged is not said again: it may be there or not.
async function speaker(user, who, studyId, base, stopped) {
  const acked = [];
  let s;
  for (let k = 0; !stopped(); k += 1) {
    try {
      if (!s?.connected) s = await connectIo({ token: user.access }, { base });
      const text = `${who}:${k}`;
      if ((await s.timeout(4000).emitWithAck('chat:message', { studyId, content: text })).success) acked.push(text);
    } catch {
      await sleep(50);
    }
    for (let i = 0; i < 42 && !stopped(); i += 1) await sleep(50); // five in ten seconds is the limit
  }
  return acked;
}

test('D1: gateway, worker, jobs and Redis are killed while three write', async () => {
  for (const text of ['a worker died', 'recv() failed (104', 'upstream prematurely closed', 'connect() to unix:', '"upstream_status":"502"']) announce(text);
  const stack = await startStack('realtime-fault', { SOCKETS_PER_USER: 100 }, 4);
  announce('Redis is not heard', stack);
  const db = connectDb(stack.run);
  try {
    const people = await Promise.all([1, 2, 3, 4].map((i) => person(`사람${i}`, {}, { base: stack.base })));
    const res = await post('/chat/rooms', { roomName: '방', participantIds: people.map((p) => p.id), isPublic: false }, { token: people[0].access, base: stack.base });
    const { roomId } = res.body.data;
    const studyId = await study(people[0], people.slice(1), db);
    const ears = await Promise.all(people.map((p) => listener(p, roomId, stack.base)));
    const groupEars = await Promise.all(people.map((p) => groupListener(p, studyId, stack.base)));
    const acked = [];
    let stop = false;
    const speakers = people.map((p, who) => speaker(p, who, studyId, stack.base, () => stop));
    const writers = people.slice(0, 3).map(async (p, who) => {
      let c;
      for (let k = 0; !stop; k += 1) {
        // the same clientMessageId until it is acknowledged
        for (let done = false; !done && !stop;) {
          try {
            c ??= await connect(p.access, { base: stack.base });
            const text = `${who}:${k}`;
            const receipt = c.send('/pub/chat/message', { roomId, message: text, clientMessageId: text });
            done = await Promise.race([receipt.then(() => true), c.closed().then(() => false), sleep(3000).then(() => false)]);
            if (done) acked.push(text);
            else {
              await c.client.deactivate({ force: true });
              c = undefined;
            }
          } catch {
            c = undefined;
            await sleep(50);
          }
        }
      }
    });
    const more = async (n) => {
      const goal = acked.length + n;
      await until(() => acked.length >= goal, 20000);
    };
    const killWorker = async () => {
      const busy = [...new Set(stack.log().filter((l) => l.route === 'chat_message_post').slice(-50).map((l) => l.pid))];
      process.kill(busy.at(-1), 'SIGKILL');
      await until(() => stack.log().some((l) => l.msg === 'a worker died' && l.worker === busy.at(-1)));
    };
    for (const kill of ['worker', 'realtime', 'redis', 'jobs', 'redis', 'realtime', 'worker']) {
      await more(30);
      if (kill === 'worker') await killWorker();
      else {
        await stack.die(kill);
        await sleep(100);
        stack.up();
      }
    }
    await more(30);
    stop = true;
    await Promise.all(writers);
    const spoken = (await Promise.all(speakers)).flat();
    const kept = await db.query('SELECT seq, content FROM study_messages WHERE study_id = ? ORDER BY id', [studyId]);
    const said = kept.map((r) => r.content);
    assert.deepEqual(kept.map((r) => r.seq), kept.map((_, i) => i + 1));
    assert.ok(spoken.length >= people.length, `${spoken.length} acknowledged`);
    assert.equal(new Set(said).size, said.length, 'none twice in the study group');
    assert.deepEqual(spoken.filter((t) => !said.includes(t)), [], 'none lost in the study group');
    const rows = await db.query('SELECT id, seq, body FROM chat_messages WHERE room_id = ? ORDER BY seq', [roomId]);
    assert.deepEqual(rows.map((r) => r.seq), rows.map((_, i) => i + 1));
    const bodies = rows.map((r) => r.body);
    assert.equal(new Set(bodies).size, bodies.length, 'none twice');
    assert.deepEqual(acked.filter((t) => !bodies.includes(t)), [], 'none lost');
    for (const ear of ears) {
      await until(() => ear.seen.length >= rows.length, 20000);
      await ear.end();
      assert.deepEqual(ear.seen.map((m) => [m.seq, m.message]), rows.map((r) => [r.seq, r.body]));
    }
    for (const ear of groupEars) {
      await until(() => ear.seen.length >= kept.length, 20000);
      await ear.end();
      assert.deepEqual([ear.reloads, ear.seen.map((m) => [m.seq, m.content])], [[], kept.map((r) => [r.seq, r.content])]);
    }
    // a killed process's events wait for their lease; here it ends now
    await db.query('UPDATE outbox SET due_at = SYSDATE(3) WHERE due_at IS NOT NULL');
    await until(async () => Number((await db.query('SELECT COUNT(*) AS n FROM outbox'))[0].n) === 0, 30000);
    // one notification each, of the newest message
    const told = await db.query("SELECT n.user_id, n.status, JSON_VALUE(n.data, '$.messageId') AS message FROM notifications n WHERE n.type = 'chat' AND n.category = 'chat'");
    const groups = await db.query("SELECT n.user_id, JSON_VALUE(n.data, '$.messageId') AS message FROM notifications n WHERE n.category = 'study' AND n.status = 'UNREAD'");
    const [{ newest, author }] = await db.query('SELECT id AS newest, user_id AS author FROM study_messages WHERE study_id = ? ORDER BY id DESC LIMIT 1', [studyId]);
    assert.deepEqual(groups.filter((g) => g.user_id !== author).map((g) => Number(g.message)), people.filter((p) => Number(p.id) !== author).map(() => newest), 'one each of the study group');
    const behind = new Set((await db.query('SELECT user_id FROM chat_members m JOIN chat_rooms r ON r.id = m.room_id WHERE m.room_id = ? AND m.last_read_seq < r.last_seq', [roomId])).map((r) => r.user_id));
    assert.ok(behind.size >= 2);
    for (const id of behind) assert.deepEqual(told.filter((t) => t.user_id === id && Number(t.message) === Number(rows.at(-1).id)).length, 1, JSON.stringify(told));
    const unread = told.filter((t) => t.status === 'UNREAD').map((t) => t.user_id);
    assert.equal(new Set(unread).size, unread.length, 'no room twice');
  } finally {
    await closeAll();
    closeAllIo();
    await db.end();
    stack.down();
  }
});
