// The peer of bench/sockets.mjs: Socket.IO 4 at its best, as its own documents on performance advise (native masking,
// no compression, the upgrade request let go, websocket only). The same duties as ours, with the same statements: a
// token check, one SELECT whether a room may be joined, each message stored before it is taken, and Redis between
// the processes. Limits and ended logins are left out. SIGUSR2 collects garbage. Usage of one process:
// node --expose-gc socket-peer.mjs SOCKET DB_SOCKET STATEMENTS KEY REDIS
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import Redis from 'ioredis';
import mariadb from 'mariadb';
import { Server } from 'socket.io';

const [socket, dbSocket, statements, keyHex, redisSocket] = process.argv.slice(2);
const sql = new Map(fs.readFileSync(statements, 'utf8').split('\n').filter(Boolean).map((l) => l.split('\t')));
const key = Buffer.from(keyHex, 'hex');
const pool = mariadb.createPool({
  socketPath: dbSocket, user: 'root', database: 'studymate', connectionLimit: 8, pipelining: true, bigIntAsNumber: true,
  insertIdAsNumber: true, prepareCacheLength: 256, timezone: 'Z', sessionVariables: { innodb_snapshot_isolation: 'ON' },
});
const redis = new Redis({ path: redisSocket, enableAutoPipelining: true });

function verify(token) {
  const end = token.lastIndexOf('.');
  const mac = crypto.createHmac('sha256', key).update(token.slice(0, end)).digest();
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  if (given.length !== 32 || !crypto.timingSafeEqual(mac, given)) return undefined;
  const claims = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url'));
  return claims.exp > Date.now() / 1000 ? claims : undefined;
}

const server = http.createServer();
const io = new Server(server, {
  transports: ['websocket'], serveClient: false, adapter: createAdapter(redis, redis.duplicate()), cleanupEmptyChildNamespaces: false,
});
io.engine.on('connection', (raw) => { raw.request = null; });
io.use((s, next) => {
  const claims = verify(s.handshake.auth.token ?? '');
  s.data.id = claims && Number(claims.sub);
  next(claims ? undefined : new Error('Unauthorized'));
});
io.on('connection', (s) => {
  s.join(`user ${s.data.id}`);
  s.on('join', async (room, done) => {
    if (room) {
      const seats = await pool.execute(sql.get('CHAT_LAST_SEQ'), [room, s.data.id]);
      if (!seats.length) return done({ success: false });
      s.join(`room ${room}`);
    }
    return done({ success: true });
  });
  s.on('message', async ({ roomId, message }, done) => {
    const once = crypto.randomBytes(16).toString('hex');
    const [rows] = await pool.execute(sql.get('CHAT_SEND'), [roomId, s.data.id, message, once, null, null]);
    const [row] = Array.isArray(rows) ? rows : [rows];
    const sender = { userId: String(s.data.id), name: row.name, profileImage: row.profileImage };
    io.to(`room ${roomId}`).emit('message', {
      messageId: row.messageId, id: row.messageId, roomId, seq: row.seq, sender, senderId: sender.userId, message, content: message,
      imageUrls: [], audioUrl: null, audioDuration: null, files: [], messageType: row.messageType, sentAt: row.sentAt, createdAt: row.sentAt,
    });
    done({ success: true, seq: row.seq });
  });
});
process.on('SIGUSR2', () => globalThis.gc());
fs.rmSync(socket, { force: true });
server.listen(socket);
