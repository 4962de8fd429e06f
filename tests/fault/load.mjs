// People who write, listen, sign up and ask each other, whatever happens; and the ledger of what they were told.
import { post, get, unique } from '../harness/client.mjs';
import { learner } from '../harness/learner.mjs';
import { chatNotices } from '../harness/notices.mjs';
import { sleep, until } from '../harness/stack.mjs';
import { connect } from '../harness/stomp.mjs';

const ROOMS = 10;
const IN_ROOM = 3;
const AT_ONCE = 8; // unacknowledged messages of one writer
const PATIENCE_MS = 1500; // before a message without a RECEIPT is sent again
const PAGE = 100;
const BUSIEST = 1; // writes by REST
const CATCH_UP = 4; // what was not sent in so much of a second for want of time is left out
const settled = (res) => res.status === 200 || res.status === 201;
const failed = (e) => ({ status: e.code ?? 'error' });

// As the person; a token that has expired is renewed, as clients do.
async function as(p, call) {
  const res = await call({ token: p.access });
  if (res.status !== 401 || res.body?.code !== 'AUTH_002') return res;
  p.renewing ??= post('/auth/refresh', { refreshToken: p.refresh }).then((r) => {
    if (r.status === 200) [p.access, p.refresh] = [r.body.data.accessToken, r.body.data.refreshToken];
    return r;
  }).finally(() => { p.renewing = undefined; });
  const renewed = await p.renewing;
  return renewed.status === 200 ? call({ token: p.access }) : renewed;
}

// Stays connected; on coming back it says what it saw last. Counts what came twice or out of order. lost(code): a
// connection was closed by others.
function listen(p, room, floor, lost) {
  const ear = { room, heard: new Map(), last: floor, twice: 0, gaps: 0, conn: undefined, stop: false };
  const take = (seq, text) => {
    if (seq <= ear.last) ear.twice += 1;
    else {
      if (seq !== ear.last + 1) ear.gaps += 1;
      ear.last = seq;
      ear.heard.set(seq, text);
    }
  };
  // what was missed is more than the gateway tells: from the pages, as clients do
  const reload = async () => {
    for (;;) {
      const res = await as(p, (o) => get(`/chat/rooms/${room}/messages?after=${ear.last}&size=${PAGE}`, o)).catch(failed);
      if (res.status !== 200) await sleep(50);
      else {
        for (const m of res.body.data) take(m.seq, m.message);
        if (res.body.data.length < PAGE) return;
      }
    }
  };
  ear.done = (async () => {
    while (!ear.stop) {
      try {
        const c = await connect(p.access);
        let closed = false;
        c.closed().then((e) => {
          closed = true;
          if (!ear.stop) lost(e.code);
        });
        const sub = await Promise.race([c.subscribe(`/sub/chat/room/${room}`, { after: String(ear.last) }), c.closed().then(() => undefined)]);
        if (!sub) continue;
        ear.conn = c;
        let upTo = 0; // what a reload may have brought already
        while (!closed && !ear.stop) {
          for (const m of sub.messages.splice(0)) {
            if (m.type === 'RELOAD') {
              await reload();
              upTo = ear.last;
            } else if (m.seq > upTo) take(m.seq, m.message);
          }
          await sleep(2);
        }
        ear.conn = undefined;
        if (ear.stop) await c.close();
      } catch {
        await sleep(50);
      }
    }
  })();
  return ear;
}

