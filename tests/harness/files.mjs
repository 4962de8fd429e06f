// Files and forms for tests: small real files of each kind, multipart bodies byte by byte, and a look into the storage.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { env, send } from './client.mjs';
import { query } from './db.mjs';
import { until } from './stack.mjs';

const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };
export const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
export const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
export const jpg = Buffer.from('/9j/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/'
  + 'wAARCAABAAEDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKYAH//Z', 'base64');
// A picture of exactly so many bytes: another chunk of picture data stands before the end.
export function bigPng(size) {
  const n = size - png.length - 12;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(n);
  head.write('IDAT', 4);
  return Buffer.concat([png.subarray(0, png.length - 12), head, Buffer.alloc(n + 4), png.subarray(png.length - 12)]);
}
export const webm = Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff', 'hex');
export const mp4 = Buffer.concat([Buffer.from('000000186674797069736f6d0000000069736f6d69736f6d0000003c6d646174', 'hex'), Buffer.alloc(52)]);
export const ogg = fs.readFileSync(new URL('../fuzz/corpus/recording/ogg-opus', import.meta.url)).subarray(1);
export const mp3 = Buffer.concat(Array(3).fill(Buffer.concat([Buffer.from('fffb9000', 'hex'), Buffer.alloc(413)])));
export const doc = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
// An archive of files that hold "<x/>"; unpacked: as large as each says it is.
export function archive(names, unpacked = 4) {
  const about = (name) => Buffer.concat([Buffer.from('14000000000000002100', 'hex'), u32(0), u32(4), u32(unpacked), Buffer.from([name.length, 0, 0, 0])]);
  const files = names.map((name) => Buffer.concat([Buffer.from('PK\x03\x04'), about(name), Buffer.from(`${name}<x/>`)]));
  let at = 0;
  const list = names.map((name, i) => {
    const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), about(name), Buffer.alloc(10), u32(at), Buffer.from(name)]);
    at += files[i].length;
    return entry;
  });
  const n = Buffer.from([names.length & 255, names.length >> 8]);
  return Buffer.concat([...files, ...list, Buffer.from('PK\x05\x06\0\0\0\0'), n, n, u32(Buffer.concat(list).length), u32(at), Buffer.alloc(2)]);
}
export const docx = archive(['[Content_Types].xml', '_rels/.rels', 'word/document.xml']);
export const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
export const html = Buffer.from('<!DOCTYPE html><html><script>alert(1)</script></html>');
export const svg = Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
// size bytes of sound; its samples hold every byte value, so that boundaries and line breaks occur in it
export function wav(size = 2000) {
  const body = Buffer.alloc(size - 44);
  for (let i = 0; i < body.length; i += 1) body[i] = (i * 7) ^ (i >> 8);
  return Buffer.concat([Buffer.from('RIFF'), u32(size - 8), Buffer.from('WAVEfmt '), u32(16), Buffer.from('0100010040' + '1f0000401f000001000800', 'hex'),
    Buffer.from('data'), u32(size - 44), body]);
}

// form([['field', 'text'], ['file', Buffer, 'name.png', 'image/png']]) → options for send()
export function form(parts, boundary = 'AaB03x-----boundary') {
  const chunks = [];
  for (const [name, value, filename, type] of parts) {
    chunks.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n`
      + `${type ? `Content-Type: ${type}\r\n` : ''}\r\n`, value, '\r\n');
  }
  chunks.push(`--${boundary}--\r\n`);
  return { raw: Buffer.concat(chunks.map((c) => Buffer.from(c))), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

export const upload = (target, parts, p, more = {}) => {
  const f = form(parts);
  return send('POST', target, { token: p.access, ...f, ...more, headers: { ...f.headers, ...more.headers } });
};

// Bytes as nginx gives them out. → { status, headers, bytes }
export function fetchBytes(url, { headers = {}, method = 'GET', base = env.base } = {}) {
  return new Promise((resolve, reject) => {
    const req = http.request(new URL(url, base), { method, headers }, (res) => {
      const chunks = [];
      res.on('data', (c) => chunks.push(c));
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, bytes: Buffer.concat(chunks) }));
    });
    req.on('error', reject);
    req.end();
  });
}

// Names of all files of a stack's storage: { tmp: [...], kept: [...] }.
export function stored(run = env.run) {
  const dir = path.join(run, 'files');
  const kept = fs.readdirSync(dir).filter((d) => d !== 'tmp').flatMap((d) => fs.readdirSync(path.join(dir, d)));
  return { tmp: fs.readdirSync(path.join(dir, 'tmp')), kept };
}

// How many files a person has ever had, once nothing lies in the storage that belongs to nobody. Other suites upload at
// the same time, so it may take a moment.
export async function kept(p) {
  await until(async () => {
    const { tmp, kept: keys } = stored();
    const rows = await query('SELECT storage_key FROM files WHERE deleted_at IS NULL UNION SELECT storage_key FROM exports WHERE storage_key IS NOT NULL');
    const live = new Set(rows.map((r) => r.storage_key));
    return !tmp.length && keys.every((k) => live.has(k));
  });
  return (await query('SELECT id FROM files WHERE owner_id = ?', [p.id])).length;
}
