// Uploaded pictures keep what is the picture and lose what is said about it. exiftool writes and reads what must go, sharp
// (libvips) says whether the pixels are the same; neither knows how the server does it.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { env, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { exiftool, readTags } from '../harness/exiftool.mjs';
import { bigPng, fetchBytes, gif, jpg, kept, png, upload } from '../harness/files.mjs';

after(closeDb);
let kim;
before(async () => { kim = await person('김사진'); });

const dir = fs.mkdtempSync(path.join(env.run, 'pictures-'));
const [width, height] = [60, 40];
const pixels = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * 31 + (i >> 5) * 7) & 255));
const still = (orientation) => sharp(pixels, { raw: { width, height, channels: 3 } }).withMetadata({ ...(orientation && { orientation }), icc: 'p3' });
const moving = () => sharp(Buffer.concat([pixels, pixels.map((x) => 255 - x)]), { raw: { width, height: height * 2, channels: 3, pageHeight: height } });
const secrets = ['-GPSLatitude=37.5', '-GPSLatitudeRef=N', '-GPSLongitude=127', '-GPSLongitudeRef=E', '-Artist=Secret Person', '-Make=SecretCam', '-SerialNumber=secret-123',
  '-XMP:Creator=Secret Person', '-XMP:GPSLatitude=37.5', '-IPTC:City=Secret City', '-Comment=secret place', '-ThumbnailImage<='];

// A file with secrets in it: its bytes.
async function made(name, image, tags = secrets) {
  const file = path.join(dir, name);
  await image.toFile(file);
  const small = path.join(dir, 'small.jpg');
  fs.writeFileSync(small, jpg);
  await exiftool('-m', '-overwrite_original', ...tags.map((t) => (t === '-ThumbnailImage<=' ? `${t}${small}` : t)), file);
  const bytes = fs.readFileSync(file);
  assert.match(bytes.toString('latin1'), /secret/i, name);
  return bytes;
}

const decoded = (bytes, pages = -1) => sharp(bytes, { pages }).raw().toBuffer();
const tagsOf = async (bytes, name) => {
  const file = path.join(dir, `got-${name}`);
  fs.writeFileSync(file, bytes);
  return readTags(file);
};

// → bytes as they are given out
async function through(name, bytes, where = '/upload/image') {
  const type = `image/${name.split('.').pop().replace('jpg', 'jpeg')}`;
  const res = await upload(where, [['file', bytes, name, type]], kim);
  assert.equal(res.status, 201, `${name}: ${res.text}`);
  const file = await fetchBytes(res.body.data.url ?? res.body.data[0].url ?? res.body.data[0]);
  assert.deepEqual([file.status, file.headers['content-type']], [200, type]);
  return file.bytes;
}

test('nobody learns from a picture where, when, by whom and with what it was taken; every pixel is as it was', async () => {
  const gifTags = ['-Comment=secret place', '-XMP:GPSLatitude=37.5', '-XMP:Creator=Secret Person'];
  const cases = [
    ['turned.jpg', still(6).jpeg(), 6], ['plain.jpg', still().jpeg({ quality: 70 }), undefined], ['progressive.jpg', still(3).jpeg({ progressive: true }), 3],
    ['grey.jpg', still(8).greyscale().jpeg(), 8], ['cmyk.jpg', still().toColourspace('cmyk').jpeg(), undefined],
    ['turned.png', still(6).png(), 6], ['palette.png', still().png({ palette: true }), undefined], ['laced.png', still().png({ progressive: true }), undefined],
    ['turned.webp', still(5).webp(), 5], ['lossless.webp', still().webp({ lossless: true }), undefined], ['moving.webp', moving().webp({ loop: 3, delay: [100, 200] }), undefined],
    ['still.gif', still().gif(), undefined, gifTags], ['moving.gif', moving().gif({ loop: 3, delay: [100, 200] }), undefined, gifTags],
    ['still.avif', still().avif(), undefined],
  ];
  for (const [name, image, orientation, tags] of cases) {
    const bytes = await made(name, image, tags);
    const got = await through(name, bytes);
    assert.doesNotMatch(got.toString('latin1'), /secret/i, name);
    const said = await tagsOf(got, name);
    assert.deepEqual(Object.keys(said).filter((k) => /GPS|XMP|IPTC|Photoshop|Comment|Artist|Creator|Make|Serial|Date|IFD1|Thumbnail/i.test(k) && !/^(ICC|System|File:File)/.test(k)), [], name);
    assert.equal(said['IFD0:Orientation'] !== undefined, orientation !== undefined, name);
    const pages = name.endsWith('.avif') ? 1 : -1;
    assert.ok((await decoded(got, pages)).equals(await decoded(bytes, pages)), `${name}: pixels`);
    const [then, now] = await Promise.all([bytes, got].map((b) => sharp(b).metadata()));
    assert.deepEqual([now.orientation, now.width, now.height, now.pages, now.loop, now.delay, now.space, now.icc?.equals(then.icc)],
      [orientation, then.width, then.height, then.pages, then.loop, then.delay, then.space, then.icc && true], name);
  }
});

