// The curve and its numbers, drawn anew whenever something is chosen; an older answer that comes late
// is let go.
import { t } from './texts.js';
import { el, fill, table, problem, say, boxes } from './dom.js';
import { post, Refused } from './net.js';
import { missing } from './what.js';
import { competes } from './dates.js';
import { furtherParts } from './further.js';
import { reader } from './read.js';

/** @param {any} store @param {(parts: any[], study?: any) => void} shown */
export function curveSection(store, shown) {
  const place = el('section', { cls: 'card curve', 'aria-labelledby': 'curve-title' });
  const title = el('h2', { id: 'curve-title' }, t.curve.title);
  const toggles = el('div', {});
  const body = el('div', { 'aria-busy': 'false' });
  place.append(title, toggles, body);
  let asked = '';
  let under = null;

  const wanted = () => {
    const { endpoints, covariates, subgroups, group, known, table1, alike } = store.plan;
    // Curves of a sample are curves of nobody.
    if (store.plan.sampled.drawn) return ['sampled'];
    const compete = endpoints.filter(competes).length;
    const parts = [compete < endpoints.length && 'curves', compete > 0 && 'incidence', 'numbers'].filter(Boolean);
    if (alike.covariates.length && group && compete < endpoints.length) parts.push('adjusted', 'adjust', ...(alike.method === 'standardise' ? [] : ['balance']));
    if (table1.length && group && known) parts.push('table1');
    if (covariates.length) parts.push('model', ...(compete ? ['fine-gray'] : []), 'forest');
    if (subgroups.length && group) parts.push('subgroups');
    return [...parts, ...furtherParts(store)];
  };

  async function draw() {
    place.hidden = !store.look;
    if (place.hidden) return;
    const lacking = missing(store);
    const value = { plan: store.plan, parts: wanted() };
    const key = JSON.stringify(value);
    drawToggles();
    if (lacking.length) {
      asked = '';
      fill(body, el('p', { cls: 'waiting' }, t.curve.waiting), el('p', { cls: 'note' }, `${t.what.missing}: ${lacking.join('; ')}.`));
      return shown([]);
    }
    if (key === asked) return;
    asked = key;
    under?.abort();
    under = new AbortController();
    body.setAttribute('aria-busy', 'true');
    try {
      const { parts, study } = await post('api/show', value, under.signal);
      if (asked !== key) return;
      fill(body, parts.map(part));
      body.setAttribute('aria-busy', 'false');
      const failed = parts.find(one => one.problem);
      say(failed ? `${t.problem}: ${failed.problem.what}` : t.curve.title);
      shown(parts, study);
    } catch (error) {
      if (!(error instanceof Refused)) return;
      asked = '';
      body.setAttribute('aria-busy', 'false');
      fill(body, problem(error.found, t.problem));
    }
  }

  /** Groups switched on and off: what is off is left out of every number. */
  function drawToggles() {
    const { group } = store.plan;
    if (!group) return fill(toggles);
    const labels = group.labels.length ? group.labels : group.order;
    fill(toggles, boxes(t.what.on, 'toggle', group.order.map((level, index) => [level, labels[index], !group.off.includes(level)]),
      (level, on) => store.set(plan => { const own = plan.group; own.off = on ? own.off.filter(one => one !== level) : [...own.off, level]; if (own.off.includes(own.reference)) own.reference = null; }, true)));
  }

  return { place, draw };
}


function part(one, index) {
  if (one.problem) return problem(one.problem, t.problem);
  return one.figure ? figure(one.figure, one.name, index === 0 && one.asked) : answer(one.answer);
}

/** A figure; of the first, which is read with a pointer, what was asked is known. */
function figure(drawn, name, asked) {
  const parsed = new DOMParser().parseFromString(drawn.svg, 'image/svg+xml').documentElement;
  const svg = /** @type {any} */ (document.importNode(parsed, true));
  svg.removeAttribute('width');
  svg.removeAttribute('height');
  svg.setAttribute('aria-label', `${drawn.title}. ${drawn.description}`);
  const paper = el('div', { cls: 'paper' });
  paper.append(svg);
  return el('figure', { cls: name }, paper, asked && reader(svg, drawn, JSON.parse(asked.text).per ?? 1), doubts(drawn.doubts, Boolean(asked)), asked && conventions(drawn.matching),
    el('figcaption', { dir: 'auto' }, drawn.caption.join(' ')));
}

function answer(found) {
  return el('div', { cls: 'answer' }, found.title.map((line, index) => el('p', { cls: index ? 'note' : 'asked', dir: 'auto' }, line)), found.tables.map(table),
    found.notes.map(note => el('p', { dir: 'auto' }, note)), doubts(found.doubts, false), conventions(found.matching));
}

/** What matching another program moved in an answer, and what it could not. */
function conventions(list) {
  return list?.length > 0 && el('details', { cls: 'conventions', open: true }, el('summary', {}, t.curve.conventions), el('ul', {}, list.map(text => el('li', { dir: 'auto' }, text))));
}

function doubts(list, always) {
  if (!list.length) return always && el('p', { cls: 'fine' }, t.curve.noDoubts);
  return el('div', { cls: 'doubts' }, el('h3', {}, t.curve.doubts), el('ul', {}, list.map(text => el('li', { dir: 'auto' }, `${text}.`))));
}
