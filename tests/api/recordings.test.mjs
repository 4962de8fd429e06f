// Uploaded films and recordings keep what is seen and heard and lose what is said about them. mediabunny makes them and
// reads them again, exiftool writes and reads what must go; neither knows how the server does it.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  ALL_FORMATS, BufferSource, BufferTarget, EncodedAudioPacketSource, EncodedPacket, EncodedPacketSink, EncodedVideoPacketSource, Input, MovOutputFormat, Mp3OutputFormat, Mp4OutputFormat,
  OggOutputFormat, Output, WavOutputFormat, WebMOutputFormat,
} from 'mediabunny';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { env, person } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { exiftool, readTags } from '../harness/exiftool.mjs';
import { fetchBytes, upload } from '../harness/files.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
let kim;
before(async () => { kim = await person('김영상'); });

const dir = fs.mkdtempSync(path.join(env.run, 'films-'));
const PIECES = 40;
const bytesOf = (name, i) => crypto.createHash('sha512').update(`${name} ${i}`).digest();

const words = { title: 'Secret Title', artist: 'Secret Person', comment: 'secret place', date: new Date('2020-02-02') };

async function film(format, { seen = true, rotation = 0 } = {}) {
  const target = new BufferTarget();
  const out = new Output({ format, target });
  const video = new EncodedVideoPacketSource('vp9');
  const audio = new EncodedAudioPacketSource('opus');
  if (seen) out.addVideoTrack(video, { rotation });
  out.addAudioTrack(audio);
  out.setMetadataTags(words);
  await out.start();
  for (let i = 0; i < PIECES; i += 1) {
    if (seen) await video.add(new EncodedPacket(bytesOf('seen', i), i % 10 ? 'delta' : 'key', i / 10, 0.1), { decoderConfig: { codec: 'vp09.00.10.08', codedWidth: 320, codedHeight: 240 } });
    await audio.add(new EncodedPacket(bytesOf('heard', i), 'key', i / 10, 0.1), { decoderConfig: { codec: 'opus', numberOfChannels: 2, sampleRate: 48000 } });
  }
  await out.finalize();
  return Buffer.from(target.buffer);
}

