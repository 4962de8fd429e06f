// exiftool, which writes and reads what is said about a picture or a recording. Perl takes a quarter of a second to begin, so
// one process does what all tests of a file ask.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

let child;
const said = { out: '', err: '' };
const DONE = '{done}\n';

// → what it printed; it fails where exiftool does
export async function exiftool(...args) {
  if (!child) {
    child = spawn('exiftool', ['-stay_open', 'True', '-@', '-'], { stdio: 'pipe' });
    child.stdout.setEncoding('utf8').on('data', (text) => { said.out += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { said.err += text; });
    process.once('exit', () => child.kill()); // it would wait for more, forever
    for (const one of [child, child.stdin, child.stdout, child.stderr]) one.unref?.();
  }
  // its exit code goes to stderr, where it would have told what is wrong
  child.stdin.write(['-q', '-q', ...args, '-echo3', DONE.trimEnd(), '-echo4', `\${status}${DONE}`.trimEnd(), '-execute', ''].join('\n'));
  const all = [[child.stdout, 'out'], [child.stderr, 'err']].map(async ([from, name]) => {
    from.ref();
    while (!said[name].endsWith(DONE)) await once(from, 'data');
    from.unref();
    const text = said[name].slice(0, -DONE.length);
    said[name] = '';
    return text;
  });
  const [out, err] = await Promise.all(all);
  assert.match(err, /(^|\n)0$/);
  return out;
}

export const readTags = async (file, ...options) => JSON.parse(await exiftool('-j', '-G1', '-a', '-u', ...options, file))[0];
