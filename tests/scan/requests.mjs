// One request for each operation of our OpenAPI document that takes parameters, of values that the server accepts; what a
// scanner may put something else in is marked with MARK.
export const MARK = '*';

const LATER = new Date(Date.now() + 86400000).toISOString();
// by name, where the schema alone does not lead to a success; world: what exists on the stack
const values = (w) => ({
  userId: w.other, targetUserId: w.other, partnerId: w.other, userIds: [w.other], recipients: [w.other], participantIds: [w.other], senderId: w.other,
  roomId: w.room, chat_id: w.room, requestId: w.request, notificationId: w.notification, key: w.file, messageId: w.message, seq: 1,
  step: 1, category: 'chat', city: '서울', templateId: 'daily_streak', before: 1000, after: 0, topics: ['matches'],
  password: 'correct horse 7', refreshToken: w.refresh, name: '시험', keyword: '안녕', page: 1, size: 10,
  endDate: '2099-12-31', time: '09:15', classTime: '10:00', minAge: 20, maxAge: 90, birth_date: '2000-01-01',
  languageId: 2, nativeLanguageId: 1, currentLevelId: 102, targetLevelId: 106, clickUrl: '/matching', fileUrl: w.fileUrl,
  endpoint: w.push.endpoint, p256dh: w.push.keys.p256dh, auth: w.push.keys.auth,
  communicationMethodType: 'TEXT', communicationMethod: 'TEXT', dailyMinutesType: 'MINUTES_10', dailyMinute: 'MINUTES_10', nativeLanguage: 'ko', targetLanguage: 'en', languageLevel: 'A1',
  fileName: 'a.png', contentType: 'image/png', fileSize: 100, minCompatibilityScore: 0, status: 'PENDING',
});
// where a name means something else, or only one of several fields may be given
const special = (w) => ({
  'post /auth/signup': { email: 'signup@test.example.com' },
  'post /users/register': { email: 'register@test.example.com' },
  'post /auth/login': { email: w.email },
  'post /users/login': { email: w.email },
  'post /matching/reject/{requestId}': { requestId: w.rejects[0] },
  'post /matching/reject': { requestId: w.rejects[1] },
  'post /chat/rooms/{roomId}/leave': { roomId: w.spare },
  'post /notifications/push-token': { token: JSON.stringify(w.push) },
  'post /notifications/subscribe': { token: JSON.stringify(w.push) },
  'post /room/{roomId}/join': { roomId: w.call, userId: w.me, userName: '가가' }, 'post /room/{roomId}/leave': { roomId: w.call, userId: w.me },
  'post /room/{roomId}/kick': { roomId: w.call, userId: w.kicked },
  'get /room/{roomId}/info': { roomId: w.call },
  'get /room/{roomId}/ice-servers': { roomId: w.call }, 'get /room/{roomId}/metrics': { roomId: w.call },
  'post /presence/presence/status': { status: 'ONLINE' },
});
// a success needs more than a request, such as a picture of one's own
const LEFT_OUT = ['imageUrls', 'files', 'file', 'audioData', 'audioDuration', 'avatar', 'profileImage', 'duration', 'data'];
const LAST = /\/(leave|join|complete-onboarding|accept|reject|offline)\b|skip$/;

export function requests(document, world, methods) {
  const known = values(world);
  const schemas = document.components.schemas;
  const resolve = (s) => (s?.$ref ? schemas[s.$ref.split('/').at(-1)] : s ?? {});
  const sample = (given, name, own) => {
    const s = resolve(given);
    if (s.properties) {
      return Object.fromEntries(Object.entries(s.properties).filter(([k]) => !LEFT_OUT.includes(k)).map(([k, v]) => [k, sample(v, k, own)]));
    }
    const value = own[name] ?? (s.enum ? undefined : known[name]);
    if (value !== undefined) return value;
    if (s.enum) return s.default ?? s.enum[0];
    if (s.type === 'array') return [sample(s.items, name, own)];
    if (s.type === 'integer' || s.type === 'number') return Math.max(s.minimum ?? 1, 1);
    if (s.type === 'boolean') return true;
    if (s.format === 'date') return '2026-01-01';
    if (s.format === 'date-time') return LATER;
    if (s.format === 'uri-reference') return '/a.png';
    return '안녕 abc';
  };
  const marked = (v) => {
    if (Array.isArray(v)) return `[${v.map(marked)}]`;
    if (v !== null && typeof v === 'object') return `{${Object.entries(v).map(([k, x]) => `${JSON.stringify(k)}:${marked(x)}`)}}`;
    return typeof v === 'string' ? `"${JSON.stringify(v).slice(1, -1)}${MARK}"` : `${JSON.stringify(v)}${MARK}`;
  };
  const plain = (s) => s.replaceAll(MARK, '');

  const all = [];
  const leftOut = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, op] of Object.entries(item)) {
      if (op.deprecated || !methods.includes(method)) continue;
      const key = `${method} ${path}`;
      const own = special(world)[key] ?? {};
      const parameters = op.parameters.filter((p) => p.name);
      const content = op.requestBody?.content ?? {};
      const json = content['application/json'];
      if (path.startsWith('/internal') || (!json && content['multipart/form-data'])) {
        leftOut.push(key); // nginx hides it, or it takes a file
        continue;
      }
      let target = path.replace(/\{([^}]+)\}/g, (_, name) => `${encodeURIComponent(sample(resolve(parameters.find((p) => p.name === name)).schema, name, own))}${MARK}`);
      const query = parameters.filter((p) => p.in === 'query' && p.name !== 'cursor').map((p) => [p.name, sample(p.schema, p.name, own)]);
      if (query.length) target += `?${query.map(([k, v]) => `${k}=${encodeURIComponent(v)}${MARK}`).join('&')}`;
      const body = json ? marked(sample(json.schema, '', own)) : undefined;
      const marks = (target.match(/\*/g) ?? []).length + (body?.match(/\*/g) ?? []).length;
      if (!marks) continue;
      all.push({ key, method: method.toUpperCase(), target: `/api/v1${target}`, body, marks, auth: op['x-auth'], plain: { target: `/api/v1${plain(target)}`, body: body && plain(body) } });
    }
  }
  // what is in every request, once
  all.push({
    key: 'headers of get /users/me', method: 'GET', target: '/api/v1/users/me', marks: 4, auth: 'user', plain: { target: '/api/v1/users/me' },
    headers: [`Accept-Language: ko${MARK}`, `X-Request-ID: abc${MARK}`, `X-Forwarded-For: 192.0.2.1${MARK}`, `Cookie: next-auth.session-token=abc${MARK}`],
  });
  all.push({
    key: 'key of post /notifications', method: 'POST', target: '/api/v1/notifications', marks: 1, auth: 'user', body: '{"title":"t","message":"m"}',
    headers: [`Idempotency-Key: scan-key-1${MARK}`], plain: { target: '/api/v1/notifications', body: '{"title":"t","message":"m"}' },
  });
  // the k-th marked place of a request, with something more in it
  const put = (r, k, value) => {
    let n = 0;
    const fill = (text) => text?.replaceAll(MARK, () => { n += 1; return n - 1 === k ? value : ''; });
    return { target: fill(r.target), body: fill(r.body) };
  };
  all.sort((a, b) => LAST.test(a.key) - LAST.test(b.key));
  return { all, leftOut, put };
}
