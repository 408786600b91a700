// Refining: the fields of the request, in words.
import { t } from './texts.js';
import { furtherPart } from './further.js';
import { el, fill, field, select, input, boxes } from './dom.js';

export function refineSection(store) {
  const place = el('section', { cls: 'card', 'aria-labelledby': 'refine-title' });
  const look = (name, value) => store.set(plan => { if (value === null || value === '') delete plan.look[name]; else plan.look[name] = value; }, true);
  const number = value => value === '' ? null : Number(value);
  const choices = name => store.start.choices[name].map(([value, words]) => [value, words]);
  const numbers = text => text.split(/[,;\s]+/).filter(Boolean).map(Number).filter(value => !Number.isNaN(value));
  const one = (label, name, type = 'number') => field(label, input(`look-${name}`, type, store.plan.look[name], value => look(name, type === 'number' ? number(value) : value), type === 'number' ? { step: 'any' } : {}));
  const list = (label, name) => field(label, select(`look-${name}`, [['', t.refine.auto], ...choices(name)], store.plan.look[name], value => look(name, value)));
  const flag = (label, name) => field(label, select(`look-${name}`, [['', t.refine.auto], ['true', t.refine.yes], ['false', t.refine.no]], store.plan.look[name] === undefined ? '' : String(store.plan.look[name]), value => look(name, value === '' ? null : value === 'true')));
  const fold = (id, title, ...content) => el('details', { id }, el('summary', {}, title), content);

  function range() {
    const now = store.plan.look.xlim ?? ['', ''];
    const put = (place, value) => {
      const ends = [...now];
      ends[place] = value === '' ? '' : Number(value);
      if (ends[0] === '' && ends[1] === '') look('xlim', null);
      else look('xlim', [ends[0] === '' ? 0 : ends[0], ends[1]].includes('') ? null : [ends[0] === '' ? 0 : ends[0], ends[1]]);
    };
    return el('fieldset', { cls: 'pair' }, el('legend', {}, t.refine.xlim), input('xlim-from', 'number', now[0], value => put(0, value), { 'aria-label': `${t.refine.xlim} 1`, step: 'any' }), input('xlim-to', 'number', now[1], value => put(1, value), { 'aria-label': `${t.refine.xlim} 2`, step: 'any' }));
  }

  /** Two groups that were not drawn by lot, compared as if they were alike. */
  function madeAlike(plan, columns) {
    const { alike } = plan;
    const put = (name, value) => store.set(own => {
      own.alike[name] = value;
      // A model weights nobody, so that nothing about weights is left to say.
      if (own.alike.method === 'standardise') Object.assign(own.alike, { target: null, stabilised: false, truncate: null });
    }, true);
    return [el('p', { cls: 'note' }, t.refine.alikeWhy),
      boxes(t.refine.alikeIn, 'alike', columns.map(each => [each.name, each.name, alike.covariates.includes(each.name)]), (value, on) => put('covariates', on ? [...alike.covariates, value] : alike.covariates.filter(each => each !== value))),
      el('div', { cls: 'grid' }, field(t.refine.method, select('alike-method', choices('method'), alike.method ?? 'iptw', value => put('method', value === 'iptw' ? null : value))),
        alike.method !== 'standardise' && [field(t.refine.target, select('alike-target', [['', t.refine.auto], ...choices('target')], alike.target, value => put('target', value || null))),
          field(t.refine.stabilised, select('alike-stabilised', [['', t.refine.no], ['yes', t.refine.yes]], alike.stabilised ? 'yes' : '', value => put('stabilised', value === 'yes'))),
          field(t.refine.truncate, input('alike-truncate', 'number', alike.truncate, value => put('truncate', number(value)), { step: 'any', min: '0', max: '0.5', placeholder: '0.01' }))])];
  }

  const further = furtherPart(store);

  const draw = whole => {
    place.hidden = !store.look || !store.plan.endpoints.length;
    if (place.hidden || !whole) return;
    const { plan } = store;
    const annotate = plan.look.annotate ?? (plan.group ? ['hr', 'logrank'] : ['median']);
    const few = store.look.columns.filter(one => one.distinct > 1 && one.distinct <= 12 && one.name !== plan.group?.column);
    const covariates = store.look.columns.filter(one => one.distinct > 1 && ['number', 'flag', 'text'].includes(one.kind) && (one.kind === 'number' || one.distinct <= 12) && one.name !== plan.group?.column);
    const toggle = (name, value, on) => store.set(own => { own[name] = on ? [...own[name], value] : own[name].filter(each => each !== value); }, true);
    fill(place, el('h2', { id: 'refine-title' }, t.refine.title),
      boxes(t.refine.theme, 'theme', store.start.choices.theme.map(([value, words]) => [value, words, (plan.look.theme ?? 'plain') === value]), value => look('theme', value), 'radio'),
      boxes(t.refine.annotate, 'annotate', choices('annotate').map(([value, words]) => [value, words, annotate.includes(value)]), (value, on) => look('annotate', on ? [...annotate, value] : annotate.filter(each => each !== value))),
      fold('fold-axis', t.refine.axis, el('div', { cls: 'grid' }, !plan.endpoints[0].dates && field(t.what.unitOf, select('unit', [['', t.refine.auto], ...t.what.units], plan.unit, value => store.set({ unit: value || null }, true))),
        one(t.refine.breakTime, 'break_time'), range(), one(t.refine.markTime, 'mark_time'), one(t.refine.origin, 'origin', 'text'))),
      fold('fold-look', t.refine.look, el('div', { cls: 'grid' }, one(t.refine.width, 'width'), one(t.refine.height, 'height'), list(t.refine.riskTable, 'risk_table'), flag(t.refine.band, 'conf_band'), flag(t.refine.marks, 'censor_marks'), list(t.refine.legend, 'legend'), list(t.refine.tail, 'tail'), flag(t.refine.incidence, 'incidence'))),
      fold('fold-analysis', t.refine.analysis, el('div', { cls: 'grid' },
        field(t.refine.landmark, input('landmark', 'number', plan.landmark, value => store.set({ landmark: number(value) }), { step: 'any' }), t.refine.dataUnit),
        field(t.refine.times, input('times', 'text', plan.times.join(', '), value => store.set({ times: numbers(value) })), t.refine.dataUnit),
        field(t.refine.rmst, input('rmst', 'number', plan.rmst, value => store.set({ rmst: number(value) }), { step: 'any' }), t.refine.dataUnit),
        field(t.refine.level, input('conf_level', 'number', plan.conf_level, value => store.set({ conf_level: number(value) }), { step: '0.01', min: '0', max: '1', placeholder: '0.95' })),
        field(t.refine.match, select('match', [['', t.refine.matchNone], ...choices('match')], plan.match, value => store.set({ match: value || null })), t.refine.matchWhy),
        field(t.refine.scale, select('conf_type', [['', t.refine.auto], ...choices('conf_type')], plan.conf_type, value => store.set({ conf_type: value || null })))),
        plan.group && boxes(t.refine.strata, 'strata', few.map(each => [each.name, each.name, plan.strata.includes(each.name)]), (value, on) => toggle('strata', value, on))),
      fold('fold-adjust', t.refine.adjust, boxes(t.refine.covariates, 'covariates', covariates.map(each => [each.name, each.name, plan.covariates.includes(each.name)]), (value, on) => toggle('covariates', value, on))),
      plan.group && fold('fold-alike', t.refine.alike, madeAlike(plan, covariates)),
      fold('fold-table1', t.refine.table, !(plan.group && plan.known) && el('p', { cls: 'note' }, t.refine.tableNeeds), boxes(t.refine.table1, 'table1', store.look.columns.filter(each => each.kind !== 'empty' && each.name !== plan.id).map(each => [each.name, each.name, plan.table1.includes(each.name)]), (value, on) => toggle('table1', value, on)),
        field(t.refine.title2, input('study-title', 'text', plan.title, value => store.set({ title: value || null })))),
      fold('fold-further', t.further.title, further(covariates.map(each => each.name))),
      plan.group && fold('fold-subgroups', t.refine.subgroups, boxes(t.refine.by, 'by', few.map(each => [each.name, each.name, plan.subgroups.includes(each.name)]), (value, on) => toggle('subgroups', value, on))));
  };
  return { place, draw };
}
