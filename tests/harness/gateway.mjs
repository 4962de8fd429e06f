// One more gateway beside the pool of the run, with a port of its own before it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { env } from './client.mjs';
import { listening, until } from './stack.mjs';

export const program = path.join(path.dirname(process.env.API_BIN), 'studymate-realtime');

// settings: what differs from those of the run. → { pid, base, socket, send(to), signal(name), ended(), stop() }
export async function startGateway(name, settings = {}) {
  const [socket, log] = ['sock', 'log'].map((end) => path.join(env.run, `${name}.${end}`));
  const child = spawn(program, ['--config', path.join(env.run, 'studymate.env')], {
    env: { ...process.env, ...settings, REALTIME_LISTEN: socket }, stdio: ['ignore', 'ignore', fs.openSync(log, 'a')],
  });
  const exit = new Promise((ok) => { child.on('exit', ok); });
  await until(() => listening(socket));
  let behind = socket;
  const door = net.createServer((c) => {
    const s = net.connect(behind);
    for (const [from, to] of [[c, s], [s, c]]) from.pipe(to).on('error', () => from.destroy());
  });
  await new Promise((ok) => { door.listen(0, '127.0.0.1', ok); });
  door.unref();
  // its exit code, when it has written nothing that it should not
  const ended = async () => {
    const code = await exit;
    assert.doesNotMatch(fs.readFileSync(log, 'utf8'), /"lvl":"error"|Sanitizer|runtime error/);
    return code;
  };
  return {
    pid: child.pid,
    base: `http://127.0.0.1:${door.address().port}`,
    socket,
    // who comes from now on gets to another gateway
    send: (other) => { behind = other; },
    signal: (which) => child.kill(which),
    ended,
    stop: async () => {
      door.close();
      child.kill('SIGTERM');
      assert.equal(await ended(), 0);
    },
  };
}
