// What becomes of the sockets of a gateway that is killed: its child has them a second time.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import WebSocket from 'ws';
import { startGateway } from '../harness/gateway.mjs';
import { until } from '../harness/stack.mjs';

const SOCKETS = 1500;

const stat = (pid) => { try { return fs.readFileSync(`/proc/${pid}/stat`, 'utf8'); } catch { return ') Z'; } };
const ended = (pid) => stat(pid).split(') ')[1].startsWith('Z');
const OWN_FILES = 5; // stdin to stderr, the way from the gateway, epoll
const files = (pid) => fs.readdirSync(`/proc/${pid}/fd`).map(Number).filter((fd) => fd >= OWN_FILES).sort((a, b) => a - b);
const held = (pid) => files(pid).length;
const stopped = (pid) => /^[TZ]/.test(stat(pid).split(') ')[1]);

async function start(t, name) {
  const gateway = await startGateway(name, { SOCKETS_PER_ADDRESS: String(SOCKETS + 10) });
  const holder = Number(fs.readFileSync(`/proc/${gateway.pid}/task/${gateway.pid}/children`, 'utf8').trim());
  t.after(() => { // whatever failed, nobody is left
    gateway.signal('SIGKILL');
    if (!ended(holder)) process.kill(holder, 'SIGKILL');
  });
  return { gateway, holder };
}

async function open(gateway, ends) {
  const s = new WebSocket(`ws+unix:${gateway.socket}:/ws/chat`);
  await new Promise((ok, failed) => { s.on('open', ok).on('error', failed); });
  s.closed = new Promise((ok) => { s.on('close', (code) => { ends.push([s, code]); ok(); }); });
  return s;
}

// What the child still has each time it has run a little: seen by stopping it, since who is late to read the ends of sockets
// sees them in whatever order.
function remainders(holder) {
  const seen = [files(holder)];
  while (seen.at(-1).length) {
    process.kill(holder, 'SIGCONT');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    process.kill(holder, 'SIGSTOP');
    while (!stopped(holder));
    seen.push(ended(holder) ? [] : files(holder));
  }
  process.kill(holder, 'SIGCONT');
  return seen;
}

test('sockets of a gateway that was killed end one after the other, who speaks first', async (t) => {
  const { gateway, holder } = await start(t, 'holder-kill');
  const ends = [];
  const socks = [];
  while (socks.length < SOCKETS - 1) socks.push(...await Promise.all(Array.from({ length: Math.min(50, SOCKETS - 1 - socks.length) }, () => open(gateway, ends))));
  socks.push(await open(gateway, ends));
  await until(() => held(holder) === SOCKETS);
  // one that is gone before the gateway knows
  gateway.signal('SIGSTOP');
  socks.shift().terminate();
  await until(() => held(holder) === SOCKETS - 1);
  process.kill(holder, 'SIGSTOP');
  gateway.signal('SIGKILL');
  await gateway.ended();
  socks.at(-1).send('is anybody there?');
  assert.equal(ends.splice(0).length, 1);
  const [before, ...then] = remainders(holder);
  const [speaks, silent] = [before.at(-1), before.slice(0, -1)];
  assert.ok(then.length > 2, 'all at once');
  for (const now of then) { // of the silent ones a hundred at a time, those first that came first
    const left = now.filter((fd) => fd !== speaks);
    const gone = silent.length - left.length;
    assert.deepEqual(left, silent.slice(gone));
    assert.ok(gone <= 200 || now.length === left.length, `who spoke waits for ${gone}`);
  }
  await Promise.all(socks.map((s) => s.closed));
  assert.deepEqual([...new Set(ends.map(([, code]) => code))], [1006]);
  await until(() => ended(holder));
});

test('a socket that ends is let go of, whoever ends it, and a gateway that stops takes its child along', async (t) => {
  const { gateway, holder } = await start(t, 'holder-stop');
  const ends = [];
  const socks = await Promise.all(Array.from({ length: 4 }, () => open(gateway, ends)));
  await until(() => held(holder) === 4);
  socks[0].close(1000);
  socks[1].terminate();
  socks[2].send('no STOMP at all\n\n\0');
  await Promise.all(socks.slice(0, 3).map((s) => s.closed));
  await until(() => held(holder) === 1);
  // who ends it is not who reads its end
  const deaf = net.connect({ path: gateway.socket, allowHalfOpen: true });
  deaf.write('GET /ws/chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
  await until(() => held(holder) === 2);
  deaf.write(Buffer.from([0xff, 0xff])); // no frame
  await until(() => held(holder) === 1);
  deaf.destroy();
  process.kill(holder, 'SIGTERM'); // as a service manager may
  await gateway.stop();
  await socks[3].closed;
  assert.equal(ends.at(-1)[1], 1012);
  await until(() => ended(holder));
});

test('a gateway goes on without its child', async (t) => {
  const { gateway, holder } = await start(t, 'holder-gone');
  process.kill(holder, 'SIGKILL');
  await until(() => ended(holder));
  const ends = [];
  const s = await open(gateway, ends);
  s.close(1000);
  await s.closed;
  assert.equal(ends[0][1], 1000);
  await gateway.stop();
});
