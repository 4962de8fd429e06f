// Asking for one's data and fetching it, as a page and a browser do.
import assert from 'node:assert/strict';
import { env, get, send } from './client.mjs';
import { fetchBytes } from './files.mjs';
import { until } from './stack.mjs';
import { unzip } from './zip.mjs';

export const ask = (p, o = {}) => send('POST', '/settings/export', { token: p.access, ...o });
export const status = async (p, o = {}) => (await get('/settings/export', { token: p.access, ...o })).body.data;
export const completed = (p, o = {}, ms = 60000) => until(async () => {
  const now = await status(p, o);
  return now.status === 'completed' && now;
}, ms);

// → { bytes, files: name → text, json: name → value }
export async function fetchExport(url, base = env.base) {
  const res = await fetchBytes(url, { base });
  assert.equal(res.status, 200);
  const files = Object.fromEntries([...unzip(res.bytes)].map(([name, data]) => [name, data.toString('utf8')]));
  const json = Object.fromEntries(Object.entries(files).filter(([name]) => name.endsWith('.json')).map(([name, text]) => [name, JSON.parse(text)]));
  return { ...res, files, json };
}

export async function exported(p, o = {}) {
  const res = await ask(p, o);
  assert.equal(res.status, 200, res.text);
  return fetchExport((await completed(p, o)).downloadUrl, o.base);
}
