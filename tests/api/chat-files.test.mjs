// What hangs on messages, searching a room, and the dating app's view of rooms.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { archive, doc, docx, fetchBytes, form, html, kept, mp4, pdf, png, stored, upload, wav, webm } from '../harness/files.mjs';
import { startStack, until } from '../harness/stack.mjs';

after(closeDb);
const as = (p) => ({ token: p.access });
const refusal = (res) => [res.status, res.body?.code];
let kim;
let lee;
let park;
before(async () => {
  [kim, lee, park] = [await person('김하나'), await person('이두리'), await person('박세찬')];
});
async function open(owner, ...guests) {
  const res = await post('/chat/rooms', { roomName: unique('방'), isPublic: false, participantIds: guests.map((g) => g.id) }, as(owner));
  return res.body.data.roomId;
}
const direct = async (a, b) => (await post('/chat/rooms', { roomType: 'DIRECT', participantIds: [b.id] }, as(a))).body.data.roomId;
const say = (p, id, body, headers) => post(`/chat/rooms/${id}/messages`, body, { ...as(p), headers });
const pictures = async (p, id, n = 1) => {
  const res = await upload(`/chat/rooms/${id}/images`, Array.from({ length: n }, (_, i) => ['files', png, `${i}.png`, 'image/png']), p);
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const history = async (p, id) => (await get(`/chat/rooms/${id}/messages`, as(p))).body.data;
const dataUrl = (bytes, type = 'audio/webm;codecs=opus') => `data:${type};base64,${bytes.toString('base64')}`;
const rows = (id) => query('SELECT name, room_id, message_seq, deleted_at FROM files WHERE room_id = ?', [id]);
const routeLog = (rid) => fs.readFileSync(path.join(env.run, 'log/api.log'), 'utf8').split('\n').find((l) => l.includes(rid));

test('pictures are uploaded to a room and then shown by a message of it', async () => {
  const id = await open(kim, lee);
  assert.deepEqual((await send('POST', `/chat/rooms/${id}/images`, { ...as(kim), ...form([]) })).body.data, []);
  const urls = await pictures(kim, id, 3);
  assert.deepEqual((await fetchBytes(urls[1])).bytes, png);
  const res = await say(kim, id, { message: '', imageUrls: urls.slice(0, 2), messageType: 'IMAGE', audioData: '' });
  assert.equal(res.status, 201, res.text);
  const m = res.body.data;
  assert.deepEqual([m.messageType, m.message, m.imageUrls, m.audioUrl, m.files.map((f) => f.fileName), m.sender.userId], ['IMAGE', '', urls.slice(0, 2), null, ['0.png', '1.png'], kim.id]);
  const [seen] = await history(lee, id);
  delete m.clientMessageId;
  assert.deepEqual(seen, m);
  assert.deepEqual(m.files.map((f) => [f.roomId, f.messageSeq]), [[id, 1], [id, 1]]);
  // words beside pictures stay a message with pictures, whatever the sender calls it; absolute addresses are ours, too
  const both = (await say(kim, id, { message: '둘 다', imageUrls: [`https://api.example.com${urls[2]}?w=100`], messageType: 'MIXED' })).body.data;
  assert.deepEqual([both.messageType, both.message, both.imageUrls], ['IMAGE', '둘 다', [urls[2]]]);
  await say(kim, id, { message: '글만' });
  assert.deepEqual((await history(lee, id)).map((x) => [x.messageType, x.imageUrls.length, x.files.length]), [['IMAGE', 2, 2], ['IMAGE', 1, 1], ['TEXT', 0, 0]]);
});

test('only a file of the sender, of this room or none, and not shown before can be attached; else nothing is sent', async () => {
  const [id, other] = [await open(kim, lee), await open(kim, lee)];
  const [[mine, used, gone], [elsewhere], [foreign]] = [await pictures(kim, id, 3), await pictures(kim, other), await pictures(lee, id)];
  await say(kim, id, { imageUrls: [used] });
  const { body: { data: list } } = await get('/chat/files/my-files', as(kim));
  await send('DELETE', `/chat/files/${list.find((f) => f.url === gone).fileId}`, as(kim));
  const cases = [[used], [elsewhere], [foreign], [gone], [mine, mine], [mine, foreign], ['https://example.com/a.png'], ['/api/v1/upload/file/../../x'], ["' OR 1=1"],
    [mine.replace(/file\/./, 'file/g')]];
  for (const imageUrls of cases) assert.deepEqual([imageUrls, ...refusal(await say(kim, id, { message: '글', imageUrls }))], [imageUrls, 400, 'INVALID_ATTACHMENT']);
  for (const files of [[foreign], [{ fileUrl: foreign }]]) assert.deepEqual(refusal(await say(kim, id, { files })), [400, 'INVALID_ATTACHMENT']);
  assert.deepEqual(refusal(await say(kim, id, { imageUrls: Array(6).fill(mine), files: Array(6).fill(mine) })), [400, 'INVALID_ATTACHMENT']);
  assert.equal(refusal(await say(kim, id, { imageUrls: Array(11).fill(mine) }))[1], 'VALIDATION_ERROR');
  assert.equal((await history(kim, id)).length, 1);
  assert.equal((await say(kim, id, { imageUrls: [mine] })).status, 201);
  const { key } = (await upload('/upload/image', [['image', png, 'a.png']], kim)).body.data; // to no room
  assert.equal((await say(kim, id, { files: [{ key }] })).body.data.messageType, 'IMAGE');
  assert.deepEqual(refusal(await say(kim, id, { imageUrls: [] })), [400, 'EMPTY_MESSAGE']);
});

test('a recording inside the message is stored and played from a URL', async () => {
  const id = await open(kim, lee);
  for (const [bytes, type, name] of [[webm, undefined, 'recording.webm'], [wav(1001), 'audio/wav', 'recording.wav'], [wav(1002), 'audio/wav', 'recording.wav'], [mp4, 'audio/mp4', 'recording.m4a']]) {
    const res = await say(lee, id, { message: '', audioData: dataUrl(bytes, type), audioDuration: '7', messageType: 'AUDIO' });
    assert.equal(res.status, 201, res.text);
    const m = res.body.data;
    assert.deepEqual([m.messageType, m.audioDuration, m.files[0].fileName, m.files[0].duration, m.files[0].fileType], ['AUDIO', 7, name, 7, 'AUDIO']);
    assert.ok((await fetchBytes(m.audioUrl)).bytes.equals(bytes));
  }
  assert.equal((await history(kim, id)).length, 4);
  const large = wav(11 << 20);
  const res = await say(kim, id, { audioData: dataUrl(large, 'audio/wav') });
  assert.equal(res.status, 201, res.text);
  assert.ok((await fetchBytes(res.body.data.audioUrl)).bytes.equals(large));
  assert.equal((await say(kim, id, { audioData: `data:audio/wav;base64,${'A'.repeat(18 << 20)}` })).status, 413);
});

test('megabytes of other letters are refused before they are copied, also to who is not in the room', async () => {
  const id = await open(kim, lee);
  const long = `가${'a'.repeat(16 << 20)}`;
  for (const p of [kim, park]) {
    for (const [body, field, rule] of [[{ audioData: long.slice(0, -16) }, 'audioData', 'characters'], [{ message: long }, 'message', 'max'], [{ clientMessageId: long, message: '글' }, 'clientMessageId', 'max']]) {
      const res = await say(p, id, body);
      assert.deepEqual([res.status, res.body.error.details.fields.map((f) => [f.field, f.rule])], [400, [[field, rule]]], res.text.slice(0, 300));
    }
  }
});

test('what is no recording is refused and leaves nothing', async () => {
  const id = await open(kim, lee);
  const good = dataUrl(webm);
  const cases = ['x', 'data:', 'data:,x', 'data:;base64,', 'data:audio/webm,abcd', `${good}!`, good.replace(/=*$/, '='.repeat(3)), 'data:audio/webm;base64,A', 'data:audio/webm;base64,AAA',
    dataUrl(html), dataUrl(png, 'image/png'), dataUrl(wav(), 'text/html'), dataUrl(webm, 'video/webm'), 'data:audio/webm;base64,AA==AAAA'];
  const count = await kept(kim);
  for (const audioData of cases) assert.deepEqual([audioData.slice(0, 60), ...refusal(await say(kim, id, { message: '글', audioData }))], [audioData.slice(0, 60), 400, 'INVALID_AUDIO_DATA']);
  assert.deepEqual([await kept(kim), (await history(kim, id)).length], [count, 0]);
});

test('a recording or upload that is sent again is the first one, and leaves no second file; nor does a closed room', async () => {
  const id = await open(kim, lee);
  const [first, again] = [1, 2].map(() => () => say(kim, id, { audioData: dataUrl(webm), clientMessageId: 'voice-1' }));
  const [a, b] = [await first(), await again()];
  assert.deepEqual([b.status, b.headers['idempotent-replay'], b.body.data.messageId, b.body.data.audioUrl], [201, 'true', a.body.data.messageId, a.body.data.audioUrl]);
  assert.deepEqual((await rows(id)).filter((r) => !r.deleted_at).map((r) => Number(r.message_seq)), [1]);
  assert.deepEqual(refusal(await say(kim, id, { message: '', files: [(await pictures(kim, id))[0]], clientMessageId: 'text-1' })).slice(0, 1), [201]);
  assert.deepEqual(refusal(await say(kim, id, { message: '이제 글', clientMessageId: 'voice-1' })), [422, 'IDEMPOTENCY_KEY_REUSED']);
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const put = (more = {}) => upload(`/chat/rooms/${id}/upload`, [['files', pdf, 'a.pdf'], ['file', png, 'b.png'], ...Object.entries(more)], kim, { headers });
  const [c, d] = [await put(), await put()];
  assert.deepEqual([c.status, d.status, d.headers['idempotent-replay'], d.body.data], [201, 201, 'true', c.body.data]);
  assert.deepEqual(refusal(await put({ message: 'anders' })), [422, 'IDEMPOTENCY_KEY_REUSED']);
  const pair = await direct(kim, park);
  await query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [park.id, kim.id]);
  assert.deepEqual(refusal(await say(kim, pair, { audioData: dataUrl(webm) })), [409, 'CHAT_ROOM_CLOSED']);
  assert.deepEqual(refusal(await upload(`/chat/rooms/${pair}/upload`, [['file', png, 'a.png']], kim)), [409, 'CHAT_ROOM_CLOSED']);
  await kept(kim);
  assert.deepEqual((await rows(pair)).map((r) => !!r.deleted_at), [true, true]);
  await query('DELETE FROM blocks WHERE user_id = ?', [park.id]);
});

