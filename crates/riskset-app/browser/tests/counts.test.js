// A table that counts people: it is said to look like one, somebody says so, and the numbers are those of
// the people. And the conventions of another program, in the answer, the command and the study file.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browse, serve, visit, openFile, drawn, says, pictures, sound, repository } from './support.js';

let browser, server;
before(async () => { server = await serve(); browser = await browse(); });
after(async () => { await browser?.close(); await server?.stop(); });

const chip = (page, group, value) => page.click(`label.chip:has(input[name="${group}"][value="${value}"])`);
const unfold = async (page, id) => { if (await page.locator(`#${id}:not([open])`).count()) await page.click(`#${id} > summary`); };
const ticked = (page, group) => page.locator(`input[name="${group}"]:checked`).evaluateAll(all => all.map(one => one.value));

/** The file of a button, saved in a folder. */
async function saved(page, place, folder, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(place)]);
  await download.saveAs(join(folder, name));
}

test('a table of counts: proposed, chosen by a person, counted in people, and the same from the study file', async () => {
  const { page, context, faults } = await visit(browser, server.address, { reducedMotion: 'reduce' });
  await openFile(page, repository('datasets/counts/lung-counts.csv'));
  // It looks like counts, and nothing is chosen.
  await says(page.locator('#rows-look'), /deaths, censored/);
  assert.deepEqual(await ticked(page, 'rows'), []);
  await says(page.locator('#missing'), /whether a row is a patient or a count/);
  await chip(page, 'rows', 'counts');
  await says(page.locator('section:has(#look-title)'), /221 rows, counting 228 people/);
  assert.deepEqual(await ticked(page, 'counts-event'), ['deaths']);
  assert.equal(await page.inputValue('#counts-rest'), 'censored:censored');
  assert.deepEqual(await ticked(page, 'e0-is'), ['TRUE']);
  await says(page.locator('fieldset.endpoint'), /deaths \(165\).*censored \(63\)|censored \(63\).*deaths \(165\)/s);
  await page.selectOption('#e0-time', 'time');
  await page.selectOption('#e0-unit', 'days');
  await page.selectOption('#group', 'sex');
  await page.selectOption('#known', 'before');
  await drawn(page);
  // survdiff(Surv(time, status) ~ sex, lung) of R 4.2.2 has chi-squared 10.3 on 1 degree of freedom.
  await says(page.locator('section.curve'), /228/);
  await says(page.locator('section.curve'), /10\.3/);
  await unfold(page, 'fold-table1');
  await chip(page, 'table1', 'ecog');
  await says(page.locator('section.curve'), /n = 90\).*n = 138\)/s);
  await says(page.locator('#drawer-fold'), /--counts deaths,censored/);
  for (const width of [390, 768, 1440]) {
    await page.setViewportSize({ width, height: 1000 });
    await sound(page, `a table of counts, ${width} px`);
    await page.screenshot({ path: join(pictures, `counts-${width}.png`), fullPage: true });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth) <= 0);
  }
  const folder = mkdtempSync(join(tmpdir(), 'riskset-page-'));
  await saved(page, '#take-study-toml', folder, 'study.toml');
  await saved(page, '#take-curves-svg', folder, 'page.svg');
  copyFileSync(repository('datasets/counts/lung-counts.csv'), join(folder, 'lung-counts.csv'));
  execFileSync(process.env.RISKSET, ['study', 'study.toml', '--output', 'report', '--quiet'], { cwd: folder });
  assert.ok(readFileSync(join(folder, 'report/figures/figure.svg')).equals(readFileSync(join(folder, 'page.svg'))));
  // The address keeps it; and a row may be a patient after all.
  await page.reload();
  await drawn(page);
  await says(page.locator('section.curve'), /228/);
  await chip(page, 'rows', 'patients');
  await says(page.locator('#missing'), /which column is the event/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('counts of several events compete, and a count that is none is refused in words', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  const path = join(mkdtempSync(join(tmpdir(), 'riskset-page-')), 'registry.csv');
  writeFileSync(path, 'months,arm,relapse,death,n,level\n2,new,3,1,4,1.5\n4,new,1,0,6,2\n2,old,2,2,4,1\n4,old,3,0,6,1\n');
  await openFile(page, path);
  await chip(page, 'rows', 'counts');
  assert.deepEqual(await ticked(page, 'counts-event'), ['relapse', 'death']);
  assert.equal(await page.inputValue('#counts-rest'), 'all:n');
  await page.selectOption('#e0-time', 'months');
  await chip(page, 'e0-is', 'relapse');
  await page.selectOption('#e0-censor', 'censored');
  await page.selectOption('#group', 'arm');
  await page.waitForSelector('figure.incidence svg');
  // By hand: 9 of 20 relapse, 3 die, 8 are censored.
  await says(page.locator('fieldset.endpoint'), /censored \(8\).*death \(3\).*relapse \(9\)/s);
  await says(page.locator('#drawer-fold'), /--counts "relapse,death,n - relapse - death"/);
  // The people of a row are at least those with an event.
  await page.selectOption('#counts-rest', 'all:months');
  await says(page.locator('#rows-are .problem'), /is -2, but a count is a whole number of people/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a table of patients is not taken for counts', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await page.click('#set-lung');
  await page.waitForSelector('#what-title');
  assert.deepEqual(await ticked(page, 'rows'), ['patients']);
  assert.equal(await page.locator('#rows-look').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('the conventions of another program are listed with what they move', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await page.click('#set-lung');
  await page.waitForSelector('#what-title');
  await page.selectOption('#e0-time', 'time');
  await page.selectOption('#e0-unit', 'days');
  await page.selectOption('#e0-event', 'status');
  await chip(page, 'e0-is', '2');
  await page.selectOption('#group', 'sex');
  await drawn(page);
  await unfold(page, 'fold-analysis');
  await page.selectOption('#match', 'sas');
  await says(page.locator('.answer .conventions').first(), /conf_type log \(R\) -> log-log \(SAS\): limits of S\(t\)/);
  await says(page.locator('#drawer-fold'), /riskset plot km @lung .*--match sas/);
  await says(page.locator('#drawer-fold'), /match = "sas"/);
  // What is chosen wins.
  await page.selectOption('#conf_type', 'plain');
  await says(page.locator('.answer .conventions').first(), /conf_type plain, as asked for/);
  for (const program of ['r', 'stata', 'spss', 'prism', 'lifelines']) {
    await page.selectOption('#match', program);
    await says(page.locator('#drawer-fold'), new RegExp(`--match ${program}`));
    await drawn(page);
    assert.equal(await page.locator('section.curve .problem').count(), 0, program);
  }
  await sound(page, 'conventions');
  await page.screenshot({ path: join(pictures, 'match-1440.png'), fullPage: true });
  assert.deepEqual(faults, []);
  await context.close();
});
