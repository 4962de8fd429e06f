// The site in figures: what the administrators' pages show is counted again here, one by one, from the rows themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { refusal, site } from '../harness/admin.mjs';

const DAY = 86400e3;
const PAGES = ['overview', 'users', 'studies'];
let s;
let viewer;
before(async () => {
  s = await site('admin figures');
  viewer = await s.staff('VIEWER');
});
after(() => s?.down());

const rows = (...args) => s.sql.query(...args);
const seen = async (page, q = '', headers = {}, by = viewer) => {
  const res = await s.call(by, 'GET', `/admin/analytics/${page}${q && `?${q}`}`, undefined, headers);
  assert.equal(res.status, 200, res.text);
  assert.deepEqual([Object.keys(res.body), res.body.success], [['success', 'data', 'timestamp'], true]);
  return res.body;
};

// ---- a second statement of days, weeks and months, by the calendar of JavaScript
const dateOf = (ms) => new Date(ms).toISOString().slice(0, 10);
const korea = (t) => dateOf(+t + 9 * 3600e3);
const dayBefore = (date, n) => dateOf(Date.parse(date) - n * DAY);
const firstOf = { daily: (d) => d, weekly: (d) => dayBefore(d, (new Date(d).getUTCDay() + 6) % 7), monthly: (d) => `${d.slice(0, 7)}-01` };
// How many of these times fell on each day, week or month, until the day of now.
function trend(times, now, period, range) {
  const today = korea(now);
  const list = new Map();
  for (let d = firstOf[period](dayBefore(today, range - 1)); d <= today; d = dayBefore(d, -1)) list.set(firstOf[period](d), 0);
  for (const t of times) if (korea(t) <= today && list.has(firstOf[period](korea(t)))) list.set(firstOf[period](korea(t)), list.get(firstOf[period](korea(t))) + 1);
  return [...list].map(([date, count]) => ({ date, period: period === 'monthly' ? date.slice(0, 7) : date, count }));
}
// When a day in Korea begins that was so many days ago.
const midnight = (n) => Date.parse(dayBefore(korea(Date.now()), n)) - 9 * 3600e3;
const one = (x) => Math.round(x * 10) / 10;
const growth = (times, now) => {
  const [last, prior] = [0, 7].map((from) => times.filter((t) => +t <= now - from * DAY && +t > now - (from + 7) * DAY).length);
  return prior ? one((last - prior) * 100 / prior) : last ? 100 : 0;
};
const sql = (ms) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

let nth = 0;
const account = async (created, { status = 'ACTIVE', active = created, provider } = {}) => {
  nth += 1;
  const { insertId } = await rows('INSERT INTO users (email, name, status, created_at, active_at) VALUES (?, ?, ?, ?, ?)', [`f${nth}@test.example.com`, `f${nth}`, status, sql(created), sql(active)]);
  if (provider) await rows('INSERT INTO user_identities (provider, subject, user_id) VALUES (?, ?, ?)', [provider, `f${nth}`, insertId]);
  return insertId;
};
const group = async (created, fields = {}) => {
  const all = { owner_id: viewer.id, name: 'f', description: 'd', category: '어학', max_members: 100, created_at: sql(created), ...fields };
  return (await rows(`INSERT INTO studies (${Object.keys(all)}) VALUES (?)`, [Object.values(all)])).insertId;
};
const said = (id, seq, at) => rows("INSERT INTO study_messages (study_id, seq, user_id, content, created_at) VALUES (?, ?, ?, 'x', ?)", [id, seq, viewer.id, sql(at)]);
const report = async (created, status = 'PENDING') => {
  nth += 1;
  await rows("INSERT INTO reports (reporter_id, target_type, target_id, type, reason, evidence, status, created_at) VALUES (?, 'USER', ?, 'SPAM', 'r', '{}', ?, ?)", [viewer.id, 900000 + nth, status, sql(created)]);
};
const sanction = (type, created, expires = null, active = true) => rows('INSERT INTO sanctions (user_id, admin_id, type, reason, created_at, expires_at, is_active) VALUES (?, ?, ?, ?, ?, ?, ?)', [viewer.id, viewer.id, type, 'r', sql(created), expires, active]);
const warning = (created) => rows("INSERT INTO warnings (user_id, admin_id, reason, created_at) VALUES (?, ?, 'r', ?)", [viewer.id, viewer.id, sql(created)]);

