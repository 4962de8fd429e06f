// Peers that go away in the middle of each step of a protocol. A step that was cut asks for nothing back.
import crypto from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import { sleep } from '../harness/stack.mjs';

// Sends the pieces up to the k-th and is gone.
function cut(target, pieces, k) {
  return new Promise((resolve) => {
    const s = net.connect(target, async () => {
      for (const p of pieces.slice(0, k)) {
        s.write(p);
        await sleep(2);
      }
      s.destroy();
      resolve();
    });
    s.on('error', resolve);
  });
}
async function each(target, pieces, times) {
  for (let i = 0; i < times; i += 1) await Promise.all(pieces.map((_, k) => cut(target, pieces, k + 1)));
}

const record = (type, content) => Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content]);
const params = (all) => Buffer.concat(Object.entries(all).flatMap(([k, v]) => {
  const length = (n) => (n < 128 ? Buffer.from([n]) : Buffer.from([(n >> 24) | 128, (n >> 16) & 255, (n >> 8) & 255, n & 255]));
  return [length(k.length), length(Buffer.byteLength(v)), Buffer.from(k), Buffer.from(v)];
}));
const message = (text) => JSON.stringify({ message: text, clientMessageId: text });
let n = 0;
const unheard = () => `cut${n += 1}`;

// each record of a request, and the middle of each record
export function fastcgiCuts(stand, load, times) {
  const w = load.writers[0];
  const body = Buffer.from(message(unheard()));
  const records = [
    record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
    record(4, params({
      REQUEST_METHOD: 'POST', REQUEST_URI: `/api/v1/chat/rooms/${w.room}/messages`, QUERY_STRING: '', REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(body.length), HTTP_AUTHORIZATION: `Bearer ${w.p.access}`,
    })),
    record(4, Buffer.alloc(0)), record(5, body), record(5, Buffer.alloc(0)),
  ];
  const halves = records.flatMap((r) => [r.subarray(0, r.length >> 1), r.subarray(r.length >> 1)]);
  return each({ path: path.join(stand.run, 'api.sock') }, halves, times);
}

const port = (stand) => Number(new URL(stand.base).port);

export function bodyCuts(stand, load, times) {
  const w = load.writers[0];
  const body = message(unheard());
  const head = `POST /api/v1/chat/rooms/${w.room}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${w.p.access}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return each({ port: port(stand) }, [head.slice(0, 20), head.slice(20), body.slice(0, 10), body.slice(10)], times);
}

// a frame of a client: masked, short
function frame(text) {
  const data = Buffer.from(text);
  const mask = crypto.randomBytes(4);
  const head = data.length < 126 ? Buffer.from([0x81, 0x80 | data.length]) : Buffer.from([0x81, 0x80 | 126, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, mask, Buffer.from(data.map((b, i) => b ^ mask[i & 3]))]);
}
const handshake = () => `GET /ws/chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${crypto.randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`;

export function handshakeCuts(stand, load, times) {
  const text = handshake();
  return each({ port: port(stand) }, [text.slice(0, 10), text.slice(10, 60), text.slice(60)], times);
}

export function stompCuts(stand, load, times) {
  const w = load.writers[0];
  const halves = [
    frame(`CONNECT\naccept-version:1.2\nAuthorization:Bearer ${w.p.access}\n\n\0`),
    frame(`SUBSCRIBE\nid:1\ndestination:/sub/chat/room/${w.room}\nafter:0\n\n\0`),
    frame(`SEND\ndestination:/pub/chat/message\nreceipt:1\n\n${JSON.stringify({ roomId: w.room, ...JSON.parse(message(unheard())) })}\0`),
  ].flatMap((f) => [f.subarray(0, f.length >> 1), f.subarray(f.length >> 1)]);
  return each({ port: port(stand) }, [handshake(), ...halves], times);
}