/* Sound with a cover that was taken somewhere. */
async function sound(format, codec, packet, decoderConfig, seconds = 0.02, pieces = PIECES) {
  const target = new BufferTarget();
  const out = new Output({ format, target });
  const audio = new EncodedAudioPacketSource(codec);
  const cover = await sharp({ create: { width: 240, height: 240, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
    .withExif({ IFD0: { Artist: 'Secret Person' }, IFD3: { GPSLatitude: '37/1 30/1 0/1' } }).jpeg({ quality: 100 }).toBuffer();
  out.addAudioTrack(audio, { name: 'Secret Track' });
  out.setMetadataTags({ ...words, images: [{ data: cover, mimeType: 'image/jpeg', kind: 'coverFront' }] });
  await out.start();
  for (let i = 0; i < pieces; i += 1) await audio.add(new EncodedPacket(packet(i), 'key', i * seconds, seconds), { decoderConfig: { codec, ...decoderConfig } });
  await out.finalize();
  return Buffer.from(target.buffer);
}
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };
const bytes = (...xs) => Buffer.concat(xs.map((x) => (typeof x === 'string' ? Buffer.from(x, 'latin1') : Buffer.from(x))));
/* 20 ms of stereo in one frame, then anything */
const opus = (i) => bytes([0xfc], bytesOf('heard', i));
const opusConfig = { numberOfChannels: 2, sampleRate: 48000, description: bytes('OpusHead', [1, 2, 0, 0], u32(48000), [0, 0, 0]) };
const pcm = (i) => bytes(...Array.from({ length: 30 }, (_, k) => bytesOf(`heard ${k}`, i)));
const pcmConfig = { numberOfChannels: 1, sampleRate: 48000 };
/* 128 kbit/s, 44.1 kHz */
const mp3 = (i) => bytes([0xff, 0xfb, 0x90, 0], Buffer.alloc(413).map((_, k) => (k < 64 ? bytesOf('heard', i)[k] : 0)));
const ape = (flags) => bytes('APETAGEX', u32(2000), u32(32 + 8 + 7 + 13), u32(1), u32(flags), Buffer.alloc(8));
const mp3Tail = bytes(ape(0xa0000000), u32(13), u32(0), 'Artist\0', 'Secret Person', ape(0x80000000), 'TAG', 'Secret Title'.padEnd(30, '\0'), 'Secret Person'.padEnd(30, '\0'), Buffer.alloc(65));
const vorbisComment = bytes('\x03vorbis', u32(6), 'libfoo', u32(1), u32(20), 'ARTIST=Secret Person', [1]);
const vorbisConfig = { numberOfChannels: 1, sampleRate: 48000,
  description: bytes([2, 30, vorbisComment.length], '\x01vorbis', u32(0), [1], u32(48000), Buffer.alloc(12), [0xb8, 1], vorbisComment, '\x05vorbis', 'set up') };

const read = async (bytes) => {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const tracks = await input.getTracks();
  return Promise.all(tracks.map(async (t) => {
    const packets = [];
    for await (const p of new EncodedPacketSink(t).packets()) packets.push([p.timestamp, p.duration, p.type, Buffer.from(p.data).toString('hex')]);
    return { type: t.type, codec: t.codec, rotation: t.rotation, width: t.displayWidth, packets };
  }));
};

const secrets = ['-Keys:GPSCoordinates=37.5, 127.0, 30', '-UserData:GPSCoordinates=37.5, 127.0, 30', '-ItemList:GPSCoordinates=37.5, 127.0, 30', '-Keys:Make=SecretCam', '-Keys:Model=secret-123', '-Keys:LocationName=secret place',
  '-UserData:Author=Secret Person', '-XMP:GPSLatitude=37.5', '-XMP:Creator=Secret Person', '-CreateDate=2020:02:02 02:02:02', '-TrackCreateDate=2020:02:02 02:02:02', '-MediaCreateDate=2020:02:02 02:02:02'];

async function told(name, bytes) {
  const file = path.join(dir, name);
  fs.writeFileSync(file, bytes);
  if (bytes.includes('moof')) return bytes; // exiftool cannot add to these
  await exiftool('-m', '-overwrite_original', ...secrets, file);
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
    const bytes = await told(name, made);
    const before = await readTags(path.join(dir, name), '-ee');
    assert.ok(Object.entries(before).filter(([k, v]) => /GPS|Secret|2020:02:02/i.test(`${k} ${v}`)).length >= (made.includes('moof') ? 3 : 8), name);
    const res = await upload(type.startsWith('audio') ? '/upload/audio' : '/upload/video', [['file', bytes, name, type]], kim);
    assert.equal(res.status, 201, `${name}: ${res.text}`);
    const got = await fetchBytes(res.body.data.url);
    assert.deepEqual([got.status, got.headers['content-type'], got.bytes.length], [200, type, bytes.length], name);
    assert.deepEqual(await read(got.bytes), await read(bytes), name);
    const file = path.join(dir, `got-${name}`);
    fs.writeFileSync(file, got.bytes);
    const tags = await readTags(file, '-ee');
    assert.deepEqual(Object.entries(tags).filter(([k, v]) => !/^(SourceFile|System:)/.test(k) && /GPS|XMP|Keys|UserData|ItemList|secret|2020|mediabunny/i.test(`${k} ${v}`)), [], name);
    assert.deepEqual(Object.entries(tags).filter(([k, v]) => /Date/.test(k) && !k.startsWith('System:') && v !== '0000:00:00 00:00:00'), [], name);
    assert.ok(!/secret|37\.5|127\.0/i.test(got.bytes.toString('latin1')), name);
    const [row] = await query('SELECT size, HEX(sha256) AS sum FROM files WHERE owner_id = ? ORDER BY id DESC LIMIT 1', [kim.id]);
    assert.deepEqual([Number(row.size), row.sum.toLowerCase()], [got.bytes.length, crypto.createHash('sha256').update(got.bytes).digest('hex')], name);
  }
});

