// Reading curves by pointer and keyboard. Without it the page has the same numbers at the ticks of the axis.
for (const box of document.querySelectorAll('details.read')) {
  const data = JSON.parse(box.querySelector('script').textContent);
  const figure = box.closest('figure'), canvas = figure.querySelector('.canvas');
  const [from, to] = data.range, [left, right] = data.place;
  const slider = Object.assign(document.createElement('input'), { type: 'range', min: from, max: to, step: 'any', value: from });
  const label = document.createElement('label'), shown = document.createElement('output'), rows = document.createElement('table');
  const line = Object.assign(document.createElement('div'), { className: 'guide', hidden: true });
  slider.id = `at-${figure.id}`; label.htmlFor = slider.id; label.textContent = `${data.axis}: `;
  shown.htmlFor = slider.id; rows.className = 'read-rows';
  const head = rows.createTHead().insertRow();
  head.insertCell();
  for (const word of ['At risk', `${data.what}, %`, 'Limits, %']) { const cell = document.createElement('th'); cell.scope = 'col'; cell.textContent = word; head.append(cell); }
  const body = rows.createTBody();
  const percent = value => value === null ? 'NE' : (100 * value).toFixed(1);
  const at = (curve, time) => {
    const slack = 1e-9 * Math.max(1, Math.abs(time));
    const before = curve.time.filter(own => own <= time + slack).length, risk = curve.time.filter(own => own < time - slack).length;
    const nRisk = risk < curve.time.length ? curve.n_risk[risk] : 0;
    if (before === 0) return { nRisk, value: data.start, lower: null, upper: null };
    const row = before - 1, ended = before === curve.time.length && curve.time[row] < time - slack;
    if (ended && !(data.start === 1 && curve.value[row] === 0)) return { nRisk, value: null, lower: null, upper: null };
    return { nRisk, value: curve.value[row], lower: curve.lower[row], upper: curve.upper[row] };
  };
  const read = () => {
    const time = Number(slider.value);
    shown.textContent = String(Number(time.toPrecision(4)));
    body.replaceChildren(...data.curves.map(curve => {
      const { nRisk, value, lower, upper } = at(curve, time), row = document.createElement('tr');
      const name = document.createElement('th'); name.scope = 'row'; name.textContent = curve.label; row.append(name);
      const limits = lower === null && upper === null ? '' : `${percent(lower)} to ${percent(upper)}`;
      for (const text of [nRisk === null ? '' : String(nRisk), percent(value), limits]) row.insertCell().textContent = text;
      return row;
    }));
    slider.setAttribute('aria-valuetext', `${shown.textContent}: ` + data.curves.map(curve => `${curve.label} ${percent(at(curve, time).value)}%`).join(', '));
    line.style.left = `${100 * (left + (time - from) / (to - from) * (right - left))}%`;
    line.hidden = !box.open;
  };
  slider.addEventListener('input', read);
  box.addEventListener('toggle', read);
  canvas.addEventListener('pointermove', event => {
    const place = canvas.getBoundingClientRect(), share = (event.clientX - place.left) / place.width;
    const time = from + (share - left) / (right - left) * (to - from);
    if (time < from || time > to) return;
    box.open = true; slider.value = String(time); read();
  });
  canvas.append(line);
  const reader = document.createElement('div');
  reader.className = 'reader'; reader.append(label, shown, slider, rows);
  box.querySelector('summary').after(reader);
  read();
}
