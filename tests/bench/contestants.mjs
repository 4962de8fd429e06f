// Starts floor and peer behind the stage's nginx, as /floor/ and /peer/.
import fs from 'node:fs';
import path from 'node:path';
import { root, until } from '../harness/stack.mjs';
import { api, command } from './stage.mjs';

export async function startContestants(stage) {
  const { run } = stage;
  const statements = path.join(run, 'statements');
  const all = command(api, ['--list-statements']).split('\n').filter(Boolean).map((l) => JSON.parse(l));
  fs.writeFileSync(statements, all.map(({ name, sql }) => `${name}\t${sql}\n`).join(''));
  command('gcc', ['-O2', '-isystem', '/usr/include/mariadb', 'tests/bench/floor.c', '-o', path.join(run, 'floor'), '-lfcgi', '-lmariadb']);
  const [floor, peer, db, redis] = ['floor.sock', 'peer.sock', 'mysql.sock', 'redis.sock'].map((f) => path.join(run, f));
  stage.start(path.join(run, 'floor'), [floor, '8', db, statements], { last: true });
  stage.start(process.execPath, [path.join(root, 'tests/bench/peer.mjs'), peer, db, statements, stage.key, redis, path.join(run, 'lists.json')]);
  stage.nginx(`
location /floor/ { fastcgi_pass unix:${floor}; fastcgi_param DOCUMENT_URI $uri; include ${run}/nginx/snippets/studymate-fastcgi.conf; }
location /peer/ { proxy_pass http://bench_peer; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Request-ID $request_id; }
`, `\tupstream bench_peer { server unix:${peer}; keepalive 64; }\n`);
  const { id, access } = stage.people[0];
  for (const who of ['floor', 'peer']) {
    await until(async () => (await fetch(`http://127.0.0.1:${stage.http}/${who}/USER_NAME?p=i${id}`, { headers: { authorization: `Bearer ${access}` } })).ok, 10000);
  }
}
