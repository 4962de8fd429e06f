#!/usr/bin/env node
// What the documents point to exists: links within the project and their headings, files named in code, make's targets.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const git = (...args) => execFileSync('git', ['ls-files', ...args], { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
const tracked = git('--cached', '--others', '--exclude-standard');
const files = tracked.filter((f) => f.endsWith('.md'));
const targets = new Set([...fs.readFileSync(path.join(root, 'Makefile'), 'utf8').matchAll(/^([a-z-]+(?: [a-z-]+)*):(?!=)/gm)].flatMap((m) => m[1].split(' ')));
const headings = (text) => new Set([...text.matchAll(/^#+ (.*)$/gm)].map((m) => m[1].toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')));
const problems = [];
let checks = 0;

for (const file of files) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const say = (what) => problems.push(`${file}: ${what}`);
  for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    checks += 1;
    const [to, anchor] = link.split('#');
    if (/^[a-z]+:/.test(to)) {
      if (!/^https:\/\/[^/]+\.[a-z]+(\/|$)/.test(to)) say(`${link} is no https address`);
      continue;
    }
    const target = to ? path.join(path.dirname(path.join(root, file)), to) : path.join(root, file);
    if (!fs.existsSync(target)) say(`${link} does not exist`);
    else if (anchor && !headings(fs.readFileSync(target, 'utf8')).has(anchor)) say(`${link}: no such heading`);
  }
  // `api/worker.c`: the end of some file's path; x stands for any name
  for (const [, name] of text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:c|h|mjs|sql|md|conf|in))`/g)) {
    if (/(^|\/)x[/._]/.test(name)) continue;
    checks += 1;
    if (!tracked.some((f) => f === name || f.endsWith(`/${name}`))) say(`\`${name}\` is the name of no file`);
  }
  for (const [, target] of text.matchAll(/`(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)/g)) {
    checks += 1;
    if (!targets.has(target)) say(`make ${target} does not exist`);
  }
}
for (const p of problems) console.log(p);
console.log(`${files.length} documents, ${checks} references, ${problems.length} problems`);
process.exitCode = problems.length || !checks ? 1 : 0;
