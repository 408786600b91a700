// Figure 4 of the DREAM study from the dates of its patients, as someone does who has never seen a
// terminal.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, mkdtempSync, copyFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browse, serve, visit, openFile, drawn, repository, says, cells, pictures } from './support.js';

let browser, server;
before(async () => { server = await serve(); browser = await browse(); });
after(async () => { await browser?.close(); await server?.stop(); });

/** Choices with the mouse; a list takes two clicks, one to open it. */
async function figureFour(page) {
  let clicks = 0;
  const click = async place => { clicks += 1; await page.click(place); };
  const choose = async (place, value) => { clicks += 2; await page.selectOption(place, value); };
  await click('label.chip:has(input[name=kind][value=dates])');
  await click('#rule-dfs');
  await click('#rule-os');
  await choose('#only-add', 'survival_set');
  await click('label.chip:has(#only0-1)');
  await choose('#group', 'management');
  await click('#level-reference-1');
  await drawn(page);
  return clicks;
}

test('Figure 4 takes no more than ten clicks after the file, and its numbers are those in print', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await openFile(page, repository('datasets/dream/patients.csv'));
  assert.ok(await figureFour(page) <= 10);
  const figure = page.locator('figure.curves svg');
  await says(figure, /Disease-free survival/);
  await says(figure, /Overall survival/);
  const numbers = (await cells(page)).join(' | ');
  // Hazard ratios in print: 0.92 (0.48-1.77) and 0.80 (0.21-3.08).
  assert.match(numbers, /0\.92 \(0\.48.1\.77\)/);
  assert.match(numbers, /0\.80 \(0\.21.3\.08\)/);
  await says(page.locator('.doubts').first(), /9 events for 1 coefficient/);
  for (const width of [390, 768, 1440]) {
    await page.setViewportSize({ width, height: 1000 });
    await page.screenshot({ path: join(pictures, `dream-${width}.png`), fullPage: true });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: join(pictures, `dream-${width}-top.png`) });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} px wider than a screen of ${width}`);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test('the request that was taken away draws the same bytes from the command line', async () => {
  const { page, context } = await visit(browser, server.address);
  await openFile(page, repository('datasets/dream/patients.csv'));
  await figureFour(page);
  const folder = mkdtempSync(join(tmpdir(), 'riskset-page-'));
  const taken = {};
  for (const format of ['svg', 'pdf', 'json']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#take-curves-${format}`)]);
    taken[format] = join(folder, `page-${download.suggestedFilename()}`);
    await download.saveAs(taken[format]);
  }
  copyFileSync(repository('datasets/dream/patients.csv'), join(folder, 'patients.csv'));
  for (const format of ['svg', 'pdf']) {
    const own = join(folder, `own.${format}`);
    execFileSync(process.env.RISKSET, ['run', taken.json, '--output', own, '--quiet'], { cwd: folder });
    assert.ok(readFileSync(own).equals(readFileSync(taken[format])), `the ${format} has other bytes`);
  }
  await context.close();
});