// Either side of a midnight in Korea, of weeks and months ago, of tomorrow.
const EDGES = () => [0, 1, 2, 6, 7, 13, 29, 30, 36, 59, 60, 99, 130, 364, 365, 394, 400].flatMap((n) => [midnight(n) - 1, midnight(n), midnight(n) + 1]).concat(midnight(-1) - 1, midnight(-1), midnight(-3));

const ASKED = [['', 'daily', 30], ['range=1', 'daily', 1], ['period=DAILY&range=7', 'daily', 7], ['period=weekly', 'weekly', 30], ['period=weekly&range=1', 'weekly', 1], ['period=weekly&range=365', 'weekly', 365],
  ['period=monthly&range=100', 'monthly', 100], ['period=monthly&range=365', 'monthly', 365], ['range=365', 'daily', 365]];

test('the overview: sums and trends, whatever the period', async () => {
  const edges = EDGES();
  for (const [i, t] of edges.entries()) {
    await account(t, { status: ['ACTIVE', 'SUSPENDED', 'DELETED'][i % 3] });
    await group(t, i % 5 ? { is_public: i % 2 === 0, is_recruiting: i % 3 === 0 } : { gone: true, is_public: false, is_recruiting: false });
    await report(t, ['PENDING', 'IN_PROGRESS', 'RESOLVED', 'REJECTED', 'PENDING'][i % 5]);
  }
  const [users, studies, reports] = [await rows('SELECT status, created_at AS at FROM users'), await rows('SELECT is_public, is_recruiting, created_at AS at FROM studies WHERE NOT gone'), await rows('SELECT status, created_at AS at FROM reports')];
  const n = (list, is) => list.filter(is).length;
  const [state, is] = [(x) => (r) => r.status === x, (column) => (r) => Number(r[column]) === 1];
  for (const [q, period, range] of ASKED) {
    const { data, timestamp } = await seen('overview', q);
    const now = Date.parse(timestamp);
    const { growth: users7, ...u } = data.summary.users;
    const { growth: studies7, ...g } = data.summary.studies;
    assert.deepEqual(u, { total: users.length, active: n(users, state('ACTIVE')), suspended: n(users, state('SUSPENDED')), deleted: n(users, state('DELETED')) });
    assert.deepEqual(g, { total: studies.length, public: n(studies, is('is_public')), recruiting: n(studies, is('is_recruiting')) });
    assert.deepEqual([typeof users7, typeof studies7], ['number', 'number']);
    assert.deepEqual(data.summary.reports, { total: reports.length, pending: n(reports, state('PENDING')), in_progress: n(reports, state('IN_PROGRESS')), resolved: n(reports, state('RESOLVED')), rejected: n(reports, state('REJECTED')), resolution_rate: one(100 * n(reports, state('RESOLVED')) / reports.length) });
    const want = ([list]) => trend(list.map((r) => r.at), now, period, range);
    assert.deepEqual([q, data.trends], [q, { dailySignups: want([users]), dailyStudies: want([studies]), dailyReports: want([reports]) }]);
  }
});

