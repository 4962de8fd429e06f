#!/usr/bin/env node
// Two revisions on one stack: the pool of the working tree and that of REV, built in a worktree of its own, take turns on
// each hot path over the same nginx and data. A path is lost when the median of the paired ratios of requests/s is below
// 0.90 and so many rounds were slower as would be by chance in one of twenty runs at most (a sign test; 5 rounds are the
// fewest that can tell); below 0.90 without that it is perhaps lost. Exits with 1 when a path was lost, with 3 when one perhaps
// was, with 2 when nothing could be compared. Settings: REV, ROUNDS (9), SECONDS (3), USERS (100000), ONLY (a part of a path's name).
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { freePort, root, sleep, until } from '../harness/stack.mjs';
import { saturate } from './load.mjs';
import { hotPaths } from './paths.mjs';
import { command, median, onStage, say } from './stage.mjs';

const rounds = Number(process.env.ROUNDS ?? 9);
const least = 0.9;
const rev = process.env.REV;

// Builds the pool of a commit; → its folder.
function build(commit) {
  const tree = path.join(root, 'build/compare', commit);
  removeTree(tree);
  command('git', ['worktree', 'add', '--detach', '--force', tree, commit]);
  say(`building ${rev} (${commit.slice(0, 12)})`);
  command('make', ['-j2', 'build/release/studymate-api'], { cwd: tree, env: { ...process.env, MAKEFLAGS: '' } });
  return tree;
}

function removeTree(tree) {
  if (fs.existsSync(tree)) command('git', ['worktree', 'remove', '--force', tree]);
}

// Starts the other pool beside the stage's and shows it on a port of its own, through a copy of our snippets.
async function startOther(stage, tree) {
  const { run } = stage;
  const port = await freePort();
  const moved = (text) => text.replaceAll(`${run}/api.sock`, `${run}/rev.sock`).replaceAll(`${run}/login.sock`, `${run}/rev-login.sock`);
  const conf = path.join(run, 'rev.env');
  fs.writeFileSync(conf, moved(fs.readFileSync(path.join(run, 'studymate.env'), 'utf8')).replace(/^SQL_DIR=.*$/m, `SQL_DIR=${tree}/sql`));
  const log = fs.openSync(path.join(run, 'log/rev.log'), 'a');
  const master = stage.start(path.join(tree, 'build/release/studymate-api'), ['--config', conf], { last: true, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  const snippets = path.join(run, 'nginx/rev');
  fs.mkdirSync(snippets, { recursive: true });
  for (const f of fs.readdirSync(path.join(run, 'nginx/snippets'))) {
    fs.writeFileSync(path.join(snippets, f), moved(fs.readFileSync(path.join(run, 'nginx/snippets', f), 'utf8')).replaceAll(`${run}/nginx/snippets`, snippets));
  }
  stage.nginx('', `\tserver {\n\t\tlisten 127.0.0.1:${port};\n\t\tserver_name localhost;\n\t\tinclude ${snippets}/studymate.conf;\n\t}\n`);
  await until(async () => {
    if (master.exitCode !== null) throw new Error(`the pool of ${rev} ended: ${fs.readFileSync(path.join(run, 'log/rev.log'), 'utf8')}`);
    return fetch(`http://127.0.0.1:${port}/health/ready`).then((r) => r.ok, () => false);
  }, 15000);
  return port;
}

// How likely it is that of n coins at least k show heads.
function chance(k, n) {
  let [sum, ways] = [0, 1]; // ways: n over i
  for (let i = n; i >= k; i -= 1) {
    sum += ways;
    ways = (ways * i) / (n - i + 1);
  }
  return sum / 2 ** n;
}

function judge(name, pairs) {
  const ratios = pairs.map((p) => p.ours / p.other).toSorted((a, b) => a - b);
  const slower = ratios.filter((r) => r < 1).length;
  const row = {
    name, slower, ours: median(pairs.map((p) => p.ours)), other: median(pairs.map((p) => p.other)),
    ratio: median(ratios), low: ratios[0], high: ratios.at(-1), others: Math.max(...pairs.map((p) => p.others)),
  };
  row.verdict = row.ratio >= least ? '' : chance(slower, ratios.length) < 0.05 ? 'LOST' : 'perhaps lost: rounds disagree, run more';
  return row;
}

async function compare(stage, tree) {
  const port = await startOther(stage, tree);
  await sleep(1000); // until nginx's old processes are gone
  const ports = { ours: stage.http, other: port };
  const rows = [];
  for (const c of await hotPaths(stage, { only: process.env.ONLY, peers: false })) {
    const lines = c.linesOf('ours');
    const pairs = [];
    for (let i = -1; i < rounds; i += 1) { // the first one warms
      const pair = { others: 0 };
      for (const w of i % 2 ? ['other', 'ours'] : ['ours', 'other']) {
        await c.before?.();
        const r = saturate(stage, lines, { port: ports[w] });
        pair[w] = r.rps;
        pair.others = Math.max(pair.others, r.others);
      }
      if (i >= 0) pairs.push(pair);
    }
    rows.push(judge(c.name, pairs));
    say(`${c.name}: ${rows.at(-1).ratio.toFixed(2)} ${rows.at(-1).verdict}`);
  }
  say(`\n| path | requests/s | ${rev} | ratio | of rounds | slower in | others had at most | |\n|---|---|---|---|---|---|---|---|`);
  for (const r of rows) {
    say(`| ${r.name} | ${Math.round(r.ours)} | ${Math.round(r.other)} | ${r.ratio.toFixed(2)} | ${r.low.toFixed(2)}–${r.high.toFixed(2)} | ${r.slower} of ${rounds} | ${Math.round(100 * r.others)} % | ${r.verdict} |`);
  }
  return rows.some((r) => r.verdict === 'LOST') ? 1 : rows.some((r) => r.verdict) ? 3 : 0;
}

function main() {
  if (!rev) {
    say('which revision? make bench-compare REV=HEAD~1');
    return 2;
  }
  const { stdout, status } = spawnSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`], { cwd: root, encoding: 'utf8' });
  if (status !== 0) {
    say(`there is no revision ${rev}`);
    return 2;
  }
  const commit = stdout.trim();
  // of both the tables are ours: that may do when we only added to them, else not
  const changed = (filter) => command('git', ['diff', '--name-only', `--diff-filter=${filter}`, commit, '--', 'sql/migrations']).trim().split('\n').filter(Boolean);
  if (changed('a').length) {
    say(`the migrations of ${rev} are others, so both cannot use one database: ${changed('a').join(', ')}`);
    return 2;
  }
  if (changed('A').length) say(`${rev} is measured on newer tables than its own; a request it cannot answer there ends this: ${changed('A').join(', ')}`);
  const tree = path.join(root, 'build/compare', commit);
  process.on('exit', () => removeTree(tree));
  // a signal ends the build, too: what follows from that is an exit
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { process.exitCode = 1; });
  build(commit);
  return onStage((stage) => compare(stage, tree));
}

process.exitCode = await main();
