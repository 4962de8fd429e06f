// Tells the oracle that a log line holding this text is meant to appear: anywhere, or in the logs of one stack alone.
import fs from 'node:fs';
import path from 'node:path';
import { env } from './client.mjs';

export function announce(text, stack) {
  fs.appendFileSync(path.join(env.run, 'announced.jsonl'), `${JSON.stringify({ text, dir: stack?.run })}\n`);
}
