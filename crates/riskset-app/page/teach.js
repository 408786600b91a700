// Step by step: the rows of the program's own arithmetic, one after the other, and the curve as far as
// it is known at that step.
import { t } from './texts.js';
import { el, fill, button, select, problem } from './dom.js';
import { post, Refused } from './net.js';

const NS = 'http://www.w3.org/2000/svg';

export function teachSection(store) {
  const place = el('section', { cls: 'card', 'aria-labelledby': 'teach-title' });
  const body = el('div', { cls: 'teach' });
  let axes = [];
  let per = 1;
  const fold = el('details', { id: 'teach-fold', on: { toggle: () => fold.open && load() } }, el('summary', {}, el('h2', { id: 'teach-title' }, t.teach.title)), body);
  place.append(fold);

  async function load() {
    try {
      const { parts } = await post('api/show', { plan: store.plan, parts: ['teach'] });
      const failed = parts.find(one => one.problem);
      if (failed) return fill(body, problem(failed.problem, t.problem));
      const tables = parts.flatMap((one, index) => one.answer.steps.map(steps => ({ ...steps, panel: index, title: parts.length > 1 ? `${store.plan.endpoints[index].label}: ${steps.title}` : steps.title })));
      show(tables, 0);
    } catch (error) {
      if (error instanceof Refused) fill(body, problem(error.found, t.problem));
    }
  }

  function show(tables, chosen) {
    const steps = tables[chosen];
    let at = 0;
    const words = el('p', { id: 'teach-at', 'aria-live': 'polite' });
    const rows = steps.rows.map(row => el('tr', {}, row.cells.map((cell, index) => el(index ? 'td' : 'th', { scope: index ? null : 'row', cls: 'right' }, cell))));
    const slider = el('input', { type: 'range', id: 'teach-step', min: 0, max: rows.length - 1, step: 1, value: 0, 'aria-label': t.teach.step, on: { input: () => go(Number(slider.value)) } });
    const before = button(t.teach.before, () => go(at - 1), { id: 'teach-before' });
    const next = button(t.teach.next, () => go(at + 1), { id: 'teach-next' });
    const picture = growing(steps.panel, axes);
    const timeColumn = steps.columns.findIndex(column => column.heading === 'Time');

    // A row of sums has no time of its own: the picture stays as it was at the last one.
    const times = steps.rows.map(row => Number(row.cells[timeColumn]));
    times.forEach((time, index) => { if (Number.isNaN(time)) times[index] = index ? times[index - 1] : 0; });

    function go(to) {
      at = Math.max(0, Math.min(rows.length - 1, to));
      rows.forEach((row, index) => { row.classList.toggle('now', index === at); row.classList.toggle('later', index > at); });
      slider.value = String(at);
      before.disabled = at === 0;
      next.disabled = at === rows.length - 1;
      words.textContent = `${t.teach.of(at + 1, rows.length)}. ${steps.columns.map((column, index) => `${column.heading}: ${steps.rows[at].cells[index]}`).join('; ')}.`;
      const scroller = rows[at].closest('.scroll');
      if (scroller) scroller.scrollTop = rows[at].offsetTop - scroller.clientHeight / 2;
      picture?.until(times[at] / per);
    }

    fill(body, el('p', { cls: 'note' }, t.teach.intro),
      el('div', { cls: 'field' }, el('label', { for: 'teach-what' }, t.teach.what), select('teach-what', tables.map((one, index) => [String(index), one.title]), String(chosen), value => show(tables, Number(value)))),
      picture && el('div', { cls: 'paper' }, picture.svg),
      el('div', { cls: 'stepper' }, before, slider, next), words,
      el('div', { cls: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': steps.title }, el('table', { cls: 'arithmetic' }, el('caption', { cls: 'unseen' }, steps.title),
        el('thead', {}, el('tr', {}, steps.columns.map(column => el('th', { scope: 'col', cls: 'right' }, column.heading)))), el('tbody', {}, rows))),
      el('h3', {}, t.teach.why), el('ul', {}, steps.notes.map(note => el('li', {}, note))));
    go(0);
  }

  return {
    place,
    draw: parts => {
      // The figure that comes first is the one whose curves grow.
      const { figure, asked } = parts.find(one => one.name === 'curves' || one.name === 'incidence') ?? {};
      place.hidden = !figure;
      axes = figure?.axes ?? [];
      per = asked ? JSON.parse(asked.text).per ?? 1 : 1;
      if (fold.open && figure) load();
    },
  };
}

/** The drawn figure with its curves hidden beyond a time. */
function growing(panel, axes) {
  const drawn = document.querySelector('section.curve figure svg');
  const axis = axes[panel] ?? axes[0];
  if (!drawn || !axis?.straight) return null;
  const svg = /** @type {any} */ (drawn.cloneNode(true));
  svg.querySelectorAll('.reading-line, title, desc').forEach(node => node.remove());
  svg.setAttribute('aria-hidden', 'true');
  const [[v0, p0], [v1, p1]] = axis.time;
  const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
  // 100 units of the drawing are a millimetre.
  const rect = document.createElementNS(NS, 'rect');
  for (const [name, value] of [['x', 0], ['y', 0], ['height', height]]) rect.setAttribute(name, String(value));
  const clip = document.createElementNS(NS, 'clipPath');
  clip.id = 'teach-clip';
  clip.append(rect);
  svg.prepend(clip);
  for (const part of svg.querySelectorAll('.curve, .tail, .band, .censor')) part.setAttribute('clip-path', 'url(#teach-clip)');
  // What is written in the plot is known at the end only.
  svg.querySelectorAll('.annotation').forEach(node => node.remove());
  return { svg, until: time => rect.setAttribute('width', String(Math.min(width, Math.max(0, 100 * (p0 + (p1 - p0) * (time - v0) / (v1 - v0)))))) };
}
