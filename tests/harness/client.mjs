// A recording HTTP client for tests: every exchange is kept, so that the run can hold all answers against the
// OpenAPI document afterwards (harness/oracle.mjs).
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

export const env = {
  base: process.env.TEST_HTTP,
  tls: process.env.TEST_HTTPS,
  run: process.env.TEST_RUN_DIR,
};
const keep = { keepAlive: true, timeout: 30000 }; // not used again when nginx may close them at that moment, after 65 s
const agent = new http.Agent({ ...keep, maxSockets: 256 });
const tlsAgent = new https.Agent({ ...keep, rejectUnauthorized: false });
const record = env.run && fs.createWriteStream(path.join(env.run, `record-${process.pid}.jsonl`), { flags: 'a' });

// send('POST', '/auth/login', { body, token, headers, raw }) → { status, headers, body, text }
// body is sent as JSON; raw (string or Buffer) is sent as it is; base: another stack than the run's own; from: another
// address of this machine, which has limits of its own.
export function send(method, target, { body, raw, token, headers = {}, tls = false, base, from } = {}) {
  const url = new URL(target.startsWith('/api') || target.startsWith('//') ? target.replace(/^\/\//, '/') : `/api/v1${target}`, base ?? (tls ? env.tls : env.base));
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const all = { ...headers };
  if (token) all.authorization = `Bearer ${token}`;
  if (body !== undefined && all['content-type'] === undefined) all['content-type'] = 'application/json';
  if (payload !== undefined && all['content-length'] === undefined) all['content-length'] = Buffer.byteLength(payload);
  return new Promise((resolve, reject) => {
    const lib = tls ? https : http;
    const own = { agent: tls ? tlsAgent : agent };
    const req = lib.request(url, { method, headers: all, ...(from ? { agent: false, localAddress: from } : own) }, (res) => {
      const chunks = [];
      res.on('data', (c) => chunks.push(c));
      res.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        let parsed;
        try {
          parsed = JSON.parse(text);
        } catch {
          parsed = undefined;
        }
        record?.write(`${JSON.stringify({ method, path: url.pathname, guest: !all.authorization, status: res.statusCode, rid: res.headers['x-request-id'], after: res.headers['retry-after'], type: res.headers['content-type'], text })}\n`);
        resolve({ status: res.statusCode, headers: res.headers, body: parsed, text });
      });
    });
    req.on('error', reject);
    if (payload !== undefined) req.write(payload);
    req.end();
  });
}

export const get = (target, options) => send('GET', target, options);
export const post = (target, body, options) => send('POST', target, { body, ...options });

let counter = 0;
// A word no other test of this run uses.
export function unique(prefix = 'u') {
  counter += 1;
  return `${prefix}${process.pid.toString(36)}x${counter.toString(36)}`;
}

// A fresh account, logged in: { id, email, password, name, access, refresh }.
export async function person(name = '시험', fields = {}, options = {}) {
  const email = `${unique()}@test.example.com`;
  const password = 'correct horse 7';
  const res = await post('/auth/signup', { name, email, password, ...fields }, options);
  if (res.status !== 201) throw new Error(`sign-up failed: ${res.text}`);
  const d = res.body.data;
  return { id: d.userId, email, password, name, access: d.accessToken, refresh: d.refreshToken, base: options.base };
}
