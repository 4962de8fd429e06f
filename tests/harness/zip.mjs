// Reads a ZIP strictly: the list at its end and what stands before each entry must say the same, sums must be right, and
// no entry may be anything but a file inside. → Map of name → Buffer, in the order of the list
import assert from 'node:assert/strict';
import zlib from 'node:zlib';

export function unzip(bytes) {
  const end = bytes.length - 22;
  assert.equal(bytes.readUInt32LE(end), 0x06054b50, 'ends with its list, without a comment');
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  assert.equal(at + bytes.readUInt32LE(end + 12), end);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i += 1) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50);
    const [method, sum, packed, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)];
    const [nameLength, more, comment] = [28, 30, 32].map((o) => bytes.readUInt16LE(at + o));
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    assert.equal(bytes.readUInt32LE(local), 0x04034b50);
    assert.equal(bytes.toString('utf8', local + 30, local + 30 + bytes.readUInt16LE(local + 26)), name);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const raw = bytes.subarray(from, from + packed);
    const data = method === 8 ? zlib.inflateRawSync(raw) : raw;
    assert.ok(method === 8 || method === 0, `${name}: method ${method}`);
    assert.deepEqual([name, data.length, zlib.crc32(data)], [name, size, sum]);
    assert.match(name, /^([a-z_]+\/)?[A-Za-z0-9_]+\.(json|txt)$/);
    assert.ok(!files.has(name), `${name} twice`);
    files.set(name, data);
    at += 46 + nameLength + more + comment;
  }
  assert.equal(at, end);
  return files;
}
