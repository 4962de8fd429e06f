#!/usr/bin/env node
// Measures the hot paths against a floor (bench/floor.c: a bare FastCGI program with the same statements) and a Node
// peer (bench/peer.mjs), in one run on one machine: contestants take turns, medians are compared, only ratios are
// worth quoting. Each path is saturated, which tells what it can carry; then it gets a share of that, which tells what a
// user waits; then five times as much, which tells what is left of it under overload. Before that: how the product starts,
// what it takes idle, and what a list of partners costs among a thousand people. Exits with 1 when a target was missed.
// Settings: USERS (100000), ROUNDS (5), SECONDS (3) of a measurement, ONLY (a part of a path's name; start: no path).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../harness/stack.mjs';
import { startContestants } from './contestants.mjs';
import { pace, saturate, seconds } from './load.mjs';
import { hotPaths } from './paths.mjs';
import { figure, starting } from './starting.mjs';
import { median, onStage, say, users } from './stage.mjs';

const WARM_ROUNDS = 3;
const rounds = Number(process.env.ROUNDS ?? 5);
const share = 0.7; // of its own peak: what the paced load of a contestant is
const quiet = 0.1; // when others had more of the processors, a measurement is made once more, and the quieter one counts
const FEW = 1000; // people, among whom a list of partners may cost half of what it does in the end
const PARTNERS = 'partners list (20)';
const MEMORY_KB = 4096; // of a worker alone
const only = process.env.ONLY;
const startOnly = only === 'start';
const over = { times: 5, connections: 2000, patience: 1000, goodput: 0.8, refused: 50000 };

const ms = (us) => (us / 1000).toFixed(1);
const percent = (x) => `${Math.round(100 * x)} %`;

// Calls measure(who) in turn, in both orders; → { who: [results] }
async function inTurn(c, whos, measure) {
  const got = Object.fromEntries(whos.map((w) => [w, []]));
  for (let i = 0; i < rounds; i += 1) {
    for (const w of i % 2 ? whos.toReversed() : whos) {
      const tries = [];
      do {
        await c.before?.();
        tries.push(measure(w));
      } while (tries.length < 2 && tries[0].others > quiet);
      got[w].push(tries.toSorted((a, b) => a.others - b.others)[0]);
    }
  }
  return got;
}

const mediansOf = (results, keys) => Object.fromEntries(keys.map((k) => [k, median(results.map((r) => r[k]))]));

const contestants = (c) => ['ours', 'floor', 'peer'].filter((w) => c.linesOf(w));

// The peer is compiled while it runs: what came after half a minute of its life was an eighth more than what came before.
async function warm(stage, paths) {
  for (let i = 0; i < WARM_ROUNDS; i += 1) {
    for (const c of paths) {
      for (const w of contestants(c)) {
        await c.before?.();
        saturate(stage, c.linesOf(w));
      }
    }
  }
}

async function measurePath(stage, c) {
  const whos = contestants(c);
  const lines = Object.fromEntries(whos.map((w) => [w, c.linesOf(w)]));
  for (const w of whos) saturate(stage, lines[w]); // its own statements
  const full = await inTurn(c, whos, (w) => saturate(stage, lines[w]));
  const peak = Object.fromEntries(whos.map((w) => [w, mediansOf(full[w], ['rps', 'p50', 'p99'])]));
  const paced = await inTurn(c, whos, (w) => {
    const r = pace(stage, lines[w], share * peak[w].rps);
    return { p50: r.good_due.p50, p99: r.good_due.p99, others: r.others };
  });
  const row = { path: c.name };
  for (const w of whos) row[w] = { ...peak[w], paced: mediansOf(paced[w], ['p50', 'p99']), paced_p99s: paced[w].map((r) => r.p99) };
  row.to_floor = row.floor && row.ours.rps / row.floor.rps;
  row.to_peer = row.peer && row.ours.rps / row.peer.rps;
  row.others = median(Object.values(full).flat().map((r) => r.others));
  row.others_paced = median(Object.values(paced).flat().map((r) => r.others));
  row.missed = [
    ...Object.entries(c.least).filter(([w, least]) => row[`to_${w}`] < least).map(([w, least]) => `${least} of the ${w}`),
    ...(row.ours.paced.p99 > c.p99 ? [`p99 ${ms(c.p99)} ms`] : []),
  ];
  return row;
}

async function overload(stage, c, peak) {
  const got = (await inTurn(c, ['ours'], () => pace(stage, c.linesOf('ours'), over.times * peak, over))).ours;
  const of = (f) => median(got.map(f));
  const row = {
    path: c.name,
    goodput: of((r) => r.good / (r.us / 1e6)) / peak,
    refused: of((r) => r.refused / r.arrivals),
    given_up: of((r) => r.given_up / r.arrivals),
    refused_p99: of((r) => r.refused_sent.p99),
    refused_due_p99: of((r) => r.refused_due.p99),
    good_p99: of((r) => r.good_due.p99),
    longest: Math.max(...got.map((r) => Math.max(r.good_sent.max, r.refused_sent.max))),
    unanswered: Math.max(...got.map((r) => r.unanswered + r.failed + r.other + r.bare)), // or not as they should be
    starved: of((r) => r.starved), by_chance: of((r) => r.starved_by_chance),
    clients: of((r) => r.cpu_us / r.us / os.cpus().length), others: of((r) => r.others),
  };
  row.missed = [
    ...(row.goodput < over.goodput ? [`goodput ${over.goodput}`] : []),
    ...(row.refused_due_p99 > over.refused ? [`refused within ${ms(over.refused)} ms`] : []),
    ...(row.unanswered ? ['an answer to everybody'] : []),
  ];
  return row;
}