test('size and sum are those of what is kept; what comes back may be sent again and stays the same', async () => {
  const first = await through('a.jpg', await made('a.jpg', still(6).jpeg()));
  const res = await upload('/upload/image', [['file', first, 'a.jpg']], kim);
  const { key, size } = res.body.data;
  const again = (await fetchBytes(res.body.data.url)).bytes;
  assert.ok(again.equals(first));
  const [row] = await query('SELECT size, HEX(sha256) AS sum FROM files WHERE storage_key = ?', [key]);
  assert.deepEqual([size, Number(row.size), row.sum.toLowerCase()], [first.length, first.length, crypto.createHash('sha256').update(first).digest('hex')]);
  // behind the end of a picture nothing is kept: phones put films there
  const film = Buffer.from('....ftypmp42 secret film');
  for (const [name, bytes] of [['b.jpg', first], ['b.png', png], ['b.gif', gif]]) assert.deepEqual(await through(name, Buffer.concat([bytes, film])), bytes, name);
});

test('pictures in rooms are no exception', async () => {
  const id = (await post('/chat/rooms', { roomName: '사진', isPublic: false, participantIds: [] }, { token: kim.access })).body.data.roomId;
  const bytes = await made('room.jpg', still(6).jpeg());
  for (const where of [`/chat/rooms/${id}/images`, `/chat/rooms/${id}/upload`]) assert.doesNotMatch((await through('room.jpg', bytes, where)).toString('latin1'), /secret/i, where);
});

test('too many pixels and broken pictures are refused, naming the field, and leave nothing', async () => {
  const count = await kept(kim);
  const sized = (w, h) => {
    const b = Buffer.from(png);
    b.writeUInt32BE(w, 16);
    b.writeUInt32BE(h, 20);
    return b;
  };
  const cases = [
    [sized(8000, 5001), 'a.png', 'FILE_TOO_LARGE', 'pixels'], [sized(0x7fffffff, 1), 'a.png', 'FILE_TOO_LARGE', 'pixels'], [sized(0, 5), 'a.png', 'INVALID_FILE_TYPE', 'structure'],
    [png.subarray(0, -12), 'a.png', 'INVALID_FILE_TYPE', 'structure'], [jpg.subarray(0, -2), 'a.jpg', 'INVALID_FILE_TYPE', 'structure'], [gif.subarray(0, -1), 'a.gif', 'INVALID_FILE_TYPE', 'structure'],
    [(await still().webp().toBuffer()).subarray(0, 100), 'a.webp', 'INVALID_FILE_TYPE', 'structure'], [(await still().avif().toBuffer()).subarray(0, 200), 'a.avif', 'INVALID_FILE_TYPE', 'structure'],
    [png, 'a.jpg', 'INVALID_FILE_TYPE', 'type'], [bigPng((10 << 20) + 1), 'a.png', 'FILE_TOO_LARGE', 'max'],
  ];
  for (const [bytes, name, code, rule] of cases) {
    const res = await upload('/upload/image', [['image', bytes, name]], kim);
    const [field] = res.body.error?.details.fields ?? [{}];
    // too long a file is refused while it arrives, before anything is known of it
    assert.deepEqual([name, res.status, res.body.code, field.field, field.rule], [name, 400, code, ...(rule === 'max' ? [undefined, undefined] : ['file', rule])]);
  }
  assert.equal((await upload('/upload/image', [['file', sized(8000, 5000), 'a.png']], kim)).status, 201);
  const id = (await post('/chat/rooms', { roomName: '사진', isPublic: false, participantIds: [] }, { token: kim.access })).body.data.roomId;
  const second = await upload(`/chat/rooms/${id}/images`, [['files', png, 'a.png'], ['files', png.subarray(0, -12), 'b.png']], kim);
  assert.deepEqual([second.status, second.body.error.details.fields[0].field], [400, 'files[1]']);
  const large = (await upload(`/chat/rooms/${id}/upload`, [['file', bigPng((10 << 20) + 1), 'a.png']], kim)).body;
  assert.deepEqual([large.code, large.error.details.fields[0].field, large.error.details.fields[0].rule], ['FILE_TOO_LARGE', 'files[0]', 'max']);
  assert.equal(await kept(kim), count + 1);
});
