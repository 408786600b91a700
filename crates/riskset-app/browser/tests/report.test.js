// The report of a study: axe finds nothing on a phone and a desk, nothing is wider than a phone, the curves
// are read by pointer and keyboard, and without scripts the numbers are there; it loads nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { browse, pictures } from './support.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const root = resolve(import.meta.dirname, '../../../..');
let browser, folder, address;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'riskset-report-'));
  const report = join(folder, 'report');
  execFileSync(process.env.RISKSET, ['study', join(root, 'datasets/dream/study.toml'), '--output', report, '--quiet']);
  address = `file://${join(report, 'report.html')}`;
  browser = await browse();
});
after(async () => { await browser?.close(); if (folder) rmSync(folder, { recursive: true }); });

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const asked = [];
  page.on('request', request => { if (!request.url().startsWith('data:')) asked.push(request.url()); });
  await page.goto(address);
  return { context, page, asked };
}

for (const width of [390, 1440]) {
  test(`axe finds nothing, and nothing is wider than the page: ${width} px`, async () => {
    const { context, page, asked } = await open({ viewport: { width, height: 900 } });
    await page.evaluate(`${axe}; undefined`);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')}`), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'the page scrolls sideways');
    const small = await page.evaluate(() => [...document.querySelectorAll('figure svg text')].map(text => text.getBoundingClientRect().height).filter(height => height > 0 && height < 8).length);
    assert.equal(small, 0, 'words of figures stay legible');
    assert.deepEqual(asked, [address]);
    await page.screenshot({ path: join(pictures, `report-${width}.png`) });
    await page.locator('figure:has(details.read)').first().screenshot({ path: join(pictures, `report-figure-${width}.png`) });
    await page.locator('table.results').nth(1).screenshot({ path: join(pictures, `report-table-${width}.png`) });
    await context.close();
  });
}

test('the keyboard and the pointer read the curves', async () => {
  const { context, page } = await open({ viewport: { width: 1200, height: 900 } });
  const figure = page.locator('figure:has(details.read)').first();
  await figure.locator('summary').focus();
  await page.keyboard.press('Enter');
  const slider = figure.locator('input[type=range]');
  const first = () => figure.locator('.read-rows tbody tr').first().locator('td').allTextContents();
  const [atRisk, value] = await first();
  assert.ok(Number(atRisk) > 0);
  assert.equal(value, '100.0');
  await slider.focus();
  for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowRight');
  const later = await first();
  assert.ok(Number(later[1]) < 100 && Number(later[0]) < Number(atRisk), String(later));
  assert.match(await slider.getAttribute('aria-valuetext'), /%/);
  const shown = await figure.locator('output').textContent();
  const canvas = await figure.locator('.canvas').boundingBox();
  await figure.locator('.canvas').hover({ position: { x: 0.3 * canvas.width, y: 0.3 * canvas.height } });
  assert.notEqual(await figure.locator('output').textContent(), shown);
  assert.ok(await figure.locator('.guide').isVisible());
  const data = await figure.locator('a[download]').getAttribute('href');
  assert.match(decodeURIComponent(data), /^data:text\/csv;charset=utf-8,# curves\ngroup,time,n_risk/);
  await context.close();
});

/** What the reader says at a tick is what the table for readers without scripts says there. */
test('the reader and the table agree', async () => {
  const { context, page } = await open({ viewport: { width: 1200, height: 900 } });
  const figure = page.locator('figure:has(details.read)').first();
  await figure.locator('summary').click();
  const row = await figure.locator('table.results tbody tr').nth(1).locator('th, td').allTextContents();
  await figure.locator('input[type=range]').evaluate((slider, time) => { slider.value = time; slider.dispatchEvent(new Event('input')); }, row[0]);
  const read = await figure.locator('.read-rows tbody tr').first().locator('td').allTextContents();
  assert.equal(await figure.locator('output').textContent(), row[0]);
  assert.equal(read[0], row[1]);
  assert.ok(row[2].startsWith(read[1]), `${row[2]} and ${read[1]}`);
  await context.close();
});

test('without scripts every number is there, and it prints', async () => {
  const { context, page } = await open({ javaScriptEnabled: false, viewport: { width: 390, height: 900 } });
  const figure = page.locator('figure:has(details.read)').first();
  await figure.locator('summary').click();
  assert.ok(await figure.locator('table.results').isVisible());
  assert.equal(await figure.locator('input[type=range]').count(), 0);
  for (const svg of await page.locator('figure svg').all()) {
    const named = await svg.evaluate(one => one.getAttribute('role') === 'img' && Boolean(one.querySelector('title')?.textContent));
    assert.ok(named, 'every figure has a text in its place');
  }
  const pdf = await page.pdf({ format: 'A4', path: join(pictures, 'report.pdf') });
  assert.ok(pdf.length > 10_000);
  await context.close();
});
