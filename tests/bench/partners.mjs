// The partners list runs several statements whose values depend on each other. What ours executes is read from
// MariaDB's general log, so that floor and peer run the very same; what it answers is kept for the peer.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { command } from './stage.mjs';

function fetchText(url, token) {
  return new Promise((resolve, reject) => {
    http.get(url, { headers: { authorization: `Bearer ${token}` } }, (res) => {
      let text = '';
      res.on('data', (d) => { text += d; });
      res.on('end', () => (res.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    }).on('error', reject);
  });
}

// The values that stand in `text` where the prepared statement has its question marks.
function valuesOf(prepared, text) {
  const pattern = prepared.split('?').map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join("(NULL|'(?:[^'\\\\]|\\\\.|'')*'|-?[0-9.]+)");
  return new RegExp(`^${pattern}$`, 's').exec(text)?.slice(1)
    .map((v) => (v === 'NULL' ? 'n' : v[0] === "'" ? `s${v.slice(1, -1)}` : `i${v}`));
}

const seldom = ['NAMES', 'PRESENCE_GATEWAYS']; // once in a worker's life, once a second

async function statementsOf(stage, some, q, url) {
  const { sql } = stage;
  const statements = command(stage.api, ['--list-statements']).split('\n').filter(Boolean).map((l) => JSON.parse(l));
  const same = [];
  const lists = {};
  // a statement prepared while the log is on is logged with its values, and slower for it: hence the restarts
  await sql.query("SET GLOBAL log_output = 'TABLE'");
  await sql.query('SET GLOBAL general_log = ON');
  stage.stack('restart-api');
  for (const p of some) {
    await fetchText(url, p.access); // so that floor and peer, too, are spared what our workers keep for a few seconds
    await sql.query('TRUNCATE mysql.general_log');
    lists[p.id] = JSON.parse(await fetchText(url, p.access)).data;
    const rows = await sql.query("SELECT CONVERT(argument USING utf8mb4) AS text FROM mysql.general_log WHERE command_type = 'Execute' ORDER BY event_time");
    const calls = rows.map(({ text }) => {
      for (const { name, sql: prepared } of statements) {
        const values = valuesOf(prepared, text);
        if (values) return { name, values };
      }
      return undefined;
    }).filter((c) => c && !c.name.startsWith('SESSIONS') && !seldom.includes(c.name));
    if (!calls.length) throw new Error('the general log shows no statement of ours');
    same.push([calls.map((c) => c.name).join('+'), calls.map((c) => q(...c.values)).join('|'), p.access]);
  }
  await sql.query('SET GLOBAL general_log = OFF');
  stage.stack('restart-api');
  fs.writeFileSync(path.join(stage.run, 'lists.json'), JSON.stringify(lists));
  return same;
}

// { ours, same }; without peers nobody needs `same`.
export async function partnersLines(stage, q, peers) {
  const target = '/api/v1/matching/partners?page=0&size=20';
  const some = stage.people.slice(0, 32);
  return {
    ours: some.map((p) => ['GET', target, p.access, '']),
    same: peers ? await statementsOf(stage, some, q, `http://127.0.0.1:${stage.http}${target}`) : undefined,
  };
}
