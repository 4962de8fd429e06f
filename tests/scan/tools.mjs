// The scanners: each is given addresses and says what it tried and what it found, as { tool, tried, findings: [text], broken: [text] }.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { MARK } from './requests.mjs';

// → { code, text }; killed when its time is over
function command(file, args, seconds, children) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PYTHONWARNINGS: 'ignore', TERM: 'dumb' } });
    children.add(child);
    let text = '';
    for (const s of [child.stdout, child.stderr]) s.on('data', (d) => { text += d; });
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.max(1, seconds) * 1000);
    child.on('error', (e) => { text += e.message; });
    child.on('close', (code) => {
      clearTimeout(timer);
      children.delete(child);
      resolve({ code, text });
    });
  });
}

// What clients get wrong and attackers try, in each place of each request: any answer will do, but not one of 500 and more.
const ODD = ['가😀', "'\"\\\\;--", '99999999999999999999', '-1e999', 'x'.repeat(6000)];
const ODD_ADDRESS = [...ODD.map(encodeURIComponent), '%00', '%ff', '%ed%a0%80', '%'];
const ODD_BODY = [...ODD.map((t) => JSON.stringify(t).slice(1, -1)), '\\u0000', '\\ud800', '\\u202e', '\u0001', '","x":"'];
export async function values({ send, requests, put, token }) {
  const findings = [];
  let tried = 0;
  for (const r of requests.filter((x) => !x.headers)) {
    const inAddress = r.target.split(MARK).length - 1;
    for (let k = 0; k < r.marks; k += 1) {
      for (const value of k < inAddress ? ODD_ADDRESS : ODD_BODY) {
        const { target, body } = put(r, k, value);
        const res = await send(r.method, target, { token: token(r.auth), ...(body && { raw: body, headers: { 'content-type': 'application/json' } }) });
        tried += 1;
        if (res.status >= 500) findings.push(`${r.key}: ${res.status} for ${(target + (body ?? '')).slice(0, 200)}`);
      }
    }
  }
  return { tool: 'values', tried: `${tried} requests`, findings, broken: [] };
}

// requests: of requests.mjs; token(auth) → bearer; two at once until the time is over
export async function sqlmap({ base, requests, token, out, seconds, level, risk, children }) {
  const end = Date.now() + seconds * 1000;
  const queue = [...requests.entries()];
  const findings = [];
  const broken = [];
  let [operations, parameters] = [0, 0];
  const one = async (i, r) => {
    const dir = path.join(out, 'sqlmap', String(i));
    fs.mkdirSync(dir, { recursive: true });
    const bearer = token(r.auth);
    const args = ['-u', base + r.target, '--method', r.method, '--batch', '--flush-session', '--disable-coloring', '--level', String(level), '--risk', String(risk),
      '--dbms=MySQL', '--time-sec=2', '--timeout=10', '--retries=1', '--skip-waf', '--ignore-code=*', '--output-dir', dir,
      ...(bearer ? ['-H', `Authorization: Bearer ${bearer}`] : []), ...(r.body ? ['-H', 'Content-Type: application/json', '--data', r.body] : []), ...(r.headers ?? []).flatMap((h) => ['-H', h])];
    const { text } = await command('sqlmap', args, (end - Date.now()) / 1000, children);
    fs.writeFileSync(path.join(dir, 'output'), text);
    const found = [...text.matchAll(/^Parameter: (.*)$/gm)].map((m) => m[1]);
    for (const p of new Set(found)) findings.push(`${r.key}: ${p} is injectable`);
    if (!found.length && !/do not appear to be injectable/.test(text)) broken.push(`${r.key}: ${/\[(?:CRITICAL|ERROR)\] (.*)/.exec(text)?.[1] ?? 'not done in its time'}`);
    operations += 1;
    parameters += r.marks;
  };
  await Promise.all([0, 1].map(async () => {
    while (queue.length && Date.now() < end) await one(...queue.shift());
  }));
  for (const [, r] of queue) broken.push(`${r.key}: no time was left`);
  return { tool: 'sqlmap', tried: `${operations} operations, ${parameters} parameters`, findings, broken };
}

