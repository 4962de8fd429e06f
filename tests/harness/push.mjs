// A browser and its push service: what it is sent is kept, read with the browser's keys, and answered as a test says.
import crypto from 'node:crypto';
import http from 'node:http';
import ece from 'http_ece';

// → { endpoint, token: the text of its PushSubscription, read(body): what it was sent }
export function browser(endpoint) {
  const keys = crypto.createECDH('prime256v1');
  const auth = crypto.randomBytes(16).toString('base64url');
  const p256dh = keys.generateKeys('base64url');
  return {
    endpoint,
    token: JSON.stringify({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
    read: (body) => JSON.parse(ece.decrypt(body, { version: 'aes128gcm', privateKey: keys, authSecret: auth }).toString()),
  };
}

// answer(path, how many came there): a status, { status, headers, text }, null: none at all, or a promise of one of these.
export async function pushService() {
  const service = { got: [], answer: () => 201 };
  const server = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (c) => chunks.push(c));
    req.on('end', async () => {
      service.got.push({ path: req.url, method: req.method, headers: req.headers, body: Buffer.concat(chunks) });
      const how = await service.answer(req.url, service.at(req.url).length);
      if (how === null) return;
      res.writeHead(how.status ?? how, how.headers ?? {});
      res.end(how.text ?? 'thanks');
    });
  });
  await new Promise((ok) => { server.listen(0, '127.0.0.1', ok); });
  service.origin = `http://127.0.0.1:${server.address().port}`;
  service.at = (path) => service.got.filter((g) => g.path === path);
  service.close = () => { server.closeAllConnections(); server.close(); };
  return service;
}
