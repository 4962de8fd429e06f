// Peers that go away in the middle of each step of a protocol. A step that was cut asks for nothing back. Every other one
// only stops talking, and stays until it is hung up on: that is how it is known that the server saw it.
import crypto from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { sleep } from '../harness/stack.mjs';

const SEEN_MS = 5000;

// saw: { cut: sockets that were gone, seen: those the server hung up on }
const add = (saw, what) => { saw[what] = (saw[what] ?? 0) + 1; };

// Sends the pieces up to the k-th and is gone, or says no more.
function cut(target, pieces, k, stays, saw) {
  return new Promise((resolve) => {
    let timer;
    const s = net.connect(target, async () => {
      for (const p of pieces.slice(0, k)) {
        s.write(p);
        await sleep(2);
      }
      if (stays) {
        s.end();
        timer = setTimeout(() => s.destroy(), SEEN_MS).unref();
      } else {
        add(saw, 'cut');
        s.destroy();
      }
    });
    // what it says is read; its end is what is waited for
    s.resume();
    s.on('end', () => {
      if (!stays) return;
      stays = false;
      add(saw, 'seen');
      s.destroy();
    });
    s.on('error', () => { if (stays && s.bytesWritten) add(saw, 'seen'); });
    s.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
// piecesOf(n): of the n-th time
async function each(target, piecesOf, times, saw) {
  for (let i = 0; i < times; i += 1) {
    const pieces = piecesOf(i);
    await Promise.all(pieces.map((_, k) => cut(target, pieces, k + 1, i % 2 === 1, saw)));
  }
}

const record = (type, content) => Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content]);
const params = (all) => Buffer.concat(Object.entries(all).flatMap(([k, v]) => {
  const length = (n) => (n < 128 ? Buffer.from([n]) : Buffer.from([(n >> 24) | 128, (n >> 16) & 255, (n >> 8) & 255, n & 255]));
  return [length(k.length), length(Buffer.byteLength(v)), Buffer.from(k), Buffer.from(v)];
}));
const halves = (all) => all.flatMap((r) => [r.subarray(0, r.length >> 1), r.subarray(r.length >> 1)]);
const message = (text) => JSON.stringify({ message: text, clientMessageId: text });
let n = 0;
const unheard = () => `cut${n += 1}`;

// A request in records; body: of a POST.
function request(method, uri, token, body = Buffer.alloc(0)) {
  const [target, query = ''] = uri.split('?');
  return [
    record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    record(4, params({
      REQUEST_METHOD: method, REQUEST_URI: target, QUERY_STRING: query, REMOTE_ADDR: '127.0.0.1', HTTP_AUTHORIZATION: `Bearer ${token}`,
      ...(body.length ? { CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(body.length) } : {}),
    })),
    record(4, Buffer.alloc(0)), ...(body.length ? [record(5, body)] : []), record(5, Buffer.alloc(0)),
  ];
}
const pool = (stand) => ({ path: path.join(stand.run, 'api.sock') });
export const port = (stand) => ({ port: Number(new URL(stand.base).port) });

// each record of a request, and the middle of each record
export function fastcgiCuts(stand, load, saw) {
  const w = load.writers[0];
  return each(pool(stand), () => halves(request('POST', `/api/v1/chat/rooms/${w.room}/messages`, w.p.access, Buffer.from(message(unheard())))), 20, saw);
}

export function bodyCuts(stand, load, saw) {
  const w = load.writers[0];
  return each(port(stand), () => {
    const body = message(unheard());
    const head = `POST /api/v1/chat/rooms/${w.room}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${w.p.access}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    return [head.slice(0, 20), head.slice(20), body.slice(0, 10), body.slice(10)];
  }, 20, saw);
}

// a frame of a client: masked, short
function frame(text) {
  const data = Buffer.from(text);
  const mask = crypto.randomBytes(4);
  const head = data.length < 126 ? Buffer.from([0x81, 0x80 | data.length]) : Buffer.from([0x81, 0x80 | 126, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, mask, Buffer.from(data.map((b, i) => b ^ mask[i & 3]))]);
}
const handshake = () => `GET /ws/chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${crypto.randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`;

export function handshakeCuts(stand, load, saw) {
  return each(port(stand), () => {
    const text = handshake();
    return [text.slice(0, 10), text.slice(10, 60), text.slice(60)];
  }, 20, saw);
}

export function stompCuts(stand, load, saw) {
  const w = load.writers[0];
  return each(port(stand), () => [handshake(), ...halves([
    frame(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${w.p.access}\n\n\0`),
    frame(`SUBSCRIBE\nid:1\ndestination:/sub/chat/room/${w.room}\nafter:0\n\n\0`),
    frame(`SEND\ndestination:/pub/chat/message\nreceipt:1\n\n${JSON.stringify({ roomId: w.room, ...JSON.parse(message(unheard())) })}\0`),
  ])], 20, saw);
}

// Asks, reads the first piece of an answer and is gone while most of it waits to be written. → bytes that came
function leave(target, pieces) {
  return new Promise((resolve, reject) => {
    const s = net.connect(target, () => pieces.forEach((p) => s.write(p)));
    s.once('data', (d) => {
      s.pause();
      // more than what the kernel holds for both is on its way: whoever writes it stands still
      setTimeout(() => {
        s.destroy();
        resolve(d.length);
      }, 20);
    });
    s.on('error', reject);
  });
}
// room: one with a page of so many bytes
export async function answerCuts(stand, person, room, size, saw) {
  const uri = `/api/v1/chat/rooms/${room}/messages?page=0&size=100`;
  const http = [`GET ${uri} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.access}\r\n\r\n`];
  for (let i = 0; i < 40; i += 1) {
    const got = await (i % 2 ? leave(pool(stand), request('GET', uri, person.access)) : leave(port(stand), http));
    if (got < size / 2) add(saw, i % 2 ? 'cut of the pool' : 'cut of nginx');
  }
}
