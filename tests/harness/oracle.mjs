// Holds a whole run against what the route table says: every recorded answer fits the OpenAPI document, every route
// and every failure it declares was reached, no request needed more statements than its row allows, who
// is refused for a while is told for how long, and the logs hold no warning or error nobody announced.
import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const lines = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
const jsonLines = (file) => lines(file).map((l) => {
  try {
    return JSON.parse(l);
  } catch {
    return { broken: l };
  }
});

class Matcher {
  constructor(document) {
    this.paths = Object.keys(document.paths).map((p) => ({
      path: p,
      literals: p.split('/').filter((s) => !s.startsWith('{')).length,
      regex: new RegExp(`^${p.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
    })).sort((a, b) => b.literals - a.literals);
  }

  // Without a version and a token in a header, what stands below /coup comes first (fcgi-app/api/pipeline.c).
  find({ path: pathname, method, guest }, document) {
    const bare = pathname.replace(/^\/api(\/v1)?(?=\/|$)/, '');
    const of = (s) => this.paths.find((p) => p.regex.test(s))?.path;
    const own = guest && /^\/api\/(?!v1(\/|$))/.test(pathname) ? of(`/coup${bare}`) : undefined;
    return own && document.paths[own][method.toLowerCase()] ? own : of(bare);
  }
}

// validator(pointer): of what stands there in the document.
function validators(document) {
  const ajv = new Ajv({ strict: false, inlineRefs: false, code: { optimize: false } }); // compiling is most of its work
  addFormats(ajv);
  ajv.addSchema({ $id: 'doc', ...document }, 'doc');
  const compiled = new Map();
  return (pointer) => {
    if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: `doc#${pointer}` }));
    return compiled.get(pointer);
  };
}

// Why a value does not fit a schema that refers to the document's; [] when it does.
export function misfits(document) {
  const validator = validators(document);
  return ({ $ref }, value) => {
    const fits = validator($ref.slice(1));
    return fits(value) ? [] : fits.errors.map((e) => `${e.instancePath} ${e.message}`);
  };
}

export function judge({ document, runDir, checkCoverage = true }) {
  const problems = [];
  let checks = 0;
  const validator = validators(document);
  const escape = (s) => encodeURIComponent(s.replace(/~/g, '~0').replace(/\//g, '~1')).replace(/%7E/g, '~');
  const matcher = new Matcher(document);
  // the run's own stack, those of single suites, and of suites that ran on one of those
  const below = (dir) => [dir, ...(fs.existsSync(`${dir}/stacks`) ? fs.readdirSync(`${dir}/stacks`).flatMap((d) => below(path.join(dir, 'stacks', d))) : [])];
  const dirs = below(runDir);
  const records = dirs.flatMap((d) => fs.readdirSync(d).filter((f) => f.startsWith('record-')).flatMap((f) => jsonLines(path.join(d, f))));

  for (const r of records) {
    if ((r.status === 429 || r.status === 503) && !/^[1-9]\d*$/.test(r.after ?? '')) problems.push(`${r.method} ${r.path}: ${r.status} says Retry-After: ${r.after}`);
    if (r.status === 204 || r.status === 304 || r.method === 'HEAD' || r.status === 301) continue;
    if (r.path.startsWith('/docs')) continue;
    checks += 1;
    const template = matcher.find(r, document);
    const op = template && document.paths[template][r.method.toLowerCase()];
    const declared = op?.responses?.[r.status === 206 ? 200 : r.status]?.content;
    let pointer = '/components/schemas/Error';
    if (r.status === 302 && op?.responses?.['302']) continue;
    if (declared && (!declared['application/json'] || (r.type.startsWith('text/html') && declared['text/html']))) continue; // no JSON to hold against a schema
    if (declared) pointer = `/paths/${escape(template)}/${r.method.toLowerCase()}/responses/${r.status}/content/${escape('application/json')}/schema`;
    else if (op && r.status < 400) {
      problems.push(`${r.method} ${r.path}: ${r.status} is not declared`);
      continue;
    }
    if (!/^application\/json/.test(r.type ?? '')) {
      problems.push(`${r.method} ${r.path}: ${r.status} came as ${r.type}`);
      continue;
    }
    let value;
    try {
      value = JSON.parse(r.text);
    } catch {
      problems.push(`${r.method} ${r.path}: ${r.status} is not JSON`);
      continue;
    }
    const validate = validator(pointer);
    // what no row declares has the form of its envelope; a declared failure its own form alone where pages read an object
    const strict = declared?.['application/json'].schema.$ref?.endsWith('/CoupError');
    const other = ['BareError', ...(declared ? [] : ['CoupError'])].map((name) => validator(`/components/schemas/${name}`));
    if (!validate(value) && !(r.status >= 400 && op && !strict && other.some((fits) => fits(value)))) {
      const e = validate.errors[0];
      problems.push(`${r.method} ${r.path}: ${r.status} does not fit the document: ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
    }
  }

  const log = dirs.flatMap((dir) => ['api', 'jobs', 'realtime'].flatMap((p) => jsonLines(path.join(dir, `log/${p}.log`)).map((l) => ({ l, dir }))));
  const told = dirs.flatMap((d) => jsonLines(path.join(d, 'announced.jsonl')));
  const announced = (line, dir) => told.some((a) => line.includes(a.text) && (!a.dir || a.dir === dir));
  const ops = Object.values(document.paths).flatMap((item) => Object.values(item)).filter((o) => !o.deprecated);
  const byHandler = new Map(ops.map((o) => [o['x-handler'], o]));
  const seen = new Map();
  for (const { l, dir } of log) {
    if (l.broken !== undefined) {
      // the leak check of a process that ends looked at a thread of its when somebody killed it
      if (!/^==\d+==Unable to get registers from thread \d+\.$/.test(l.broken)) problems.push(`log: not a JSON line: ${l.broken.slice(0, 200)}`);
      continue;
    }
    // a person must act, or the server helped itself: neither may come of bad input
    if (/^(error|warn)$/.test(l.lvl) && !announced(JSON.stringify(l), dir)) problems.push(`log: ${JSON.stringify(l).slice(0, 400)}`);
    if (l.msg !== 'request') continue;
    if (!seen.has(l.route)) seen.set(l.route, new Set());
    seen.get(l.route).add(l.code);
    const op = byHandler.get(l.route);
    // beside them only what the worker itself asked about the login, and four for the transaction of an Idempotency-Key
    if (op && l.code === 'OK' && !l.retries && l.db_n > op['x-statements'] + l.login_n + 4 * l.once) problems.push(`${l.route}: ${l.db_n} statements, ${op['x-statements']} declared`);
  }
  const ofNginx = (name) => dirs.flatMap((dir) => lines(path.join(dir, `log/nginx-${name}.log`)).map((l) => ({ l, dir })));
  for (const { l, dir } of ofNginx('error')) if (!announced(l, dir)) problems.push(`nginx log: ${l.slice(0, 300)}`);
  // what failed behind nginx stands in its access log alone, see nginx/snippets/studymate-log.conf.in
  const failed = ofNginx('access').filter(({ l }) => /"upstream_status":"[^"]*50[24]/.test(l));
  for (const { l, dir } of failed) if (!announced(l, dir)) problems.push(`nginx access log: ${l.slice(0, 300)}`);
  for (const f of dirs.flatMap((d) => (fs.existsSync(`${d}/log`) ? fs.readdirSync(`${d}/log`).map((n) => path.join(d, 'log', n)) : []))) {
    const text = fs.readFileSync(f, 'utf8');
    const at = text.search(/Sanitizer|runtime error:/);
    if (at >= 0) problems.push(`${f}: ${text.slice(at, at + 600)}`);
  }
  if (checkCoverage) {
    for (const [handler, op] of byHandler) {
      checks += 1;
      if (!seen.get(handler)?.has('OK')) problems.push(`coverage: no test got a success from ${handler}`);
      for (const fail of op['x-fails']) {
        checks += 1;
        if (!seen.get(handler)?.has(fail)) problems.push(`coverage: no test reached ${fail} of ${handler}`);
      }
    }
  }
  return { problems, checks, answers: records.length };
}
