// Sockets on which nobody says anything: who answers pings, as every browser does by itself, stays; who does not is gone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person } from '../harness/client.mjs';
import { closeDb } from '../harness/db.mjs';
import { address, closeCalls, seated } from '../harness/call.mjs';
import { closeAll, raw } from '../harness/stomp.mjs';

after(closeDb);
after(closeAll);
after(closeCalls);

test('a quiet socket lives as long as it answers pings', { timeout: 180000 }, async () => {
  const p = await person();
  const room = `quiet-${p.id}`;
  const quiet = [await seated(room, 'a'), await seated(room, 'b')];
  const stomp = await raw();
  stomp.send(`CONNECT\naccept-version:1.2\nheart-beat:0,0\nAuthorization:Bearer ${p.access}\n\n\0`);
  await stomp.until('CONNECTED');
  const stream = await raw(`/api/v1/analytics/stream?token=${p.access}`);
  await stream.until('metrics_update');
  const pings = [];
  quiet[0].ws.on('ping', (data) => pings.push(data.length));
  const mute = [await raw(address(room, 'c', 'c'), { options: { autoPong: false } }), await raw(`/api/v1/analytics/stream?token=${p.access}`, { options: { autoPong: false } })];
  // they came last, so the others would be gone by now
  for (const m of mute) assert.equal(await m.closed(), 1006);
  for (const q of [...quiet, stomp, stream]) assert.equal(q.ws.readyState, q.ws.OPEN);
  // libwebsockets does not tell of a pong that is empty, and theirs are what the ping was
  assert.ok(pings.length > 1 && pings.every((n) => n > 0), String(pings));
  quiet[1].say('ping');
  await quiet[1].next('pong');
});
