// Pictures that stand elsewhere: a browser is sent on to them, but not just anywhere.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { env, get } from '../harness/client.mjs';

const go = (url, more = '&w=96&h=&q=85&f=auto') => get(`/images/transform?url=${encodeURIComponent(url)}${more}`, { headers: { accept: 'image/avif,image/*' } });
const sent = async (url) => { const res = await go(url); return [res.status, res.headers.location]; };

test('to this site and the hosts that are known, and nowhere else', async () => {
  const own = env.base.replace(/\/$/, '');
  for (const url of ['https://lh3.googleusercontent.com/a/x=s96-c?w=1&h=2', 'https://googleusercontent.com/x', 'https://phinf.pstatic.net:443/x', 'https://avatars.githubusercontent.com/u/1#x', '/api/v1/upload/file/a.png', `${own}/api/v1/upload/file/a.png`]) {
    assert.deepEqual(await sent(url), [302, url]);
  }
  for (const url of ['https://example.com/x.png', 'http://lh3.googleusercontent.com/x', 'https://googleusercontent.com.example.com/x', 'https://evilgoogleusercontent.com/x', 'https://lh3.googleusercontent.com@example.com/x',
    'https://example.com/?googleusercontent.com', 'https://example.com#.googleusercontent.com', 'https://example.com\\.googleusercontent.com/', '//example.com/x', '/\\example.com', `${own}.example.com/x`]) {
    const res = await go(url);
    assert.deepEqual([url, res.status === 404 || res.status === 400, res.headers.location], [url, true, undefined]);
  }
  assert.deepEqual([(await go('https://example.com/x.png')).body.code, (await get('/images/transform')).status, (await go('javascript:alert(1)')).status], ['FILE_NOT_FOUND', 400, 400]);
});

test('where the shipped client asks for them; what is closed at its own address is closed there, too', async () => {
  const url = 'https://lh3.googleusercontent.com/a/x';
  const at = async (path) => {
    const res = await new Promise((ok, no) => { http.get(`${env.base.replace(/\/$/, '')}/workers/api/v1${path}`, ok).on('error', no); });
    res.resume();
    return [res.statusCode, res.headers.location];
  };
  assert.deepEqual(await at(`/images/transform?url=${encodeURIComponent(url)}&w=&h=`), [302, url]);
  assert.deepEqual([await at('/internal/ended-logins'), await at('/health/live')], [[404, undefined], [200, undefined]]);
});