test('plain text still takes one statement; attachments one more to read them, a recording one to store it', async () => {
  const id = await open(kim, lee);
  const urls = await pictures(kim, id);
  for (const [body, n] of [[{ message: '글' }, 1], [{ imageUrls: urls }, 2], [{ audioData: dataUrl(webm) }, 3]]) {
    const res = await say(kim, id, body);
    const line = await until(() => routeLog(res.headers['x-request-id']));
    assert.ok(JSON.parse(line).db_n <= n + 1 && (n > 1 || JSON.parse(line).db_n === 1), `${n}: ${line}`);
  }
});

test('an upload to a room is a message: new files, or one that is there', async () => {
  const id = await open(kim, lee);
  const where = `/chat/rooms/${id}/upload`;
  const plan = await upload(where, [['file', pdf, '계획.pdf', 'application/pdf'], ['message', ' 읽어봐 '], ['duration', '']], kim);
  assert.deepEqual([plan.status, plan.body.data.map((f) => [f.fileName, f.fileType, f.previewable, f.messageSeq])], [201, [['계획.pdf', 'DOCUMENT', false, 1]]]);
  const film = await upload(where, [['files', mp4, 'a.mp4', 'video/mp4'], ['files', pdf, 'b.pdf'], ['duration', '12']], lee);
  assert.deepEqual(film.body.data.map((f) => [f.fileType, f.duration]), [['VIDEO', 12], ['DOCUMENT', 12]]);
  const { key } = (await upload('/upload/audio', [['audio', wav(), 'a.wav']], kim)).body.data;
  const old = await post(where, { fileName: 'a.wav', storageKey: key, fileSize: 3, contentType: 'x/y', fileType: 'OTHER' }, as(kim));
  assert.deepEqual([old.status, old.body.data[0].contentType, old.body.data[0].roomId], [201, 'audio/wav', id]);
  assert.deepEqual((await history(lee, id)).map((m) => [m.messageType, m.message, m.files.length]), [['FILE', '읽어봐', 1], ['FILE', '', 2], ['AUDIO', '', 1]]);
  const saved = await fetchBytes(plan.body.data[0].url);
  assert.deepEqual([saved.headers['content-type'], saved.headers['content-disposition']], ['application/pdf', "attachment; filename=\"______.pdf\"; filename*=UTF-8''%EA%B3%84%ED%9A%8D.pdf"]);
  const word = await upload(where, [['file', doc, 'a.doc', 'application/msword'], ['file', docx, 'b.docx']], kim);
  assert.deepEqual([word.status, word.body.data?.map((f) => f.fileType)], [201, ['DOCUMENT', 'DOCUMENT']], word.text);
  const names = ['[Content_Types].xml', '_rels/.rels', 'word/document.xml'];
  for (const bytes of [archive(names, 200 << 20), archive([...names, ...Array.from({ length: 10000 }, (_, i) => `word/${i}`)]), docx.subarray(0, docx.length - 1)])
    assert.deepEqual(refusal(await upload(where, [['file', bytes, 'b.docx']], kim)), [400, 'INVALID_FILE_TYPE']);
  assert.deepEqual(refusal(await post(where, {}, as(kim))), [400, 'EMPTY_MESSAGE']);
  assert.deepEqual(refusal(await post(where, { fileUrl: key }, as(kim))), [400, 'INVALID_ATTACHMENT']);
  assert.deepEqual(refusal(await upload(where, Array(6).fill(['file', png, 'a.png']), kim)), [400, 'VALIDATION_ERROR']);
  // a form's texts are held to the rules of JSON's
  assert.deepEqual(refusal(await upload(where, [['file', png, 'a.png'], ['message', 'x'.repeat(5001)]], kim)), [400, 'VALIDATION_ERROR']);
  assert.deepEqual(refusal(await upload(where, [['file', png, 'a.png'], ['message', Buffer.from([0xff])]], kim)), [400, 'VALIDATION_ERROR']);
  assert.deepEqual(refusal(await upload(where, [['file', png, 'a.png'], ['duration', 'x']], kim)), [400, 'VALIDATION_ERROR']);
  assert.equal((await history(lee, id)).length, 4);
});

