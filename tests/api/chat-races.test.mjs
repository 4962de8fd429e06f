// Chat where several do things at once (D2), and where processes die meanwhile (D1, D8).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { env, get, person, post, unique } from '../harness/client.mjs';
import { closeDb, connect, keepEvents, query } from '../harness/db.mjs';
import { sleep, startStack, until } from '../harness/stack.mjs';

after(closeDb);
const as = (p, base) => ({ token: p.access, base });
const range = (n) => Array.from({ length: n }, (_, i) => i + 1);
const times = (n, fn) => Promise.all(range(n).map(fn));
const sorted = (list) => [...list].sort((a, b) => a - b);
const refusal = (res) => [res.status, res.body.code];

async function open(owner, fields = {}, base = undefined) {
  const res = await post('/chat/rooms', { roomName: unique('방'), isPublic: false, ...fields }, as(owner, base));
  assert.equal(res.status, 201, res.text);
  return res.body.data;
}
const join = (p, id) => post(`/chat/rooms/${id}/join`, undefined, as(p));
const leave = (p, id) => post(`/chat/rooms/${id}/leave`, undefined, as(p));
const say = (p, id, body) => post(`/chat/rooms/${id}/messages`, body, as(p));

// Everything after a seq, page by page; goes on until it has caught up and done() says so.
async function follow(p, id, { done = () => true, base, size = 7 } = {}) {
  const got = [];
  for (;;) {
    const over = done();
    const res = await get(`/chat/rooms/${id}/messages?size=${size}&after=${got.at(-1)?.seq ?? 0}`, as(p, base));
    assert.equal(res.status, 200, res.text);
    got.push(...res.body.data);
    if (over && !res.headers['x-next-cursor']) return got;
  }
}

// What must hold for a room whatever happened in it.
async function holds(id, sql = query) {
  const [r] = await sql('SELECT r.members, r.max_members, r.last_seq, r.type,'
    + ' (SELECT COUNT(*) FROM chat_members m WHERE m.room_id = r.id) AS people,'
    + ' (SELECT MAX(m.last_read_seq) FROM chat_members m WHERE m.room_id = r.id) AS seen,'
    + ' (SELECT COUNT(*) FROM chat_members m WHERE m.room_id = r.id AND m.user_id = r.created_by) AS owner FROM chat_rooms r WHERE r.id = ?', [id]);
  const left = await sql('SELECT COUNT(*) AS n FROM chat_members WHERE room_id = ?', [id]);
  const seqs = (await sql('SELECT seq FROM chat_messages WHERE room_id = ? ORDER BY seq', [id])).map((m) => m.seq);
  if (!r) {
    assert.deepEqual([left[0].n, seqs], [0, []]);
    return r;
  }
  assert.deepEqual([r.members, seqs], [r.people, range(r.last_seq)]);
  assert.ok(r.members >= 1 && r.members <= r.max_members && (r.seen ?? 0) <= r.last_seq, JSON.stringify(r));
  if (r.type === 'GROUP') assert.equal(r.owner, 1);
  return r;
}

test('8 senders x 25: numbers 1 to 200 without a gap, in one order for all, also for who reads along', async () => {
  const people = await times(9, () => person());
  const room = await open(people[0], { participantIds: people.map((p) => p.id) });
  let busy = true;
  const along = follow(people[8], room.roomId, { done: () => !busy });
  const sent = await Promise.all(people.slice(0, 8).map(async (p, who) => {
    const mine = [];
    for (let k = 0; k < 25; k += 1) {
      const res = await say(p, room.roomId, { message: `${who}:${k}` });
      assert.equal(res.status, 201, res.text);
      mine.push(res.body.data);
    }
    return mine;
  }));
  busy = false;
  assert.deepEqual(sorted(sent.flat().map((m) => m.seq)), range(200));
  for (const mine of sent) assert.deepEqual(mine.map((m) => m.seq), sorted(mine.map((m) => m.seq)));
  const want = sorted(sent.flat().map((m) => m.seq)).map((n) => sent.flat().find((m) => m.seq === n)).map((m) => [m.seq, m.messageId, m.message, m.senderId]);
  const seen = await along;
  assert.deepEqual(seen.map((m) => [m.seq, m.messageId, m.message, m.senderId]), want);
  assert.deepEqual((await follow(people[0], room.roomId, { size: 200 })), seen);
  await holds(room.roomId);
});

test('20 parallel identical sends are one message', async () => {
  const p = await person();
  for (const round of range(5)) {
    const { roomId } = await open(p);
    const all = await times(20, () => say(p, roomId, { message: '한 번', clientMessageId: `same-${round}` }));
    assert.deepEqual([...new Set(all.map((r) => r.status))], [201]);
    assert.deepEqual([new Set(all.map((r) => JSON.stringify(r.body.data))).size, all.filter((r) => r.headers['idempotent-replay']).length], [1, 19]);
    assert.equal((await holds(roomId)).last_seq, 1);
    const events = await query("SELECT id FROM outbox_seen WHERE event = 'chat.message' AND subject_id = ?", [all[0].body.data.messageId]);
    assert.equal(events.length, 1);
  }
});

