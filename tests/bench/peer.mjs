// The peer of the bench: Fastify in a cluster of two processes at its best, with the same statements over pooled,
// pipelining connections, a token check, and the same duties: an exact limit per user and ended logins. Two processes
// share no memory, so those are one pipelined call to Redis; and a message that was sent is published.
// Usage: peer.mjs SOCKET DB_SOCKET STATEMENTS KEY REDIS LISTS
import cluster from 'node:cluster';
import crypto from 'node:crypto';
import fs from 'node:fs';
import Fastify from 'fastify';
import Redis from 'ioredis';
import mariadb from 'mariadb';

const [socket, dbSocket, statements, keyHex, redisSocket, listsFile] = process.argv.slice(2);
if (cluster.isPrimary) {
  fs.rmSync(socket, { force: true });
  cluster.fork();
  cluster.fork();
} else {
  const sql = new Map(fs.readFileSync(statements, 'utf8').split('\n').filter(Boolean).map((l) => l.split('\t')));
  const key = Buffer.from(keyHex, 'hex');
  const pool = mariadb.createPool({
    socketPath: dbSocket, user: 'root', database: 'studymate', connectionLimit: 8, pipelining: true,
    bigIntAsNumber: true, insertIdAsNumber: true, prepareCacheLength: 256, timezone: 'Z',
    sessionVariables: { innodb_snapshot_isolation: 'ON' },
  });
  const app = Fastify({ logger: false });
  const redis = new Redis({ path: redisSocket, enableAutoPipelining: true });
  redis.defineCommand('gate', {
    numberOfKeys: 2,
    lua: "if redis.call('EXISTS', KEYS[2]) == 1 then return -1 end local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n",
  });

  const verify = (header) => {
    const token = header?.slice(7) ?? '';
    const end = token.lastIndexOf('.');
    const mac = crypto.createHmac('sha256', key).update(token.slice(0, end)).digest();
    const given = Buffer.from(token.slice(end + 1), 'base64url');
    if (given.length !== 32 || !crypto.timingSafeEqual(mac, given)) return undefined;
    const claims = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url'));
    return claims.exp > Date.now() / 1000 ? claims : undefined;
  };
  const value = (v) => (v[0] === 'i' ? Number(v.slice(1)) : v[0] === 'n' ? null : v[0] === 'k' ? crypto.randomBytes(16).toString('hex') : v.slice(1));

  // To the gateways, who hand it on; as with ours the sender does not wait for it.
  const publish = ([room, , message], rows) => {
    const [sent] = rows.flat();
    redis.publish('sm:live', `room ${room} chat.message ${sent.seq}\n${JSON.stringify({ ...sent, message })}`);
  };

  // Our list of partners is scored, sorted and put together from what the statements gave. The peer is spared all that:
  // it has the finished list, and only writes it.
  let lists;
  const listOf = (id) => (lists ??= JSON.parse(fs.readFileSync(listsFile)))[id];

  app.route({
    method: ['GET', 'POST'],
    url: '/peer/:names',
    handler: async (request, reply) => {
      const claims = verify(request.headers.authorization);
      if (!claims) return reply.code(401).send({ success: false });
      const used = await redis.gate(`peer:{${claims.sub}}`, `peer:ended:{${claims.sub}}:${claims.sid}`, 60000);
      if (used < 0 || used > 30000000) return reply.code(used < 0 ? 401 : 429).send({ success: false });
      const names = decodeURIComponent(request.params.names);
      const groups = request.raw.url.split('?')[1].split('%7C').join('|').split('|')
        .map((g) => g.split('&').filter(Boolean).map((p) => value(decodeURIComponent(p.slice(2)))));
      let data; // of several statements the last one makes the answer
      for (const [i, name] of names.split('+').entries()) data = await pool.execute(sql.get(name), groups[i] ?? []);
      if (names.endsWith('+CARDS')) data = listOf(claims.sub);
      if (names === 'CHAT_SEND') publish(groups[0], data);
      return { success: true, data, message: 'ok', meta: { requestId: request.headers['x-request-id'] ?? crypto.randomUUID(), timestamp: new Date().toISOString() } };
    },
  });
  await app.listen({ path: socket });
}
