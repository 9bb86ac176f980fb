// The timeline: critical path, engines and DMAs over the shared span of time. Slices thinner than a pixel are drawn
// together, as dark as the pixel is busy, so that a frame costs the pixels and not the instructions.

const pathEnds = Float64Array.from(run.path, segment => segment.end);

// The critical path from `begin` to `end`: a column of pixels is divided as its time is among causes.
function drawCauses(context, begin, end, left, right, y, height) {
  const columns = Math.max(1, Math.floor(right - left)), length = (end - begin) / columns;
  let i = firstBehind(pathEnds, begin);
  for (let column = 0; column < columns; ++column) {
    const from = begin + column * length, to = from + length, parts = {};
    while (i < run.path.length && run.path[i].begin < to) {
      const segment = run.path[i];
      parts[segment.cause] = (parts[segment.cause] || 0) + Math.min(to, segment.end) - Math.max(from, segment.begin);
      if (segment.end > to) break;
      ++i;
    }
    let top = y;
    for (const cause of Object.keys(palette)) {
      if (!parts[cause]) continue;
      context.fillStyle = palette[cause];
      context.fillRect(left + column, top, 1.02, height * parts[cause] / length);
      top += height * parts[cause] / length;
    }
  }
}

const timeline = {
  left: 76, rulerHeight: 26, pathHeight: 20, gap: 5, chosen: -1, colours: 'engine',

  get canvas() { return byId('tracks'); },
  rows() { // of the picture: y of the critical path and of each track
    let y = this.rulerHeight;
    const rows = [{ y, height: this.pathHeight, path: true }];
    y += this.pathHeight + this.gap;
    for (const track of tracks) {
      rows.push({ y, height: track.height, track });
      y += track.height + (track.kind === 'dma' ? 1 : this.gap);
    }
    this.height = y + 4;
    return rows;
  },
  x(time) { return this.left + (time - span.begin) * this.scale; },
  time(x) { return span.begin + (x - this.left) / this.scale; },

  colourOf(track, step) {
    if (this.colours === 'node') return colourOf(run.node(step));
    if (this.colours === 'mnemonic') return colourOf(run.mnemonic(step));
    return track.colour;
  },

  draw() {
    const rows = this.rows();
    const { context, width } = prepare(this.canvas, this.height);
    this.scale = (width - this.left) / (span.end - span.begin);
    context.fillStyle = ink('--soft');
    for (const mark of marks(span.begin, span.end, width - this.left)) {
      const x = this.x(mark);
      context.globalAlpha = 0.25;
      context.fillRect(x, this.rulerHeight - 6, 1, this.height);
      context.globalAlpha = 1;
      context.fillText(ps(mark), Math.min(x + 4, width - 70), 10);
    }
    for (const row of rows) {
      context.fillStyle = ink('--soft');
      const label = row.path ? 'critical' : row.track.label;
      if (label) context.fillText(label, 4, row.y + Math.min(row.height, 26) / 2);
      context.save();
      context.beginPath();
      context.rect(this.left, row.y, width - this.left, row.height);
      context.clip();
      if (row.path) this.drawPath(context, row, width);
      else this.drawTrack(context, row, width);
      context.restore();
    }
    this.drawChosen(context, rows, width);
    byId('span').textContent = `${ps(span.begin)} … ${ps(span.end)}  (${ps(span.end - span.begin)})`;
    this.canvas.dataset.begin = span.begin;
    this.canvas.dataset.end = span.end;
  },

  drawPath(context, row, width) {
    drawCauses(context, span.begin, span.end, this.left, width, row.y, row.height);
    for (let i = firstBehind(pathEnds, span.begin); i < run.path.length && run.path[i].begin < span.end; ++i) {
      const segment = run.path[i], x = this.x(segment.begin), end = this.x(segment.end);
      if (end - x > 60) this.label(context, segment.cause, x, end, row);
    }
  },

  drawTrack(context, row) {
    const { track } = row, n = track.steps.length, pixel = 1 / this.scale;
    let i = firstBehind(track.end, span.begin);
    while (i < n && track.begin[i] < span.end) {
      const x = this.x(track.begin[i]), end = this.x(track.end[i]);
      context.fillStyle = this.colourOf(track, track.steps[i]);
      if (end - x >= 1.5) {
        const chosen = track.steps[i] === this.chosen;
        context.globalAlpha = 1;
        context.fillRect(x, row.y, end - x - (end - x > 3 ? 0.7 : 0), row.height);
        if (chosen) { context.strokeStyle = ink('--ink'); context.lineWidth = 2; context.strokeRect(x + 1, row.y + 1, end - x - 2, row.height - 2); }
        if (end - x > 44 && row.height > 14)
          this.label(context, this.colours === 'node' ? run.node(track.steps[i]) : run.mnemonic(track.steps[i]), x, end, row);
        ++i;
        continue;
      }
      const edge = this.time(Math.floor(x) + 1);
      const next = Math.max(i + 1, firstBehind(track.begin, edge, i));
      context.globalAlpha = Math.min(1, 0.2 + 0.8 * (track.covered[next] - track.covered[i]) / pixel);
      context.fillRect(Math.floor(x), row.y, 1, row.height);
      i = next;
    }
    context.globalAlpha = 1;
  },

  label(context, text, x, end, row) {
    context.save();
    context.beginPath();
    context.rect(x, row.y, end - x - 4, row.height);
    context.clip();
    context.fillStyle = '#fff';
    context.fillText(text, Math.max(x, this.left) + 5, row.y + row.height / 2 + 0.5);
    context.restore();
  },

  // Arrow from the instruction whose update the chosen one waited for.
  drawChosen(context, rows, width) {
    if (this.chosen < 0 || run.producer[this.chosen] < 0) return;
    const rowOf = step => rows.find(row => row.track && row.track.kind === 'engine' && row.track.label === run.engines[run.engine[step]]);
    const from = run.producer[this.chosen], dma = run.dma.get(from);
    const x = this.x(run.start[from] + (dma ? dma.end : run.busy[from])), to = this.x(run.start[this.chosen]);
    const a = rowOf(from), b = rowOf(this.chosen);
    if (!a || !b || to < this.left || x > width) return;
    context.strokeStyle = context.fillStyle = ink('--bad');
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(Math.max(this.left, x), a.y + a.height / 2);
    context.lineTo(to, b.y + b.height / 2);
    context.stroke();
    context.beginPath();
    context.arc(to, b.y + b.height / 2, 3, 0, 7);
    context.fill();
  },

  // The slice or segment under a point of the canvas.
  at(x, y) {
    if (x < this.left) return null;
    const time = this.time(x), slack = 2 / this.scale;
    for (const row of this.rows()) {
      if (y < row.y || y >= row.y + row.height) continue;
      if (row.path) {
        const segment = run.path[firstBehind(pathEnds, time)];
        return segment ? { step: segment.step, segment } : null;
      }
      const i = firstBehind(row.track.begin, time) - 1;
      for (const k of [i, i + 1])
        if (k >= 0 && k < row.track.steps.length && row.track.end[k] >= time - slack && row.track.begin[k] <= time + slack) return { step: row.track.steps[k] };
    }
    return null;
  },

  describe(found) {
    const { step, segment } = found;
    const lines = [`${run.place(step)} ${run.mnemonic(step)}`, run.node(step) && `node ${run.node(step)}`,
      `start ${ps(run.start[step])}, takes ${ps(run.dma.has(step) ? run.dma.get(step).end : run.busy[step])}`];
    if (segment) lines.unshift(`critical path: ${segment.cause}, ${ps(segment.end - segment.begin)}`);
    return lines.filter(Boolean).join('\n');
  },

  choose(step, show) {
    this.chosen = step;
    const dma = run.dma.get(step), producer = run.producer[step];
    const facts = [`start ${ps(run.start[step])}`, dma ? `trigger ${ps(run.busy[step])}, first element after ${ps(dma.first)}, completion after ${ps(dma.end)}` : `takes ${ps(run.busy[step])}`];
    if (run.op(step)) facts.push(`op ${run.op(step)}`);
    if (run.kernel(step)) facts.push(`kernel ${run.kernel(step)}`);
    byId('details').replaceChildren(
      make('div', {}, make('code', {}, `${run.place(step)}  ${run.text(step)}`)),
      make('div', { class: 'facts' }, run.node(step) ? `node ${run.node(step)} · ` : '', facts.join(' · '),
        producer >= 0 ? ' · ' : '', producer >= 0 ? make('a', { onclick: () => this.choose(producer, true) }, `behind the update of ${run.place(producer)} ${run.mnemonic(producer)}`) : ''));
    if (show) {
      const length = Math.max(dma ? dma.end : run.busy[step], 1000) * 12;
      const middle = run.start[step] + (dma ? dma.end : run.busy[step]) / 2;
      span.set(middle - length / 2, middle + length / 2);
    }
    this.draw();
  },

  listen() {
    const canvas = this.canvas;
    let drag = null;
    const position = event => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    canvas.addEventListener('wheel', event => {
      event.preventDefault();
      const [x] = position(event), length = span.end - span.begin;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) span.set(span.begin + event.deltaX / this.scale, span.begin + event.deltaX / this.scale + length);
      else span.zoom(Math.exp(Math.max(-120, Math.min(120, event.deltaY)) / 300), Math.max(span.begin, this.time(x)));
    }, { passive: false });
    canvas.addEventListener('mousedown', event => { const [x] = position(event); drag = { x, begin: span.begin, end: span.end, moved: false, selects: event.shiftKey }; });
    window.addEventListener('mousemove', event => {
      const [x, y] = position(event);
      if (drag) {
        drag.moved ||= Math.abs(x - drag.x) > 3;
        const by = (drag.x - x) / this.scale;
        if (drag.moved && !drag.selects) span.set(drag.begin + by, drag.end + by);
        if (drag.moved && drag.selects) { this.draw(); const context = canvas.getContext("2d"); context.globalAlpha = 0.2; context.fillStyle = ink('--accent'); context.fillRect(Math.min(x, drag.x), 0, Math.abs(x - drag.x), this.height); context.globalAlpha = 1; }
        return;
      }
      if (event.target !== canvas) return;
      const found = this.at(x, y);
      if (found) tip.show(event, this.describe(found)); else tip.hide();
    });
    window.addEventListener('mouseup', event => {
      if (!drag) return;
      const [x, y] = position(event), was = drag;
      drag = null;
      if (was.moved && was.selects) { const times = [this.time(was.x), this.time(x)].sort((a, b) => a - b); span.set(...times); return; }
      const found = was.moved ? null : this.at(x, y);
      if (found) this.choose(found.step);
    });
    canvas.addEventListener('mouseleave', tip.hide);
    canvas.addEventListener('keydown', event => {
      const length = span.end - span.begin;
      const action = { w: () => span.zoom(0.7), s: () => span.zoom(1.4), a: () => span.set(span.begin - length / 8, span.end - length / 8), d: () => span.set(span.begin + length / 8, span.end + length / 8) }[event.key];
      if (action) { action(); event.preventDefault(); }
    });
    byId('zoom-in').onclick = () => span.zoom(0.5);
    byId('zoom-out').onclick = () => span.zoom(2);
    byId('zoom-all').onclick = () => span.set(0, run.total);
    byId('colours').onchange = event => { this.colours = event.target.value; this.draw(); };
  },
};

