// Tokens as an attacker or another key would make them.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { env } from './client.mjs';
import { query } from './db.mjs';

const b64 = (x) => Buffer.from(typeof x === 'string' ? x : JSON.stringify(x)).toString('base64url');

export function serverKey() {
  const [kid, hex] = fs.readFileSync(path.join(env.run, 'secrets/token.keys'), 'utf8').trim().split(',')[0].split(':');
  return { kid, key: Buffer.from(hex, 'hex') };
}

export function sign(claims, { header = {}, key, hash = 'sha256' } = {}) {
  const own = serverKey();
  const head = b64({ alg: 'HS256', kid: own.kid, typ: 'JWT', ...header });
  const text = `${head}.${b64(claims)}`;
  return `${text}.${crypto.createHmac(hash, key ?? own.key).update(text).digest('base64url')}`;
}

export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

// Moves everything this login remembers into the past.
export async function age(token, seconds) {
  const { sid } = claimsOf(token);
  const [row] = await query('SELECT HEX(rotations) AS r FROM sessions WHERE id = ?', [sid]);
  const moved = (row.r.match(/.{16}/g) ?? []).map((h) => (BigInt(`0x${h}`) - BigInt(seconds * 1000)).toString(16).padStart(16, '0')).join('');
  await query('UPDATE sessions SET rotations = UNHEX(?) WHERE id = ?', [moved, sid]);
}
