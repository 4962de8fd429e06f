// STOMP the way the shipped client speaks it: @stomp/stompjs over a plain WebSocket.
import { Client } from '@stomp/stompjs';
import { WebSocket } from 'ws';
import { env } from './client.mjs';
import { PATIENCE } from './stack.mjs';

export const open = []; // what the suite has to close

export const wsUrl = (path, base = env.base) => `${base.replace(/^http/, 'ws')}${path}`;

// connect(token) → { client, subscribe(destination), send(destination, body, headers), closed }
export function connect(token, { path = '/ws/chat', base, headers = {}, url, options = {} } = {}) {
  return new Promise((resolve, reject) => {
    const closes = [];
    const client = new Client({
      // the shipped client asks for no subprotocol
      webSocketFactory: () => new WebSocket(url ?? wsUrl(path, base), options),
      connectHeaders: token ? { Authorization: `Bearer ${token}`, ...headers } : headers,
      reconnectDelay: 0,
      heartbeatIncoming: 10000,
      heartbeatOutgoing: 10000,
      onConnect: (frame) => resolve(api(frame)),
      onStompError: (frame) => reject(new Error(`ERROR ${frame.headers.message}`)),
      onWebSocketClose: (e) => {
        closes.push(e);
        waiting.splice(0).forEach((w) => w(e));
        reject(new Error(`closed ${e.code}`));
      },
    });
    const waiting = [];
    const api = (connected) => ({
      client,
      connected: connected.headers,
      // → { messages, next(), take(n) }: parsed bodies in the order they came
      subscribe: (destination, subHeaders = {}) => new Promise((ok) => {
        const messages = [];
        const frames = [];
        const wanted = [];
        const check = () => {
          while (wanted.length && messages.length >= wanted[0].n) wanted.shift().ok(messages.slice(0));
        };
        const receipt = `r${Math.random()}`;
        const handle = client.subscribe(destination, (frame) => {
          frames.push(frame);
          messages.push(JSON.parse(frame.body));
          check();
        }, { receipt, ...subHeaders });
        const sub = {
          messages,
          frames,
          unsubscribe: () => handle.unsubscribe(),
          // the first n messages, as soon as they are there
          count: (n, ms = PATIENCE) => new Promise((done, fail) => {
            const timer = setTimeout(() => fail(new Error(`${messages.length} of ${n} messages on ${destination}: ${JSON.stringify(messages).slice(0, 300)}`)), ms);
            wanted.push({ n, ok: (m) => { clearTimeout(timer); done(m); } });
            check();
          }),
        };
        client.watchForReceipt(receipt, () => ok(sub));
      }),
      // resolves with the RECEIPT
      send: (destination, body, sendHeaders = {}) => new Promise((ok) => {
        const receipt = `s${Math.random()}`;
        client.watchForReceipt(receipt, ok);
        client.publish({ destination, body: typeof body === 'string' ? body : JSON.stringify(body), headers: { receipt, ...sendHeaders } });
      }),
      // without a receipt
      cast: (destination, body) => client.publish({ destination, body: typeof body === 'string' ? body : JSON.stringify(body) }),
      closed: () => (closes.length ? Promise.resolve(closes[0]) : new Promise((ok) => { waiting.push(ok); })),
      close: () => client.deactivate(),
    });
    open.push(client);
    client.activate();
  });
}

export const closeAll = () => Promise.all(open.splice(0).map((c) => c.deactivate({ force: true })));

// A bare WebSocket for what no library would send: { ws, frames, next(), closed() }
export function raw(path = '/ws/chat', { base, options = {}, url } = {}) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url ?? wsUrl(path, base), options);
    const texts = [];
    const waiting = [];
    let end;
    const ends = [];
    ws.on('message', (data) => {
      texts.push(data.toString());
      waiting.splice(0).forEach((w) => w());
    });
    ws.on('close', (code) => {
      end = code;
      ends.splice(0).forEach((e) => e(code));
    });
    open.push({ deactivate: () => ws.terminate() });
    ws.on('error', reject);
    ws.on('unexpected-response', (req, res) => reject(new Error(`status ${res.statusCode}`)));
    ws.on('open', () => resolve({
      ws,
      texts,
      send: (text) => ws.send(text),
      // the first text that fits
      until: (fit, ms = PATIENCE) => new Promise((ok, fail) => {
        const timer = setTimeout(() => fail(new Error(`nothing fits ${fit}; got ${JSON.stringify(texts).slice(0, 400)}`)), ms);
        const look = () => {
          const found = texts.find((t) => t.includes(fit));
          if (found === undefined) waiting.push(look);
          else {
            clearTimeout(timer);
            ok(found);
          }
        };
        look();
      }),
      closed: () => (end !== undefined ? Promise.resolve(end) : new Promise((ok) => { ends.push(ok); })),
    }));
  });
}
