#!/usr/bin/env node
// Plays the main story through TLS against the running stack and shows the real JSON. Usage: make demo
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';

const runDir = path.resolve(process.env.RUN_DIR ?? 'run');
const port = Number(process.env.HTTPS_PORT ?? 8443);
const certificate = path.join(runDir, 'secrets/tls.crt');
if (!fs.existsSync(certificate)) {
  console.error(`no stack in ${runDir}; start one with make up (or set RUN_DIR)`);
  process.exit(1);
}
const agent = new https.Agent({ keepAlive: true, ca: fs.readFileSync(certificate), maxSockets: 64 });
const color = process.stdout.isTTY ? { dim: '\x1b[2m', bold: '\x1b[1m', off: '\x1b[0m' } : { dim: '', bold: '', off: '' };

function call(method, target, { token, body, headers = {} } = {}) {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const req = https.request({
      host: 'localhost', port, agent, method, path: `/api/v1${target}`,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(payload && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      },
    }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (d) => { text += d; });
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body: JSON.parse(text) }));
    });
    req.on('error', reject);
    req.end(payload);
  });
}

// Long texts are cut for the screen only.
const short = (key, value) => (typeof value === 'string' && value.length > 60 ? `${value.slice(0, 40)}…` : value);
let failed = 0;

async function step(text, method, target, options, want, show = (b) => b.data ?? b) {
  console.log(`\n${color.bold}${text}${color.off}\n${color.dim}${method} /api/v1${target}${options?.body ? ` ${JSON.stringify(options.body, short)}` : ''}${color.off}`);
  const res = await call(method, target, options);
  console.log(`${res.status} ${JSON.stringify(show(res.body), short, 2)}`);
  if (res.status !== want) {
    failed += 1;
    console.log(`^ expected ${want}`);
  }
  return res.body;
}
const quiet = async (method, target, options, want = 200) => {
  const res = await call(method, target, options);
  if (res.status !== want) {
    failed += 1;
    console.log(`${method} ${target}: ${res.status} ${JSON.stringify(res.body)}`);
  }
  return res.body;
};

const tag = crypto.randomBytes(4).toString('hex');
const password = `demo ${tag}`;

async function learner(name, englishName, email, native, learning, locationId, topics) {
  const signup = await step(`${name} signs up`, 'POST', '/auth/signup', { body: { name, email, password } }, 201,
    (b) => ({ user: b.user, accessToken: b.accessToken, expiresIn: b.data.expiresIn }));
  const token = signup.accessToken;
  const save = (target, body) => quiet('POST', target, { token, body });
  console.log(`  … and goes through the wizard: name, place, languages, interests, partner, times`);
  await save('/onboarding/steps/1/save', { stepNumber: 1, stepData: { englishName, residence: '', profileImage: null, intro: '' } });
  await save('/users/location', { locationId });
  await save('/users/self-bio', { selfBio: `안녕하세요, ${name}입니다. 함께 꾸준히 연습해요!` });
  await save('/onboarding/language/native-language', { languageId: native });
  await save('/onboarding/language/language-level', { languages: [{ languageId: learning, currentLevelId: 102, targetLevelId: 102 }] });
  await save('/onboarding/language/language-level', { languages: [{ languageId: learning, currentLevelId: 201, targetLevelId: 201 }] });
  await Promise.all([
    save('/onboarding/interest/motivation', { motivationIds: [4, 7] }),
    save('/onboarding/interest/topic', { topicIds: topics }),
    save('/onboarding/interest/learning-style', { learningStyleIds: [3] }),
    save('/onboarding/interest/learning-expectation', { learningExpectationIds: [4] }),
  ]);
  await save('/onboarding/partner/gender', { partnerGenderType: 'ANY' });
  await save('/onboarding/partner/personality', { personalPartnerIds: [1, 5] });
  await save('/onboarding/schedule/communication-method', { communicationMethodType: 'HYBRID' });
  await save('/onboarding/schedule/group-size', { groupSizeIds: [1] });
  await save('/onboarding/schedule/daily-minute', { dailyMinutesType: 'MINUTES_20' });
  await save('/onboarding/schedule', { schedules: native === 1
    ? [{ dayOfWeek: 'SATURDAY', classTime: '21:00' }, { dayOfWeek: 'SUNDAY', classTime: '21:00' }]
    : [{ dayOfWeek: 'SATURDAY', classTime: '07:00' }, { dayOfWeek: 'SUNDAY', classTime: '07:00' }] });
  await save('/users/complete-onboarding', { completedAt: new Date().toISOString(), allStepsCompleted: true });
  await step(`${name} has finished onboarding`, 'GET', '/users/onboarding-status', { token }, 200);
  return { token, id: signup.userId, name };
}

