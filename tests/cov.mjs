#!/usr/bin/env node
// After a run of build/cov: lines and branches reached, layer by layer. Which lines were not: build/cov/uncovered.txt.
// Fails when lib or domain is below 90 % of its lines.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const build = path.join(root, 'build/cov');
const floor = { lib: 90, domain: 90 };
const report = path.join(build, 'gcovr.json');
execFileSync('gcovr', ['-r', root, '-f', 'lib/', '-f', 'fcgi-app/', '--json', '-o', report, build], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

const layers = new Map(['lib', 'domain', 'api', 'jobs', 'realtime'].map((name) => [name, { lines: 0, hit: 0, branches: 0, taken: 0 }]));
const missed = [];
for (const { file, lines } of JSON.parse(fs.readFileSync(report, 'utf8')).files) {
  const layer = layers.get(file.startsWith('lib/') ? 'lib' : file.split('/')[1]);
  const source = fs.readFileSync(path.join(root, file), 'utf8').split('\n');
  for (const line of lines) {
    if (line['gcovr/noncode']) continue;
    layer.lines += 1;
    if (line.count) layer.hit += 1;
    else missed.push(`${file}:${line.line_number}: ${source[line.line_number - 1].trim()}`);
    for (const branch of line.branches) {
      layer.branches += 1;
      if (branch.count) layer.taken += 1;
    }
  }
}
fs.writeFileSync(path.join(build, 'uncovered.txt'), `${missed.join('\n')}\n`);

let good = true;
const percent = (part, all) => `${(100 * part / all).toFixed(1)} %`.padStart(8);
console.log('layer         lines            branches');
for (const [name, l] of layers) {
  const low = !(100 * l.hit >= (floor[name] ?? 0) * l.lines) || !l.lines;
  good &&= !low;
  console.log(`${name.padEnd(9)} ${percent(l.hit, l.lines)} of ${String(l.lines).padEnd(6)} ${percent(l.taken, l.branches)} of ${String(l.branches).padEnd(5)}${low ? ` below ${floor[name]} % of the lines` : ''}`);
}
console.log(`${missed.length} lines were not reached: build/cov/uncovered.txt`);
process.exitCode = good ? 0 : 1;
