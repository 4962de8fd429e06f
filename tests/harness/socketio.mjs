// Socket.IO with its own client library.
import { io } from 'socket.io-client';
import { env } from './client.mjs';
import { PATIENCE } from './stack.mjs';

const open = [];

// connectIo({ token }, { transports }) → a connected socket, with `heard(event, n)` and `ask(event, …)`
export function connectIo(auth, options = {}) {
  return new Promise((resolve, reject) => {
    const socket = io(options.base ?? env.base, { auth, transports: ['websocket'], reconnection: false, forceNew: true, ...options });
    const seen = new Map();
    const waiting = [];
    open.push(socket);
    socket.onAny((event, ...args) => {
      seen.set(event, [...(seen.get(event) ?? []), args[0]]);
      waiting.splice(0).forEach((w) => w());
    });
    socket.seen = (event) => seen.get(event) ?? [];
    // the first n payloads of an event, as soon as they are there
    socket.heard = (event, n = 1, ms = PATIENCE) => new Promise((ok, fail) => {
      const timer = setTimeout(() => fail(new Error(`${socket.seen(event).length} of ${n} ${event}; heard ${JSON.stringify([...seen])}`.slice(0, 600))), ms);
      const look = () => {
        if (socket.seen(event).length < n) {
          waiting.push(look);
          return;
        }
        clearTimeout(timer);
        ok(socket.seen(event).slice(0, n));
      };
      look();
    });
    // emits, and resolves with the acknowledgement
    socket.ask = (event, ...args) => socket.timeout(10000).emitWithAck(event, ...args);
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', reject);
  });
}

export const closeAllIo = () => open.splice(0).forEach((s) => s.disconnect());
