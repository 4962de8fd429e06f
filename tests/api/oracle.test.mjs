// The judge of the whole run (harness/oracle.mjs) finds what it is there for, in a run made up for it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { env, get } from '../harness/client.mjs';
import { judge } from '../harness/oracle.mjs';

test('what must not be in a run is found, what is allowed is not', async () => {
  const { body: document } = await get('/openapi.json');
  const ops = Object.values(document.paths).flatMap((i) => Object.values(i)).filter((o) => !o.deprecated);
  const once = ops.find((o) => o['x-statements'] > 1 && o.parameters.some((p) => p.$ref?.endsWith('IdempotencyKey')));
  const runDir = path.join(env.run, 'made up');
  const other = path.join(runDir, 'stacks/other');
  for (const d of [runDir, other]) fs.mkdirSync(path.join(d, 'log'), { recursive: true });
  // problems of a run with these lines in its logs, and these answers
  const problems = (lines, { answers = [], announced = [], dir = runDir } = {}) => {
    fs.writeFileSync(path.join(dir, 'log/api.log'), lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
    fs.writeFileSync(path.join(runDir, 'record-1.jsonl'), answers.map((r) => `${JSON.stringify(r)}\n`).join(''));
    fs.writeFileSync(path.join(runDir, 'announced.jsonl'), announced.map((a) => `${JSON.stringify(a)}\n`).join(''));
    const found = judge({ document, runDir, checkCoverage: false }).problems;
    fs.rmSync(path.join(dir, 'log/api.log'));
    return found;
  };
  const request = (more) => ({ lvl: 'info', msg: 'request', route: once['x-handler'], code: 'OK', retries: 0, login_n: 0, once: 0, db_n: once['x-statements'], ...more });
  const n = once['x-statements'];
  for (const good of [{}, { db_n: n + 1, login_n: 1 }, { db_n: n + 4, once: 1 }, { db_n: n + 5, login_n: 1, once: 1 }, { db_n: n + 9, retries: 1 }]) assert.deepEqual(problems([request(good)]), [], JSON.stringify(good));
  for (const bad of [{ db_n: n + 1 }, { db_n: n + 2, login_n: 1 }, { db_n: n + 1, once: 0 }, { db_n: n + 5, once: 1 }]) assert.match(problems([request(bad)]).join(), /statements, \d+ declared/, JSON.stringify(bad));
  for (const lvl of ['warn', 'error']) {
    const line = { lvl, msg: 'somebody sent nonsense' };
    assert.equal(problems([line]).length, 1);
    assert.deepEqual(problems([line], { announced: [{ text: 'sent nonsense' }] }), []);
    // announced for one stack, it is meant to be in the log of that one alone
    assert.equal(problems([line], { announced: [{ text: 'sent nonsense', dir: other }] }).length, 1);
    assert.deepEqual(problems([line], { announced: [{ text: 'sent nonsense', dir: other }], dir: other }), []);
  }
  assert.deepEqual(problems([{ lvl: 'info', msg: 'somebody sent nonsense' }]), []);
  const refusal = (await get('/users/me')).text; // of the form of every failure
  for (const status of [429, 503]) {
    const answer = { method: 'GET', path: '/api/v1/users/me', status, type: 'application/json', text: refusal };
    for (const after of [undefined, '', '0', 'soon']) assert.match(problems([], { answers: [{ ...answer, after }] }).join(), /Retry-After/, `${status} ${after}`);
    assert.deepEqual(problems([], { answers: [{ ...answer, after: '2' }] }), []);
  }
  // where pages read error.code a text is none, elsewhere an object is none
  const failed = { method: 'PATCH', path: '/api/v1/users/me', status: 400, type: 'application/json' };
  const error = { code: 'PROFILE-002', message: 'x', retryable: false, timestamp: '2026-01-01T00:00:00.000Z' };
  for (const [path_, right, wrong] of [['/api/v1/users/me', error, 'x'], ['/api/v1/coup/user/profile', 'x', error]]) {
    const said = (e) => problems([], { answers: [{ ...failed, path: path_, method: path_.endsWith('me') ? 'PATCH' : 'PUT', text: JSON.stringify({ success: false, error: e, code: 'PROFILE-002', message: 'x' }) }] });
    assert.deepEqual(said(right), []);
    assert.match(said(wrong).join(), /does not fit the document/);
  }
  fs.rmSync(runDir, { recursive: true });
});