test('values are read with the keyboard, groups go off and come back, and steps are undone', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await page.click('#set-lung');
  await page.waitForSelector('#e0-time');
  await says(page.locator('#missing'), /which column is the time/);
  await page.selectOption('#e0-time', 'time');
  await page.selectOption('#e0-unit', 'days');
  await page.selectOption('#e0-event', 'status');
  await says(page.locator('#missing'), /which value is the event/);
  await page.click('label.chip:has(#e0-is-1)');
  await page.selectOption('#group', 'sex');
  await drawn(page);
  const readings = async () => (await page.locator('.reading tbody tr').allTextContents()).join(' | ');
  assert.match(await readings(), /before its first time.*before its first time/);
  // R 4.2.2, survival 3.5-3: f <- survfit(Surv(time, status) ~ sex, lung); at the last time before or
  // at day 310, f[1] has 43 at risk and 0.4033 (0.3256-0.4996), f[2] 42 and 0.6428 (0.5447-0.7587).
  const READING = /40\.3%32\.6% – 50\.0%43 .*64\.3%54\.5% – 75\.9%42/;
  await page.locator('#read-at').fill('310');
  assert.match(await readings(), READING);
  await page.focus('#read-at');
  for (let press = 0; press < 40; press += 1) await page.keyboard.press('ArrowRight');
  assert.doesNotMatch(await readings(), READING);
  await page.hover('figure.curves svg', { position: { x: 300, y: 100 } });
  await page.click('label.chip:has(#toggle-0)');
  await drawn(page);
  await page.waitForFunction(() => document.querySelectorAll('.reading tbody tr').length === 1);
  await page.click('#undo');
  await drawn(page);
  await page.waitForFunction(() => document.querySelectorAll('.reading tbody tr').length === 2);
  await page.click('#redo');
  await page.waitForFunction(() => document.querySelectorAll('.reading tbody tr').length === 1);
  // The address keeps what was chosen.
  await page.reload();
  await page.waitForSelector('figure.curves svg');
  await page.waitForFunction(() => document.querySelectorAll('.reading tbody tr').length === 1);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a session is saved, and opened in another run of the browser', async () => {
  const first = await visit(browser, server.address);
  await openFile(first.page, repository('datasets/dream/patients.csv'));
  await figureFour(first.page);
  const numbers = await cells(first.page);
  const [download] = await Promise.all([first.page.waitForEvent('download'), first.page.click('#save-session')]);
  const session = join(mkdtempSync(join(tmpdir(), 'riskset-page-')), download.suggestedFilename());
  await download.saveAs(session);
  await first.context.close();
  const { page, context } = await visit(browser, server.address);
  await page.setInputFiles('#file', session);
  await says(page.locator('#open-messages'), /belongs to the file “patients.csv”/);
  await openFile(page, repository('datasets/dream/patients.csv'));
  await drawn(page);
  assert.deepEqual(await cells(page), numbers);
  await context.close();
});

test('the curve and the log-rank test are stepped through', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await page.click('#more-sets > summary');
  await page.click('#set-aml');
  await page.waitForSelector('#e0-time');
  await page.selectOption('#e0-time', 'time');
  await page.selectOption('#e0-unit', 'weeks');
  await page.selectOption('#e0-event', 'status');
  await page.click('label.chip:has(#e0-is-1)');
  await page.selectOption('#group', 'x');
  await drawn(page);
  await page.click('#teach-fold > summary');
  await page.waitForSelector('#teach-next');
  await page.click('#teach-next');
  // 11 maintained, an event at 9 and at 13 with 10 left: 10/11, then 10/11 * 9/10; Greenwood's sum is
  // 1/(11*10) + 1/(10*9).
  await says(page.locator('#teach-at'), /^Step 2 of \d+\. Time: 13; At risk, n: 10; .*0\.9000; S\(t\): 0\.8182; .*0\.0111; Sum: 0\.0202/);
  assert.equal(await page.locator('.arithmetic tr.now').count(), 1);
  const tests = await page.locator('#teach-what option').allTextContents();
  await page.selectOption('#teach-what', { index: tests.length - 1 });
  // At week 5 two of the 23 die, of whom 11 are maintained: E = 2 * 11/23, and
  // V = 2 * 11/23 * 12/23 * 21/22.
  await says(page.locator('#teach-at'), /Time: 5; At risk, n: 23; Events, d: 2; .*0\.9565; .*0\.4764/);
  await page.focus('#teach-step');
  await page.keyboard.press('End');
  assert.ok(await page.locator('#teach-next').isDisabled());
  await page.locator('.teach').screenshot({ path: join(pictures, 'step-by-step.png') });
  assert.deepEqual(faults, []);
  await context.close();
});

test('the study file that was taken away gives the same bytes', async () => {
  const { page, context } = await visit(browser, server.address);
  await openFile(page, repository('datasets/dream/patients.csv'));
  await figureFour(page);
  const folder = mkdtempSync(join(tmpdir(), 'riskset-page-'));
  for (const [place, name] of [['#take-study-toml', 'study.toml'], ['#take-curves-svg', 'page.svg'], ['#take-report-zip', 'report.zip']]) {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 120000 }), page.click(place)]);
    await download.saveAs(join(folder, name));
  }
  copyFileSync(repository('datasets/dream/patients.csv'), join(folder, 'patients.csv'));
  execFileSync(process.env.RISKSET, ['study', 'study.toml', '--output', 'report', '--quiet'], { cwd: folder });
  assert.ok(readFileSync(join(folder, 'report/figures/figure.svg')).equals(readFileSync(join(folder, 'page.svg'))));
  assert.equal(readFileSync(join(folder, 'report.zip')).subarray(0, 2).toString(), 'PK');
  await context.close();
});
