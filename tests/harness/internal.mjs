// What gateways do: calls below /internal, straight to the pool's socket (nginx hides them), and the bus in Redis.
import fs from 'node:fs';
import path from 'node:path';
import Redis from 'ioredis';
import { env } from './client.mjs';
import { fastcgi } from './fcgi.mjs';

const record = fs.createWriteStream(path.join(env.run, `record-internal-${process.pid}.jsonl`), { flags: 'a' });

// internal('POST', '/rooms/x/enter', body) → { status, headers, body, text }
export async function internal(method, target, body, { run = env.run } = {}) {
  const uri = `/internal${target}`;
  const answer = await fastcgi(path.join(run, 'api.sock'), { method, uri, body: body === undefined ? '' : JSON.stringify(body) });
  const [head, text] = [answer.slice(0, answer.indexOf('\r\n\r\n')), answer.slice(answer.indexOf('\r\n\r\n') + 4)];
  const headers = Object.fromEntries(head.split('\r\n').map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 2)]));
  const status = Number(headers.status);
  record.write(`${JSON.stringify({ method, path: uri.split('?')[0], status, rid: headers['x-request-id'], after: headers['retry-after'], type: headers['content-type'], text })}\n`);
  return { status, headers, body: JSON.parse(text), text };
}

// Everything posted for gateways from now on: { posts: [{ to, id, event, seq, data }], close() }.
export async function listen({ run = env.run } = {}) {
  const redis = new Redis({ path: path.join(run, 'redis.sock') });
  const posts = [];
  redis.on('message', (_, text) => {
    if (!text || text.startsWith('~')) return; // a ping, or among gateways
    const [to, id, event, seq] = text.slice(0, text.indexOf('\n')).split(' ');
    posts.push({ to, id: Number(id), event, seq: Number(seq), data: JSON.parse(text.slice(text.indexOf('\n') + 1)) });
  });
  await redis.subscribe('sm:live');
  return { posts, close: () => redis.disconnect() };
}
