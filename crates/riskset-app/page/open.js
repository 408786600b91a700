// Opening a table: dropped, chosen, an example, or the file of a saved session.
import { t } from './texts.js';
import { el, fill, button, problem, say } from './dom.js';
import { post, upload, Refused } from './net.js';

const MB = bytes => (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 0);

/** @param {any} store @param {(answer: any, plan?: any) => Promise<void>} opened */
export function openSection(store, opened) {
  const place = el('section', { cls: 'card open', 'aria-labelledby': 'open-title' });
  let waiting = null;

  const chooser = el('input', { type: 'file', id: 'file', cls: 'unseen', on: { change: event => event.target.files[0] && accept(event.target.files[0]) } });
  const messages = el('div', { id: 'open-messages' });

  async function accept(file) {
    fill(messages);
    if (file.name.endsWith('.riskset.json')) return session(file);
    const limit = store.start?.limit ?? Infinity;
    if (file.size > limit) return fill(messages, problem({ what: t.open.tooLarge(MB(file.size), MB(limit)) }, t.problem));
    const bar = el('progress', { max: '1', value: '0', 'aria-label': t.open.reading });
    const words = el('span', {}, t.open.sending(0, MB(file.size)));
    const { done, cancel } = upload(file, (sent, all) => {
      bar.value = sent / all;
      words.textContent = sent < all ? t.open.sending(MB(sent), MB(all)) : t.open.reading;
    });
    fill(messages, el('div', { cls: 'busy' }, bar, words, button(t.open.cancel, cancel, { id: 'cancel-upload' })));
    try {
      const plan = waiting?.name === file.name ? waiting.plan : undefined;
      waiting = null;
      await opened(await done, plan);
      if (messages.querySelector('.busy')) fill(messages);
    } catch (error) { failed(error); }
    chooser.value = '';
  }

  function failed(error) {
    if (error instanceof Refused) fill(messages, problem(error.found, t.problem));
    else { fill(messages, el('p', { cls: 'note' }, t.open.cancelled)); say(t.open.cancelled); }
  }

  async function session(file) {
    try {
      const saved = JSON.parse(await file.text());
      if (saved.schema !== 'riskset.page/1') throw new Error();
      if (saved.name.startsWith('@')) return example(saved.name, saved.plan);
      waiting = saved;
      fill(messages, el('p', { cls: 'note' }, t.open.needFile(saved.name)));
    } catch { fill(messages, problem({ what: t.open.badSession }, t.problem)); }
  }

  async function example(name, plan) {
    fill(messages);
    try { await opened(await post('api/bundled', { name }), plan); } catch (error) { failed(error); }
  }

  const target = el('div', { cls: 'drop', id: 'drop' },
    el('p', { cls: 'big' }, t.open.drop), el('label', { for: 'file', cls: 'button main' }, t.open.choose), chooser,
    el('p', { cls: 'note' }, t.open.kinds));
  for (const event of ['dragenter', 'dragover']) {
    window.addEventListener(event, over => { over.preventDefault(); target.classList.add('over'); });
  }
  window.addEventListener('dragleave', event => { if (!event.relatedTarget) target.classList.remove('over'); });
  window.addEventListener('drop', event => {
    event.preventDefault();
    target.classList.remove('over');
    const file = event.dataTransfer?.files[0];
    if (file) accept(file);
  });

  const draw = () => {
    place.hidden = false;
    place.classList.toggle('small', store.plan.file > 0);
    if (store.plan.file) {
      fill(place, el('h2', { id: 'open-title', cls: 'unseen' }, t.open.title),
        el('p', { cls: 'filename', dir: 'auto' }, store.name), el('label', { for: 'file', cls: 'button' }, t.open.another), chooser, messages);
      return;
    }
    const sets = store.start?.sets ?? [];
    const first = ['@dream', '@lung', '@colon', '@mgus2'];
    const set = one => button([el('strong', {}, one.name === '@dream' ? t.open.dream : one.name.slice(1)), el('span', { dir: 'auto' }, one.title),
      el('small', {}, t.open.rows(one.rows), one.synthetic && `, ${t.open.made}`)], () => example(one.name), { cls: 'example', id: `set-${one.name.slice(1)}` });
    const sorted = [...first.map(name => sets.find(one => one.name === name)).filter(Boolean), ...sets.filter(one => !first.includes(one.name))];
    fill(place, el('h2', { id: 'open-title' }, t.open.title), target, messages,
      el('h3', {}, t.open.examples), el('div', { cls: 'examples' }, sorted.slice(0, 4).map(set)),
      el('details', { id: 'more-sets' }, el('summary', {}, t.open.more(Math.max(sorted.length - 4, 0))), el('div', { cls: 'examples' }, sorted.slice(4).map(set))),
      el('p', { cls: 'note' }, t.private));
  };
  /** How far a large file has been read, and what stops it; `null` when it is over. */
  const reading = (far, stop) => {
    const bar = messages.querySelector('#reading-bar');
    if (!far || !far.total) { if (bar) fill(messages); return; }
    if (bar) { bar.value = far.done; return; }
    fill(messages, el('div', { cls: 'busy' }, el('progress', { id: 'reading-bar', max: far.total, value: far.done, 'aria-label': t.open.reading }), el('span', {}, t.open.reading), button(t.open.cancel, stop, { id: 'cancel-reading' })));
  };
  return { place, draw, reading, stopped: () => failed(new DOMException('', 'AbortError')) };
}
