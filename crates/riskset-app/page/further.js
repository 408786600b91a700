// Further analyses of the same endpoint, groups and covariates; and how the patients were sampled.
import { t } from './texts.js';
import { el, field, select, input, boxes } from './dom.js';
import { competes } from './dates.js';

const number = value => value === '' ? null : Number(value);
const numbers = text => text.split(/[,;\s]+/).filter(Boolean).map(Number).filter(value => !Number.isNaN(value));

/** Whether the topic can be asked of what is chosen. */
export function possible(topic, plan) {
  const some = topic.incidences || plan.endpoints.some(one => !competes(one));
  if (!some) return false;
  if (topic.needs === 'model') return Boolean(plan.group) || plan.covariates.length > 0;
  return topic.needs === 'column' || ['hazards', 'loglog', 'followup'].includes(topic.name) || Boolean(plan.group);
}

/** The parts of the further analyses that are asked for. */
export const furtherParts = (store) => store.start.topics
  .filter(topic => store.plan.further[topic.name] && possible(topic, store.plan))
  .flatMap(topic => topic.kinds);

export function furtherPart(store) {
  const choices = name => store.start.choices[name].map(([value, words]) => [value, words]);
  const topic = (name, change) => store.set(plan => change(plan.further[name]), true);
  const put = (name, key, value) => topic(name, told => { if (value === null || value === '' || value?.length === 0) delete told[key]; else told[key] = value; });
  const id = (name, key) => `further-${name}-${key}`;
  const told = (name, key) => store.plan.further[name][key];
  const list = (name, key, from) => field(t.further.fields[key], select(id(name, key), [['', t.refine.auto], ...choices(from)], told(name, key), value => put(name, key, value)));
  const amount = (name, key) => field(t.further.fields[key], input(id(name, key), 'number', told(name, key), value => put(name, key, number(value)), { step: 'any', min: '0' }));
  const several = (name, key) => field(t.further.fields[key], input(id(name, key), 'text', (told(name, key) ?? []).join(', '), value => put(name, key, numbers(value))));
  const flag = (name, key) => field(t.further.fields[key], select(id(name, key), [['', t.refine.no], ['yes', t.refine.yes]], told(name, key) ? 'yes' : '', value => put(name, key, value ? true : null)));

  /** What a topic may be told. */
  const options = {
    tests: name => [list(name, 'test', 'test'), flag(name, 'trend')],
    cutpoint: name => [field(t.further.fields.column, select(id(name, 'column'), [['', t.what.choose], ...store.look.columns.filter(one => one.kind === 'number' && one.distinct > 5).map(one => [one.name, one.name])], told(name, 'column'), value => put(name, 'column', value)))],
    proportional: name => [list(name, 'transform', 'transform')],
    residuals: name => [list(name, 'residual', 'residual')],
    factors: name => [flag(name, 'same_rows')],
    nomogram: name => [several(name, 'times')],
    performance: name => [several(name, 'times'), list(name, 'kind', 'performance'), amount(name, 'bootstrap'), amount(name, 'folds'), several(name, 'thresholds'), store.plan.endpoints.some(competes) && list(name, 'incidence_model', 'incidence_model')],
    'risk-groups': name => [several(name, 'groups'), amount(name, 'at')],
  };

  /** The terms of another model, which the performance sets beside the adjusted one. */
  function against(columns) {
    const chosen = told('performance', 'against') ?? [];
    return boxes(t.further.fields.against, 'against', columns.map(name => [name, name, chosen.includes(name)]),
      (name, on) => put('performance', 'against', on ? [...chosen, name] : chosen.filter(one => one !== name)));
  }

  return covariates => {
    const { plan } = store;
    const open = store.start.topics.filter(one => possible(one, plan));
    const own = open.filter(one => plan.further[one.name]);
    return [el('p', { cls: 'note' }, t.further.why),
      boxes(t.further.what, 'further', open.map(one => [one.name, t.further.topics[one.name], Boolean(plan.further[one.name])]), (name, on) => store.set(plan => { if (on) plan.further[name] = {}; else delete plan.further[name]; }, true)),
      own.filter(one => options[one.name]).map(one => el('fieldset', { cls: 'endpoint', id: `further-${one.name}` }, el('legend', {}, t.further.topics[one.name]),
        el('div', { cls: 'grid' }, options[one.name](one.name)), one.name === 'performance' && against(covariates)))];
  };
}

/** How the patients of the table were chosen, where they are no whole cohort. */
export function sampledPart(store) {
  const put = change => store.set(plan => change(plan.sampled), true);
  const few = () => store.look.columns.filter(one => one.distinct > 1 && one.distinct <= 12);
  const level = name => store.look.columns.find(one => one.name === name)?.levels ?? [];

  function caseCohort() {
    const { subcohort, cohort_size, method } = store.plan.sampled;
    const column = subcohort?.column;
    return [el('p', { cls: 'note' }, t.sampled.caseCohortWhy),
      field(t.sampled.subcohort, select('subcohort', [['', t.what.choose], ...few().map(one => [one.name, one.name])], column, value => put(own => { own.subcohort = value ? { column: value, is: [] } : null; }))),
      column && boxes(t.sampled.subcohortIs, 'subcohort-is', level(column).map(([value, n]) => [value, `${value} (${n})`, subcohort.is.includes(value)]), (value, on) => put(own => { own.subcohort.is = on ? [...own.subcohort.is, value] : own.subcohort.is.filter(one => one !== value); })),
      el('div', { cls: 'grid' }, field(t.sampled.size, input('cohort-size', 'number', cohort_size, value => put(own => { own.cohort_size = number(value); }), { min: '1', step: '1' })),
        field(t.sampled.method, select('case-cohort-method', [['', t.refine.auto], ...store.start.choices.case_cohort], method, value => put(own => { own.method = value || null; }))))];
  }

  function matched() {
    return [el('p', { cls: 'note' }, t.sampled.matchedWhy),
      field(t.sampled.sets, select('matched-sets', [['', t.what.choose], ...store.look.columns.filter(one => one.distinct > 1).map(one => [one.name, one.name])], store.plan.sampled.sets, value => put(own => { own.sets = value || null; })))];
  }

  return () => {
    const { drawn } = store.plan.sampled;
    return el('details', { id: 'fold-sampled', open: Boolean(drawn) }, el('summary', {}, t.sampled.title),
      boxes(t.sampled.how, 'sampled', [['', t.sampled.whole, !drawn], ['case-cohort', t.sampled.caseCohort, drawn === 'case-cohort'], ['matched', t.sampled.matched, drawn === 'matched']], value => put(own => { own.drawn = value || null; }), 'radio'),
      drawn === 'case-cohort' && caseCohort(), drawn === 'matched' && matched());
  };
}

/** What still has to be said of a sample. */
export function missingSample({ sampled, group, covariates }) {
  if (!sampled.drawn) return [];
  const lacking = [];
  if (sampled.drawn === 'matched' && !sampled.sets) lacking.push(t.sampled.missingSets);
  if (sampled.drawn === 'case-cohort' && !sampled.subcohort?.is.length) lacking.push(t.sampled.missingSubcohort);
  if (!group && !covariates.length) lacking.push(t.sampled.missingTerms);
  return lacking;
}
