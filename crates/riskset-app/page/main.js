// The page: its parts, and what happens when a file is opened or a choice is made.
import { t } from './texts.js';
import { el, fill, button, byId, save } from './dom.js';
import { get, post, close, watch, Refused } from './net.js';
import { Store, fromAddress } from './state.js';
import { openSection } from './open.js';
import { lookSection } from './look.js';
import { whatSection } from './what.js';
import { counted } from './counts.js';
import { curveSection } from './curve.js';
import { refineSection } from './refine.js';
import { takeSection } from './take.js';
import { drawer } from './drawer.js';
import { teachSection } from './teach.js';

const store = new Store();
const showDrawer = drawer();
const taking = takeSection(store);
const opening = openSection(store, opened);
const looking = lookSection(store, readAgain);
const what = whatSection(store, () => look(true));
const refining = refineSection(store);
const teaching = teachSection(store);
const shown = (parts, study) => { teaching.draw(parts); taking.draw(parts, study); showDrawer(parts, study); };
const curve = curveSection(store, shown);

/** A file was opened: look at it, and take over what an earlier session chose. */
async function opened(answer, plan) {
  store.opened(answer, plan);
  store.look = null;
  await look(plan !== undefined);
}

async function look(kept) {
  const { file } = store.plan;
  const under = new AbortController();
  const watching = setInterval(() => get(`api/progress/${file}`).then(far => under.signal.aborted || opening.reading(far, () => under.abort()), () => {}), 400);
  try {
    const seen = await post('api/look', { file, reading: store.plan.reading, counts: counted(store.plan) ? store.plan.counts : null }, under.signal);
    store.look = seen.look;
    store.rows = seen.rows;
    store.refused = seen.refused;
    store.notes = seen.notes;
    store.roles = seen.roles;
    looking.refuse(null);
    if (!kept) store.plan.endpoints = seen.look.dates.length ? [] : [{}];
    store.kind = store.plan.endpoints.some(one => one.dates) ? 'dates' : store.plan.endpoints.length ? 'times' : null;
  } catch (error) {
    if (under.signal.aborted) return stopped(file);
    if (!(error instanceof Refused)) throw error;
    store.look = null;
    looking.refuse(error.found);
  } finally {
    clearInterval(watching);
    opening.reading(null);
  }
  draw(true);
}

/** Somebody waited enough: the file is let go, and another can be opened. */
async function stopped(file) {
  store.opened({ file: 0, name: '' });
  store.look = null;
  draw(true);
  shown([]);
  opening.stopped();
  await close(file);
}

async function readAgain(reading) {
  store.plan.reading = reading;
  await look(store.plan.endpoints.length > 0);
}

function bar() {
  fill(byId('bar'), el('a', { cls: 'skip', href: '#main', on: { click: event => { event.preventDefault(); byId('main').focus(); } } }, t.skip),
    el('h1', {}, t.name), el('p', { cls: 'tagline' }, t.tagline), el('div', { cls: 'tools' },
      button(t.undo, () => store.undo(), { id: 'undo', disabled: !store.past.length }), button(t.redo, () => store.redo(), { id: 'redo', disabled: !store.future.length }),
      store.plan.file > 0 && button(t.open.save, () => save(new Blob([store.session()], { type: 'application/json' }), `${store.name}.riskset.json`), { id: 'save-session' }),
      button(t.quit, quit, { id: 'quit' })));
}

async function quit() {
  if (!window.confirm(t.quitSure)) return;
  try { await post('api/quit', {}); } catch { /* it has gone already */ }
  document.body.replaceChildren(el('main', { cls: 'ended' }, el('h1', {}, t.name), el('p', {}, t.ended)));
}

function draw(whole) {
  bar();
  if (whole) opening.draw();
  looking.draw();
  what.draw(whole);
  refining.draw(whole);
  curve.draw();
  document.body.classList.toggle('has-table', Boolean(store.look));
}

window.addEventListener('keydown', event => {
  const typing = event.target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(event.target.tagName);
  if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
  event.preventDefault();
  event.shiftKey ? store.redo() : store.undo();
});

store.listen(draw);
const saved = fromAddress();
byId('main').append(el('div', { cls: 'steps' }, opening.place, looking.place, what.place, refining.place), el('div', { cls: 'result' }, curve.place, taking.place, teaching.place));
for (const section of [looking, what, refining, curve, taking, teaching]) section.place.hidden = true;
bar();
showDrawer([]);
try {
  store.start = await get('api/start');
  opening.draw();
  if (saved) { store.opened({ file: saved.plan.file, name: saved.name }, saved.plan); await look(true); }
  else if (store.start.file) await opened(store.start.file);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
}
watch();
