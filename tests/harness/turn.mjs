// As much of a TURN client (RFC 8656) as it takes to ask for a relay and for permission to send to a peer.
import crypto from 'node:crypto';
import dgram from 'node:dgram';

const COOKIE = 0x2112a442;
const ATTR = { USERNAME: 6, INTEGRITY: 8, ERROR: 9, PEER: 0x12, REALM: 0x14, NONCE: 0x15, FAMILY: 0x17, TRANSPORT: 0x19 };
const METHOD = { allocate: 3, permission: 8 };

const attribute = (type, value) => {
  const out = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  out.writeUInt16BE(type, 0);
  out.writeUInt16BE(value.length, 2);
  value.copy(out, 4);
  return out;
};

function bytesOf(address) {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const mapped = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  const [head, tail] = mapped.split('::').map((part) => part.split(':').filter(Boolean).map((w) => parseInt(w, 16)));
  const words = tail ? [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail] : head;
  return Buffer.from(words.flatMap((w) => [w >> 8, w & 255]));
}

function peer(address, port, id) {
  const bytes = bytesOf(address);
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE, 0);
  id.copy(mask, 4);
  const out = Buffer.alloc(4 + bytes.length);
  out[1] = bytes.length === 4 ? 1 : 2;
  out.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  bytes.forEach((b, i) => { out[4 + i] = b ^ mask[i]; });
  return out;
}

// turn(port, { username, credential }) → { allocate(family), permit(address), close() }; each answers 0 or an error's number.
export function turn(port, { username, credential }) {
  const socket = dgram.createSocket('udp4');
  let realm;
  let nonce;
  const key = () => crypto.createHash('md5').update(`${username}:${realm}:${credential}`).digest();

  function message(method, attributes) {
    const id = crypto.randomBytes(12);
    let body = Buffer.concat(attributes(id));
    const head = (n) => {
      const h = Buffer.alloc(20);
      h.writeUInt16BE(METHOD[method], 0);
      h.writeUInt16BE(n, 2);
      h.writeUInt32BE(COOKIE, 4);
      id.copy(h, 8);
      return h;
    };
    if (realm) {
      body = Buffer.concat([body, attribute(ATTR.USERNAME, Buffer.from(username)), attribute(ATTR.REALM, realm), attribute(ATTR.NONCE, nonce)]);
      const mac = crypto.createHmac('sha1', key()).update(Buffer.concat([head(body.length + 24), body])).digest();
      body = Buffer.concat([body, attribute(ATTR.INTEGRITY, mac)]);
    }
    return { id, bytes: Buffer.concat([head(body.length), body]) };
  }

  async function exchange(method, attributes) {
    const { id, bytes } = message(method, attributes);
    const answer = await new Promise((resolve, reject) => {
      const again = setInterval(() => socket.send(bytes, port, '127.0.0.1'), 300);
      const end = setTimeout(() => done(reject, new Error(`no answer to ${method}`)), 5000);
      const on = (m) => { if (m.subarray(8, 20).equals(id)) done(resolve, m); };
      function done(how, what) {
        clearInterval(again);
        clearTimeout(end);
        socket.off('message', on);
        how(what);
      }
      socket.on('message', on);
      socket.send(bytes, port, '127.0.0.1');
    });
    const found = {};
    for (let at = 20; at + 4 <= answer.length; at += 4 + Math.ceil(answer.readUInt16BE(at + 2) / 4) * 4) found[answer.readUInt16BE(at)] = answer.subarray(at + 4, at + 4 + answer.readUInt16BE(at + 2));
    const error = found[ATTR.ERROR] ? found[ATTR.ERROR][2] * 100 + found[ATTR.ERROR][3] : 0;
    return { error, found };
  }

  async function ask(method, attributes) {
    let { error, found } = await exchange(method, attributes);
    if ((error === 401 && !realm) || error === 438) { // now we know what to sign with
      realm = found[ATTR.REALM] ?? realm;
      nonce = found[ATTR.NONCE];
      ({ error } = await exchange(method, attributes));
    }
    return error;
  }

  return {
    allocate: (family = 4) => ask('allocate', () => [attribute(ATTR.TRANSPORT, Buffer.from([17, 0, 0, 0])), attribute(ATTR.FAMILY, Buffer.from([family === 4 ? 1 : 2, 0, 0, 0]))]),
    permit: (address) => ask('permission', (id) => [attribute(ATTR.PEER, peer(address, 9, id))]),
    close: () => socket.close(),
  };
}