test('each address refuses wrong types, sizes, forms, strangers, and more than the quota', async () => {
  const id = await open(kim, lee);
  const big = (first, n) => Buffer.concat([first, Buffer.alloc(n)]);
  const cases = [['images', png, 'a.png', (10 << 20)], ['audio', wav(), 'a.wav', (50 << 20)], ['upload', pdf, 'a.pdf', (20 << 20)]];
  await query("INSERT INTO files (storage_key, owner_id, name, content_type, kind, size, sha256) VALUES (?, ?, 'x', 'image/png', 'IMAGE', ?, REPEAT('x', 32))", [unique('full'), lee.id, 1 << 30]);
  for (const [name, bytes, file, max] of cases) {
    const where = `/chat/rooms/${id}/${name}`;
    assert.deepEqual([name, ...refusal(await upload(where, [['file', big(bytes, max), file]], kim))], [name, 400, 'FILE_TOO_LARGE']);
    assert.deepEqual([name, ...refusal(await upload(where, [['file', html, file]], kim))], [name, 400, 'INVALID_FILE_TYPE']);
    assert.deepEqual([name, ...refusal(await upload(where, [['file', bytes, file]], park))], [name, 404, 'CHAT_001']);
    assert.deepEqual([name, ...refusal(await upload(where, [['file', bytes, file]], lee))], [name, 409, 'STORAGE_QUOTA_EXCEEDED']);
    assert.deepEqual([name, ...refusal(await send('POST', where, { ...as(kim), raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } }))], [name, 400, 'INVALID_FORM_DATA']);
  }
  for (const where of ['/upload/image', '/upload/audio', '/upload/video']) {
    const res = await upload(where, [['file', ...(where.endsWith('image') ? [png, 'a.png'] : where.endsWith('audio') ? [wav(), 'a.wav'] : [mp4, 'a.mp4'])]], lee);
    assert.deepEqual([where, ...refusal(res)], [where, 409, 'STORAGE_QUOTA_EXCEEDED']);
    assert.deepEqual(refusal(await send('POST', where, { ...as(kim), raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } })), [400, 'INVALID_FORM_DATA']);
  }
  assert.deepEqual(refusal(await say(lee, id, { audioData: dataUrl(webm) })), [409, 'STORAGE_QUOTA_EXCEEDED']);
  await query("DELETE FROM files WHERE owner_id = ? AND name = 'x'", [lee.id]);
  await kept(kim);
  assert.equal((await rows(id)).length, 0);
});

