// Groups that were not drawn by lot, made alike by their propensities; and competing events of dates, by a
// named rule and by a rule of one's own. Both have to be usable by everybody.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browse, serve, visit, openFile, drawn, repository, says, pictures, sound } from './support.js';

let browser, server;
before(async () => { server = await serve(); browser = await browse(); });
after(async () => { await browser?.close(); await server?.stop(); });

const chip = (page, group, value) => page.click(`label.chip:has(input[name="${group}"][value="${value}"])`);
const unfold = async (page, id) => { if (await page.locator(`#${id}:not([open])`).count()) await page.click(`#${id} > summary`); };

/** axe, a picture and no sideways scrolling at each width; then the desk again. */
async function looked(page, name) {
  for (const width of [390, 768, 1440]) {
    await page.setViewportSize({ width, height: 1000 });
    await sound(page, `${name}, ${width} px`);
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth) <= 0);
  }
}

/** What the page saves, in a folder of its own. */
async function taken(page, wanted) {
  const folder = mkdtempSync(join(tmpdir(), 'riskset-page-'));
  for (const [place, name] of wanted) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(place)]);
    await download.saveAs(join(folder, name));
  }
  return folder;
}

const same = (folder, one, other) => assert.ok(readFileSync(join(folder, one)).equals(readFileSync(join(folder, other))), `${one} has other bytes than ${other}`);

test('two groups are made alike, with their balance, and the study file gives the same', async () => {
  const { page, context, faults } = await visit(browser, server.address, { reducedMotion: 'reduce' });
  await page.click('#set-lung');
  await page.waitForSelector('#e0-time');
  await page.selectOption('#e0-time', 'time');
  await page.selectOption('#e0-unit', 'days');
  await page.selectOption('#e0-event', 'status');
  await page.click('label.chip:has(#e0-is-1)');
  await page.selectOption('#group', 'sex');
  await page.selectOption('#known', 'before');
  await drawn(page);
  await unfold(page, 'fold-alike');
  for (const column of ['age', 'ph.ecog', 'wt.loss']) await chip(page, 'alike', column);
  await unfold(page, 'fold-analysis');
  await page.fill('#times', '365');
  await page.press('#times', 'Tab');
  await page.fill('#rmst', '700');
  await page.press('#rmst', 'Tab');
  await page.waitForSelector('figure.adjusted svg');
  await page.waitForSelector('figure.balance svg');
  // The numbers of the guide's page on `adjust`, which have their own reference tests: crude 20.3 (5.3 to
  // 35.2) and adjusted 20.4 (5.1 to 35.6) percentage points.
  const answer = page.locator('.answer:has-text("Balance of the covariates")');
  await says(answer, /crude.*20\.3.*5\.3.*35\.2.*adjusted.*20\.4.*5\.1.*35\.6/s);
  await says(page.locator('figure.adjusted figcaption'), /Weighted to all patients/);
  await looked(page, 'alike');
  await page.click('#drawer-fold > summary');
  await says(page.locator('#drawer'), /riskset adjust @lung "Surv\(time, status == 2\) ~ sex" .*--adjust "age \+ ph.ecog \+ wt.loss"/);
  await page.click('#drawer-fold > summary');
  const folder = await taken(page, [['#take-study-toml', 'study.toml'], ['#take-adjusted-svg', 'page.svg'], ['#take-balance-svg', 'balance.svg'], ['#take-adjust-json', 'request.json'], ['#take-adjust-txt', 'page.txt'], ['#take-adjust-docx', 'page.docx']]);
  execFileSync(process.env.RISKSET, ['study', 'study.toml', '--output', 'report', '--quiet'], { cwd: folder });
  same(folder, 'report/figures/adjusted.svg', 'page.svg');
  same(folder, 'report/figures/balance.svg', 'balance.svg');
  assert.match(readFileSync(join(folder, 'report/text/results.md'), 'utf8'), /propensit|weight/i);
  // The command line answers the same request with the same words.
  const own = execFileSync(process.env.RISKSET, ['run', 'request.json', '--quiet'], { cwd: folder, encoding: 'utf8' });
  const numbers = text => text.split('\n').filter(line => /\d\.\d/.test(line)).join('\n');
  assert.equal(numbers(own), numbers(readFileSync(join(folder, 'page.txt'), 'utf8')));
  // A standardisation weights nobody: no balance is drawn, and nothing about weights is asked.
  await page.selectOption('#alike-method', 'standardise');
  await says(page.locator('figure.adjusted figcaption'), /Standardised/);
  assert.equal(await page.locator('figure.balance').count(), 0);
  assert.equal(await page.locator('#alike-target').count(), 0);
  // The group cannot be made alike in itself, and three groups are refused in words, not drawn.
  await page.click('#undo');
  await page.waitForSelector('figure.balance svg');
  await page.selectOption('#group', 'ph.ecog');
  await says(page.locator('section.curve .problem').first(), /two groups|makes the groups/);
  assert.deepEqual(faults, []);
  await context.close();
});

async function dream(page) {
  await openFile(page, repository('datasets/dream/patients.csv'));
  await chip(page, 'kind', 'dates');
}

async function survivalSet(page) {
  await page.selectOption('#only-add', 'survival_set');
  await page.click('label.chip:has(#only0-1)');
}

