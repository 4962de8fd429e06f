#!/usr/bin/env node
// Where the time of one path goes: perf samples the stacks of the pool's workers, nginx and MariaDB while the path is
// saturated, and this draws them as a flame graph (a box's width is its share of the samples, its callers lie below).
// Settings: PATH_NAME (a part of a path's name), SECONDS (3), USERS (100000).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../harness/stack.mjs';
import { saturate, seconds } from './load.mjs';
import { hotPaths } from './paths.mjs';
import { command, onStage, say } from './stage.mjs';

const hertz = 499;

// { name, n, children: Map } of perf script's text: a line that names the process, then its frames, the innermost first.
function fold(text) {
  const top = { name: 'all', n: 0, children: new Map() };
  for (const sample of text.split('\n\n')) {
    const [head, ...frames] = sample.split('\n').filter(Boolean);
    if (!head || !frames.length) continue;
    const names = frames.map((f) => /^\s+[0-9a-f]+ (.*) \(.*\)$/.exec(f)).map((m, i) => (m && m[1] !== '[unknown]' ? m[1].replace(/\+0x[0-9a-f]+$/, '') : /\(([^()]*)\)$/.exec(frames[i])?.[1].replace(/.*\//, '') ?? '?'));
    let at = top;
    at.n += 1;
    for (const name of [head.trim(), ...names.toReversed()]) {
      if (!at.children.has(name)) at.children.set(name, { name, n: 0, children: new Map() });
      at = at.children.get(name);
      at.n += 1;
    }
  }
  return top;
}

const escape = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// An SVG that explains a box when the pointer rests on it, and needs no script.
function draw(top, title) {
  const [width, line, least] = [1400, 17, 0.3];
  const boxes = [];
  let deepest = 0;
  const place = (node, x, depth) => {
    const w = (width * node.n) / top.n;
    if (w < least) return;
    deepest = Math.max(deepest, depth);
    boxes.push({ node, x, w, depth });
    let at = x;
    for (const child of [...node.children.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      place(child, at, depth + 1);
      at += (width * child.n) / top.n;
    }
  };
  place(top, 0, 0);
  const height = (deepest + 2) * line + 12;
  const shapes = boxes.map(({ node, x, w, depth }) => {
    const y = height - (depth + 1) * line - 4;
    const hue = 10 + [...node.name].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 45, 7);
    const room = Math.floor(w / 6.6) - 1;
    const label = room < 3 ? '' : node.name.length <= room ? node.name : `${node.name.slice(0, room - 1)}…`;
    return `<g><title>${escape(node.name)}: ${((100 * node.n) / top.n).toFixed(2)} %, ${node.n} samples</title>`
      + `<rect x="${x.toFixed(1)}" y="${y}" width="${w.toFixed(1)}" height="${line - 1}" fill="hsl(${hue} 85% 65%)"/>`
      + `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${escape(label)}</text></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="monospace" font-size="11">\n`
    + `<rect width="${width}" height="${height}" fill="#fff"/><text x="4" y="14">${escape(title)}</text>\n${shapes.join('\n')}\n</svg>\n`;
}

async function play(stage) {
  const only = process.env.PATH_NAME;
  const [c] = await hotPaths(stage, { only, peers: false });
  const lines = c.linesOf('ours');
  saturate(stage, lines); // warm
  await c.before?.();
  const data = path.join(stage.run, 'perf.data');
  const pids = [...stage.workers(), ...stage.pids().filter((pid) => /^(nginx|mariadbd)$/m.test(fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim()))];
  // these programs keep no frame pointers: perf takes the stacks themselves and unwinds them afterwards
  const perf = spawn('perf', ['record', '-q', '-e', 'cpu-clock', '-F', String(hertz), '--call-graph', 'dwarf,16384', '-o', data, '-p', pids.join(',')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const rate = saturate(stage, lines).rps;
  perf.kill('SIGINT');
  await once(perf, 'exit');
  say('unwinding the samples');
  const top = fold(command('perf', ['script', '--no-inline', '-F', 'comm,ip,sym,dso', '-i', data], { stdio: ['ignore', 'pipe', 'ignore'] }));
  if (!top.n) throw new Error('perf took no sample');
  const name = `build/flame-${c.name.replace(/[^a-z]+/gi, '-').replace(/-$/, '').toLowerCase()}.svg`;
  fs.writeFileSync(path.join(root, name), draw(top, `${c.name}: ${top.n} samples in ${seconds} s at ${Math.round(rate)} requests/s`));
  for (const p of [...top.children.values()].toSorted((a, b) => b.n - a.n)) say(`${p.name}: ${Math.round((100 * p.n) / top.n)} %`);
  say(`${name}: ${top.n} samples`);
  return 0;
}

const probe = spawnSync('perf', ['record', '-q', '-e', 'cpu-clock', '-o', '/dev/null', '--', 'true'], { encoding: 'utf8' });
if (probe.status !== 0) {
  say(`perf may not sample here (perf_event_open; see kernel.perf_event_paranoid): ${(probe.stderr || String(probe.error)).trim().split('\n')[0]}`);
  process.exitCode = 1;
} else {
  process.exitCode = await onStage(play);
}