test('the files of a room are listed for its members, by kind and page; a deleted one leaves its message', async () => {
  const id = await open(kim, lee);
  const [a, b] = await pictures(kim, id, 2);
  const sound = (await upload(`/chat/rooms/${id}/audio`, [['file', wav(), 'c.wav']], lee)).body.data;
  assert.match(sound, /^\/api\/v1\/upload\/file\/[0-9a-f]{32}\.wav$/);
  await say(kim, id, { imageUrls: [a] });
  const shown = async (lang) => {
    const [room] = (await get('/chat/rooms', { ...as(lee), headers: { 'accept-language': lang } })).body.data.filter((r) => r.roomId === id);
    const chat = (await get('/chats', { ...as(lee), headers: { 'accept-language': lang } })).body.find((c) => c.chat_id === id);
    return [room.lastMessage, room.lastMessageType, ...(chat ? [chat.last_message] : [])];
  };
  assert.deepEqual([await shown('ko'), await shown('en')], [['사진', 'IMAGE'], ['Photo', 'IMAGE']], 'sent without a word');
  const list = async (q = '', p = lee) => (await get(`/chat/rooms/${id}/files${q}`, as(p))).body.data.map((f) => f.url);
  // what was not sent is its owner's alone
  assert.deepEqual([await list(), await list('', kim)], [[sound, a], [b, a]]);
  await say(kim, id, { imageUrls: [b] });
  assert.deepEqual([await list(), await list('?type=image'), await list('?type=DOCUMENT'), await list('?type=OTHER'), await list('?page=1&size=2')], [[sound, b, a], [b, a], [], [], [a]]);
  const mine = (await get('/chat/files/my-files', as(kim))).body.data.find((f) => f.url === a);
  assert.equal(mine.messageSeq, 1);
  await send('DELETE', `/chat/files/${mine.id}`, as(kim));
  const [m] = await history(lee, id);
  assert.deepEqual([m.messageType, m.imageUrls, m.files, await list()], ['IMAGE', [], [], [sound, b]]);
  await post(`/chat/rooms/${id}/leave`, undefined, as(lee));
  await post(`/chat/rooms/${id}/leave`, undefined, as(kim)); // the room is gone, the files stay their owners'
  assert.deepEqual((await get('/chat/files/my-files', as(kim))).body.data.filter((f) => f.url === b).map((f) => f.roomId), [null]);
});

