// Further analyses of what is chosen, and models of sampled patients: each shown, each by the command that
// the drawer shows, and the same from the study file.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, copyFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browse, serve, visit, openFile, drawn, says, pictures, sound, repository } from './support.js';

let browser, server;
before(async () => { server = await serve(); browser = await browse(); });
after(async () => { await browser?.close(); await server?.stop(); });

const chip = (page, group, value) => page.click(`label.chip:has(input[name="${group}"][value="${value}"])`);
const unfold = async (page, id) => { if (await page.locator(`#${id}:not([open])`).count()) await page.click(`#${id} > summary`); };

/** Runs every command of the drawer beside the file, as a shell would. */
async function commandsRun(page, folder) {
  await unfold(page, 'drawer-fold');
  const text = await page.locator('#drawer-fold .code').first().locator('pre').textContent();
  const commands = text.split('\n').filter(Boolean);
  for (const command of commands) {
    assert.match(command, /^riskset (?!run)/, command);
    execFileSync('sh', ['-c', command.replace(/^riskset/, '"$RISKSET"')], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  await page.click('#drawer-fold > summary');
  return commands;
}

test('further analyses are a tick away, and their commands and study give the same', async () => {
  const { page, context, faults } = await visit(browser, server.address, { reducedMotion: 'reduce' });
  await openFile(page, repository('datasets/veteran.csv'));
  await page.selectOption('#e0-time', 'time');
  await page.selectOption('#e0-unit', 'days');
  await page.selectOption('#e0-event', 'status');
  await chip(page, 'e0-is', '1');
  await page.selectOption('#group', 'trt');
  await unfold(page, 'fold-adjust');
  await chip(page, 'covariates', 'karno');
  await chip(page, 'covariates', 'age');
  await drawn(page);
  await unfold(page, 'fold-further');
  for (const topic of ['tests', 'hazards', 'loglog', 'followup', 'difference', 'proportional', 'residuals', 'factors']) await chip(page, 'further', topic);
  await page.selectOption('#further-tests-test', 'peto-peto');
  await chip(page, 'further', 'performance');
  await page.fill('#further-performance-times', '90');
  await page.press('#further-performance-times', 'Tab');
  await chip(page, 'against', 'age');
  await chip(page, 'further', 'nomogram');
  await page.fill('#further-nomogram-times', '90, 180');
  await page.press('#further-nomogram-times', 'Tab');
  await chip(page, 'further', 'risk-groups');
  await page.fill('#further-risk-groups-groups', '0.5');
  await page.press('#further-risk-groups-groups', 'Tab');
  await page.fill('#further-risk-groups-at', '90');
  await page.press('#further-risk-groups-at', 'Tab');
  await page.waitForSelector('figure.plot-risk-groups svg');
  await drawn(page);
  for (const kind of ['plot-cumhaz', 'plot-loglog', 'plot-follow-up', 'plot-difference', 'plot-schoenfeld', 'plot-residuals', 'plot-factors', 'plot-performance', 'plot-nomogram']) assert.equal(await page.locator(`figure.${kind} svg`).count(), 1, kind);
  assert.equal(await page.locator('section.curve .problem').count(), 0);
  for (const width of [390, 768, 1440]) {
    await page.setViewportSize({ width, height: 1000 });
    await sound(page, `further analyses, ${width} px`);
    await page.screenshot({ path: join(pictures, `further-${width}.png`), fullPage: true });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth) <= 0);
  }
  const folder = mkdtempSync(join(tmpdir(), 'riskset-page-'));
  copyFileSync(repository('datasets/veteran.csv'), join(folder, 'veteran.csv'));
  assert.ok((await commandsRun(page, folder)).length >= 17);
  for (const [place, name] of [['#take-study-toml', 'study.toml'], ['#take-plot-nomogram-svg', 'page.svg']]) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(place)]);
    await download.saveAs(join(folder, name));
  }
  execFileSync(process.env.RISKSET, ['study', 'study.toml', '--output', 'report', '--quiet'], { cwd: folder });
  assert.ok(readFileSync(join(folder, 'report/figures/plot-nomogram.svg')).equals(readFileSync(join(folder, 'page.svg'))));
  assert.deepEqual(faults, []);
  await context.close();
});

test('matched sets and a case-cohort sample have their models, and no curves', async () => {
  const { page, context, faults } = await visit(browser, server.address);
  await openFile(page, repository('datasets/retinopathy.csv'));
  await page.selectOption('#e0-event', 'status');
  await chip(page, 'e0-is', '1');
  await page.click('#fold-sampled > summary');
  await chip(page, 'sampled', 'matched');
  await says(page.locator('#missing'), /which column holds the matched sets; a group or covariates/);
  await page.selectOption('#matched-sets', 'id');
  await unfold(page, 'fold-adjust');
  await chip(page, 'covariates', 'trt');
  // Of 79 pairs that differ the treated eye is the case in 16: the odds are 16/63.
  await says(page.locator('section.curve'), /Conditional logistic regression.*0\.25 \(0\.15-0\.44\)/s);
  assert.equal(await page.locator('section.curve figure').count(), 0);
  const folder = mkdtempSync(join(tmpdir(), 'riskset-page-'));
  copyFileSync(repository('datasets/retinopathy.csv'), join(folder, 'retinopathy.csv'));
  assert.deepEqual(await commandsRun(page, folder), ['riskset clogit retinopathy.csv "status == 1 ~ trt + strata(id)"']);
  await sound(page, 'matched sets');
  await page.screenshot({ path: join(pictures, 'matched-1440.png'), fullPage: true });

  await page.setInputFiles('#file', repository('datasets/nwtco.csv'));
  await says(page.locator('.filename'), /nwtco/);
  await page.selectOption('#e0-time', 'edrel');
  await page.selectOption('#e0-event', 'rel');
  await chip(page, 'e0-is', '1');
  await unfold(page, 'fold-sampled');
  await chip(page, 'sampled', 'case-cohort');
  await page.selectOption('#subcohort', 'in.subcohort');
  await chip(page, 'subcohort-is', 'TRUE');
  await unfold(page, 'fold-adjust');
  await chip(page, 'covariates', 'age');
  await says(page.locator('section.curve'), /subcohort/i);
  copyFileSync(repository('datasets/nwtco.csv'), join(folder, 'nwtco.csv'));
  const [command] = await commandsRun(page, folder);
  assert.match(command, /^riskset case-cohort nwtco\.csv "Surv\(edrel, rel == 1\) ~ age" --subcohort/);
  assert.deepEqual(faults, []);
  await context.close();
});
