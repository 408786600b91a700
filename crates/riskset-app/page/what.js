// What is what: endpoints, patients, groups. Nothing is taken for granted: what has several readings
// is asked.
import { t } from './texts.js';
import { el, fill, button, field, select, input, boxes } from './dom.js';
import { countsPart, missingRows, eventWord } from './counts.js';
import { sampledPart, missingSample } from './further.js';
import { datesPart, ruleName, missingDates } from './dates.js';

const MOST_GROUPS = 12;

/** @param {any} store @param {() => Promise<void>} lookAgain */
export function whatSection(store, lookAgain) {
  const place = el('section', { cls: 'card', 'aria-labelledby': 'what-title' });
  const columns = () => store.look.columns;
  const column = name => columns().find(one => one.name === name);
  const option = name => [name, name];

  /** A choice among columns, those that look right first. */
  function columnSelect(id, value, likely, change, fits = _ => true) {
    const others = columns().map(one => one.name).filter(name => !likely.includes(name) && fits(column(name)));
    return select(id, [['', t.what.choose], { label: t.what.likely, options: likely.map(option) }, { label: t.what.others, options: others.map(option) }], value ?? '', change);
  }

  const sampled = sampledPart(store);
  const rowsChoice = countsPart(store, lookAgain);
  const { ruleChips, datesOf } = datesPart(store, columnSelect);

  // --- endpoints -------------------------------------------------------------------------------

  function kindChoice() {
    if (!store.look.dates.length || store.plan.rows === 'counts') return null;
    const dates = store.kind;
    return boxes(t.what.kind, 'kind', [['times', t.what.times, dates === 'times'], ['dates', t.what.dates, dates === 'dates']],
      value => { store.kind = value; store.set(plan => { plan.endpoints = value === 'times' ? [{}] : []; plan.unit = null; }, true); }, 'radio');
  }

  function timesOf(endpoint, index) {
    const id = name => `e${index}-${name}`;
    const put = (name, value) => store.set(plan => { plan.endpoints[index][name] = value; }, true);
    const event = endpoint.event && column(endpoint.event.column);
    return [
      el('div', { cls: 'grid' },
        field(t.what.time, columnSelect(id('time'), endpoint.time, store.look.times, value => put('time', value || null), one => one.kind === 'number')),
        field(t.what.unit, select(id('unit'), [['', t.what.unknownUnit], ...t.what.units], endpoint.unit ?? '', value => put('unit', value || null))),
        field(t.what.event, columnSelect(id('event'), endpoint.event?.column, store.look.events, value => store.set(plan => { Object.assign(plan.endpoints[index], { event: value ? { column: value, is: [] } : null, censor: null }); }, true), one => one.distinct <= MOST_GROUPS))),
      event && boxes(t.what.eventIs, id('is'), event.levels.map(([level, n]) => [level, `${eventWord(store.plan, event.name, level)} (${n})`, endpoint.event.is.includes(level)]),
        (value, on) => store.set(plan => {
          const own = plan.endpoints[index];
          own.event.is = on ? [...own.event.is, value] : own.event.is.filter(one => one !== value);
          if (own.event.is.includes(own.censor)) own.censor = null;
        }, true)),
      event && event.levels.length > 2 && competition(event, endpoint, value => put('censor', value || null), id('censor')),
    ];
  }

  /** Whether the other values compete with the event: with the one that means censored they do. */
  function competition(event, endpoint, put, id) {
    const others = event.levels.map(([level]) => level).filter(level => !endpoint.event.is.includes(level));
    return field(t.what.otherValues, select(id, [['', t.what.allCensored], ...others.map(level => [level, t.what.censored(level)])], endpoint.censor, put), t.what.competingWhy);
  }

  function endpoint(each, index) {
    const many = store.plan.endpoints.length > 1;
    return el('fieldset', { cls: 'endpoint' }, el('legend', {}, each.dates ? ruleName(each.dates) : t.what.endpoint(index + 1)),
      field(t.what.label, input(`e${index}-label`, 'text', each.label, value => store.set(plan => { plan.endpoints[index].label = value; }))),
      each.dates ? datesOf(each, index) : timesOf(each, index),
      many && button(t.what.remove, () => store.set(plan => { plan.endpoints.splice(index, 1); }, true), { id: `e${index}-remove` }));
  }

  // --- who ------------------------------------------------------------------------------------

  function only() {
    const plan = store.plan;
    const few = columns().filter(one => one.distinct > 0 && one.distinct <= MOST_GROUPS).map(one => one.name);
    const condition = (one, index) => {
      const found = column(one.column);
      return el('div', { cls: 'condition' }, boxes(`${one.column} ${t.what.onlyIs}`, `only${index}`, (found?.levels ?? []).map(([level, n]) => [level, `${level} (${n})`, one.is.includes(level)]),
        (value, on) => store.set(plan => { const own = plan.only[index]; own.is = on ? [...own.is, value] : own.is.filter(level => level !== value); }, true)),
        button(t.what.remove, () => store.set(plan => { plan.only.splice(index, 1); }, true), { id: `only${index}-remove`, 'aria-label': `${t.what.remove}: ${one.column}` }));
    };
    return el('fieldset', {}, el('legend', {}, t.what.only), plan.only.map(condition),
      field(t.what.onlyAdd, select('only-add', [['', t.what.choose], ...few.map(option)], '', value => value && store.set(plan => { plan.only.push({ column: value, is: [] }); }, true))),
      el('details', { id: 'subset-more', open: Boolean(plan.subset) }, el('summary', {}, t.what.subset), field(t.what.only, input('subset', 'text', plan.subset, value => store.set({ subset: value || null })))));
  }

  function group() {
    const { group } = store.plan;
    const fit = columns().filter(one => one.distinct > 1 && one.distinct <= MOST_GROUPS && one.kind !== 'date').map(one => one.name);
    const choose = value => store.set(plan => {
      plan.group = value ? { column: value, order: column(value).levels.map(([level]) => level), labels: [], off: [], reference: null } : null;
    }, true);
    return el('fieldset', {}, el('legend', {}, t.what.group), field(t.what.groupColumn, select('group', [['', t.what.noGroup], ...fit.map(option)], group?.column, choose)), group && levels(group),
      group && field(t.what.known, select('known', [['', t.what.notSaid], ...t.what.knownTimes], store.plan.known, value => store.set({ known: value || null })), t.what.knownWhy));
  }

  function levels(group) {
    const put = change => store.set(plan => change(plan.group), true);
    const labels = group.labels.length ? group.labels : group.order;
    const move = (index, by) => put(own => {
      const swap = list => { [list[index], list[index + by]] = [list[index + by], list[index]]; };
      swap(own.order);
      if (own.labels.length) swap(own.labels);
    });
    const row = (level, index) => el('tr', {},
      el('td', {}, el('input', { type: 'checkbox', id: `level-on-${index}`, 'aria-label': `${t.what.on} ${level}`, checked: !group.off.includes(level), on: { change: event => put(own => { own.off = event.target.checked ? own.off.filter(one => one !== level) : [...own.off, level]; if (own.off.includes(own.reference)) own.reference = null; }) } })),
      el('th', { scope: 'row', dir: 'auto' }, level),
      el('td', {}, input(`level-label-${index}`, 'text', labels[index], value => put(own => { own.labels = [...labels]; own.labels[index] = value || level; }), { 'aria-label': `${t.what.shown}: ${level}` })),
      el('td', {}, el('input', { type: 'radio', name: 'reference', id: `level-reference-${index}`, 'aria-label': `${t.what.reference}: ${level}`, checked: group.reference === level || (!group.reference && level === group.order.find(one => !group.off.includes(one))), on: { change: () => put(own => { own.reference = level; }) } })),
      el('td', { cls: 'moves' }, button('↑', () => move(index, -1), { disabled: index === 0, id: `level-up-${index}`, 'aria-label': `${t.what.up}: ${level}` }), button('↓', () => move(index, 1), { disabled: index === group.order.length - 1, id: `level-down-${index}`, 'aria-label': `${t.what.down}: ${level}` })));
    return el('div', { cls: 'scroll', tabindex: '0', role: 'region', 'aria-label': t.what.levels }, el('table', { cls: 'levels' }, el('caption', {}, t.what.levels), el('thead', {}, el('tr', {}, [t.what.on, t.what.level, t.what.shown, t.what.reference, `${t.what.up}, ${t.what.down}`].map(text => el('th', { scope: 'col' }, text)))), el('tbody', {}, group.order.map(row))));
  }

  const draw = whole => {
    place.hidden = !store.look;
    if (place.hidden || !whole) return;
    const plan = store.plan;
    const dates = store.kind === 'dates';
    const lacking = missing(store);
    fill(place, el('h2', { id: 'what-title' }, t.what.title), rowsChoice(), kindChoice(), plan.endpoints.map(endpoint), dates && ruleChips(),
      !dates && plan.endpoints.length > 0 && button(t.what.addTimes, () => store.set(plan => { plan.endpoints.push({}); }, true), { id: 'add-endpoint' }),
      only(), group(), sampled(), dates && field(t.what.id, columnSelect('patient', plan.id, store.roles.id ? [store.roles.id] : [], value => store.set({ id: value || null }, true))),
      lacking.length > 0 && el('p', { cls: 'missing', id: 'missing' }, `${t.what.missing}: ${lacking.join('; ')}.`));
  };
  return { place, draw };
}

/** What still has to be said before there is a curve. */
export function missing(store) {
  const { plan } = store;
  const lacking = missingRows(store);
  if (!plan.endpoints.length) lacking.push(store.kind === 'dates' ? t.what.missingRule : t.what.missingKind);
  for (const each of plan.endpoints) {
    if (each.dates) {
      const roles = missingDates(each.dates);
      if (roles.length) lacking.push(t.what.missingRoles(`${ruleName(each.dates)} ${roles.join(', ')}`));
    } else {
      if (!each.time && plan.sampled.drawn !== 'matched') lacking.push(t.what.missingTime);
      if (!each.event) lacking.push(t.what.missingEvent);
      else if (!each.event.is.length) lacking.push(t.what.missingValue);
    }
  }
  return [...lacking, ...missingSample(plan)];
}
