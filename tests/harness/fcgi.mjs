// A FastCGI peer that talks to the API's socket without nginx in between, and may say less than it promises.
import net from 'node:net';

function record(type, content) {
  const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
  return Buffer.concat([head, content]);
}

function params(all) {
  return Buffer.concat(Object.entries(all).flatMap(([k, v]) => {
    const length = (n) => (n < 128 ? Buffer.from([n]) : Buffer.from([(n >> 24) | 128, (n >> 16) & 255, (n >> 8) & 255, n & 255]));
    return [length(Buffer.byteLength(k)), length(Buffer.byteLength(v)), Buffer.from(k), Buffer.from(v)];
  }));
}

// The records of an answer, and what of their bytes was no whole record.
export function records(all) {
  const found = [];
  let at = 0;
  for (let n; at + 8 <= all.length && at + (n = 8 + all.readUInt16BE(at + 4) + all[at + 6]) <= all.length; at += n) {
    found.push({ type: all[at + 1], id: all.readUInt16BE(at + 2), content: all.subarray(at + 8, at + 8 + all.readUInt16BE(at + 4)) });
  }
  return { found, rest: all.length - at };
}

// body: what is sent; length: what CONTENT_LENGTH says; linger: how long the peer keeps the connection once it has the
// answer, ms; raw: its bytes. → the answer's text, "" when the connection just ends.
export async function fastcgi(socket, request) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once(socket, request);
    } catch (e) {
      // a worker waits 200 ms for the first word: where the machine is busy this process may not have spoken by then
      if (e.code !== 'EPIPE' || tries === 5) throw e;
    }
  }
}

function once(socket, { method = 'POST', uri, headers = {}, body = '', length = Buffer.byteLength(body), cut = false, open = false, linger = 0, raw = false }) {
  return new Promise((resolve, reject) => {
    const s = net.connect({ path: socket, allowHalfOpen: linger > 0 });
    const chunks = [];
    if (linger) s.on('end', () => setTimeout(() => s.destroy(), linger));
    s.setTimeout(5000, () => s.destroy());
    s.on('error', reject);
    s.on('data', (d) => chunks.push(d));
    s.on('close', () => {
      const all = Buffer.concat(chunks);
      resolve(raw ? all : Buffer.concat(records(all).found.filter((r) => r.type === 6).map((r) => r.content)).toString());
    });
    s.write(record(1, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])));
    s.write(record(4, params({
      REQUEST_METHOD: method, REQUEST_URI: uri, QUERY_STRING: uri.split('?')[1] ?? '', REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(length), ...headers,
    })));
    if (cut) { // the peer dies in the middle of the parameters
      s.end(record(4, params({ HALF: 'x' })).subarray(0, 10));
      return;
    }
    s.write(record(4, Buffer.alloc(0)));
    if (open) return; // the body never comes
    if (body) s.write(record(5, Buffer.from(body)));
    s.write(record(5, Buffer.alloc(0)));
  });
}