test('nobody learns from a recording what it is called, who made it, or where its cover was taken; all that is heard is as it was', async () => {
  const webm = (options) => new WebMOutputFormat(options);
  const cases = [
    ['plain.webm', 'audio/webm', await sound(webm(), 'opus', opus, opusConfig)],
    ['live.webm', 'audio/webm', await sound(webm({ appendOnly: true }), 'opus', opus, opusConfig)],
    ['vorbis.webm', 'audio/webm', await sound(webm(), 'vorbis', opus, vorbisConfig)],
    ['seen.webm', 'video/webm', await film(webm())],
    ['voice.ogg', 'audio/ogg', await sound(new OggOutputFormat(), 'opus', opus, opusConfig)],
    ['info.wav', 'audio/wav', await sound(new WavOutputFormat({ metadataFormat: 'info' }), 'pcm-s16', pcm, pcmConfig)],
    ['id3.wav', 'audio/wav', await sound(new WavOutputFormat({ metadataFormat: 'id3' }), 'pcm-s16', pcm, pcmConfig)],
    ['song.mp3', 'audio/mpeg', bytes(await sound(new Mp3OutputFormat(), 'mp3', mp3, { numberOfChannels: 2, sampleRate: 44100 }, 1152 / 44100), mp3Tail)],
  ];
  const tags = async (file) => Object.entries(await readTags(file, '-ee', '-b')).filter(([k]) => !/^(SourceFile|System:)/.test(k));
  for (const [name, type, made] of cases) {
    const file = path.join(dir, name);
    fs.writeFileSync(file, made);
    assert.ok(made.includes('Secret'), name);
    // exiftool does not look for ID3 in WAVE
    assert.ok(name === 'id3.wav' || (await tags(file)).filter(([k, v]) => /secret|2020-02-02|picture/i.test(`${k} ${v}`)).length >= 3, name);
    const res = await upload(type.startsWith('audio') ? '/upload/audio' : '/upload/video', [['file', made, name, type]], kim);
    assert.equal(res.status, 201, `${name}: ${res.text}`);
    const got = await fetchBytes(res.body.data.url);
    assert.deepEqual([got.status, got.headers['content-type'], got.bytes.length], [200, type, made.length], name);
    assert.deepEqual(await read(got.bytes), await read(made), name);
    fs.writeFileSync(file, got.bytes);
    assert.deepEqual((await tags(file)).filter(([k, v]) => /secret|2020|mediabunny|GPS|picture|ID3v|APE|Comment|Title/i.test(`${k} ${v}`)), [], name);
    assert.ok(!/secret|libfoo|mediabunny|Exif|JFIF/i.test(got.bytes.toString('latin1')), name);
  }
});

// In the page.
async function record(mimeType) {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const heard = audio.createMediaStreamDestination();
  tone.connect(heard);
  tone.start();
  const canvas = document.createElement('canvas');
  const draw = canvas.getContext('2d');
  const drawing = setInterval(() => { draw.fillStyle = `hsl(${performance.now() % 360} 90% 50%)`; draw.fillRect(0, 0, 300, 150); }, 30);
  const tracks = [...heard.stream.getTracks(), ...(mimeType.startsWith('video') ? canvas.captureStream().getTracks() : [])];
  const recorder = new MediaRecorder(new MediaStream(tracks), { mimeType });
  const pieces = [];
  recorder.ondataavailable = (e) => pieces.push(e.data);
  const stopped = new Promise((done) => { recorder.onstop = done; });
  recorder.start(200);
  await new Promise((done) => { setTimeout(done, 700); });
  recorder.stop();
  await stopped;
  clearInterval(drawing);
  return [...new Uint8Array(await new Blob(pieces).arrayBuffer())];
}
/* The same in Ogg. */
async function ogg(webm) {
  const track = await new Input({ formats: ALL_FORMATS, source: new BufferSource(webm) }).getPrimaryAudioTrack();
  const packets = [];
  for await (const p of new EncodedPacketSink(track).packets()) packets.push(p);
  return sound(new OggOutputFormat(), 'opus', (i) => packets[i].data, await track.getDecoderConfig(), packets[1].timestamp - packets[0].timestamp, packets.length);
}
async function play(bytes) {
  const heard = await new OfflineAudioContext(2, 48000, 48000).decodeAudioData(new Uint8Array(bytes).buffer);
  return [heard.duration, [...heard.getChannelData(0)]];
}