const suyeon = await learner('이수연', 'Suyeon', `suyeon.${tag}@example.com`, 1, 2, 1, [1, 3, 5]);
const daniel = await learner('Daniel', 'Daniel', `daniel.${tag}@example.com`, 2, 1, 19, [1, 5, 9]);

const partners = await step('Suyeon lists recommended partners, best first, each with the reasons', 'GET', '/matching/partners?page=0&size=5', { token: suyeon.token }, 200,
  (b) => ({ meta: b.meta, partners: b.data.map((p) => ({ name: p.englishName, score: p.compatibilityScore, level: p.compatibilityLevel, nativeLanguage: p.nativeLanguage, learns: p.targetLanguages.map((l) => l.languageName), interests: p.interests, reasons: p.reasons })) }));
if (!partners.data.length) failed += 1;
await step('How she and Daniel fit', 'GET', `/matching/compatibility/${daniel.id}`, { token: suyeon.token }, 200);
const request = await step('She asks Daniel', 'POST', '/matching/request', { token: suyeon.token, body: { targetUserId: daniel.id, message: '안녕하세요! 같이 연습할래요?' }, headers: { 'idempotency-key': `demo-${tag}` } }, 201);
await step('Daniel sees it', 'GET', '/matching/requests/received?page=1&size=20&status=pending', { token: daniel.token }, 200);
const accepted = await step('and accepts; a chat room opens', 'POST', `/matching/accept/${request.data.requestId}`, { token: daniel.token, body: { responseMessage: 'Sure!' } }, 200);
const rooms = await step('The room in Suyeon\'s list', 'GET', '/chat/rooms', { token: suyeon.token }, 200, (b) => b.data.slice(0, 1));
const room = accepted.data.roomId ?? rooms.data[0].roomId;
for (const [who, text] of [[suyeon, 'Hi Daniel! Nice to meet you.'], [daniel, '안녕하세요, 수연 씨! 반가워요.'], [suyeon, 'Shall we talk on Saturday?'], [daniel, '네, 토요일 좋아요!']])
  await step(`${who.name} writes`, 'POST', `/chat/rooms/${room}/messages`, { token: who.token, body: { message: text, clientMessageId: crypto.randomUUID() } }, 201);
await step('Suyeon reads the last two', 'GET', `/chat/rooms/${room}/messages?page=0&size=2`, { token: suyeon.token }, 200, (b) => b.data.map((m) => [m.sender.name, m.message, m.sentAt]));
await step('and pages back to the two before', 'GET', `/chat/rooms/${room}/messages?page=1&size=2`, { token: suyeon.token }, 200, (b) => b.data.map((m) => [m.sender.name, m.message, m.sentAt]));
await step('marks them read', 'POST', `/chat/read-status/rooms/${room}/read-all`, { token: suyeon.token }, 200);
await step('and has nothing unread', 'GET', `/chat/read-status/rooms/${room}/unread-count`, { token: suyeon.token }, 200);

console.log(`\n${color.bold}What does not work, and how it says so${color.off}`);
await step('a wrong password', 'POST', '/auth/login', { body: { email: `suyeon.${tag}@example.com`, password: 'not it' } }, 400, (b) => b);
const stranger = await quiet('POST', '/auth/signup', { body: { name: '낯선이', email: `stranger.${tag}@example.com`, password } }, 201);
await step('a stranger in their room', 'GET', `/chat/rooms/${room}/messages`, { token: stranger.accessToken, headers: { 'accept-language': 'en' } }, 404, (b) => b);
const [kid, hex] = fs.readFileSync(path.join(runDir, 'secrets/token.keys'), 'utf8').trim().split(',')[0].split(':');
const b64 = (x) => Buffer.from(JSON.stringify(x)).toString('base64url');
const claims = JSON.parse(Buffer.from(suyeon.token.split('.')[1], 'base64url').toString());
const text = `${b64({ alg: 'HS256', kid, typ: 'JWT' })}.${b64({ ...claims, iat: claims.iat - 7200, exp: claims.exp - 7200 })}`;
const expired = `${text}.${crypto.createHmac('sha256', Buffer.from(hex, 'hex')).update(text).digest('base64url')}`;
await step('an expired token', 'GET', '/users/me', { token: expired }, 401, (b) => b);
let flooded;
for (let i = 0; i < 20 && !flooded; i += 1) {
  const all = await Promise.all(Array.from({ length: 50 }, () => call('GET', '/users/name', { token: stranger.accessToken })));
  flooded = all.find((r) => r.status === 429);
}
console.log(`\n${color.bold}a flooded endpoint${color.off}\n${flooded?.status} Retry-After: ${flooded?.headers['retry-after']} ${JSON.stringify(flooded?.body, short, 2)}`);
if (!flooded) failed += 1;
console.log(failed ? `\n${failed} steps did not go as documented` : '\nthe story is complete');
agent.destroy();
process.exit(failed ? 1 : 0);