// all that need neither a list from the internet (nikto, wapp), nor guess names of pages for minutes (buster) or passwords (brute_login_form)
const WAPITI_MODULES = 'backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,ssrf,xss,xxe'.split(',');

const CRAWL_S = 30;

// urls: where to look besides the links found
export async function wapiti({ start, urls, bearer, out, seconds, modules = WAPITI_MODULES, children }) {
  const dir = path.join(out, 'wapiti');
  fs.mkdirSync(dir, { recursive: true });
  // the place a server would call if it followed addresses it is given; whoever asks anything else than wapiti's own question has done so
  const called = [];
  const lure = http.createServer((req, res) => {
    if (!/^\/($|get_)/.test(req.url)) called.push(req.url);
    res.end('{}');
  });
  await new Promise((ok) => { lure.listen(0, '127.0.0.1', ok); });
  const file = path.join(dir, 'report.json');
  const { text } = await command('wapiti', ['-u', start, '--scope', 'domain', ...urls.flatMap((u) => ['-s', u]), '-m', modules.join(','), '--flush-session', '--no-bugreport', '--verify-ssl', '0',
    '--store-session', path.join(dir, 'session'), '--store-config', path.join(dir, 'config'), '-d', '3', '--max-links-per-page', '50', '--max-scan-time', String(CRAWL_S), '--max-attack-time', String(Math.ceil((seconds - CRAWL_S) / modules.length)),
    '--external-endpoint', `http://127.0.0.1:${lure.address().port}/`, '--internal-endpoint', `http://127.0.0.1:${lure.address().port}/`,
    ...(bearer ? ['-H', `Authorization: Bearer ${bearer}`] : []), '-v', '1', '-f', 'json', '-o', file], seconds + 30, children);
  lure.close();
  fs.writeFileSync(path.join(dir, 'output'), text);
  const findings = called.map((u) => `the server called ${u}`);
  if (!fs.existsSync(file)) return { tool: 'wapiti', tried: '–', findings, broken: [text.trim().split('\n').at(-1)] };
  const report = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const kind of ['vulnerabilities', 'anomalies']) {
    for (const [name, list] of Object.entries(report[kind])) {
      for (const f of list) findings.push(`${name}: ${f.method} ${f.path} ${f.parameter || ''} ${f.info}`.replace(/\s+/g, ' '));
    }
  }
  const cut = [...text.matchAll(/[Mm]ax(imum)? attack time/g)].length;
  return { tool: 'wapiti', tried: `${urls.length} addresses and what they link to, ${modules.length} modules, ${cut} cut short`, findings: [...new Set(findings)], broken: /Traceback/.test(text) ? ['it broke: see its output'] : [] };
}

// Anything else than OK and INFO is a finding.
export async function testssl({ port, authority, out, seconds, options = ['-p', '-s', '-f', '-P', '-S', '-h', '-U'], children }) {
  const dir = path.join(out, 'testssl');
  fs.mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'report.json');
  fs.rmSync(file, { force: true });
  const { text } = await command('testssl', ['--quiet', '--color', '0', '--warnings', 'batch', '--nodns', 'none', '--ip', '127.0.0.1', '--jsonfile', file, '--connect-timeout', '5', '--openssl-timeout', '5',
    ...(authority ? ['--add-ca', authority] : []), ...options, `localhost:${port}/docs/`], seconds, children);
  fs.writeFileSync(path.join(dir, 'output'), text);
  let list = [];
  try {
    list = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch { /* said below */ }
  const findings = list.filter((f) => !['OK', 'INFO', 'DEBUG'].includes(f.severity)).map((f) => `${f.severity} ${f.id}: ${f.finding}`);
  const broken = list.length < 30 || !list.some((f) => f.id === 'scanTime') ? [`it did not finish: ${text.trim().split('\n').at(-1)}`] : [];
  return { tool: 'testssl', tried: `${list.length} checks`, findings: findings.filter((f) => !/ scanTime:/.test(f)), broken };
}