test('what a browser records and what it gets back sound alike', async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'] });
  try {
    const page = await browser.newPage();
    const song = bytes(await sound(new Mp3OutputFormat(), 'mp3', (i) => bytes([0xff, 0xfb, 0x90, 0], Buffer.alloc(413, i < 20 ? 0 : 1)), { numberOfChannels: 2, sampleRate: 44100 }, 1152 / 44100), mp3Tail);
    const voice = Buffer.from(await page.evaluate(record, 'audio/webm;codecs=opus'));
    const cases = [['a.webm', 'audio/webm;codecs=opus', voice], ['b.webm', 'video/webm;codecs=vp8,opus', Buffer.from(await page.evaluate(record, 'video/webm;codecs=vp8,opus'))],
      ['c.ogg', 'audio/ogg', await ogg(voice)], ['d.mp3', 'audio/mpeg', song]];
    for (const [name, type, before] of cases) {
      const res = await upload(type.startsWith('audio') ? '/upload/audio' : '/upload/video', [['file', before, name, type]], kim);
      assert.equal(res.status, 201, res.text);
      const after = (await fetchBytes(res.body.data.url)).bytes;
      assert.ok(!after.equals(before), name);
      const [was, is] = [await page.evaluate(play, [...before]), await page.evaluate(play, [...after])];
      assert.ok(was[0] > 0.5, `${name}: ${was[0]} s`);
      assert.deepEqual(is, was, name);
      assert.ok(before === song || Math.max(...was[1]) > 0.1, `${name} is silent`);
    }
  } finally {
    await browser.close();
  }
});

test('a film or recording that is not built as one is refused, and nothing of it stays', async () => {
  const whole = await film(new Mp4OutputFormat({ fastStart: 'in-memory' }));
  const moov = whole.indexOf('moov') - 4;
  const larger = Buffer.from(whole);
  larger.writeUInt32BE(whole.length, moov);
  const wrong = Buffer.from(whole);
  wrong.writeUInt32BE(5, moov + 8);
  const voice = await sound(new OggOutputFormat(), 'opus', opus, opusConfig);
  const started = mp3(0).subarray(0, 100);
  const live = await sound(new WebMOutputFormat({ appendOnly: true }), 'opus', opus, opusConfig);
  const wave = await sound(new WavOutputFormat(), 'pcm-s16', pcm, pcmConfig);
  const cases = [[whole.subarray(0, whole.length - 100), 'a.mp4', 'video/mp4'], [larger, 'a.mp4', 'video/mp4'], [wrong, 'a.mp4', 'video/mp4'],
    [voice.subarray(0, voice.length - 10), 'a.ogg', 'audio/ogg'], [started, 'a.mp3', 'audio/mpeg'], [bytes(live, [0, 0, 0]), 'a.webm', 'audio/webm'],
    [wave.subarray(0, wave.indexOf('data')), 'a.wav', 'audio/wav']];
  for (const [made, name, type] of cases) {
    const res = await upload(type.startsWith('audio') ? '/upload/audio' : '/upload/video', [['file', made, name, type]], kim);
    assert.deepEqual([res.status, res.body.code, res.body.error.details.fields], [400, 'INVALID_FILE_TYPE', [{ field: 'file', rule: 'structure', message: '손상되었거나 지원하지 않는 파일입니다' }]], name);
  }
  await until(() => fs.readdirSync(path.join(env.run, 'files/tmp')).length === 0);
});
