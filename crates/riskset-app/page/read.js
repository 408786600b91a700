// Reading values off the curves, by pointer or by keyboard. The values are the figure's own data: the
// last step at or before a time is looked up, nothing is computed.
import { t } from './texts.js';
import { el, fill } from './dom.js';

const NS = 'http://www.w3.org/2000/svg';

/** Puts a reader below a figure; returns nothing when the figure's data were not sent. Their times are
    in the unit of the table, `per` of which are one of the axis. */
export function reader(svg, figure, per = 1) {
  const axes = figure.axes.filter(one => one.straight);
  if (!figure.curves || !axes.length) return null;
  const unit = figure.width;
  const scale = svg.viewBox.baseVal.width / unit;
  const groups = byGroup(figure.curves);
  if (!groups.length) return null;
  const axis = axes[0];
  const [[from], [to]] = axis.time;
  const out = el('table', { cls: 'reading' });
  const slider = el('input', { type: 'range', id: 'read-at', min: from, max: to, step: 'any', value: from, 'aria-label': t.curve.at });
  const shown = el('output', { for: 'read-at' });
  const lines = axes.map(() => {
    const line = document.createElementNS(NS, 'line');
    line.setAttribute('class', 'reading-line');
    line.setAttribute('visibility', 'hidden');
    svg.append(line);
    return line;
  });

  const show = time => {
    axes.forEach((one, index) => {
      const [[v0, p0], [v1, p1]] = one.time;
      const [[, y0], [, y1]] = one.value;
      const x = (p0 + (p1 - p0) * (time - v0) / (v1 - v0)) * scale;
      const line = lines[index];
      for (const [name, value] of [['x1', x], ['x2', x], ['y1', y0 * scale], ['y2', y1 * scale], ['visibility', 'visible']]) line.setAttribute(name, String(value));
    });
    shown.textContent = round(time);
    const severalPanels = new Set(groups.map(one => one.panel)).size > 1;
    fill(out, el('caption', { cls: 'unseen' }, t.curve.at), el('thead', {}, el('tr', {}, [severalPanels && t.curve.panel, t.curve.group, t.curve.survival, t.curve.limits, t.curve.risk].filter(Boolean).map(text => el('th', { scope: 'col' }, text)))),
      el('tbody', {}, groups.map(one => {
        const at = one.rows.findLast(row => row.time <= time * per);
        const known = at && time * per <= one.rows[one.rows.length - 1].time;
        const why = at ? t.curve.gone : t.curve.before;
        return el('tr', {}, severalPanels && el('td', { dir: 'auto' }, one.panel), el('th', { scope: 'row', dir: 'auto' }, one.group), known
          ? [el('td', {}, percent(at.value)), el('td', {}, at.lower == null ? '' : `${percent(at.lower)} – ${percent(at.upper)}`), el('td', {}, at.risk ?? '')]
          : [el('td', { colspan: '3' }, why)]);
      })));
  };
  slider.addEventListener('input', () => show(Number(slider.value)));
  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * unit;
    const near = axes.find(one => x >= one.time[0][1] && x <= one.time[1][1]);
    if (!near) return;
    const [[v0, p0], [v1, p1]] = near.time;
    const time = v0 + (v1 - v0) * (x - p0) / (p1 - p0);
    slider.value = String(time);
    show(time);
  });
  show(from);
  return el('div', { cls: 'reader' }, el('label', { for: 'read-at' }, t.curve.at, ' ', shown), slider, el('div', { cls: 'scroll', tabindex: '0', role: 'region', 'aria-label': t.curve.at }, out), el('p', { cls: 'note' }, t.curve.readAs));
}

function byGroup(tables) {
  const groups = [];
  tables.forEach(({ panel, columns }) => {
    const value = columns.survival ?? columns.incidence ?? columns.cumulative_hazard ?? columns.value ?? columns.estimate;
    if (!columns.time || !value) return;
    columns.time.forEach((time, row) => {
      const group = [columns.group?.[row], columns.cause?.[row]].filter(Boolean).join(', ');
      let own = groups.find(one => one.group === group && one.panel === panel);
      if (!own) groups.push(own = { group, panel, rows: [] });
      if (time !== null && value[row] !== null) own.rows.push({ time, value: value[row], lower: columns.lower?.[row], upper: columns.upper?.[row], risk: columns.n_risk?.[row] });
    });
  });
  return groups.filter(one => one.rows.length);
}

const percent = value => value === null || value === undefined ? '' : `${(100 * value).toFixed(1)}%`;
const round = value => Number(value.toPrecision(4)).toString();
