// Clients with a socket that stay connected whatever happens, and say on coming back what they saw last. Each notes what came
// twice or out of order, and with which code its socket was closed.
import { io } from 'socket.io-client';
import { env, get } from '../harness/client.mjs';
import { sleep } from '../harness/stack.mjs';
import { connect } from '../harness/stomp.mjs';

const PAGE = 100;
const BACK_MS = 250; // between two tries, so that a gateway that is away is not asked all the time

function ear(p, room, notes) {
  const e = { room, texts: new Map(), last: 0, mayRepeat: 0, twice: 0, gaps: 0, up: false, stop: false };
  e.take = (seq, text) => {
    if (seq <= e.last) e.twice += seq > e.mayRepeat;
    else {
      if (seq !== e.last + 1) e.gaps += 1;
      e.last = seq;
      e.texts.set(seq, text);
    }
  };
  // more was missed than the gateway tells: from the pages, as clients do
  e.reload = async () => {
    for (;;) {
      const res = await get(`/chat/rooms/${room}/messages?after=${e.last}&size=${PAGE}`, { token: p.access }).catch(() => ({}));
      if (res.status !== 200) await sleep(50);
      else {
        for (const m of res.body.data) e.take(m.seq, m.message);
        if (res.body.data.length < PAGE) return;
      }
    }
  };
  e.closed = (code) => { e.up = false; notes.close(e.leaving ? 'ours' : code); e.leaving = false; };
  return e;
}

export function stompEar(p, room, notes) {
  const e = ear(p, room, notes);
  e.done = (async () => {
    while (!e.stop) {
      try {
        const c = await connect(p.access);
        let code;
        c.closed().then((event) => { code = event.code; });
        const sub = await Promise.race([c.subscribe(`/sub/chat/room/${room}`, { after: String(e.last) }), c.closed().then(() => undefined)]);
        e.conn = c;
        e.up = Boolean(sub);
        let upTo = 0; // what a reload may have brought already
        while (sub && code === undefined && !e.stop) {
          sub.frames.length = 0;
          for (const m of sub.messages.splice(0)) {
            if (m.type === 'RELOAD') {
              await e.reload();
              upTo = e.last;
            } else if (m.seq > upTo) e.take(m.seq, m.message);
          }
          await sleep(10);
        }
        if (e.stop) await c.close();
        else e.closed((await c.closed()).code);
      } catch (err) {
        notes.refused(err.message);
        await sleep(BACK_MS);
      }
    }
  })();
  e.leave = () => {
    e.leaving = true;
    e.left = Date.now();
    e.conn.close();
  };
  // → 'receipt', or what became of the socket instead
  e.send = async (text) => {
    const c = e.conn;
    if (!c?.client.connected) return 'away';
    let timer;
    const late = new Promise((ok) => { timer = setTimeout(() => ok('late'), 5000); });
    const got = await Promise.race([c.send('/pub/chat/message', { roomId: room, message: text, clientMessageId: text }).then(() => 'receipt'), c.closed().then(() => 'away'), late]);
    clearTimeout(timer);
    return got;
  };
  return e;
}

// What a socket says itself it does not hear, so one listens and another speaks.
export function ioEar(p, room, notes) {
  const e = ear(p, room, notes);
  const open = () => io(env.base, { auth: (cb) => cb({ token: p.access }), transports: ['websocket'], reconnectionDelay: BACK_MS, reconnectionDelayMax: 2 * BACK_MS, forceNew: true });
  const [hears, speaks] = [open(), open()];
  let [joined, upTo] = [false, 0];
  hears.on('connect', () => {
    joined = false;
    hears.emit('join_room', { chat_id: room, after: e.last }, () => {
      [joined, e.up] = [true, true];
      // what it was told between its connection and its joining was after what it said it had
      e.mayRepeat = e.last;
    });
  });
  // until it has joined, it may be told of what is newer than what it missed
  hears.on('receive_message', (m) => {
    if (m.seq > upTo && (joined || m.seq === e.last + 1)) e.take(m.seq, m.content);
  });
  let reloading = Promise.resolve();
  hears.on('reload', (told) => {
    upTo = Math.max(upTo, told.lastSeq);
    reloading = reloading.then(e.reload);
  });
  for (const s of [hears, speaks]) {
    s.on('disconnect', (reason, details) => {
      if (!e.stop) e.closed(reason === 'io client disconnect' ? 'ours' : details?.context?.code ?? reason);
    });
    s.on('connect_error', (err) => notes.refused(err.message));
  }
  e.leave = () => { hears.disconnect(); hears.connect(); };
  e.send = (text) => (speaks.connected ? speaks.timeout(5000).emitWithAck('send_message', { chat_id: room, content: text }).then((a) => (a.message_id ? 'receipt' : 'refused'), () => 'late') : Promise.resolve('away'));
  e.end = () => { hears.disconnect(); speaks.disconnect(); };
  e.done = Promise.resolve();
  return e;
}
