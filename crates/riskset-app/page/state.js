// What was chosen: a plan, as the program reads it, with undo, in the page's address and in a file.

/** No columns that count people. */
export const noCounts = () => ({ events: [], rest: null, all: false });

export const empty = () => ({
  file: 0, reading: {}, rows: null, counts: noCounts(), id: null, endpoints: [], group: null, strata: [], only: [], subset: null,
  landmark: null, times: [], rmst: null, conf_level: null, conf_type: null, match: null, unit: null,
  covariates: [], alike: { covariates: [], method: null, target: null, stabilised: false, truncate: null }, further: {}, sampled: { drawn: null, subcohort: null, cohort_size: null, method: null, sets: null }, subgroups: [], known: null, table1: [], look: {}, title: null,
});

const copy = value => structuredClone(value);

export class Store {
  constructor() {
    this.plan = empty();
    this.name = '';
    this.look = null;
    /** The table's own columns; `look` has those of the people where its rows are counts. */
    this.rows = null;
    /** Why the counts cannot be taken, with what to do. */
    this.refused = null;
    this.roles = {};
    /** What the reader chose. @type {string[]} */
    this.notes = [];
    /** `times`, `dates`, or not chosen yet. @type {string | null} */
    this.kind = null;
    this.start = null;
    this.past = [];
    this.future = [];
    this.listeners = [];
  }

  listen(listener) { this.listeners.push(listener); }
  tell(whole) { for (const listener of this.listeners) listener(whole); this.keep(); }

  /** Changes the plan; what was before can be had again. */
  set(change, whole = false) {
    this.past.push(copy(this.plan));
    this.future = [];
    if (this.past.length > 200) this.past.shift();
    typeof change === 'function' ? change(this.plan) : Object.assign(this.plan, change);
    this.tell(whole);
  }

  undo() { this.step(this.past, this.future); }
  redo() { this.step(this.future, this.past); }
  step(from, to) {
    const plan = from.pop();
    if (!plan) return;
    to.push(copy(this.plan));
    // A file that is open stays open: undo is about what was chosen, not about what was read.
    this.plan = { ...plan, file: this.plan.file };
    this.tell(true);
  }

  /** A file was opened: what was chosen for another one no longer holds. */
  opened(answer, plan) {
    this.plan = { ...empty(), ...(plan ?? {}), file: answer.file };
    this.name = answer.name;
    this.past = [];
    this.future = [];
  }

  keep() {
    if (!this.plan.file) { history.replaceState(null, '', location.pathname); return; }
    history.replaceState(null, '', `#${encode({ name: this.name, plan: this.plan })}`);
  }

  session() { return JSON.stringify({ schema: 'riskset.page/1', name: this.name, plan: { ...this.plan, file: 0 } }, null, 2); }
}

const encode = value => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** What the address holds; `null` for an address that holds nothing of ours. */
export function fromAddress() {
  try {
    const text = atob(location.hash.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
    const value = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, sign => sign.charCodeAt(0))));
    return value?.plan ? value : null;
  } catch { return null; }
}