test('a day begins at midnight in Korea, a week on Monday, a month on its first; the days without any are there', async () => {
  await rows("UPDATE studies SET created_at = '2019-01-01', updated_at = updated_at");
  for (const t of [midnight(3) - 1, midnight(3), midnight(2) - 1]) await group(t);
  const { data, timestamp } = await seen('studies', 'range=5');
  const days = [4, 3, 2, 1, 0].map((k) => dayBefore(korea(Date.parse(timestamp)), k));
  assert.deepEqual(data.creationTrend, days.map((date, i) => ({ date, period: date, count: [1, 2, 0, 0, 0][i] })));
  const weeks = (await seen('studies', 'period=weekly&range=60')).data.creationTrend;
  assert.deepEqual([...new Set(weeks.map((w) => new Date(w.date).getUTCDay()))], [1]);
  for (const [i, w] of weeks.slice(1).entries()) assert.equal(w.date, dayBefore(weeks[i].date, -7));
  assert.ok(weeks.length >= 9 && weeks.length <= 10 && weeks.at(-1).date <= days[4] && weeks.at(-1).date > dayBefore(days[4], 7));
  const monday = Date.parse(weeks.at(-2).date) - 9 * 3600e3; // the last whole week
  await rows("UPDATE studies SET created_at = '2019-01-01', updated_at = updated_at");
  for (const t of [monday - 1, monday, monday + 7 * DAY - 1, monday + 7 * DAY]) await group(t);
  const counts = async (q) => (await seen('studies', q)).data.creationTrend.map((p) => p.count);
  assert.deepEqual((await counts('period=weekly&range=60')).slice(-3), [1, 2, 1]);
  const months = (await seen('studies', 'period=monthly&range=365')).data.creationTrend;
  assert.deepEqual([months.filter((m) => m.date !== `${m.period}-01`), months[0].date, months.at(-1).date], [[], firstOf.monthly(dayBefore(days[4], 364)), firstOf.monthly(days[4])]);
  const first = Date.parse(months.at(-2).date) - 9 * 3600e3;
  const next = Date.parse(months.at(-1).date) - 9 * 3600e3;
  await rows("UPDATE studies SET created_at = '2019-01-01', updated_at = updated_at");
  for (const t of [first - 1, first, next - 1]) await group(t);
  assert.deepEqual((await counts('period=monthly&range=365')).slice(-3), [1, 2, 0]);
  assert.deepEqual(await counts('range=1'), [0]);
});

test('growth of seven days against the seven before, and shares of nothing', async () => {
  const hour = 3600e3;
  for (const [now, prior, want] of [[0, 0, 0], [2, 0, 100], [1, 3, -66.7], [4, 3, 33.3], [0, 2, -100], [3, 3, 0]]) {
    await rows("UPDATE studies SET created_at = '2019-01-01', updated_at = updated_at");
    await rows("UPDATE users SET created_at = '2019-01-01', updated_at = updated_at");
    const t = Date.now();
    for (let i = 0; i < now; i += 1) for (const make of [account, group]) await make(i % 2 ? t - hour : t - 7 * DAY + hour);
    for (let i = 0; i < prior; i += 1) for (const make of [account, group]) await make(i % 2 ? t - 7 * DAY - hour : t - 14 * DAY + hour);
    for (const make of [account, group]) await make(t - 14 * DAY - hour);
    const { users, studies } = (await seen('overview')).data.summary;
    assert.deepEqual([now, prior, users.growth, studies.growth], [now, prior, want, want]);
    assert.equal(users.growth, growth((await rows('SELECT created_at AS at FROM users')).map((r) => r.at), t));
  }
  for (const table of ['reports', 'study_messages', 'study_members', 'studies']) await rows(`DELETE FROM ${table}`);
  const { summary } = (await seen('overview')).data;
  assert.deepEqual([summary.studies, summary.reports], [{ total: 0, public: 0, recruiting: 0, growth: 0 }, { total: 0, pending: 0, in_progress: 0, resolved: 0, rejected: 0, resolution_rate: 0 }]);
  const { creationTrend, ...none } = (await seen('studies')).data;
  assert.deepEqual([creationTrend.length, none], [30, { categoryDistribution: [], membershipStats: { avg: 0, min: 0, max: 0, total: 0 }, activeRatio: { total: 0, active: 0, inactive: 0, ratio: 0 },
    visibilityDistribution: [{ type: 'public', name: '공개', count: 0 }, { type: 'private', name: '비공개', count: 0 }], recruitmentStatus: [{ type: 'recruiting', name: '모집 중', count: 0 }, { type: 'closed', name: '모집 마감', count: 0 }] }]);
});