test('one id for two texts or two rooms at once: one is sent, the other refused', async () => {
  const p = await person();
  const [one, two] = [await open(p), await open(p)];
  for (const round of range(10)) {
    const id = `race-${round}`;
    const all = await Promise.all([one, two, one, two].map((r, i) => say(p, r.roomId, { message: i < 2 ? '글' : '딴 글', clientMessageId: id })));
    assert.deepEqual(sorted(all.map((r) => r.status)), [201, 422, 422, 422]);
  }
  assert.equal((await holds(one.roomId)).last_seq + (await holds(two.roomId)).last_seq, 10);
});

test('parallel creations with one Idempotency-Key make one room', async () => {
  const p = await person();
  const headers = { 'idempotency-key': unique('parallel-key-') };
  const all = await times(10, () => post('/chat/rooms', { roomName: '한 방', isPublic: false }, { ...as(p), headers }));
  assert.deepEqual([...new Set(all.map((r) => `${r.status} ${r.body.data?.roomId}`))].length, 1, all.map((r) => r.text).join());
  assert.equal((await query('SELECT id FROM chat_rooms WHERE created_by = ?', [p.id])).length, 1);
});

test('the last free seat goes to one of ten, and one person takes one seat', async () => {
  const [owner, ...guests] = await times(11, () => person());
  const room = await open(owner, { isPublic: true, maxParticipants: 2 });
  const all = await Promise.all(guests.map((p) => join(p, room.roomId)));
  assert.deepEqual(sorted(all.map((r) => r.status)), [200, ...Array(9).fill(409)]);
  assert.ok(all.every((r) => r.status === 200 || r.body.code === 'CHAT_ROOM_FULL'));
  assert.equal((await holds(room.roomId)).members, 2);
  const wide = await open(owner, { isPublic: true, maxParticipants: 2 });
  const same = await times(10, () => join(guests[0], wide.roomId));
  assert.deepEqual(same.map(refusal), Array(10).fill([200, undefined]));
  assert.equal((await holds(wide.roomId)).members, 2);
});

test('two who open their DIRECT room at once, share one, and only who made it announces it', async () => {
  const sql = connect(env.run);
  for (const _ of range(3)) {
    const [a, b] = [await person(), await person()];
    const hold = await sql.getConnection(); // the one who is first; all others find no room, and queue to make it
    await hold.beginTransaction();
    const made = await hold.query("INSERT INTO chat_rooms (name, type, max_members, members, created_by, pair) VALUES ('', 'DIRECT', 2, 2, ?, ?)", [a.id, sorted([a.id, b.id]).join('-')]);
    await hold.query('INSERT INTO chat_members (room_id, user_id) VALUES (?, ?), (?, ?)', [made.insertId, a.id, made.insertId, b.id]);
    const opening = times(20, (i) => open(i % 2 ? a : b, { roomType: 'DIRECT', participantIds: [i % 2 ? b.id : a.id] }));
    try {
      await until(async () => {
        await sleep(150); // the server renews this table only after 100 ms without a reader
        return (await query("SELECT COUNT(*) AS n FROM information_schema.innodb_locks WHERE lock_index = 'pair'"))[0].n >= 3;
      });
    } finally {
      await hold.commit();
      await hold.release();
    }
    const all = await opening;
    assert.deepEqual([...new Set(all.map((r) => r.roomId))], [made.insertId]);
    assert.equal((await holds(made.insertId)).members, 2);
    assert.deepEqual(await query("SELECT id FROM outbox_seen WHERE event = 'chat.room_created' AND subject_id = ?", [made.insertId]), []);
  }
  for (const _ of range(5)) { // and without help
    const [a, b] = [await person(), await person()];
    const all = await times(20, (i) => open(i % 2 ? a : b, { roomType: 'DIRECT', participantIds: [i % 2 ? b.id : a.id] }));
    assert.equal(new Set(all.map((r) => r.roomId)).size, 1);
    assert.equal((await holds(all[0].roomId)).members, 2);
    assert.equal((await query("SELECT id FROM outbox_seen WHERE event = 'chat.room_created' AND subject_id = ?", [all[0].roomId])).length, 1);
  }
  await sql.end();
});

test('the owner leaves while somebody joins: either the room is gone or the owner stays', async () => {
  const [owner, guest] = [await person(), await person()];
  for (const _ of range(15)) {
    const { roomId } = await open(owner, { isPublic: true });
    const [out, into] = await Promise.all([leave(owner, roomId), join(guest, roomId)]);
    const r = await holds(roomId);
    if (r) assert.deepEqual([...refusal(out), into.status, r.members], [409, 'ROOM_CREATOR_CANNOT_LEAVE', 200, 2]);
    else assert.deepEqual([out.status, ...refusal(into)], [200, 404, 'CHAT_001']);
  }
});

