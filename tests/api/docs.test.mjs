// The documentation page in a real browser: it shows every operation, logs in, and a call made from it succeeds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { env, get } from '../harness/client.mjs';

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
after(() => browser?.close());

test('log in on the page and try a call', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 1000 } });
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (e) => problems.push(String(e)));
  page.on('console', (m) => m.type() === 'error' && problems.push(m.text()));
  await page.goto(`${env.tls}/docs/`);
  const { body: doc } = await get('/openapi.json');
  const tags = new Set(Object.values(doc.paths).flatMap((i) => Object.values(i)).flatMap((o) => o.tags));
  await page.waitForSelector('.opblock-tag');
  assert.equal(await page.locator('.opblock-tag').count(), tags.size);
  await page.fill('input[name=email]', 'minji@example.com');
  await page.fill('input[name=password]', 'password123');
  await page.click('#login button');
  await page.waitForFunction(() => document.getElementById('who').textContent === '박민지');
  await page.click('#operations-tag-user, .opblock-tag[data-tag=user]');
  const operation = page.locator('#operations-user-user_name');
  await operation.locator('.opblock-summary-control').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute', exact: true }).click();
  await operation.locator('.live-responses-table tbody .response-col_status').first().waitFor();
  assert.match(await operation.locator('.live-responses-table tbody .response-col_status').first().textContent(), /200/);
  assert.match(await operation.locator('.live-responses-table').textContent(), /박민지/);
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  assert.deepEqual(problems, []);
});