test('accounts: how they log in, who was here, what was done to them', async () => {
  const [t, hour] = [Date.now(), 3600e3];
  await rows("UPDATE users SET active_at = '2019-01-01', updated_at = updated_at");
  for (const [k, hours] of [1, 23, 25, 6 * 24, 8 * 24, 29 * 24, 31 * 24].entries()) await account(t - 20 * DAY, { active: t - hours * hour, provider: ['google', 'naver', undefined][k % 3], status: ['ACTIVE', 'SUSPENDED'][k % 2] });
  for (const provider of ['google', 'kakao', undefined]) await account(t, { active: t - 40 * DAY, provider, status: 'DELETED' });
  for (const provider of ['kakao', 'kakao']) await account(t, { active: t - 40 * DAY, provider });
  const from = midnight(9); // of the last ten days
  for (const at of [from - 1, from, t]) await warning(at);
  for (const [type, at, expires, active] of [['SUSPENSION', from - 1, '2099-01-01'], ['SUSPENSION', from, '2099-01-01'], ['SUSPENSION', t, '2020-01-01', false], ['SUSPENSION', t], ['SUSPENSION', from - 1], ['PERMANENT_BAN', t], ['CHAT_BAN', t, '2099-01-01'], ['STUDY_CREATE_BAN', t], ['FILE_UPLOAD_BAN', from], ['RESTRICTION', t], ['WARNING', t]]) await sanction(type, at, expires, active);
  const people = await rows('SELECT u.status, u.created_at AS at, u.active_at AS active, i.provider FROM users u LEFT JOIN user_identities i ON i.user_id = u.id');
  const n = (is) => people.filter(is).length;
  const there = (provider) => n((p) => p.status !== 'DELETED' && p.provider === provider);
  const since = (days) => n((p) => +p.active > t - days * DAY);
  assert.deepEqual([since(1), since(7), since(30), there('google'), there('naver'), there('kakao')], [2, 4, 6, 3, 2, 2]);
  for (const [names, headers] of [[['이메일', '구글', '네이버', '카카오', '활성', '정지', '탈퇴'], {}], [['E-mail', 'Google', 'Naver', 'Kakao', 'Active', 'Suspended', 'Deleted'], { 'accept-language': 'en' }]]) {
    const { data, timestamp } = await seen('users', 'range=10', headers);
    assert.deepEqual(data, {
      signupTrend: trend(people.map((p) => p.at), Date.parse(timestamp), 'daily', 10),
      providerDistribution: [['CREDENTIALS', null], ['GOOGLE', 'google'], ['NAVER', 'naver'], ['KAKAO', 'kakao']].map(([provider, word], i) => ({ provider, count: there(word), name: names[i] })),
      activityMetrics: { dau: since(1), wau: since(7), mau: since(30) },
      sanctions: { warnings: 2, suspensions: 2, bans: 5 },
      statusDistribution: ['ACTIVE', 'SUSPENDED', 'DELETED'].map((status, i) => ({ status, count: n((p) => p.status === status), name: names[4 + i] })),
      avgSessionTime: null,
    });
  }
  assert.deepEqual((await seen('users', 'range=9')).data.sanctions, { warnings: 1, suspensions: 1, bans: 4 });
  assert.deepEqual((await seen('users', 'range=11&period=weekly')).data.sanctions, { warnings: 3, suspensions: 3, bans: 6 });
});

