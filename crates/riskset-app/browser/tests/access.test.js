// For everybody: axe finds nothing, in light and dark, on a phone and a desk; the keyboard reaches all;
// the first load is small.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { browse, serve, visit, drawn, pictures, sound } from './support.js';

let browser, server;
before(async () => { server = await serve(); browser = await browse(); });
after(async () => { await browser?.close(); await server?.stop(); });

for (const colorScheme of ['light', 'dark']) {
  for (const width of [390, 768, 1440]) {
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async () => {
      const { page, context } = await visit(browser, server.address, { colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
      await sound(page, 'start');
      await page.screenshot({ path: join(pictures, `start-${colorScheme}-${width}.png`), fullPage: true });
      await page.click('#set-lung');
      await page.waitForSelector('#e0-time');
      await sound(page, 'table');
      await page.selectOption('#e0-time', 'time');
      await page.selectOption('#e0-unit', 'days');
      await page.selectOption('#e0-event', 'status');
      await page.click('label.chip:has(#e0-is-1)');
      await page.selectOption('#group', 'sex');
      await drawn(page);
      for (const summary of await page.locator('main details:not([open]) > summary').all()) if (await summary.isVisible()) await summary.click();
      await sound(page, 'curve');
      await page.screenshot({ path: join(pictures, `lung-${colorScheme}-${width}.png`), fullPage: true });
      await page.click('#drawer-fold > summary');
      await sound(page, 'drawer');
      await page.screenshot({ path: join(pictures, `drawer-${colorScheme}-${width}.png`) });
      await context.close();
    });
  }
}

test('the keyboard alone reaches a curve, and the focus stays where it was', async () => {
  const { page, context } = await visit(browser, server.address);
  const press = async (id, most = 80) => {
    for (let step = 0; step < most; step += 1) {
      if (await page.evaluate(wanted => document.activeElement?.id === wanted, id)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`the keyboard does not reach ${id}`);
  };
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await press('set-lung');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#e0-time');
  const type = async (id, letters) => { await press(id); await page.keyboard.type(letters); };
  await type('e0-time', 'time');
  await type('e0-event', 'status');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'e0-event', 'the form was drawn anew around the focus');
  await press('e0-is-1');
  await page.keyboard.press('Space');
  await drawn(page);
  assert.equal(await page.locator('figure.curves svg').count(), 1);
  await context.close();
});

test('the first load is smaller than 300 kB, and comes from the program alone', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const bodies = [];
  const hosts = new Set();
  page.on('response', response => { hosts.add(new URL(response.url()).host); bodies.push(response.body()); });
  await page.goto(server.address);
  await page.waitForSelector('.example');
  await page.waitForLoadState('networkidle');
  const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
  assert.ok(bytes > 10000 && bytes < 300000, `${bytes} bytes`);
  assert.deepEqual([...hosts], [new URL(server.address).host]);
  await context.close();
});