// The whole run above the timeline, by cause, and the frame that the timeline shows.
const overview = {
  left: timeline.left,
  draw() {
    const { context, width, height } = prepare(byId('overview'), 34);
    const scale = (width - this.left) / run.total;
    context.fillStyle = ink('--soft');
    context.fillText('whole run', 4, 17);
    drawCauses(context, 0, run.total, this.left, width, 6, height - 12);
    const x = this.left + span.begin * scale, end = this.left + span.end * scale;
    context.fillStyle = ink('--card');
    context.globalAlpha = 0.7;
    context.fillRect(this.left, 0, x - this.left, height);
    context.fillRect(end, 0, width - end, height);
    context.globalAlpha = 1;
    context.strokeStyle = ink('--accent');
    context.lineWidth = 2;
    context.strokeRect(x, 1, Math.max(2, end - x), height - 2);
  },
  listen() {
    const canvas = byId('overview');
    const move = event => {
      const box = canvas.getBoundingClientRect(), length = span.end - span.begin;
      const at = (event.clientX - box.left - this.left) / (box.width - this.left) * run.total;
      span.set(at - length / 2, at + length / 2);
    };
    canvas.addEventListener('mousedown', event => { move(event); canvas.onmousemove = move; });
    window.addEventListener('mouseup', () => { canvas.onmousemove = null; });
  },
};
