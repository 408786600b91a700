// Elements made by hand: every text goes in as text, so nothing in a table can become markup.

/** @param {string} tag @param {Record<string, any>} [props] @param {...any} children @returns {any} */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') for (const [event, listen] of Object.entries(value)) node.addEventListener(event, listen);
    else if (name === 'text') node.textContent = value;
    else if (name === 'value') /** @type {any} */ (node).value = value;
    else if (name === 'checked' || name === 'disabled' || name === 'open' || name === 'selected' || name === 'hidden') /** @type {any} */ (node)[name] = value;
    else node.setAttribute(name === 'cls' ? 'class' : name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

/** Fills a place anew and keeps the focus where it was, by the id of the control. */
export function fill(place, ...children) {
  const focus = document.activeElement && place.contains(document.activeElement) ? document.activeElement.id : '';
  const unfolded = new Set([...place.querySelectorAll('details[open]')].map(d => d.id).filter(Boolean));
  place.replaceChildren(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  for (const details of place.querySelectorAll('details')) if (unfolded.has(details.id)) details.open = true;
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

export const byId = id => /** @type {any} */ (document.getElementById(id));

/** Says something to a screen reader. */
export function say(text) {
  const place = byId('said');
  place.textContent = '';
  setTimeout(() => { place.textContent = text; }, 30);
}

export const button = (text, click, props = {}) => el('button', { type: 'button', on: { click }, ...props }, text);

/** A labelled control. */
export function field(label, control, hint) {
  const id = control.id;
  return el('div', { cls: 'field' }, el('label', { for: id }, label), control,
    hint && el('small', { id: `${id}-hint` }, hint));
}

/** A list to choose from; options are [value, words] or {label, options}. */
export function select(id, options, value, change, props = {}) {
  /** @param {any[]} pair */
  const option = ([own, words]) => el('option', { value: own, selected: own === (value ?? '') }, words);
  const content = options.map(one => Array.isArray(one) ? option(one)
    : one.options.length > 0 && el('optgroup', { label: one.label }, one.options.map(option)));
  return el('select', { id, on: { change: event => change(event.target.value) }, ...props }, content);
}

export function input(id, type, value, change, props = {}) {
  return el('input', { id, type, value: value ?? '', on: { change: event => change(event.target.value) }, ...props });
}

/** Boxes to tick: [value, words, on]. */
export function boxes(legend, name, options, change, type = 'checkbox') {
  return el('fieldset', { cls: 'chips' }, el('legend', {}, legend), options.map(([value, words, on], index) =>
    el('label', { cls: 'chip' }, el('input', { type, name, id: `${name}-${index}`, value, checked: on,
      on: { change: event => change(value, event.target.checked) } }), el('span', {}, words))));
}

/** A refusal or a doubt of the program. */
export function problem(found, title) {
  return el('div', { cls: 'problem' }, title && el('strong', {}, title), el('p', { dir: 'auto' }, found.what),
    found.remedy && el('p', { cls: 'remedy' }, capital(found.remedy) + '.'));
}

export const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

/** A table of finished texts. */
export function table(content) {
  const cell = (text, index, row) => el(index === 0 ? 'th' : 'td', { scope: index === 0 ? 'row' : null, cls: content.columns[index].align, dir: 'auto' }, row.cells[index]);
  return el('div', { cls: 'scroll', tabindex: '0', role: 'region', 'aria-label': content.title }, el('table', {},
    el('caption', { dir: 'auto' }, content.title, content.caption && el('small', {}, content.caption)),
    el('thead', {}, el('tr', {}, content.columns.map(column => column.heading ? el('th', { scope: 'col', cls: column.align, dir: 'auto' }, column.heading) : el('td', {})))),
    el('tbody', {}, content.rows.map(row => el('tr', { cls: row.kind }, row.cells.map((text, index) => cell(text, index, row)))))),
    content.notes.map(note => el('p', { cls: 'note', dir: 'auto' }, note)));
}

/** Saves bytes under a name. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = el('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
