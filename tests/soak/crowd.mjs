// Forty people in ten rooms who do what clients do, in fixed shares, and the ledger of what they were told.
import { get, post, send, unique } from '../harness/client.mjs';
import { png, upload } from '../harness/files.mjs';
import { learner } from '../harness/learner.mjs';
import { chatNotices } from '../harness/notices.mjs';
import { sleep, until } from '../harness/stack.mjs';
import { ioEar, stompEar } from './ears.mjs';

const ROOMS = 10;
const IN_ROOM = 4;
export const AT_ONCE = 64; // when measuring, and at most: a step that would be one more is left out and counted

export async function startCrowd(notes) {
  const people = [];
  for (let i = 0; i < ROOMS * IN_ROOM; i += 1) people.push(await learner(`사람${i}`, 1 + (i % 2), [2 - (i % 2)]));
  for (let r = 0; r < ROOMS; r += 1) {
    const members = people.slice(r * IN_ROOM, (r + 1) * IN_ROOM);
    const res = await post('/chat/rooms', { roomName: `방 ${r}`, participantIds: members.slice(1).map((m) => m.id), isPublic: false }, { token: members[0].access });
    members.forEach((m, i) => {
      m.room = res.body.data.roomId;
      m.ear = (i % 2 ? ioEar : stompEar)(m, m.room, notes);
    });
  }
  await until(() => people.every((p) => p.ear.up));
  const acked = new Set();
  const open = new Set();
  let name = 0;
  const newText = () => { name += 1; return `m${name}`; };
  const status = (res) => (res.status === 503 && !res.headers['retry-after'] ? '503 without Retry-After' : res.status);
  const page = (target) => async (p) => status(await get(target(p), { token: p.access }));

  // weight: of 1000 steps; each returns what came of it
  const operations = {
    'partners': [60, page(() => '/matching/partners?page=1&size=20')],
    'messages page': [330, page((p) => `/chat/rooms/${p.room}/messages?page=0&size=50`)],
    'unread count': [150, page((p) => `/chat/read-status/rooms/${p.room}/unread-count`)],
    'notifications': [130, page(() => '/notifications?page=1&size=20')],
    'notifications read': [60, async (p) => status(await send('PATCH', '/notifications/read-all', { token: p.access }))],
    'room read': [100, async (p) => status(await post(`/chat/rooms/${p.room}/read`, {}, { token: p.access }))],
    'message by REST': [40, async (p) => {
      const text = newText();
      const res = await post(`/chat/rooms/${p.room}/messages`, { message: text, clientMessageId: text }, { token: p.access });
      if (res.status === 201) acked.add(text);
      return status(res);
    }],
    'message by STOMP': [40, async (p) => {
      const [text, ear] = [newText(), people[people.indexOf(p) & ~1].ear];
      open.add(text);
      let again = '';
      // the same clientMessageId until it is acknowledged
      for (;;) {
        const got = await ear.send(text);
        if (got === 'receipt' || ear.stop) break;
        again = Date.now() - (ear.left ?? 0) < 3000 ? ', again after leaving' : `, again since ${got}`;
        await sleep(100);
      }
      if (ear.stop) return 'never';
      acked.add(text);
      open.delete(text);
      return `receipt${again}`;
    }],
    'message by Socket.IO': [20, async (p) => {
      const text = newText();
      const got = await people[people.indexOf(p) | 1].ear.send(text);
      if (got === 'receipt') acked.add(text);
      return got;
    }],
    'upload': [15, async (p) => status(await upload('/upload/image', [['file', png, 'a.png', 'image/png']], p))],
    'refresh': [45, async (p) => {
      const res = await post('/auth/refresh', { refreshToken: p.refresh });
      if (res.status === 200) [p.access, p.refresh] = [res.body.data.accessToken, res.body.data.refreshToken];
      return status(res);
    }],
    'log in': [5, async (p) => status(await post('/auth/login', { email: p.email, password: p.password }))],
    'sign up': [5, async () => status(await post('/auth/signup', { name: '새 사람', email: `${unique()}@soak.example.com`, password: 'correct horse 7' }))],
  };
  // every share evenly spread: the operation that is furthest behind is next
  const behind = Object.entries(operations).map(([op, [weight, run]]) => ({ op, weight, run, due: 0 }));
  const total = behind.reduce((n, o) => n + o.weight, 0);
  let steps = 0;
  const step = async () => {
    for (const o of behind) o.due += o.weight;
    const o = behind.reduce((a, b) => (b.due > a.due ? b : a));
    o.due -= total;
    steps += 1;
    const p = people[Math.floor(Math.random() * people.length)];
    const start = performance.now();
    const got = await o.run(p).catch((e) => String(e.code ?? e.message));
    notes.did(o.op, got, performance.now() - start);
  };

  let [rate, due, under] = [0, 0, 0];
  let then = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    for (due = Math.min(due + (rate * (now - then)) / 1000, rate); due >= 1; due -= 1) {
      if (under >= AT_ONCE) notes.leftOut();
      else {
        under += 1;
        step().finally(() => { under -= 1; });
      }
    }
    then = now;
  }, 10);

  return {
    people,
    // as much as goes, for a while → how many steps
    capacity: async (ms) => {
      const [from, end] = [steps, Date.now() + ms];
      await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (Date.now() < end) await step(); }));
      return steps - from;
    },
    pace: (perSecond) => { rate = perSecond; },
    // no new steps, and those under way are done → whether they are
    rest: async () => {
      rate = 0;
      return until(() => under === 0 && open.size === 0, 30000).then(() => true, () => false);
    },
    // somebody goes and comes back
    flit: () => {
      const { ear } = people[Math.floor(Math.random() * people.length)];
      if (ear.up) ear.leave();
    },
    // What was acknowledged against what MariaDB, the listeners and the notifications hold.
    tally: async (db) => {
      const rooms = [...new Set(people.map((p) => p.room))];
      const t = { acknowledged: acked.size, stored: 0, lost: 0, twice: 0, disorder: 0, unheard: 0, untold: 0 };
      const stored = new Map();
      for (const room of rooms) {
        const rows = await db.query('SELECT seq, body FROM chat_messages WHERE room_id = ? ORDER BY seq', [room]);
        const ears = people.filter((p) => p.room === room).map((p) => p.ear);
        await until(() => ears.every((e) => e.last >= rows.length), 10000).catch(() => {});
        rows.forEach((r, i) => {
          t.disorder += Number(r.seq) !== i + 1;
          t.twice += stored.has(r.body);
          stored.set(r.body, room);
          for (const e of ears) t.unheard += e.texts.get(Number(r.seq)) !== r.body;
        });
        for (const e of ears) {
          t.twice += e.twice;
          t.disorder += e.gaps;
        }
        t.stored += rows.length;
      }
      for (const text of acked) t.lost += !stored.has(text);
      const told = await chatNotices((...q) => db.query(...q), rooms);
      t.untold = told.missing;
      t.twice += told.twice;
      return t;
    },
    pretend: (text) => acked.add(text),
    end: async () => {
      clearInterval(timer);
      for (const p of people) p.ear.stop = true;
      await Promise.all(people.map((p) => Promise.race([p.ear.done, sleep(2000)])));
      for (const p of people) p.ear.end?.();
    },
  };
}
