// What a row of the table is: a patient, or a count of people. A table that looks like counts is said to,
// and nothing is taken for one before somebody has chosen it.
import { t } from './texts.js';
import { el, field, select, boxes, problem } from './dom.js';
import { noCounts } from './state.js';

/** Whether rows are counts, and what they count was chosen. */
export const counted = plan => plan.rows === 'counts' && Boolean(plan.counts.rest) && (plan.counts.events.length > 0 || plan.counts.all);

/** What still has to be said of the rows. */
export function missingRows(store) {
  if (!store.plan.rows) return store.roles.counts?.looks ? [t.what.missingRows] : [];
  return store.plan.rows === 'counts' && !counted(store.plan) ? [t.what.missingCounts] : [];
}

/** The column `event` is made of the counts: of one event it says who had it, of several which. */
function withEvent(plan) {
  const { events } = plan.counts;
  const event = counted(plan) && events.length ? { column: 'event', is: events.length === 1 ? ['TRUE'] : [] } : null;
  plan.endpoints = [{ ...plan.endpoints[0], dates: undefined, event, censor: null }];
}

/** What a value of the event is called: of one event, its column. */
export const eventWord = (plan, column, level) => counted(plan) && column === 'event' && plan.counts.events.length === 1
  ? level === 'TRUE' ? plan.counts.events[0] : t.what.censoredWord : level;

/** @param {any} store @param {() => Promise<void>} lookAgain */
export function countsPart(store, lookAgain) {
  /** The people of other counts have other columns, so that what was chosen among them goes. */
  async function change(edit) {
    store.set(plan => {
      edit(plan);
      Object.assign(plan, { group: null, only: [], strata: [], covariates: [], subgroups: [], further: {}, table1: [], subset: null, known: null });
      plan.alike.covariates = [];
      if (plan.rows === 'counts' || plan.endpoints.length) withEvent(plan);
    }, true);
    await lookAgain();
  }

  const choose = value => change(plan => {
    const found = store.roles.counts;
    plan.rows = value;
    plan.counts = value === 'counts' ? { events: [...found.events], rest: found.rest, all: found.all } : noCounts();
    plan.id = null;
    store.kind = value === 'counts' || !store.rows.dates.length ? 'times' : null;
    if (!store.kind) plan.endpoints = [];
  });

  function counts() {
    const { events, rest, all } = store.plan.counts;
    const columns = store.roles.counts.columns;
    const others = columns.filter(name => !events.includes(name));
    const value = rest ? `${all ? 'all' : 'censored'}:${rest}` : '';
    const list = (kind, label) => ({ label, options: others.map(name => [`${kind}:${name}`, name]) });
    const put = chosen => change(plan => {
      plan.counts.rest = chosen ? chosen.slice(chosen.indexOf(':') + 1) : null;
      plan.counts.all = chosen.startsWith('all:');
    });
    return [el('p', { cls: 'note' }, t.what.countsWhy), el('p', { cls: 'note' }, t.what.countsProposed),
      boxes(t.what.countsEvents, 'counts-event', columns.map(name => [name, name, events.includes(name)]), (name, on) => change(plan => {
        const own = plan.counts;
        own.events = on ? [...own.events, name] : own.events.filter(one => one !== name);
        if (on && own.rest === name) own.rest = null;
      })),
      field(t.what.countsRest, select('counts-rest', [['', t.what.choose], list('censored', t.what.countsCensored), list('all', t.what.countsAll)], value, put), t.what.countsOwn),
      store.refused && problem(store.refused, t.problem)];
  }

  return () => {
    const found = store.roles.counts;
    const { rows } = store.plan;
    if (!found?.columns.length) return null;
    const patients = rows === 'patients' || (!rows && !found.looks);
    const names = [...new Set([...found.events, found.rest].filter(Boolean))].join(', ');
    return el('div', { id: 'rows-are' }, boxes(t.what.rows, 'rows', [['patients', t.what.rowsPatients, patients], ['counts', t.what.rowsCounts, rows === 'counts']], choose, 'radio'),
      !rows && found.looks && el('p', { cls: 'note', id: 'rows-look' }, t.what.rowsLook(names)), rows === 'counts' && counts());
  };
}