// Private memory of the workers, kB.
function memoryOf(stage) {
  const kb = stage.workers().map((pid) => [...fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce((a, m) => a + Number(m[1]), 0));
  return { worker_private_kb: median(kb), worker_private_kb_max: Math.max(...kb) };
}

function table(head, rows) {
  say(`\n| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|`);
  for (const r of rows) say(`| ${r.join(' | ')} |`);
}

const figures = []; // what is none of a path's
let partnersAmongFew;

async function prelude(stage) {
  if (!only || startOnly) figures.push(...await starting(stage));
  if (startOnly) return false;
  if (only && !PARTNERS.includes(only)) return true;
  await stage.grow(FEW);
  const [{ n }] = await stage.sql.query("SELECT COUNT(*) AS n FROM users WHERE email LIKE 'user%@seed.example.com'");
  if (n > FEW || users <= FEW) {
    say(`a list of partners among ${FEW} people is not compared: there are ${n} now, and ${users} in the end`);
    return true;
  }
  const [c] = await hotPaths(stage, { only: PARTNERS, peers: false });
  for (let i = 0; i < WARM_ROUNDS; i += 1) saturate(stage, c.linesOf('ours'));
  partnersAmongFew = median((await inTurn(c, ['ours'], () => saturate(stage, c.linesOf('ours')))).ours.map((r) => r.rps));
  return true;
}

function tellFigures() {
  table(['figure', 'measured', 'target'], figures.map((f) => [f.name, `${f.value} ${f.unit}`, `${f.missed ? 'MISSED ' : ''}≤ ${f.most} ${f.unit}`]));
}

async function play(stage) {
  if (startOnly) {
    tellFigures();
    return figures.some((f) => f.missed) ? 1 : 0;
  }
  await startContestants(stage);
  const paths = await hotPaths(stage, { only });
  const [result, overloaded] = [[], []];
  say('warming all of it');
  await warm(stage, paths);
  for (const c of paths) {
    result.push(await measurePath(stage, c));
    result.at(-1).worker_kb = memoryOf(stage).worker_private_kb_max;
    overloaded.push(await overload(stage, c, result.at(-1).ours.rps));
    for (const r of [result.at(-1), overloaded.at(-1)]) say(`${c.name}: ${r.missed.length ? `MISSED ${r.missed.join(', ')}` : 'good'}`);
  }
  const memory = memoryOf(stage);
  figures.push(figure('private memory of a worker, the largest', memory.worker_private_kb_max, 'kB', MEMORY_KB));
  const among = result.find((r) => r.path === PARTNERS);
  if (partnersAmongFew) figures.push(figure(`partners list: ${FEW} people to ${users}, times the work`, partnersAmongFew / among.ours.rps, 'times', 2));
  fs.writeFileSync(path.join(root, 'build/bench.json'), `${JSON.stringify({ users, rounds, seconds, share, over, cpus: os.cpus().length, cpu: os.cpus()[0].model, result, overloaded, memory, figures }, null, 2)}\n`);
  const three = (r, f) => ['ours', 'floor', 'peer'].map((w) => (r[w] ? f(r[w]) : '–')).join(' / ');
  const ratio = (x) => x?.toFixed(2) ?? '–';
  table(['path', 'requests/s', 'p50 ms', 'p99 ms', 'memory of a worker kB', 'of the floor', 'times the peer', 'missed'], result.map((r) => [
    r.path, Math.round(r.ours.rps), ms(r.ours.paced.p50), ms(r.ours.paced.p99), r.worker_kb, ratio(r.to_floor), ratio(r.to_peer), r.missed.join(', ')]));
  table(['saturated', 'requests/s', 'of the floor', 'times the peer', 'p99 ms: ours / floor / peer', 'others had'], result.map((r) => [
    r.path, Math.round(r.ours.rps), ratio(r.to_floor), ratio(r.to_peer), three(r, (x) => ms(x.p99)), percent(r.others)]));
  table([`at ${share} of its own peak`, 'p50 ms: ours / floor / peer', 'p99 ms: ours / floor / peer', 'p99 of ours, each round', 'others had'], result.map((r) => [
    r.path, three(r, (x) => ms(x.paced.p50)), three(r, (x) => ms(x.paced.p99)), r.ours.paced_p99s.map(ms).join(', '), percent(r.others_paced)]));
  table([`at ${over.times} times the peak`, 'goodput of the peak', 'refused', 'not sent', 'refused p99 ms: from due / sent', 'answered p99 ms', 'longest ms', 'unanswered', 'starved (by chance)', 'clients / others had'], overloaded.map((r) => [
    r.path, r.goodput.toFixed(2), percent(r.refused), percent(r.given_up), `${ms(r.refused_due_p99)} / ${ms(r.refused_p99)}`, ms(r.good_p99), ms(r.longest), r.unanswered, `${r.starved} (${r.by_chance.toFixed(0)})`, `${percent(r.clients)} / ${percent(r.others)}`]));
  tellFigures();
  const missed = [...result, ...overloaded].reduce((n, r) => n + r.missed.length, 0) + figures.filter((f) => f.missed).length;
  say(missed ? `${missed} targets missed` : 'every target met');
  return missed ? 1 : 0;
}

process.exitCode = await onStage(play, prelude);
