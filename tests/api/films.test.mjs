// Uploaded films and recordings keep what is seen and heard and lose what is said about them. mediabunny makes them and
// reads them again, exiftool writes and reads what must go; neither knows how the server does it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  ALL_FORMATS, BufferSource, BufferTarget, EncodedAudioPacketSource, EncodedPacket, EncodedPacketSink, EncodedVideoPacketSource, Input, MovOutputFormat, Mp4OutputFormat, Output,
} from 'mediabunny';
import { env, person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { fetchBytes, upload } from '../harness/files.mjs';

after(closeDb);
let kim;
before(async () => { kim = await person('김영상'); });

const dir = fs.mkdtempSync(path.join(env.run, 'films-'));
const PIECES = 40;
const bytesOf = (name, i) => crypto.createHash('sha512').update(`${name} ${i}`).digest();

async function film(format, { seen = true, rotation = 0 } = {}) {
  const target = new BufferTarget();
  const out = new Output({ format, target });
  const video = new EncodedVideoPacketSource('vp9');
  const audio = new EncodedAudioPacketSource('opus');
  if (seen) out.addVideoTrack(video, { rotation });
  out.addAudioTrack(audio);
  out.setMetadataTags({ title: 'Secret Title', artist: 'Secret Person', comment: 'secret place', date: new Date('2020-02-02') });
  await out.start();
  for (let i = 0; i < PIECES; i += 1) {
    if (seen) await video.add(new EncodedPacket(bytesOf('seen', i), i % 10 ? 'delta' : 'key', i / 10, 0.1), { decoderConfig: { codec: 'vp09.00.10.08', codedWidth: 320, codedHeight: 240 } });
    await audio.add(new EncodedPacket(bytesOf('heard', i), 'key', i / 10, 0.1), { decoderConfig: { codec: 'opus', numberOfChannels: 2, sampleRate: 48000 } });
  }
  await out.finalize();
  return Buffer.from(target.buffer);
}

const read = async (bytes) => {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const tracks = await input.getTracks();
  return Promise.all(tracks.map(async (t) => {
    const packets = [];
    for await (const p of new EncodedPacketSink(t).packets()) packets.push([p.timestamp, p.duration, p.type, Buffer.from(p.data).toString('hex')]);
    return { type: t.type, codec: t.codec, rotation: t.rotation, width: t.displayWidth, packets };
  }));
};

function exiftool(...args) {
  const res = spawnSync('exiftool', args, { encoding: 'utf8', maxBuffer: 1 << 24 });
  assert.equal(res.status, 0, res.stderr);
  return res.stdout;
}
const secrets = ['-Keys:GPSCoordinates=37.5, 127.0, 30', '-UserData:GPSCoordinates=37.5, 127.0, 30', '-ItemList:GPSCoordinates=37.5, 127.0, 30', '-Keys:Make=SecretCam', '-Keys:Model=secret-123', '-Keys:LocationName=secret place',
  '-UserData:Author=Secret Person', '-XMP:GPSLatitude=37.5', '-XMP:Creator=Secret Person', '-CreateDate=2020:02:02 02:02:02', '-TrackCreateDate=2020:02:02 02:02:02', '-MediaCreateDate=2020:02:02 02:02:02'];

function told(name, bytes) {
  const file = path.join(dir, name);
  fs.writeFileSync(file, bytes);
  if (bytes.includes('moof')) return bytes; // exiftool cannot add to these
  exiftool('-q', '-q', '-m', '-overwrite_original', ...secrets, file);
  return fs.readFileSync(file);
}

test('nobody learns from a film where, when, by whom and with what it was made; all that is seen and heard is as it was', async () => {
  const cases = [
    ['plain.mp4', 'video/mp4', await film(new Mp4OutputFormat())],
    ['index-first.mp4', 'video/mp4', await film(new Mp4OutputFormat({ fastStart: 'in-memory' }), { rotation: 90 })],
    ['pieces.mp4', 'video/mp4', await film(new Mp4OutputFormat({ fastStart: 'fragmented' }))],
    ['apple.mov', 'video/quicktime', await film(new MovOutputFormat({ fastStart: false }), { rotation: 180 })],
    ['heard.m4a', 'audio/mp4', await film(new Mp4OutputFormat(), { seen: false })],
  ];
  for (const [name, type, made] of cases) {
    const bytes = told(name, made);
    const before = JSON.parse(exiftool('-j', '-G1', '-a', '-u', '-ee', path.join(dir, name)))[0];
    assert.ok(Object.entries(before).filter(([k, v]) => /GPS|Secret|2020:02:02/i.test(`${k} ${v}`)).length >= (made.includes('moof') ? 3 : 8), name);
    const res = await upload(type.startsWith('audio') ? '/upload/audio' : '/upload/video', [['file', bytes, name, type]], kim);
    assert.equal(res.status, 201, `${name}: ${res.text}`);
    const got = await fetchBytes(res.body.data.url);
    assert.deepEqual([got.status, got.headers['content-type'], got.bytes.length], [200, type, bytes.length], name);
    assert.deepEqual(await read(got.bytes), await read(bytes), name);
    const file = path.join(dir, `got-${name}`);
    fs.writeFileSync(file, got.bytes);
    const tags = JSON.parse(exiftool('-j', '-G1', '-a', '-u', '-ee', file))[0];
    assert.deepEqual(Object.entries(tags).filter(([k, v]) => !/^(SourceFile|System:)/.test(k) && /GPS|XMP|Keys|UserData|ItemList|secret|2020|mediabunny/i.test(`${k} ${v}`)), [], name);
    assert.deepEqual(Object.entries(tags).filter(([k, v]) => /Date/.test(k) && !k.startsWith('System:') && v !== '0000:00:00 00:00:00'), [], name);
    assert.ok(!/secret|37\.5|127\.0/i.test(got.bytes.toString('latin1')), name);
    const [row] = await query('SELECT size, HEX(sha256) AS sum FROM files WHERE owner_id = ? ORDER BY id DESC LIMIT 1', [kim.id]);
    assert.deepEqual([Number(row.size), row.sum.toLowerCase()], [got.bytes.length, crypto.createHash('sha256').update(got.bytes).digest('hex')], name);
  }
});

test('a film that is not built as one is refused, and nothing of it stays', async () => {
  const whole = await film(new Mp4OutputFormat({ fastStart: 'in-memory' }));
  const moov = whole.indexOf('moov') - 4;
  const larger = Buffer.from(whole);
  larger.writeUInt32BE(whole.length, moov);
  const wrong = Buffer.from(whole);
  wrong.writeUInt32BE(5, moov + 8);
  for (const bytes of [whole.subarray(0, whole.length - 100), larger, wrong]) {
    const res = await upload('/upload/video', [['file', bytes, 'a.mp4', 'video/mp4']], kim);
    assert.deepEqual([res.status, res.body.code, res.body.error.details.fields], [400, 'INVALID_FILE_TYPE', [{ field: 'file', rule: 'structure', message: '손상되었거나 지원하지 않는 영상 또는 음성입니다' }]]);
  }
  assert.deepEqual(fs.readdirSync(path.join(env.run, 'files/tmp')), []);
});