test('groups: what they are about, how large, and who still speaks', async () => {
  await rows('DELETE FROM study_messages');
  await rows('DELETE FROM studies');
  const t = Date.now();
  const [a, b, c, d, e] = [await group(t, { member_count: 7 }), await group(t, { member_count: 1, is_recruiting: false }), await group(t, { member_count: 2, category: '우주여행', is_public: false }), await group(t, { category: '우주여행', member_count: 4 }),
    await group(t, { category: '재테크', member_count: 9, gone: true, is_public: false, is_recruiting: false })];
  const f = await group(t, { category: '재테크', member_count: 3 });
  await said(a, 1, t - 29 * DAY);
  await said(b, 1, t - 31 * DAY);
  for (const [i, at] of [t - 90 * DAY, t - 60 * DAY, t - DAY].entries()) await said(c, i + 1, at);
  await said(d, 1, t - 29 * DAY);
  await rows('DELETE FROM study_messages WHERE study_id = ?', [d]);
  await said(e, 1, t);
  assert.equal((await rows('SELECT 1 FROM study_messages WHERE study_id = ?', [f])).length, 0);
  const want = (x) => ({
    categoryDistribution: [['어학', 2, x.languages], ['우주여행', 2, '우주여행'], ['재테크', 1, x.money]].map(([category, count, name]) => ({ category, count, name })),
    membershipStats: { avg: 3.4, min: 1, max: 7, total: 17 },
    activeRatio: { total: 5, active: 2, inactive: 3, ratio: 40 },
    visibilityDistribution: [{ type: 'public', name: x.public, count: 4 }, { type: 'private', name: x.private, count: 1 }],
    recruitmentStatus: [{ type: 'recruiting', name: x.open, count: 4 }, { type: 'closed', name: x.closed, count: 1 }],
  });
  const ko = { languages: '어학', money: '재테크', public: '공개', private: '비공개', open: '모집 중', closed: '모집 마감' };
  const en = { languages: 'Languages', money: 'Personal finance', public: 'Public', private: 'Private', open: 'Recruiting', closed: 'Closed' };
  for (const [words, headers] of [[ko, {}], [en, { 'accept-language': 'en' }]]) {
    const { data: { creationTrend, ...data }, timestamp } = await seen('studies', 'range=3', headers);
    assert.deepEqual(data, want(words));
    assert.deepEqual(creationTrend, trend((await rows('SELECT created_at AS at FROM studies WHERE NOT gone')).map((r) => r.at), Date.parse(timestamp), 'daily', 3));
  }
  for (let i = 0; i < 60; i += 1) await group(t, { category: `c${String(i).padStart(2, '0')}` });
  const many = (await seen('studies')).data.categoryDistribution; // the largest, then by name, and no more than fifty
  assert.deepEqual(many.map((x) => x.category), ['어학', '우주여행', ...Array.from({ length: 48 }, (_, i) => `c${String(i).padStart(2, '0')}`)]);
});

test('each look is put on record, by whom and from where; who may not, and what is wrong, leaves none', async () => {
  const [plain, expired] = [await s.someone(), await s.staff('ADMIN', 'NOW(3) - INTERVAL 1 SECOND')];
  const looks = async () => Number((await rows("SELECT COUNT(*) AS n FROM admin_logs WHERE action = 'ANALYTICS_VIEW'"))[0].n);
  const before_ = await looks();
  for (const page of PAGES) {
    const path = `/admin/analytics/${page}`;
    for (const p of [plain, expired]) assert.deepEqual(refusal(await s.call(p, 'GET', path)), [403, 'ADMIN-002', 'string']);
    assert.deepEqual(refusal(await s.call(null, 'GET', path)), [401, 'AUTH_006', 'string']);
    for (const [q, field] of [['period=yearly', 'period'], ['period=day', 'period'], ['range=0', 'range'], ['range=-1', 'range'], ['range=366', 'range'], ['range=1.5', 'range'], ['range=x', 'range'], ['range=99999999999999999999', 'range'], ['period=weekly&range=30d', 'range']]) {
      const res = await s.call(viewer, 'GET', `${path}?${q}`);
      assert.deepEqual([q, refusal(res), res.body.details.fields.map((f) => f.field)], [q, [400, 'VALIDATION_ERROR', 'string'], [field]]);
    }
  }
  assert.equal(await looks(), before_);
  const moderator = await s.staff('MODERATOR');
  for (const page of PAGES) await seen(page, 'range=1', { 'user-agent': 'figures' }, moderator);
  const logs = await s.logs('ANALYTICS_VIEW', moderator);
  assert.deepEqual(logs.map(({ id, created_at, ip, ...x }) => x), PAGES.map(() => ({ admin_id: Number(moderator.id), action: 'ANALYTICS_VIEW', target_type: null, target_id: null, was: null, became: null, reason: null, user_agent: 'figures' })));
  assert.deepEqual([logs.map((x) => typeof x.ip), await looks()], [['string', 'string', 'string'], before_ + 3]);
});
