// Files as people have them: a workbook with everything wrong, one that is refused, hostile labels,
// two tabs, and a program that ends.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browse, serve, visit, openFile, drawn, repository, says, cells } from './support.js';

let browser, server;
before(async () => { server = await serve(); browser = await browse(); });
after(async () => { await browser?.close(); await server?.stop(); });

test('a file that is not read is refused with what to do, and another can be opened', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await page.setInputFiles('#file', repository('tests/files/06_spss.por'));
  await page.waitForSelector('.problem');
  await says(page.locator('.problem').first(), /SPSS/);
  await openFile(page, repository('tests/files/00_canonical.csv'));
  await page.waitForSelector('#what-title');
  assert.equal(await page.locator('.problem').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a workbook whose table stands on its second sheet, under a row of units', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await page.setInputFiles('#file', repository('tests/files/09e_readme_first_sheet.xlsx'));
  await page.waitForSelector('.problem');
  await says(page.locator('.problem').first(), /READ ME.*Data/s);
  await page.fill('#read-sheet', 'Data');
  await page.click('#read-again');
  await page.waitForSelector('#what-title');
  const kind = page.locator('label.chip:has(input[name=kind][value=times])');
  if (await kind.count()) await kind.click();
  await page.waitForSelector('#e0-time');
  await page.selectOption('#e0-time', 'months');
  await page.selectOption('#e0-unit', 'months');
  await page.selectOption('#e0-event', 'event');
  await page.click('label.chip:has(#e0-is-1)');
  await page.selectOption('#group', 'arm');
  await drawn(page);
  // R's answers for these patients: medians 38.6 and 9.8 months, 18 of 30 and 25 of 30 events.
  const numbers = (await cells(page)).join(' | ');
  assert.match(numbers, /Intensified \| 30 \| 18 \| 38\.6/);
  assert.match(numbers, /Standard \| 30 \| 25 \| 9\.8/);
  await page.click('#drawer-fold > summary');
  await says(page.locator('#drawer pre').first(), /--sheet Data/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('what stands in a table never runs', async () => {
  const hostile = '<img src=x onerror="alert(1)">';
  const breaking = '</text></svg><script>alert(2)</script>';
  const rows = [['time', hostile, 'arm "x" & <b>']];
  for (let row = 0; row < 40; row += 1) rows.push([row + 1, row % 3 ? '1' : '0', row % 2 ? breaking : `javascript:alert(3)//${hostile}`]);
  const quoted = rows.map(row => row.map(cell => `"${String(cell).replaceAll('"', '""')}"`).join(',')).join('\n');
  const file = join(mkdtempSync(join(tmpdir(), 'riskset-page-')), '<img src=x onerror=alert(4)>.csv');
  writeFileSync(file, `${quoted}\n`);
  const { page, context, faults } = await visit(browser, server.address);
  await openFile(page, file);
  await page.selectOption('#e0-time', 'time');
  await page.selectOption('#e0-event', hostile);
  await page.click('label.chip:has(#e0-is-1)');
  await page.selectOption('#group', 'arm "x" & <b>');
  await drawn(page);
  assert.equal(await page.locator('figure.curves svg').count(), 1, await page.locator('section.curve').textContent());
  assert.equal(await page.locator('main img, main script, figure script').count(), 0);
  assert.ok((await page.locator('.answer').first().textContent()).includes('<script>alert(2)</script>'));
  await page.click('#drawer-fold > summary');
  await page.waitForTimeout(300);
  assert.deepEqual(faults, []);
  await context.close();
});

test('two tabs hold two files', async () => {
  const one = await visit(browser, server.address);
  const two = await visit(browser, server.address);
  await one.page.click('#set-lung');
  await one.page.waitForSelector('#e0-time');
  await two.page.click('#set-colon');
  await two.page.waitForSelector('#e0-time');
  for (const [{ page }, time, rows] of [[one, 'time', '228'], [two, 'time', '1858']]) {
    await page.selectOption('#e0-time', time);
    await page.selectOption('#e0-event', 'status');
    await page.click('label.chip:has(#e0-is-1)');
    await drawn(page);
    assert.ok((await page.locator('.answer').first().textContent()).includes(rows));
  }
  await one.context.close();
  await two.context.close();
});

test('when the program ends, the page says so', async () => {
  const own = await serve('@lung');
  const { page, context } = await visit(browser, own.address);
  await page.waitForSelector('#e0-time');
  own.child.kill('SIGKILL');
  await page.waitForSelector('#alarm p', { timeout: 15000 });
  await says(page.locator('#alarm'), /no longer answers/);
  await context.close();
});

test('the program ends from the page', async () => {
  const own = await serve('@lung');
  const { page, context } = await visit(browser, own.address);
  page.removeAllListeners('dialog');
  page.on('dialog', dialog => dialog.accept());
  await page.click('#quit');
  await page.waitForSelector('.ended');
  if (own.child.exitCode === null) await new Promise(resolve => own.child.once('exit', resolve));
  assert.equal(own.child.exitCode, 0);
  await context.close();
});
