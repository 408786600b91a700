// A server of the page and a browser that looks at it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
export const repository = path => join(root, path);
export const pictures = process.env.RISKSET_PICTURES ?? join(root, 'target/page-pictures');
mkdirSync(pictures, { recursive: true });

/** Starts `riskset app` and waits for its address. */
export async function serve(...args) {
  const program = process.env.RISKSET;
  if (!program) throw new Error('RISKSET names no program: start the tests with run.sh');
  const child = spawn(program, ['app', '--no-open', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [address] = await once(createInterface({ input: child.stdout }), 'line');
  return { address, child, stop: async () => { if (child.exitCode === null && child.signalCode === null) { child.kill(); await once(child, 'exit'); } } };
}

export const browse = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Containers have no user namespaces for the sandbox; the page is our own.
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});

/** A page on which an error of a script, a message of the policy or a dialog is a failure. */
export async function visit(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', error => faults.push(`script: ${error.message}`));
  // A refusal of the program is an answer of the page; the browser notes its status by itself.
  page.on('console', message => { if (message.type() === 'error' && !/status of (4|5)\d\d|ERR_CONNECTION_REFUSED/.test(message.text())) faults.push(`console: ${message.text()}`); });
  page.on('dialog', dialog => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(address);
  await page.waitForSelector('#open-title', { state: 'attached' });
  return { page, context, faults };
}

export const openFile = async (page, path) => {
  await page.setInputFiles('#file', path);
  await page.waitForSelector('#look-title');
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** axe finds nothing that keeps anybody out. */
export async function sound(page, where) {
  // The page's policy lets no other script in; the debugger's own evaluation is not bound by it.
  await page.evaluate(`${axe}; undefined`);
  const { violations } = await page.evaluate(() => window.axe.run());
  const found = violations.map(one => `${where}: ${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')}: ${one.nodes[0].failureSummary}`);
  assert.deepEqual(found, []);
}

/** Waits until the curve of the last choice is there. */
export async function drawn(page) {
  await page.waitForTimeout(150);
  await page.waitForFunction(() => {
    const section = document.querySelector('.curve > [aria-busy]');
    return section?.getAttribute('aria-busy') === 'false' && section.querySelector('figure.curves svg, .problem');
  }, undefined, { timeout: 60000 });
}

/** The first lines of the numbers, as texts. */
export const cells = page => page.locator('.answer table td, .answer table th[scope=row]').allTextContents();

/** Waits until an element says what it must: an answer may take a moment. */
export async function says(element, pattern) {
  const end = Date.now() + 15_000;
  let text = '';
  do {
    text = await element.textContent();
    if (pattern.test(text)) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  } while (Date.now() < end);
  assert.match(text, pattern);
}