test('searching a room finds words in any case, newest first, by page and by each filter', async () => {
  const id = await open(kim, lee);
  for (const [p, message] of [[kim, 'Apple 파이'], [lee, 'apple 100%'], [kim, '사과'], [lee, 'APPLE_PIE'], [kim, '100']]) await say(p, id, { message });
  await say(lee, id, { message: 'apple 그림', imageUrls: await pictures(lee, id) });
  const find = async (q) => (await get(`/chat/rooms/${id}/messages/search?${new URLSearchParams(q)}`, as(kim))).body.data;
  const seqs = async (q) => (await find(q)).content.map((m) => m.seq);
  const all = await find({ keyword: 'apple', page: 0, size: 3 });
  assert.deepEqual([all.content.map((m) => m.seq), all.totalElements, all.totalPages, all.page, all.size], [[6, 4, 2], 4, 2, 0, 3]);
  assert.deepEqual([all.content[0].sender.name, all.content[0].imageUrls.length, all.content[0].message], [lee.name, 1, 'apple 그림']);
  assert.deepEqual(await seqs({ keyword: 'apple', page: 1, size: 3 }), [1]);
  for (const [q, want] of [[{ keyword: '%' }, [2]], [{ keyword: '_' }, [4]], [{ keyword: '사과' }, [3]], [{ keyword: '없음' }, []], [{ keyword: 'apple', type: 'image' }, [6]],
    [{ keyword: 'apple', senderId: kim.id }, [1]], [{ keyword: 'apple', before: 4 }, [2, 1]], [{ keyword: "' OR 1=1 -- " }, []]]) assert.deepEqual([q, await seqs(q)], [q, want]);
  await query("UPDATE chat_messages SET sent_at = '2024-03-01 14:59:59' WHERE room_id = ? AND seq = 1", [id]); // still March 1 in Korea
  await query("UPDATE chat_messages SET sent_at = '2024-03-01 15:00:00' WHERE room_id = ? AND seq = 2", [id]); // March 2
  assert.deepEqual([await seqs({ keyword: 'apple', from: '2024-03-01', to: '2024-03-01' }), await seqs({ keyword: 'apple', to: '2024-03-02' }), await seqs({ keyword: 'apple', from: '2024-03-02' })], [[1], [2, 1], [6, 4, 2]]);
  for (const q of [{}, { keyword: ' ' }, { keyword: 'x'.repeat(101) }, { keyword: 'x', size: 101 }, { keyword: 'x', from: '2024-02-30' }, { keyword: 'x', type: 'MIXED' }]) {
    assert.deepEqual(refusal(await get(`/chat/rooms/${id}/messages/search?${new URLSearchParams(q)}`, as(kim))), [400, 'VALIDATION_ERROR']);
  }
  assert.deepEqual(refusal(await get(`/chat/rooms/${id}/messages/search?keyword=apple`, as(park))), [404, 'CHAT_001']);
});

