// Sockets in call rooms, with their messages parsed.
import { PATIENCE, until } from './stack.mjs';
import { raw } from './stomp.mjs';

const open = [];
export const closeCalls = () => open.splice(0).forEach((c) => c.ws.close());

export const address = (room, user, name, more = '') => `/api/v1/room/${room}/ws?userId=${encodeURIComponent(user)}${name === undefined ? '' : `&userName=${encodeURIComponent(name)}`}${more}`;

// of(type) → those of a type; next(type, n) → the n-th, when it is there
export async function join(room, user, name = user, more = '', options = {}) {
  const c = await raw(address(room, user, name, more), options);
  open.push(c);
  c.all = () => c.texts.map((t) => JSON.parse(t));
  c.of = (type) => c.all().filter((m) => m.type === type);
  c.next = async (type, n = 1, ms = PATIENCE) => {
    await until(async () => c.of(type).length >= n, ms);
    return c.of(type)[n - 1];
  };
  c.say = (type, more2 = {}) => c.send(JSON.stringify({ type, ...more2 }));
  return c;
}

export async function seated(...args) {
  const c = await join(...args);
  c.hello = await c.next('connected');
  return c;
}
