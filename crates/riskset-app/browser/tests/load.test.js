// Large and broken uploads, against the program as a user has it: nothing is lost, memory is bounded.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { serve } from './support.js';

const MB = 1 << 20;
let server;
before(async () => { server = await serve(); });
after(async () => { await server?.stop(); });

/** The most memory that the program has had, and what it has now, in MB. */
function memory() {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  const of = name => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) / 1024;
  return { most: of('VmHWM'), now: of('VmRSS') };
}

/** Sends an upload of this many bytes, a line at a time; resolves with the answer. */
function upload(name, size) {
  const line = Buffer.from('123.5,1,A,what else the centre has recorded about this patient, nothing of it used\n'.replace('patient,', 'patient'));
  const block = Buffer.concat(Array(Math.floor(MB / line.length)).fill(line));
  return new Promise((resolve, reject) => {
    const address = new URL(`api/files?name=${name}`, server.address);
    const sent = request(address, { method: 'POST', headers: { origin: address.origin, 'content-length': size } }, response => {
      let text = '';
      response.on('data', data => { text += data; });
      response.on('end', () => resolve({ status: response.statusCode, answer: JSON.parse(text) }));
    });
    sent.on('error', reject);
    sent.write('time,event,arm,note\n');
    let left = size - 20;
    const more = () => {
      while (left > 0) {
        const piece = left >= block.length ? block : Buffer.alloc(left, '\n');
        left -= piece.length;
        if (!sent.write(piece)) { sent.once('drain', more); return; }
      }
      sent.end();
    };
    more();
  });
}

const alive = async () => (await fetch(new URL('api/alive', server.address))).status;

test('200 MB are taken in, and the program holds little more than the file', async () => {
  const { status, answer } = await upload('large.csv', 200 * MB);
  assert.equal(status, 200, JSON.stringify(answer));
  const { most } = memory();
  // The file, once more while it is put together, and the program itself.
  assert.ok(most < 600, `${most} MB`);
  const closed = await fetch(new URL(`api/files/${answer.file}`, server.address), { method: 'DELETE', headers: { origin: new URL(server.address).origin } });
  assert.equal(closed.status, 200);
  assert.ok(memory().now < 200, `after closing it still has ${memory().now} MB`);
});

test('more than the limit is refused before it is taken in', async () => {
  const before = memory().now;
  const { status } = await upload('huge.csv', 300 * MB).catch(() => ({ status: 413 }));
  assert.equal(status, 413);
  assert.ok(memory().now < before + 50);
  assert.equal(await alive(), 200);
});

test('uploads that are cut off leave nothing, many at a time', async () => {
  const before = memory().now;
  const address = new URL(server.address);
  await Promise.all(Array.from({ length: 20 }, (_, number) => new Promise(resolve => {
    const socket = connect(Number(address.port), address.hostname, () => {
      socket.write(`POST ${address.pathname}api/files?name=cut-${number}.csv HTTP/1.1\r\nHost: ${address.host}\r\nOrigin: ${address.origin}\r\nContent-Length: ${50 * MB}\r\n\r\n`);
      socket.write(Buffer.alloc(2 * MB, '1,1\n'), () => socket.destroy());
    });
    socket.on('close', resolve);
    socket.on('error', () => {});
  })));
  assert.equal(await alive(), 200);
  // The next file is the second that was ever taken in whole: none of the twenty is held.
  const { answer } = await upload('small.csv', 2000);
  assert.equal(answer.file, 2);
  assert.ok(memory().now < before + 60, `${memory().now} MB`);
});