test('one search looks at 20,000 messages and says where to go on', async () => {
  const id = await open(kim);
  await query("INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, ?, IF(seq MOD 10000 = 1, 'needle', 'hay') FROM seq_1_to_45000", [id, kim.id]);
  await query('UPDATE chat_rooms SET last_seq = 45000 WHERE id = ?', [id]);
  const found = [];
  let before;
  for (let n = 0; n < 3; n += 1) {
    const res = await get(`/chat/rooms/${id}/messages/search?keyword=needle${before ? `&before=${before}` : ''}`, as(kim));
    found.push(res.body.data.content.map((m) => m.seq));
    before = res.headers['x-next-cursor'];
  }
  assert.deepEqual([found, before], [[[40001, 30001], [20001, 10001], [1]], undefined]);
});

test('the dating app sees DIRECT rooms as chats, with its own field names and integer ids', async () => {
  const [a, b] = [await person('가온'), await person('나래')];
  assert.deepEqual((await get('/api/chats', as(a))).body, []);
  const id = await direct(a, b);
  await open(a, b); // a group is no chat
  assert.deepEqual((await get('/api/chats', as(a))).body, [{ chat_id: id, partner: { user_id: Number(b.id), name: '나래', profile_img_url: null }, last_message: null, unread_count: 0 }]);
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const put = (p, content, more) => post(`/api/chats/${id}/messages`, { content }, { ...as(p), ...more });
  const [first, again] = [await put(a, ' 안녕 ', { headers }), await put(a, ' 안녕 ', { headers })];
  assert.deepEqual([first.status, first.body.sender_id, first.body.content, again.body, again.headers['idempotent-replay']], [201, Number(a.id), '안녕', first.body, 'true']);
  assert.deepEqual(refusal(await put(a, '다른 말', { headers })), [422, 'IDEMPOTENCY_KEY_REUSED']);
  for (const n of [2, 3, 4]) await put(b, `말 ${n}`);
  const [url] = await pictures(b, id);
  await say(b, id, { imageUrls: [url] });
  assert.equal((await get('/api/chats', as(a))).body[0].unread_count, 4);
  const page = async (q) => (await get(`/api/chats/${id}/messages?${q}`, as(a))).body.map((m) => m.content);
  assert.deepEqual([await page(''), await page('limit=2&offset=0'), await page('limit=2&offset=3'), await page('offset=5')], [['안녕', '말 2', '말 3', '말 4', url], ['말 4', url], ['안녕', '말 2'], []]);
  const [chat] = (await get('/api/chats', as(a))).body;
  assert.deepEqual([chat.unread_count, (await get('/api/chats', as(b))).body[0].partner.user_id], [0, Number(a.id)]);
  for (const [res, status, code] of [[await put(park, 'x'), 404, 'CHAT_001'], [await put(a, ''), 400, 'EMPTY_MESSAGE'], [await get(`/api/chats/${id}/messages`, as(park)), 404, 'CHAT_001'],
    [await get('/api/chats/x/messages', as(a)), 400, 'VALIDATION_ERROR'], [await get(`/api/chats/${id}/messages?limit=101`, as(a)), 400, 'VALIDATION_ERROR']]) {
    assert.deepEqual([res.status, res.body.code, typeof res.body.error], [status, code, 'string']);
  }
  await query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [b.id, a.id]);
  assert.deepEqual(refusal(await put(a, 'x')), [409, 'CHAT_ROOM_CLOSED']);
});

test('sending and uploading at once by one person do not wait for each other in a circle', async () => {
  const id = await open(kim, lee);
  const all = await Promise.all(Array.from({ length: 24 }, (_, i) => (i % 2 ? say(kim, id, { message: `${i}` }) : upload(`/chat/rooms/${id}/images`, [['files', png, 'a.png']], kim))));
  assert.ok(all.every((r) => r.status === 201), all.map((r) => r.status).join());
});

test('a message with a large recording does not stay in the worker', async () => {
  const stack = await startStack('voice', {}, 1);
  const options = { base: stack.base };
  const [a, b] = [await person('가온', {}, options), await person('나래', {}, options)];
  const id = (await post('/chat/rooms', { roomType: 'DIRECT', participantIds: [b.id] }, { ...as(a), ...options })).body.data.roomId;
  for (let i = 0; i < 3; i += 1) assert.equal((await post(`/chat/rooms/${id}/messages`, { audioData: dataUrl(wav(9 << 20), 'audio/wav') }, { ...as(a), ...options })).status, 201);
  assert.deepEqual([stored(stack.run).kept.length, stored(stack.run).tmp, stack.log().filter((l) => l.lvl === 'error')], [3, [], []]);
  stack.down();
});
