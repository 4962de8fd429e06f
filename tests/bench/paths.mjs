// The hot paths: what each contestant is asked, and what each path must reach.
import { logins } from './stage.mjs';
import { partnersLines } from './partners.mjs';

const q = (...v) => v.map((x) => `p=${encodeURIComponent(x).replace(/%2C/g, ',')}`).join('&');
const words = '안녕하세요! 내일 저녁에 시간 괜찮으세요?';

// → [{ name, least: { floor, peer }, p99 (µs), linesOf(who), before() }]
// `same`: the statements of one request with their values, as floor and peer take them. peers: whether those are asked.
export async function hotPaths(stage, { only, peers = true } = {}) {
  const { sql, people, rooms, sign, now } = stage;
  const refreshed = Array.from({ length: logins }, (_, k) => 100001 + k);
  const all = [
    {
      name: 'one row (GET /users/name)', least: { floor: 0.85, peer: 1.5 }, p99: 5000,
      ours: people.map((p) => ['GET', '/api/v1/users/name', p.access, '']),
      same: people.map((p) => ['USER_NAME', q(`i${p.id}`), p.access]),
    },
    {
      name: 'messages page (50)', least: { floor: 0.8, peer: 1.5 }, p99: 5000,
      ours: rooms.map((r) => ['GET', `/api/v1/chat/rooms/${r.id}/messages?page=0&size=50`, r.me.access, '']),
      same: rooms.map((r) => ['CHAT_MESSAGES', q('n', 'n', 'i0', 'i50', 'n', 'i0', `i${r.id}`, `i${r.me.id}`), r.me.access]),
    },
    {
      name: 'message send', least: { peer: 1.3 }, p99: 15000,
      ours: rooms.map((r) => ['POST', `/api/v1/chat/rooms/${r.id}/messages`, r.me.access, JSON.stringify({ message: words, clientMessageId: '%K' })]),
      same: rooms.map((r) => ['CHAT_SEND', q(`i${r.id}`, `i${r.me.id}`, `s${words}`, 'k', 'n', 'i0'), r.me.access]),
    },
    {
      name: 'token refresh', least: { floor: 0.75 }, p99: 15000,
      // each token is presented once a round
      before: () => sql.query("UPDATE sessions SET generation = 1, rotations = '' WHERE id > 100000 AND id < 1000000 AND generation > 1"),
      ours: refreshed.map((id) => ['POST', '/api/v1/auth/refresh', sign({ sub: String(people[0].id), sid: String(id), typ: 'refresh', iat: now - 5, exp: now + 600000, gen: 1 }), '']),
      floor: refreshed.map((id) => ['GET', `/floor/SESSION_ROTATE?${q('s2026-11-21 00:00:00.000', `i${id}`, 's2036-01-01 00:00:00.000', 's0000019C00000000', 'i1', 'sUSER')}`, '', '']),
    },
    { name: 'partners list (20)', least: { floor: 0.8, peer: 1.5 }, p99: 5000, ...await partnersLines(stage, q, peers) },
  ];
  const found = all.filter((c) => !only || c.name.includes(only));
  if (!found.length) throw new Error(`no path has "${only}" in its name; there are: ${all.map((c) => c.name).join(', ')}`);
  for (const c of found) {
    c.linesOf = (who) => {
      if (who === 'ours' || c[who]) return c[who].map((l) => l.join('\t'));
      return c.same?.map(([names, values, token]) => ['GET', `/${who}/${names}?${values}`, token, ''].join('\t'));
    };
  }
  return found;
}
