// Numbers as text, elements, canvases, the tip at the pointer, and the stretch of time that pictures share.

function ns(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(3)} ms`;
  if (size >= 1e3) return `${(value / 1e3).toFixed(2)} µs`;
  return `${value.toFixed(size < 100 ? 1 : 0)} ns`;
}
const ps = value => ns(value / 1000);
const percent = share => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
const whole = value => Math.round(value).toLocaleString('en');
function scaled(value, unit, base = 1000) {
  const prefixes = base === 1024 ? ['', 'Ki', 'Mi', 'Gi', 'Ti'] : ['', 'k', 'M', 'G', 'T', 'P', 'E'];
  let power = 0;
  while (Math.abs(value) >= base && power < prefixes.length - 1) { value /= base; ++power; }
  return `${power ? value.toFixed(value < 10 ? 2 : 1) : Math.round(value)} ${prefixes[power]}${unit}`;
}

// Text goes into elements as text, never as HTML.
function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(options))
    if (key === 'style') Object.assign(element.style, value);
    else if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'class') element.className = value;
    else element.setAttribute(key, value);
  element.append(...children);
  return element;
}
const byId = id => document.getElementById(id);
const ink = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A canvas's context in CSS pixels.
function prepare(canvas, height = canvas.clientHeight) {
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = '12px system-ui, "DejaVu Sans", sans-serif';
  context.textBaseline = 'middle';
  return { context, width, height };
}

const tip = {
  show(event, text) {
    const box = byId('tip');
    box.textContent = text;
    box.style.display = 'block';
    box.style.left = `${Math.min(event.clientX + 14, window.innerWidth - box.offsetWidth - 8)}px`;
    box.style.top = `${Math.min(event.clientY + 16, window.innerHeight - box.offsetHeight - 8)}px`;
  },
  hide() { byId('tip').style.display = 'none'; },
};

// The stretch of time, in picoseconds, that timeline and memory map show.
const span = {
  begin: 0, end: run.total, watchers: [],
  set(begin, end) {
    const least = Math.min(1000, run.total);
    const length = Math.max(least, Math.min(run.total, end - begin));
    begin = Math.max(0, Math.min(run.total - length, begin));
    this.begin = begin;
    this.end = begin + length;
    if (!this.asked) {
      this.asked = true;
      requestAnimationFrame(() => { this.asked = false; for (const watcher of this.watchers) watcher(); });
    }
  },
  zoom(factor, at = (this.begin + this.end) / 2) {
    this.set(at - (at - this.begin) * factor, at + (this.end - at) * factor);
  },
};

// Marks of a ruler: round numbers, about one in 110 pixels.
function marks(begin, end, width) {
  const rough = (end - begin) / Math.max(1, width / 110);
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map(n => n * power).find(n => n >= rough);
  const result = [];
  for (let at = Math.ceil(begin / step) * step; at <= end; at += step) result.push(at);
  return result;
}

// A bar of parts: [name, size, colour].
function stack(parts, total, className = 'stack') {
  const bar = make('div', { class: className });
  for (const [name, size, colour] of parts)
    bar.append(make('i', { style: { width: `${100 * size / total}%`, background: colour },
      onmousemove: event => tip.show(event, `${name}: ${ns(size)}, ${percent(size / total)}`), onmouseleave: tip.hide }));
  return bar;
}

function table(heads, rows, limit = 12) {
  const body = make('tbody');
  const result = make('div', {}, make('table', {}, make('thead', {}, make('tr', {}, ...heads.map(head => make('th', { class: head.text ? 'text' : '' }, head.name)))), body));
  const fill = count => body.replaceChildren(...rows.slice(0, count).map(row => make('tr', {}, ...row.map((cell, i) =>
    make('td', { class: `${heads[i].text ? 'text' : ''} ${heads[i].grow ? 'grow' : ''}`, title: typeof cell === 'string' ? cell : '' }, cell)))));
  fill(limit);
  if (rows.length > limit) {
    const button = make('button', { class: 'more', onclick: () => { fill(rows.length); button.remove(); } }, `all ${rows.length}`);
    result.append(button);
  }
  return result;
}