test('both leave their DIRECT room at once: it is gone, once', async () => {
  const [a, b] = [await person(), await person()];
  for (const _ of range(10)) {
    const { roomId } = await open(a, { roomType: 'DIRECT', participantIds: [b.id] });
    const all = await Promise.all([leave(a, roomId), leave(b, roomId), leave(a, roomId)]);
    assert.deepEqual(sorted(all.map((r) => r.status)), [200, 200, 404]);
    assert.equal(all.filter((r) => r.body.data?.deleted).length, 1);
    assert.equal(await holds(roomId), undefined);
  }
});

test('people who join, leave, send, read and open at random leave rooms in order', async () => {
  const people = await times(6, () => person());
  const group = await open(people[0], { isPublic: true, maxParticipants: 4 });
  const pairs = new Set();
  const [a, b] = people;
  const acts = [
    (p) => join(p, group.roomId), (p) => leave(p, group.roomId), (p) => say(p, group.roomId, { message: '글' }),
    (p) => post(`/chat/read-status/rooms/${group.roomId}/read-all`, undefined, as(p)),
    async (p) => {
      const res = await post('/chat/rooms', { roomType: 'DIRECT', participantIds: [(p === a ? b : a).id] }, as(p));
      if (p === a || p === b) pairs.add(res.body.data?.roomId);
      return res;
    },
    (p) => say(p, [...pairs].at(-1) ?? group.roomId, { message: '둘이' }),
    (p) => leave(p, [...pairs].at(-1) ?? group.roomId),
  ];
  const statuses = new Set();
  let turn = 1;
  await Promise.all(people.map(async (p) => {
    for (let k = 0; k < 40; k += 1) {
      turn = (turn * 48271) % 2147483647; // the same turns each time
      statuses.add((await acts[turn % acts.length](p)).status);
    }
  }));
  assert.deepEqual([...statuses].filter((s) => ![200, 201, 404, 409].includes(s)), []);
  for (const id of [group.roomId, ...pairs]) if (id) await holds(id);
});

test('D1, D8: workers and MariaDB are killed while four send: what was acknowledged is there once, in one order', { skip: process.env.RACES_ALONE && 'about processes, not about snapshots' }, async () => {
  for (const text of ['a worker died', 'recv() failed (104', 'upstream prematurely closed', 'connect() to unix:', '"upstream_status":"502"']) announce(text);
  const stack = await startStack('chat', {}, 6);
  announce('"lvl":"warn"', stack);
  await keepEvents(stack.run);
  try {
    const people = await times(5, () => person('전송', {}, { base: stack.base }));
    const { roomId } = await open(people[0], { participantIds: people.map((p) => p.id) }, stack.base);
    const acked = [];
    const failures = [];
    let stop = false;
    const senders = Promise.all(people.slice(0, 4).map(async (p, who) => {
      for (let k = 0; !stop; k += 1) {
        const body = { message: `${who}:${k}`, clientMessageId: `c${k}` };
        for (;;) {
          const res = await post(`/chat/rooms/${roomId}/messages`, body, as(p, stack.base)).catch((e) => ({ status: 0, text: String(e) }));
          if (res.status === 201) {
            acked.push({ id: res.body.data.messageId, seq: res.body.data.seq, sender: p.id, text: body.message });
            break;
          }
          failures.push(res);
          await sleep(10);
        }
      }
    }));
    const more = (n) => {
      const goal = acked.length + n;
      return until(() => acked.length >= goal, 20000);
    };
    const alive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
    const killWorker = async () => {
      const busy = [...new Set(stack.log().filter((l) => l.msg === 'request').slice(-200).map((l) => l.pid))].filter(alive);
      const pid = busy[Math.floor(Math.random() * busy.length)];
      process.kill(pid, 'SIGKILL');
      await until(() => stack.log().some((l) => l.msg === 'a worker died' && l.worker === pid));
    };
    for (const _ of range(10)) {
      await more(8);
      await killWorker();
    }
    await more(8);
    const down = stack.pid('mysql');
    const before = failures.length;
    process.kill(down, 'SIGKILL');
    await until(() => !alive(down) && failures.length > before + 4);
    fs.rmSync(`${stack.run}/mysql.pid`, { force: true });
    stack.up();
    await more(20);
    await killWorker();
    await more(8);
    stop = true;
    await senders;

    assert.deepEqual(failures.filter((f) => ![0, 502, 503, 504].includes(f.status)).map((f) => f.text), []);
    const sql = connect(stack.run);
    const rows = await sql.query('SELECT id, seq, sender_id AS sender, body AS text FROM chat_messages WHERE room_id = ? ORDER BY seq', [roomId]);
    await holds(roomId, (...args) => sql.query(...args));
    const [{ n }] = await sql.query("SELECT COUNT(*) AS n FROM outbox_seen WHERE event = 'chat.message'");
    await sql.end();
    assert.deepEqual(rows.map((r) => ({ ...r, sender: String(r.sender) })), acked.sort((x, y) => x.seq - y.seq));
    assert.equal(n, rows.length);
    for (const p of people) {
      const list = await follow(p, roomId, { base: stack.base, size: 50 });
      assert.deepEqual(list.map((m) => m.messageId), rows.map((r) => r.id));
    }
  } finally {
    stack.down();
  }
});
