// The drawer: what was asked, and what a person could have typed instead.
import { t } from './texts.js';
import { el, fill, button, byId, say } from './dom.js';

export function drawer() {
  const place = byId('drawer');
  const copy = text => navigator.clipboard?.writeText(text).then(() => say(t.drawer.copied), () => {});
  const code = (title, text) => el('div', { cls: 'code' }, el('div', { cls: 'code-head' }, el('h3', {}, title), button(t.drawer.copy, () => copy(text), { 'aria-label': `${t.drawer.copy}: ${title}` })),
    el('pre', { tabindex: '0', role: 'region', 'aria-label': title }, text));
  return (parts, study) => {
    const asked = parts.filter(one => one.asked);
    place.hidden = asked.length === 0;
    fill(place, el('details', { id: 'drawer-fold' }, el('summary', {}, t.drawer.title, asked.length > 0 && el('code', {}, asked[0].asked.command)),
      [el('p', { cls: 'note' }, t.drawer.intro),
        code(t.drawer.command, asked.map(one => one.asked.command).join('\n')),
        study?.text && code(t.drawer.study, study.text),
        asked.map(one => el('details', { id: `request-${one.name}-${asked.indexOf(one)}` }, el('summary', {}, `${t.drawer.request}: ${one.name}`), code(one.name, one.asked.text)))]));
  };
}