// rate: messages a second
export async function startLoad(stand, rate) {
  const people = [];
  for (let i = 0; i < ROOMS * IN_ROOM; i += 1) people.push(await learner(`사람${i}`, 1 + (i % 2), [2 - (i % 2)]));
  const rooms = [];
  for (let r = 0; r < ROOMS; r += 1) {
    const members = people.slice(r * IN_ROOM, (r + 1) * IN_ROOM);
    const res = await post('/chat/rooms', { roomName: `방 ${r}`, participantIds: members.slice(1).map((m) => m.id), isPublic: false }, { token: members[0].access });
    rooms.push(res.body.data.roomId);
  }
  let book; // of the row under way
  const lost = (code) => { if (book) book.closes[code] = (book.closes[code] ?? 0) + 1; };
  const writers = people.map((p, i) => ({ p, room: rooms[Math.floor(i / IN_ROOM)], ear: listen(p, rooms[Math.floor(i / IN_ROOM)], 0, lost), rest: i % 2 === 1, under: 0 }));
  await until(() => writers.every((w) => w.ear.conn));
  const pairs = people.flatMap((a, i) => people.slice(i + 1).map((b) => [a, b]));
  let on = false;
  let storm = false; // what is not sent now is the fault's doing
  let name = 0;
  const open = new Set();
  const count = (status) => { book.statuses[status] = (book.statuses[status] ?? 0) + 1; };

  const rest = async (w, text) => {
    const res = await as(w.p, (o) => post(`/chat/rooms/${w.room}/messages`, { message: text, clientMessageId: text }, o)).catch(failed);
    count(res.status);
    return settled(res);
  };
  const stomp = async (w, text) => {
    const c = w.ear.conn;
    if (!c?.client.connected) return false;
    let timer;
    const late = new Promise((ok) => { timer = setTimeout(() => ok(false), PATIENCE_MS); });
    const got = await Promise.race([c.send('/pub/chat/message', { roomId: w.room, message: text, clientMessageId: text }).then(() => true), c.closed().then(() => false), late]);
    clearTimeout(timer);
    return got;
  };
  // the same clientMessageId until it is acknowledged
  const write = async (w, text, given) => {
    w.under += 1;
    open.add(text);
    const mine = book;
    while (mine === book && !(await (w.rest || given ? rest : stomp)(w, text).catch(() => false))) await sleep(30);
    if (mine === book) {
      mine.acked.add(text);
      open.delete(text);
    }
    w.under -= 1;
  };
  // Until it is carried out. 409 says that it was before: true after a try whose answer got lost, a lie at the first.
  // → what was answered, if it was answered in the row's time
  const once = async (key, done, call) => {
    const mine = book;
    open.add(key);
    let res;
    for (let tries = 1; ; tries += 1) {
      res = await call().catch(failed);
      if (mine !== book) return undefined;
      const before = res.status === 409 && tries > 1;
      count(before ? 'before' : res.status);
      if (settled(res) || before) break;
      await sleep(Math.min(100 * 2 ** (tries - 1), 2000)); // whoever tries all the time uses up an hour's sign-ups
    }
    mine[done].add(key);
    open.delete(key);
    return res.body?.data;
  };
  const ask = (from, to) => once(`${from.id}-${to.id}`, 'asks', () => as(from, (o) => post('/matching/request', { targetUserId: to.id, message: '같이' }, o)));
  const answer = (from, to, request) => once([from, to].map((p) => Number(p.id)).sort((a, b) => a - b).join('-'), 'matches', () => as(to, (o) => post(`/matching/accept/${request}`, {}, o)));
  // Somebody new asks one of the others, who accepts.
  const signUp = async () => {
    const email = `${unique()}@fault.example.com`;
    const made = await once(email, 'signups', () => post('/auth/signup', { name: '새 사람', email, password: 'correct horse 7' }));
    if (!made?.userId || !on) return;
    const from = { id: made.userId, access: made.accessToken, refresh: made.refreshToken };
    const to = people[Number(from.id) % people.length];
    const asked = await ask(from, to);
    if (asked?.requestId && on) await answer(from, to, asked.requestId);
  };
  const askAway = async () => {
    const [from, to] = pairs.shift() ?? [];
    if (from) await ask(from, to);
  };
  // One writes as much as all others together, so that somebody comes near a limit; else whoever is next. Nobody with
  // too much under way.
  const free = () => {
    for (let i = 0; i < writers.length; i += 1) {
      next += 1;
      const w = writers[next % 2 ? BUSIEST : (next / 2) % writers.length];
      if (w.under < AT_ONCE) return w;
    }
    return undefined;
  };

  let [due, next, ticks, last] = [0, 0, 0, 0];
  const timer = setInterval(() => {
    if (!on) return;
    ticks += 1;
    if (ticks % 40 === 0) signUp();
    if (ticks % 80 === 0) askAway();
    const now = performance.now();
    const fresh = rate * (now - last) / 1000;
    last = now;
    const pace = storm ? book.storm : book.calm;
    pace.due += fresh;
    for (due = Math.min(due + fresh, rate / CATCH_UP); due >= 1; due -= 1) {
      const w = free();
      if (!w) {
        book.heldBack += 1; // every writer waits for its answers
        continue;
      }
      pace.sent += 1;
      name += 1;
      write(w, `m${name}`);
    }
  }, 10);

  const notifications = async () => {
    const told = await chatNotices((...q) => stand.query(...q), rooms);
    if (told.behind < rooms.length) throw new Error(`only ${told.behind} members have something to read`);
    return told;
  };
  const newest = async () => Object.fromEntries((await stand.query('SELECT id, last_seq FROM chat_rooms WHERE id IN (?)', [rooms])).map((r) => [String(r.id), Number(r.last_seq)]));
  return {
    rooms, people, writers,
    open: async () => {
      book = {
        acked: new Set(), signups: new Set(), asks: new Set(), matches: new Set(), statuses: {}, closes: {}, heldBack: 0,
        calm: { due: 0, sent: 0 }, storm: { due: 0, sent: 0 }, floor: await newest(),
      };
      open.clear();
      for (const w of writers) Object.assign(w.ear, { twice: 0, gaps: 0 }, w.ear.heard.clear());
      return book;
    },
    go: () => { due = 0; last = performance.now(); on = true; },
    storm: (yes) => { storm = yes; },
    count,
    counted: (status) => book.statuses[status] ?? 0,
    // stops writing and waits for what is under way → how many never got an answer
    stop: async (ms = 20000) => {
      on = false;
      await until(() => open.size === 0, ms).catch(() => {});
      return open.size;
    },
    // a message from now on is acknowledged and heard: milliseconds until then
    probe: async (ms) => {
      const start = Date.now();
      const [w, ear] = [writers[1], writers[0].ear];
      name += 1;
      const text = `probe${name}`;
      await Promise.race([write(w, text, true), sleep(ms).then(() => { throw new Error(`no message went through in ${ms} ms`); })]);
      await until(() => [...ear.heard.values()].includes(text), ms);
      return Date.now() - start;
    },
    // Everything that was acknowledged against what MariaDB, the listeners and the notifications hold.
    tally: async (lease) => {
      const rows = await stand.query('SELECT id, room_id, seq, body FROM chat_messages WHERE room_id IN (?) ORDER BY room_id, seq', [rooms]);
      const fresh = rows.filter((r) => Number(r.seq) > book.floor[String(r.room_id)]);
      const bodies = new Set(fresh.map((r) => r.body));
      const byRoom = new Map(rooms.map((room) => [String(room), fresh.filter((r) => String(r.room_id) === String(room))]));
      let [holes, delivered, missing, wrong] = [0, 0, 0, 0];
      for (const [room, list] of byRoom) list.forEach((r, i) => { holes += Number(r.seq) !== book.floor[room] + 1 + i; });
      for (const w of writers) {
        const list = byRoom.get(String(w.room)) ?? [];
        await until(() => w.ear.heard.size >= list.length, 10000).catch(() => {});
        for (const r of list) {
          const heard = w.ear.heard.get(Number(r.seq));
          delivered += heard === r.body;
          missing += heard === undefined;
          wrong += heard !== undefined && heard !== r.body;
        }
      }
      const waiting = async () => Number((await stand.query('SELECT COUNT(*) AS n FROM outbox WHERE due_at IS NOT NULL'))[0].n);
      // what a killed process had waits for the end of its lease; here that ends now
      if (lease) {
        await sleep(500);
        await stand.query('UPDATE outbox SET due_at = SYSDATE(3) WHERE due_at IS NOT NULL');
      }
      // and who was told a moment ago is told of the rest now, not after a pause
      const drained = await until(async () => {
        await stand.query('UPDATE chat_members SET told_at = told_at - INTERVAL 1 MINUTE WHERE room_id IN (?)', [rooms]);
        await stand.query("UPDATE outbox SET due_at = SYSDATE(3) WHERE event = 'chat.message' AND tries = 0 AND due_at > SYSDATE(3)");
        await sleep(100);
        return (await waiting()) === 0;
      }, 25000).catch(() => false);
      const told = await notifications();
      const one = async (sql, list) => (list.length ? new Map((await stand.query(sql, [list])).map((r) => [String(r.k), Number(r.n)])) : new Map());
      const users = await one('SELECT u.email AS k, COUNT(*) AS n FROM users u WHERE u.email IN (?) GROUP BY u.email', [...book.signups]);
      const asked = await one(
        "SELECT CONCAT(sender_id, '-', receiver_id) AS k, COUNT(*) AS n FROM matching_requests WHERE CONCAT(sender_id, '-', receiver_id) IN (?) GROUP BY k",
        [...book.asks],
      );
      const matched = await one("SELECT CONCAT(user1_id, '-', user2_id) AS k, COUNT(*) AS n FROM user_matches WHERE is_active AND CONCAT(user1_id, '-', user2_id) IN (?) GROUP BY k", [...book.matches]);
      const absent = (set, map) => [...set].filter((k) => !map.has(k)).length;
      const doubled = (map) => [...map.values()].filter((n) => n > 1).length;
      return {
        acknowledged: book.acked.size,
        stored: fresh.length,
        delivered,
        duplicated: fresh.length - bodies.size + doubled(users) + doubled(asked) + writers.reduce((n, w) => n + w.ear.twice, 0) + told.twice,
        lost: [...book.acked].filter((t) => !bodies.has(t)).length + absent(book.signups, users) + absent(book.asks, asked) + absent(book.matches, matched),
        unheard: missing + wrong,
        disorder: holes + writers.reduce((n, w) => n + w.ear.gaps, 0),
        untold: told.missing,
        undone: drained === false ? await waiting() : 0,
        signups: book.signups.size,
        asks: book.asks.size,
        matches: book.matches.size,
        heldBack: book.heldBack,
        // of what should have been sent while nothing was broken
        offered: book.calm.due ? book.calm.sent / book.calm.due : 1,
        closes: book.closes,
        statuses: book.statuses,
      };
    },
    end: async () => {
      clearInterval(timer);
      for (const w of writers) w.ear.stop = true;
      await Promise.all(writers.map((w) => Promise.race([w.ear.done, sleep(2000)])));
    },
  };
}
