// Endpoints from dates: which column is what in a rule, with a name or of one's own, and whether its
// other ends compete with the event.
import { t } from './texts.js';
import { el, button, field, select, input, boxes, capital } from './dom.js';

const OWN = 'own';

/** @param {any} store @param {any} columnSelect a choice among columns, those that look right first */
export function datesPart(store, columnSelect) {
  function ruleOf(name) {
    const roles = store.roles;
    const base = { rule: name, time_zero: roles.time_zero ?? '', last_visit: roles.last_visit ?? [], death: roles.death ?? null, unit: 'months', on_problem: 'refuse' };
    if (['dfs', 'rfs'].includes(name)) base.relapse = roles.relapse ?? [];
    if (['pfs', 'ttp'].includes(name)) base.progression = roles.progression?.length ? roles.progression : roles.relapse ?? [];
    if (name === 'efs') { base.relapse = roles.relapse ?? []; base.progression = []; }
    if (name === 'dfs') base.second_primary = roles.second_primary ?? [];
    if (name === 'dss') base.death_from_disease = { column: '', is: [] };
    return withIgnored(base);
  }
  // What a rule may do without, and this study has no column of, does not count: the page says so.
  function withIgnored(base) {
    const optional = { dfs: ['second_primary'], efs: ['progression', 'relapse'] }[base.rule] ?? [];
    base.ignore = optional.filter(one => !base[one]?.length);
    return base;
  }
  const rule = name => store.start.rules.find(one => one.name === name);

  /** A rule without a name: its dates are chosen one by one. */
  function ownRule(plan) {
    const used = plan.endpoints.map(endpoint => endpoint.dates?.name);
    const { time_zero, last_visit } = store.roles;
    let n = 1;
    while (used.includes(`own_${n}`)) n += 1;
    return { name: `own_${n}`, time_zero: time_zero ?? '', last_visit: last_visit ?? [], events: [], competing: [], unit: 'months', on_problem: 'refuse' };
  }

  function addRule(name) {
    store.kind = 'dates';
    store.set(plan => {
      const earlier = plan.endpoints.find(endpoint => endpoint.dates)?.dates;
      const dates = name === OWN ? ownRule(plan) : ruleOf(name);
      // A second endpoint of the same patients starts and ends as the first one does.
      if (earlier) Object.assign(dates, { time_zero: earlier.time_zero, last_visit: earlier.last_visit, unit: earlier.unit, data_cut: earlier.data_cut, on_problem: earlier.on_problem });
      if (earlier && name !== OWN) dates.death = earlier.death ?? dates.death;
      plan.endpoints.push({ label: name === OWN ? t.what.ownLabel : capital(rule(name).title), dates });
      plan.id ??= store.roles.id ?? null;
    }, true);
  }

  function ruleChips() {
    const used = store.plan.endpoints.map(endpoint => endpoint.dates?.rule);
    const left = store.start.rules.filter(one => !used.includes(one.name));
    return el('div', { cls: 'chips', role: 'group', 'aria-label': used.length ? t.what.add : t.what.rule }, el('span', { cls: 'legend' }, used.length ? t.what.add : t.what.rule),
      left.map(one => button(one.name.toUpperCase(), () => addRule(one.name), { cls: 'chip', id: `rule-${one.name}`, title: one.title })),
      button(t.what.ownChip, () => addRule(OWN), { cls: 'chip', id: `rule-${OWN}`, title: t.what.ownWhy }));
  }

  function datesOf(endpoint, index) {
    const spec = endpoint.dates;
    const id = name => `e${index}-${name}`;
    const put = (name, value) => store.set(plan => { plan.endpoints[index].dates[name] = value; withIgnored(plan.endpoints[index].dates); }, true);
    const dates = store.look.dates;
    const one = name => field(t.what.roles[name], columnSelect(id(name), spec[name], dates, value => put(name, value || (name === 'death' ? null : ''))));
    const several = name => {
      const offered = [...new Set([...dates, ...(spec[name] ?? [])])];
      return boxes(t.what.roles[name], id(name), offered.map(date => [date, date, (spec[name] ?? []).includes(date)]),
        (value, on) => put(name, on ? [...(spec[name] ?? []), value] : (spec[name] ?? []).filter(date => date !== value)));
    };
    const about = rule(spec.rule);
    const whole = missingDates(spec).length === 0;
    const told = ['time_zero', 'events', 'competing', 'relapse', 'progression', 'second_primary', 'death', 'last_visit'].filter(name => spec[name]?.length);
    return [el('p', { cls: 'note' }, about ? about.definition : t.what.ownWhy),
      spec.ignore?.length > 0 && el('p', { cls: 'note', id: id('ignored') }, t.what.ignored(spec.ignore.map(one => t.what.roles[one]).join(', '))),
      el('dl', { cls: 'roles' }, told.map(name => el('div', {}, el('dt', {}, t.what.roles[name]), el('dd', { dir: 'auto' }, [spec[name]].flat().map(one => one.column ?? one).join(', '))))),
      about?.competes && competition(endpoint, index, id),
      el('details', { id: id('roles'), open: !whole }, el('summary', {}, t.what.change), el('p', { cls: 'note' }, t.what.proposed),
        one('time_zero'), !about && ownEvents(spec, index, id), spec.relapse !== undefined && several('relapse'), spec.progression !== undefined && several('progression'),
        spec.second_primary !== undefined && several('second_primary'), about && one('death'), spec.death_from_disease && causeOfDeath(spec, index, id), several('last_visit'),
        el('div', { cls: 'grid' }, field(t.what.unitOf, select(id('unit'), t.what.units, spec.unit, value => store.set(plan => { for (const each of plan.endpoints) if (each.dates) each.dates.unit = value; }, true))),
          field(t.what.roles.data_cut, input(id('data_cut'), 'date', spec.data_cut, value => put('data_cut', value || null))),
          field(t.what.onProblem, select(id('on_problem'), [['refuse', t.what.refuse], ['flag', t.what.flag]], spec.on_problem, value => put('on_problem', value)))),
        about && el('p', { cls: 'note' }, `${t.what.ruleSource}: ${about.source}`))];
  }

  /** Whether the other ends of the rule compete with its event, or count as censored. */
  function competition(endpoint, index, id) {
    const change = value => store.set(plan => { plan.endpoints[index].compete = value === 'compete'; }, true);
    return field(t.what.otherEnds, select(id('compete'), [['', t.what.allCensored], ['compete', t.what.compete]], endpoint.compete ? 'compete' : '', change), t.what.competingDates);
  }

  /** The dates of a rule of one's own: a date is the event, or competes with it, or neither. */
  function ownEvents(spec, index, id) {
    const parts = ['events', 'competing'];
    const columns = name => spec[name].map(one => one.column);
    const change = edit => store.set(plan => {
      const own = plan.endpoints[index];
      edit(own.dates);
      own.compete = own.dates.competing.length > 0;
    }, true);
    const dated = column => ({ column, terminal: column === store.roles.death });
    const list = name => boxes(t.what.roles[name], id(name), store.look.dates.map(date => [date, date, columns(name).includes(date)]),
      (value, on) => change(dates => {
        // One date is not both.
        for (const each of parts) dates[each] = dates[each].filter(one => one.column !== value);
        if (on) dates[name].push(dated(value));
      }));
    const chosen = parts.flatMap(name => spec[name]);
    const death = chosen.find(one => one.terminal)?.column;
    return [parts.map(list), chosen.length > 0 && field(t.what.whichDeath, select(id('terminal'), [['', t.what.none], ...chosen.map(one => [one.column, one.column])], death,
      value => change(dates => { for (const each of parts) for (const one of dates[each]) one.terminal = one.column === value; })), t.what.deathWhy)];
  }

  /** Which deaths are from the disease: a column and its values. */
  function causeOfDeath(spec, index, id) {
    const own = spec.death_from_disease;
    const few = store.look.columns.filter(one => one.distinct > 0 && one.distinct <= 12).map(one => one.name);
    const put = change => store.set(plan => change(plan.endpoints[index].dates.death_from_disease), true);
    const levels = store.look.columns.find(one => one.name === own.column)?.levels ?? [];
    return [field(t.what.causeColumn, select(id('cause'), [['', t.what.choose], ...few.map(name => [name, name])], own.column, value => put(cause => { cause.column = value; cause.is = []; }))),
      levels.length > 0 && boxes(t.what.fromDisease, id('disease'), levels.map(([level, n]) => [level, `${level} (${n})`, own.is.includes(level)]),
        (value, on) => put(cause => { cause.is = on ? [...cause.is, value] : cause.is.filter(one => one !== value); }))];
  }

  return { ruleChips, datesOf };
}

/** What a rule is called. */
export const ruleName = dates => dates.rule ? dates.rule.toUpperCase() : t.what.ownChip;

/** Whether the incidence of an endpoint is asked for, while other events compete. */
export const competes = endpoint => Boolean(endpoint.dates ? endpoint.compete : endpoint.censor);

/** What a rule still has to be told. */
export function missingDates(dates) {
  const roles = ['time_zero', 'events', 'death', 'relapse', 'progression', 'last_visit'].filter(name => dates[name] !== undefined && !dates[name]?.length);
  const cause = dates.death_from_disease && !dates.death_from_disease.is.length;
  return [...roles.map(name => t.what.roles[name].toLowerCase()), ...(cause ? [t.what.missingCause] : [])];
}
