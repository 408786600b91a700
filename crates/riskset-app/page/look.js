// What is in the table, and how it is read.
import { t } from './texts.js';
import { el, fill, button, field, select, input, problem } from './dom.js';

export function lookSection(store, readAgain) {
  const place = el('section', { cls: 'card', 'aria-labelledby': 'look-title' });
  let refused = null;

  const doubt = column => [
    column.odd_texts.length > 0 && t.look.odd(column.odd_texts.map(([text, n]) => `${text} (${n})`).join(', ')),
    column.repeats && t.look.repeats,
  ].filter(Boolean).join('; ');

  const values = column => {
    if (column.range && column.distinct > 10) return t.look.range(...column.range);
    if (column.distinct > 12) return t.look.distinct(column.distinct);
    return column.levels.map(([level, n]) => `${level} (${n})`).join(', ');
  };

  function reading() {
    const told = store.plan.reading;
    const draft = structuredClone(told);
    const put = (name, convert) => value => { if (value === '') delete draft[name]; else draft[name] = convert ? convert(value) : value; };
    const text = (name, type = 'text', convert) => field(t.look.fields[name], input(`read-${name}`, type, told[name], put(name, convert), { placeholder: t.look.seen }));
    const list = (name, options) => field(t.look.fields[name], select(`read-${name}`, options, told[name], put(name)));
    return el('details', { id: 'reading', open: Boolean(refused) }, el('summary', {}, t.look.reading), el('div', { cls: 'grid' },
      text('sheet'), text('header_row', 'number', Number), text('data_row', 'number', Number), text('skip', 'number', Number),
      list('separator', t.look.separators), list('decimal', t.look.decimals), list('date_format', t.look.dateFormats),
      field(t.look.fields.na, input('read-na', 'text', (told.na ?? []).join(','), value => {
        const words = value.split(',').map(word => word.trim()).filter(Boolean);
        if (words.length) draft.na = words; else delete draft.na;
      })), text('comment'), text('encoding'), text('member')),
      button(t.look.apply, () => readAgain(draft), { cls: 'main', id: 'read-again' }));
  }

  const draw = () => {
    place.hidden = !store.plan.file;
    if (place.hidden) return;
    const seen = store.look && store.rows;
    const people = seen && store.look.rows !== seen.rows && store.look.rows;
    fill(place, el('h2', { id: 'look-title' }, t.look.title),
      refused && problem(refused, t.problem),
      seen && el('p', {}, el('strong', {}, t.look.rows(seen.rows)), people && t.look.people(people), `, ${seen.columns.length} ${t.look.columns.toLowerCase()}`),
      seen && store.notes.map(note => el('p', { cls: 'note', dir: 'auto' }, note)),
      seen && el('details', { id: 'columns', open: seen.columns.length <= 12 }, el('summary', {}, t.look.columns),
        el('div', { cls: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': t.look.columns }, el('table', {},
          el('thead', {}, el('tr', {}, [t.look.name, t.look.kind, t.look.values, t.look.missing, t.look.doubts].map(text => el('th', { scope: 'col' }, text)))),
          el('tbody', {}, seen.columns.map(column => el('tr', {}, el('th', { scope: 'row', dir: 'auto' }, column.name, column.label && el('small', { dir: 'auto' }, column.label)),
            el('td', {}, t.look.kinds[column.kind] ?? column.kind), el('td', { dir: 'auto' }, values(column)), el('td', { cls: 'right' }, column.missing || ''), el('td', { dir: 'auto' }, doubt(column)))))))),
      reading());
  };
  return { place, draw, refuse: found => { refused = found; } };
}
