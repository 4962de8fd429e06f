// Notices of study groups: /api/studies/{id}/notices.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, group, outsiders, refusal, refusals, told } from '../harness/board.mjs';
import { env } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { until } from '../harness/stack.mjs';
import { study } from '../harness/study.mjs';

after(closeDb);

const notices = (p, id, method = 'GET', rest = '', body = undefined, more = {}) => call(p, method, `/studies/${id}/notices${rest}`, body, more);
const posted = async (p, id, fields = {}) => {
  const res = await notices(p, id, 'POST', '', { title: '모임 안내', content: '토요일 열 시', ...fields });
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const page = async (p, id, q = '') => { const { body } = await notices(p, id, 'GET', q); return [body.data.map((n) => n.id), body.pagination]; };

test('a notice: every field, formed but harmless, and members are told', async () => {
  const g = await group();
  const empty = await notices(g.member, g.id);
  assert.deepEqual(empty.body, { success: true, data: [], pagination: { page: 1, limit: 10, total: 0, totalPages: 0, hasNext: false, hasPrev: false } });
  const res = await notices(g.admin, g.id, 'POST', '', { title: ' 3장 <b>까지</b> & 5 > 3 ', content: '<p onclick="x">읽어 <b>오기</b><script>alert(1)</script></p>\n<a href="https://a.example/?b&c">책</a><img src=x>', isImportant: true });
  assert.equal(res.status, 201, res.text);
  const { id, createdAt, updatedAt, ...rest } = res.body.data;
  const want = { studyId: g.id, authorId: g.admin.id, title: '3장 까지 & 5 > 3', content: '<p>읽어 <b>오기</b></p>\n<a href="https://a.example/?b&amp;c" rel="nofollow noopener">책</a>',
    isPinned: false, isImportant: true, views: 0, author: { id: g.admin.id, name: '관리', avatar: null } };
  assert.deepEqual(rest, want);
  assert.equal(typeof id, 'string');
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(updatedAt, createdAt);
  assert.deepEqual(Object.keys(res.body).sort(), ['data', 'message', 'success']);
  assert.deepEqual((await notices(g.member, g.id)).body.data, [{ id, ...want, createdAt, updatedAt }]);
  await until(async () => (await told(g.id, 'notice')).length === 2);
  assert.deepEqual(await told(g.id, 'notice'), [g.owner, g.member].map((p) => ({ user: p.id, message: '새 공지사항: 3장 까지 & 5 > 3' })));
});

test('what a page makes links and pictures of leads to the web and holds no script', async () => {
  const g = await group();
  const texts = [['![a](x" onerror="alert(1))', '![a](x%22 onerror=%22alert%281))'], ['[b](javascript:alert`1`) ![b](&#106;avascript:x)', '[b](#) ![b](#)'], ['![a" onerror="x](u)', '![a&quot; onerror=&quot;x](u)'],
    ['# 안내\n[책](https://a.example/?b=1) ![표](/a.png) [회의](오늘 3:00)', '# 안내\n[책](https://a.example/?b=1) ![표](/a.png) [회의](오늘 3:00)']];
  for (const [content, want] of texts) {
    const n = await posted(g.owner, g.id, { content });
    const edited = await notices(g.owner, g.id, 'PATCH', `/${n.id}`, { content: n.content }); // the page sends back what it has
    assert.deepEqual([n.content, edited.body.data.content, (await notices(g.member, g.id, 'GET', `/${n.id}`)).body.data.content], [want, want, want]);
    assert.equal((await notices(g.owner, g.id, 'PATCH', `/${n.id}`, { content })).body.data.content, want);
  }
});

test('pinned ones first, then the newest, page by page', async () => {
  const g = await group();
  const ids = [];
  for (let i = 0; i < 5; i += 1) ids.push((await posted(g.owner, g.id, { title: `공지 ${i}`, isPinned: i === 1 })).id);
  const order = [ids[1], ids[4], ids[3], ids[2], ids[0]];
  const pages = (more) => ({ limit: 2, total: 5, totalPages: 3, ...more });
  assert.deepEqual(await page(g.member, g.id), [order, { page: 1, limit: 10, total: 5, totalPages: 1, hasNext: false, hasPrev: false }]);
  assert.deepEqual(await page(g.member, g.id, '?limit=2'), [order.slice(0, 2), pages({ page: 1, hasNext: true, hasPrev: false })]);
  assert.deepEqual(await page(g.member, g.id, '?limit=2&page=2'), [order.slice(2, 4), pages({ page: 2, hasNext: true, hasPrev: true })]);
  assert.deepEqual(await page(g.member, g.id, '?limit=2&page=3'), [order.slice(4), pages({ page: 3, hasNext: false, hasPrev: true })]);
  assert.deepEqual((await page(g.member, g.id, '?pinned=true')), [[ids[1]], { page: 1, limit: 10, total: 1, totalPages: 1, hasNext: false, hasPrev: false }]);
  assert.deepEqual((await page(g.member, g.id, '?pinned=false'))[0], order);
  for (const q of ['?page=0', '?page=x', '?limit=0', '?limit=51', '?pinned=x']) assert.deepEqual([q, ...refusal(await notices(g.member, g.id, 'GET', q))], [q, 400, 'VALIDATION_ERROR', 'string']);
});

test('reading counts, each once, also at once', async () => {
  const g = await group();
  const n = await posted(g.owner, g.id);
  const first = await notices(g.member, g.id, 'GET', `/${n.id}`);
  assert.deepEqual([first.status, first.body.data], [200, { ...n, views: 1 }]);
  const all = await Promise.all(Array.from({ length: 12 }, () => notices(g.member, g.id, 'GET', `/${n.id}`)));
  assert.deepEqual(all.map((r) => r.body.data.views).sort((a, b) => a - b), Array.from({ length: 12 }, (_, i) => i + 2));
});

test('what is given is changed, what is not stays', async () => {
  const g = await group();
  const n = await posted(g.owner, g.id, { title: '처음', content: '<b>하나</b>', isPinned: true });
  const change = async (body) => (await notices(g.admin, g.id, 'PATCH', `/${n.id}`, body)).body.data;
  const titled = await change({ title: '<i>나중</i>' });
  assert.ok(titled.updatedAt > n.updatedAt);
  assert.deepEqual(titled, { ...n, title: '나중', updatedAt: titled.updatedAt });
  const important = await change({ content: '<b>둘', isImportant: true });
  assert.deepEqual(important, { ...titled, content: '<b>둘</b>', isImportant: true, updatedAt: important.updatedAt });
  assert.deepEqual(await change({ isPinned: false }), { ...important, isPinned: false });
  assert.deepEqual(await change({ isPinned: true, isImportant: null }), important);
  assert.deepEqual(await change({}), important);
});

test('each wrong field has its code', async () => {
  const g = await group();
  const wrong = [[{ title: 'x' }, 'STUDY-117'], [{ title: '가'.repeat(101) }, 'STUDY-117'], [{ title: 'x<b></b>' }, 'STUDY-117'], [{ title: 5 }, 'STUDY-117'], [{ content: '가'.repeat(10001) }, 'STUDY-118'],
    [{ content: '<p> </p>' }, 'STUDY-118'], [{ content: '' }, 'STUDY-118'], [{ isPinned: 'x' }, 'VALIDATION_ERROR'], [{ isImportant: 3 }, 'VALIDATION_ERROR']];
  const all = { title: '제목', content: '내용' };
  await refusals(g.owner, 'POST', `/studies/${g.id}/notices`, [...wrong.map(([b, code]) => [{ ...all, ...b }, code]), [{ content: 'x' }, 'STUDY-116'], [{ title: '', content: 'x' }, 'STUDY-116'], [{ title: '제목' }, 'STUDY-118']]);
  assert.deepEqual((await page(g.owner, g.id))[0], []);
  const n = await posted(g.owner, g.id, { title: '가'.repeat(100), content: '&'.repeat(10000) });
  assert.deepEqual([n.title.length, n.content.length], [100, 50000]);
  await refusals(g.owner, 'PATCH', `/studies/${g.id}/notices/${n.id}`, [...wrong, [{ title: '' }, 'STUDY-117']]);
  assert.deepEqual((await notices(g.owner, g.id)).body.data, [n]);
});

test('members read, admins and the owner write; of another group there is none', async () => {
  const g = await group();
  const n = await posted(g.owner, g.id);
  const away = (await posted(g.owner, await study(g.owner, [g.admin, g.member]))).id;
  await outsiders(g, [['GET', `/studies/${g.id}/notices`], ['POST', `/studies/${g.id}/notices`, { title: '제목', content: 'x', isPinned: true }], ['GET', `/studies/${g.id}/notices/${n.id}`], ['PATCH', `/studies/${g.id}/notices/${n.id}`, { title: '제목' }],
    ['DELETE', `/studies/${g.id}/notices/${n.id}`], ['POST', `/studies/${g.id}/notices/${n.id}/pin`], ['GET', '/studies/999999999/notices'], ['POST', '/studies/999999999/notices/1/pin']]);
  for (const [method, rest, body] of [['POST', '', { title: '제목', content: 'x' }], ['PATCH', `/${n.id}`, { title: '제목' }], ['DELETE', `/${n.id}`], ['POST', `/${n.id}/pin`]]) {
    assert.deepEqual([method, ...refusal(await notices(g.member, g.id, method, rest, body))], [method, 403, 'STUDY_FORBIDDEN', 'string']);
  }
  for (const [method, rest, body] of [['GET', ''], ['PATCH', '', { title: '제목', isPinned: true }], ['DELETE', ''], ['POST', '/pin']]) {
    assert.deepEqual([method, ...refusal(await notices(g.admin, g.id, method, `/999999999${rest}`, body))], [method, 404, 'STUDY-119', 'string']);
    assert.deepEqual([method, ...refusal(await notices(g.admin, g.id, method, `/${away}${rest}`, body))], [method, 403, 'STUDY-026', 'string']);
  }
  assert.deepEqual((await notices(g.member, g.id)).body.data, [n]);
  const gone = await notices(g.admin, g.id, 'DELETE', `/${n.id}`);
  assert.deepEqual([gone.status, gone.body], [200, { success: true, message: '공지사항을 삭제했습니다', data: null }]);
  assert.equal((await notices(g.admin, g.id, 'DELETE', `/${n.id}`, undefined, { headers: { 'accept-language': 'en' } })).body.error, 'No such notice');
});

test('three are pinned at most, whoever pins at once', async () => {
  const g = await group();
  const ids = [];
  for (let i = 0; i < 6; i += 1) ids.push((await posted(g.owner, g.id)).id);
  const all = await Promise.all(ids.map((n, i) => notices(i % 2 ? g.admin : g.owner, g.id, 'POST', `/${n}/pin`)));
  assert.deepEqual(all.map((r) => [r.status, r.body.code ?? r.body.data.isPinned]).sort(), [...Array(3).fill([200, true]), ...Array(3).fill([400, 'STUDY-121'])]);
  const pinned = (await page(g.member, g.id, '?pinned=true'))[0];
  assert.equal(pinned.length, 3);
  const free = ids.find((n) => !pinned.includes(n));
  assert.deepEqual(refusal(await notices(g.owner, g.id, 'POST', '', { title: '제목', content: 'x', isPinned: true })), [400, 'STUDY-121', 'string']);
  assert.deepEqual(refusal(await notices(g.owner, g.id, 'PATCH', `/${free}`, { isPinned: true })), [400, 'STUDY-121', 'string']);
  assert.equal((await notices(g.owner, g.id, 'PATCH', `/${pinned[0]}`, { isPinned: true })).status, 200); // it is
  assert.equal((await notices(g.owner, await study(g.owner), 'POST', '', { title: '다른 곳', content: 'x', isPinned: true })).status, 201);
  const off = await notices(g.owner, g.id, 'POST', `/${pinned[1]}/pin`);
  assert.deepEqual([off.body.data.isPinned, off.body.message], [false, '공지사항 고정을 해제했습니다']);
  const made = await Promise.all(Array.from({ length: 4 }, (_, i) => notices(i % 2 ? g.admin : g.owner, g.id, 'POST', '', { title: '제목', content: 'x', isPinned: true })));
  assert.deepEqual(made.map((r) => r.status).sort(), [201, 400, 400, 400]);
  await notices(g.owner, g.id, 'DELETE', `/${pinned[0]}`);
  assert.equal((await notices(g.admin, g.id, 'PATCH', `/${free}`, { isPinned: true })).body.data.isPinned, true);
  assert.equal((await page(g.member, g.id, '?pinned=true'))[0].length, 3);
});

test('whoever pins waits for the one who does', async () => {
  const g = await group();
  const n = await posted(g.owner, g.id);
  const db = connect(env.run);
  const lock = await db.getConnection();
  try {
    await lock.beginTransaction();
    await lock.query('SELECT 1 FROM studies WHERE id = ? FOR UPDATE', [g.id]);
    const pinning = notices(g.owner, g.id, 'POST', `/${n.id}/pin`);
    await until(async () => (await db.query("SELECT 1 FROM information_schema.processlist WHERE info LIKE '%FROM studies s%FOR UPDATE%' AND info NOT LIKE '%processlist%'")).length);
    for (let i = 0; i < 3; i += 1) await lock.query("INSERT INTO study_notices (study_id, author_id, title, content, pin) VALUES (?, ?, 't', 'c', ?)", [g.id, g.owner.id, i + 1]);
    await lock.commit();
    assert.deepEqual(refusal(await pinning), [400, 'STUDY-121', 'string']);
  } finally {
    await lock.rollback();
    lock.release();
    await db.end();
  }
});

test('the same key is the same notice, told once', async () => {
  const g = await group();
  const more = { headers: { 'idempotency-key': 'study-notice-0001' } };
  const body = { title: '한 번만', content: 'x' };
  const all = await Promise.all(Array.from({ length: 4 }, () => notices(g.owner, g.id, 'POST', '', body, more)));
  assert.deepEqual([new Set(all.map((r) => `${r.status} ${r.body.data?.id}`)).size, all[0].status], [1, 201]);
  assert.deepEqual(refusal(await notices(g.owner, g.id, 'POST', '', { ...body, title: '다른 것' }, more)), [422, 'IDEMPOTENCY_KEY_REUSED', 'string']);
  const key = { headers: { 'idempotency-key': 'study-notice-0002' } };
  const pins = [await notices(g.owner, g.id, 'POST', `/${all[0].body.data.id}/pin`, undefined, key), await notices(g.owner, g.id, 'POST', `/${all[0].body.data.id}/pin`, undefined, key)];
  assert.deepEqual(pins.map((r) => r.body.data.isPinned), [true, true]);
  await posted(g.owner, g.id, { title: '파수꾼' });
  await until(async () => (await told(g.id, 'notice')).filter((n) => n.message.includes('파수꾼')).length === 2);
  assert.equal((await told(g.id, 'notice')).length, 4);
  assert.equal((await query('SELECT COUNT(*) AS n FROM study_notices WHERE study_id = ?', [g.id]))[0].n, 2);
});
