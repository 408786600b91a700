// Taking away: every file is made by the program from the same request as what is shown.
import { t } from './texts.js';
import { el, fill, button, problem, save, say } from './dom.js';
import { take, Refused } from './net.js';

export function takeSection(store) {
  const place = el('section', { cls: 'card', 'aria-labelledby': 'take-title' });
  const messages = el('div', {});

  async function fetchFile(part, format) {
    fill(messages, el('p', { cls: 'note' }, t.take.making));
    try {
      const { name, blob } = await take({ plan: store.plan, part, format });
      save(blob, name);
      fill(messages, el('p', { cls: 'note' }, t.take.saved(name)));
      say(t.take.saved(name));
    } catch (error) {
      if (error instanceof Refused) fill(messages, problem(error.found, t.problem));
    }
  }

  const row = (part, label, formats) => el('div', { cls: 'take-row', role: 'group', 'aria-label': label }, el('span', { cls: 'legend' }, label),
    formats.map(([format, words]) => button(words, () => fetchFile(part, format), { id: `take-${part}-${format}` })));
  const pictures = [['pdf', 'PDF'], ['png', 'PNG'], ['svg', 'SVG'], ['tiff', 'TIFF'], ['json', t.take.request]];

  const draw = (parts, study) => {
    const has = name => parts.some(one => one.name === name && !one.problem);
    place.hidden = !parts.some(one => !one.problem);
    if (place.hidden) return;
    fill(place, el('h2', { id: 'take-title' }, t.take.title),
      has('curves') && row('curves', t.take.figure, [...pictures, ['csv', t.take.data], ['txt', t.take.caption]]),
      has('incidence') && row('incidence', t.take.incidence, [...pictures, ['csv', t.take.data], ['txt', t.take.caption]]),
      has('numbers') && row('numbers', t.take.numbers, [['docx', t.take.words], ['txt', t.take.text], ['csv', 'CSV'], ['json', t.take.request]]),
      has('adjusted') && row('adjusted', t.take.adjusted, [...pictures, ['csv', t.take.data], ['txt', t.take.caption]]),
      has('adjust') && row('adjust', t.take.adjust, [['docx', t.take.words], ['txt', t.take.text], ['csv', 'CSV'], ['json', t.take.request]]),
      has('balance') && row('balance', t.take.balance, pictures.slice(0, 4)),
      has('table1') && row('table1', t.take.table1, [['docx', t.take.words], ['txt', t.take.text], ['csv', 'CSV']]),
      has('model') && row('model', t.take.model, [['docx', t.take.words], ['txt', t.take.text], ['csv', 'CSV']]),
      has('fine-gray') && row('fine-gray', t.take.fineGray, [['docx', t.take.words], ['txt', t.take.text], ['csv', 'CSV']]),
      has('forest') && row('forest', t.take.forest, pictures.slice(0, 4)),
      has('subgroups') && row('subgroups', t.take.subgroups, pictures.slice(0, 4)),
      has('sampled') && row('sampled', t.take.sampled, [['docx', t.take.words], ['txt', t.take.text], ['csv', 'CSV'], ['json', t.take.request]]),
      store.start.topics.flatMap(topic => topic.kinds.filter(has).map(kind => kind.startsWith('plot-')
        ? row(kind, `${t.further.topics[topic.name]}: ${t.take.figure}`, pictures.slice(0, 4))
        : row(kind, `${t.further.topics[topic.name]}: ${t.take.numbers}`, [['docx', t.take.words], ['txt', t.take.text], ['csv', 'CSV']]))),
      study?.text && el('div', { cls: 'take-row', role: 'group', 'aria-label': t.take.whole }, el('span', { cls: 'legend' }, t.take.whole),
        button('study.toml', () => fetchFile('study', 'toml'), { id: 'take-study-toml' }), button(t.take.report, () => fetchFile('report', 'zip'), { id: 'take-report-zip' })),
      store.plan.endpoints[0]?.dates && store.plan.id && row('audit', t.take.audit, [['csv', 'CSV'], ['txt', t.take.text]]),
      messages);
  };
  return { place, draw };
}