// R 4.2.2, cmprsk 2.2-11: timepoints(cuminc(t, kind, management), 24) on datasets/dream/patients.csv with
// survival_set == 1, t in days / 30.4375, the event on its day before a competing one. In per cent, all removed
// and at least one left behind, then Gray's statistic of the event.
const EXTRAHEPATIC = ['52.6', '50.0', '0.34']; // Death competes.
const EITHER = ['82.6', '83.0', '0.06']; // The first of local relapse and extrahepatic progression; nobody died before.
const LOCAL = ['60.9', '60.2', '0.01']; // Extrahepatic progression and death compete.

test('death competes with progression, from dates: by a rule with a name and by one of one’s own', async () => {
  const { page, context, faults } = await visit(browser, server.address, { reducedMotion: 'reduce' });
  await openFile(page, repository('datasets/dream/patients.csv'));
  await chip(page, 'kind', 'dates');
  await page.click('#rule-ttp');
  await page.selectOption('#only-add', 'survival_set');
  await page.click('label.chip:has(#only0-1)');
  await page.selectOption('#group', 'management');
  await drawn(page);
  await page.selectOption('#known', 'at');
  await unfold(page, 'fold-analysis');
  await page.fill('#times', '24');
  await page.press('#times', 'Tab');
  await page.selectOption('#e0-compete', 'compete');
  await page.waitForSelector('figure.incidence svg');
  assert.equal(await page.locator('figure.curves').count(), 0);
  const answer = page.locator('section.curve .answer').first();
  const agrees = ([removed, left, gray]) => says(answer, new RegExp(`all removed.*${removed}.*left behind.*${left}.*Gray.*${gray}`, 's'));
  await agrees(EXTRAHEPATIC);
  await says(page.locator('figure.incidence svg'), /Gray/);
  await looked(page, 'dated-competing');
  const folder = await taken(page, [['#take-study-toml', 'study.toml'], ['#take-incidence-svg', 'page.svg'], ['#take-incidence-json', 'request.json']]);
  copyFileSync(repository('datasets/dream/patients.csv'), join(folder, 'patients.csv'));
  execFileSync(process.env.RISKSET, ['run', 'request.json', '--output', 'own.svg', '--quiet'], { cwd: folder });
  same(folder, 'own.svg', 'page.svg');
  execFileSync(process.env.RISKSET, ['study', 'study.toml', '--output', 'report', '--quiet'], { cwd: folder });
  same(folder, 'report/figures/incidence.svg', 'page.svg');
  assert.match(readFileSync(join(folder, 'report/text/results.md'), 'utf8'), /Gray/);
  // A second date of the event is no cause of its own.
  await unfold(page, 'e0-roles');
  await chip(page, 'e0-progression', 'local_relapse_date');
  await agrees(EITHER);

  // A rule of one's own: a date is the event, others compete.
  await page.click('#rule-own');
  await page.click('#e0-remove');
  await page.waitForSelector('#e0-events-0');
  await says(page.locator('#missing'), /the event/);
  await chip(page, 'e0-events', 'local_relapse_date');
  for (const date of ['extrahepatic_progression_date', 'death_date']) await chip(page, 'e0-competing', date);
  assert.equal(await page.locator('#e0-terminal').inputValue(), 'death_date');
  await page.fill('#e0-label', 'Local relapse');
  await page.press('#e0-label', 'Tab');
  await agrees(LOCAL);
  await says(answer, /Local relapse/);
  await looked(page, 'own-rule');
  const own = await taken(page, [['#take-study-toml', 'study.toml'], ['#take-incidence-svg', 'page.svg']]);
  copyFileSync(repository('datasets/dream/patients.csv'), join(own, 'patients.csv'));
  execFileSync(process.env.RISKSET, ['study', 'study.toml', '--output', 'report', '--quiet'], { cwd: own });
  same(own, 'report/figures/incidence.svg', 'page.svg');
  // A date is the event or competes, not both; without a date that competes there is a survival curve.
  await chip(page, 'e0-events', 'death_date');
  assert.equal(await page.locator('input[name=e0-competing]:checked').count(), 1);
  await chip(page, 'e0-competing', 'extrahepatic_progression_date');
  await page.waitForSelector('figure.curves svg');
  assert.deepEqual(faults, []);
  await context.close();
});

test('which deaths are from the disease is asked, and the other deaths compete', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  const file = join(mkdtempSync(join(tmpdir(), 'riskset-page-')), 'deaths.csv');
  const day = month => `20${20 + Math.floor(month / 12)}-${String(1 + month % 12).padStart(2, '0')}-15`;
  const rows = Array.from({ length: 24 }, (_, row) => [`P${row}`, day(0), row % 3 ? day(6 + row) : '', row % 3 ? ['', 'cancer', 'other'][row % 3] : '', day(30)]);
  writeFileSync(file, ['patient,surgery_date,death_date,cause_of_death,last_visit_date', ...rows.map(row => (row[2] ? [...row.slice(0, 4), row[2]] : row).join(','))].join('\n'));
  await openFile(page, file);
  await chip(page, 'kind', 'dates');
  await page.click('#rule-dss');
  await says(page.locator('#missing'), /which deaths are from the disease/);
  await page.selectOption('#e0-cause', 'cause_of_death');
  await chip(page, 'e0-disease', 'cancer');
  await drawn(page);
  await says(page.locator('figure.curves svg'), /Disease-specific survival/);
  await page.selectOption('#e0-compete', 'compete');
  await page.waitForSelector('figure.incidence svg');
  await says(page.locator('section.curve .answer').first(), /death from another cause/);
  assert.deepEqual(faults, []);
  await context.close();
});
