// Connections that break in the middle: a relay in front of a socket passes pieces on and cuts where it is told to.
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { connectIo } from '../harness/socketio.mjs';
import { address } from '../harness/call.mjs';
import { post, unique } from '../harness/client.mjs';
import { sleep } from '../harness/stack.mjs';
import { raw } from '../harness/stomp.mjs';
import { port } from './cuts.mjs';

const SEEN_MS = 5000;
const add = (saw, what, by = 1) => { saw[what] = (saw[what] ?? 0) + by; };

// listen: a path or 0; target: of net.connect; after(): after how many pieces, of both directions, the next connection is
// cut, and how much of the last is passed on (0, 0.5 or 1); waits: until the server has hung up. → { port, close }
async function relay(listen, target, after, saw) {
  const all = new Set();
  const server = net.createServer((a) => {
    const b = net.connect(target);
    const plan = after();
    let pieces = 0;
    let over = false;
    all.add(a).add(b);
    const pass = (from, to) => {
      from.on('data', (d) => {
        if (over) return;
        pieces += 1;
        if (pieces < plan.pieces) {
          to.write(d);
          return;
        }
        over = true;
        add(saw, 'cut');
        plan.done?.();
        const rest = d.subarray(0, Math.round(d.length * plan.part));
        if (rest.length) to.write(rest, () => cut());
        else cut();
      });
      from.on('close', () => {
        all.delete(from);
        if (!over) to.destroy();
      });
      from.on('error', () => {});
    };
    // the server is told, as by a peer that went; that it hangs up shows that it saw
    const cut = () => {
      a.destroy();
      if (!plan.waits) {
        b.destroy();
        return;
      }
      b.end();
      b.resume();
      b.once('close', () => add(saw, 'seen'));
      setTimeout(() => b.destroy(), SEEN_MS).unref();
    };
    pass(a, b);
    pass(b, a);
  });
  if (typeof listen === 'string') fs.rmSync(listen, { force: true });
  await new Promise((ok) => { server.listen(...(listen ? [listen] : [0, '127.0.0.1']), ok); });
  return {
    port: server.address().port,
    close: async () => {
      for (const s of all) s.destroy();
      await new Promise((ok) => { server.close(ok); });
    },
  };
}

const PARTS = [1, 0.5, 0];

// A client does what it does through a relay that cuts after the first piece, the second, …, until it gets to its end,
// most steps at most; three times over, with the last piece passed on, half of it, and not at all.
async function cutClient(target, client, most, saw) {
  for (const part of PARTS) {
    for (let pieces = 1, whole = false; pieces <= most && !whole; pieces += 1) {
      const before = saw.cut ?? 0;
      const r = await relay(0, target, () => ({ pieces, part, waits: true }), saw);
      await client(r.port).catch(() => {});
      // nothing was left to cut
      whole = (saw.cut ?? 0) === before;
      await r.close();
      if (whole) add(saw, 'got to the end');
    }
  }
}

// from the first byte of a client's hello to the answer
export function tlsCuts(stand, load, saw) {
  return cutClient({ port: Number(new URL(stand.https).port), host: '127.0.0.1' }, (to) => new Promise((resolve, reject) => {
    const s = tls.connect({ port: to, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }, () => {
      s.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    });
    s.resume();
    s.on('error', reject);
    s.on('close', resolve);
  }), 20, saw);
}

// asked for by polling, then moved to a WebSocket, in a room
export function socketioCuts(stand, load, saw) {
  const w = load.writers[0];
  return cutClient(port(stand), async (to) => {
    let s;
    const gone = new Promise((resolve, reject) => { setTimeout(reject, 3000).unref(); });
    try {
      s = await Promise.race([connectIo({ token: w.p.access }, { base: `http://127.0.0.1:${to}`, transports: ['polling', 'websocket'], timeout: 1000 }), gone]);
      await Promise.race([new Promise((ok) => { s.io.engine.once('upgrade', ok); }), new Promise((_, no) => { s.once('disconnect', no); }), sleep(1000)]);
      await s.timeout(1000).emitWithAck('chat:join', { roomId: w.room });
    } finally {
      s?.disconnect();
    }
  }, 30, saw);
}

// a seat in a call, until the newcomer has said what it has to say
export async function callCuts(stand, load, saw) {
  const made = await post('/room/create', { roomType: 'video', maxParticipants: 4, metadata: { title: '끊긴 방' } });
  if (made.status !== 201) throw new Error(`a call: ${made.status} ${made.text}`);
  await cutClient(port(stand), async (to) => {
    const c = await raw(address(made.body.data.roomId, unique('guest'), '손님'), { base: `http://127.0.0.1:${to}` });
    try {
      await Promise.race([c.until('"connected"', 1000), c.closed()]);
      c.send(JSON.stringify({ type: 'ping' }));
      await Promise.race([c.until('"pong"', 1000), c.closed()]);
    } finally {
      c.ws.terminate();
    }
  }, 20, saw);
}

// A server of ours behind a relay: its first connection is cut after one piece, the next after two, and so on up to most,
// then again.
export function cutServer(listen, target, most, saw) {
  let n = 0;
  const steps = new Set();
  return relay(listen, target, () => {
    const pieces = 1 + (n % most);
    n += 1;
    const done = () => {
      steps.add(pieces);
      saw.steps = steps.size;
    };
    return { pieces, part: PARTS[n % PARTS.length], waits: false, done };
  }, saw);
}
