// Asking the program on this computer. The address of the page holds its token, so that all
// addresses here are below it.
import { t } from './texts.js';
import { byId, fill, el } from './dom.js';

let gone = false;

/** Says that the program no longer answers, or that it does again. */
function alive(answers) {
  if (gone === !answers) return;
  gone = !answers;
  fill(byId('alarm'), ...(gone ? [el('p', {}, t.gone)] : []));
  document.body.classList.toggle('gone', gone);
}

export class Refused extends Error {
  constructor(found) { super(found.what); this.found = found; }
}

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    alive(false);
    throw new Refused({ what: t.gone });
  }
  alive(true);
  return response;
}

async function read(response) {
  if (response.ok) return response.json();
  let found;
  try { found = (await response.json()).problem; } catch { found = { what: await statusText(response) }; }
  throw new Refused(found);
}

const statusText = async response => `${response.status} ${response.statusText}`;

export const get = async address => read(await ask(address));
/** Lets a file go, also while it is being read. */
export const close = async file => read(await ask(`api/files/${file}`, { method: 'DELETE' }));
export const post = async (address, value, signal) => read(await ask(address, {
  method: 'POST', body: JSON.stringify(value), headers: { 'content-type': 'application/json' }, signal }));

/** Makes a file and gives its bytes and name. */
export async function take(value) {
  const response = await ask('api/take', { method: 'POST', body: JSON.stringify(value), headers: { 'content-type': 'application/json' } });
  if (!response.ok) return read(response);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'file';
  return { name, blob: await response.blob() };
}

/** Hands a file over; `progress` is told the bytes that went. Returns a promise and what cancels it. */
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open('POST', `api/files?name=${encodeURIComponent(file.name)}`);
    request.upload.addEventListener('progress', event => progress(event.loaded, event.total));
    request.addEventListener('load', () => {
      let answer;
      try { answer = JSON.parse(request.responseText); } catch { answer = { problem: { what: request.statusText } }; }
      if (request.status === 200) resolve(answer); else reject(new Refused(answer.problem));
    });
    request.addEventListener('error', () => { alive(false); reject(new Refused({ what: t.gone })); });
    request.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}

/** Looks now and then whether the program still answers. */
export function watch() {
  setInterval(() => { if (!document.hidden) ask('api/alive').catch(() => {}); }, 4000);
}
