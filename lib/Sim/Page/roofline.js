// Arithmetic a nanosecond over arithmetic a byte, both logarithmic: roofs of the chip, a point for each kernel.

function showRoofline() {
  const { peak_flops_per_ns: peak, hbm_bytes_per_ns: bandwidth, kernels } = report.roofline;
  const points = kernels.filter(kernel => kernel.flops > 0 && kernel.active_ns > 0)
    .map(kernel => ({ ...kernel, x: kernel.flops / Math.max(1, kernel.hbm_bytes), y: kernel.flops / kernel.active_ns, roof: peak * kernel.flops / kernel.flops_16bit }));
  const chart = byId('roofline-chart');
  const others = kernels.length - points.length;
  chart.append(make('p', { class: 'hint' }, `A point is a kernel: its products over the time in which one of its instructions runs, and over its bytes of HBM; its size is its share of the time. ${others} kernels without products are not shown.`));
  if (!points.length) return;
  const width = 1200, height = 420, left = 84, bottom = 44, top = 14, right = 150;
  const xs = points.map(p => p.x).concat(peak / bandwidth), ys = points.map(p => p.y).concat(peak);
  const low = values => 10 ** Math.floor(Math.log10(Math.min(...values) / 1.5)), high = values => 10 ** Math.ceil(Math.log10(Math.max(...values) * 1.5));
  const [x0, x1, y0, y1] = [low(xs), high(xs), low(ys), high(ys)];
  const X = x => left + (Math.log10(x) - Math.log10(x0)) / (Math.log10(x1) - Math.log10(x0)) * (width - left - right);
  const Y = y => height - bottom - (Math.log10(y) - Math.log10(y0)) / (Math.log10(y1) - Math.log10(y0)) * (height - bottom - top);
  const svg = (tag, options, ...children) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [key, value] of Object.entries(options)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}` });
  const line = (xa, ya, xb, yb, colour, wide = 1) => picture.append(svg('line', { x1: X(xa), y1: Y(ya), x2: X(xb), y2: Y(yb), stroke: colour, 'stroke-width': wide }));
  const write = (x, y, text, anchor = 'start') => picture.append(svg('text', { x, y, 'text-anchor': anchor }, text));
  for (let x = x0; x <= x1 * 1.001; x *= 10) { line(x, y0, x, y1, ink('--line')); write(X(x), height - 26, Number(x.toPrecision(2)).toString(), 'middle'); }
  for (let y = y0; y <= y1 * 1.001; y *= 10) { line(x0, y, x1, y, ink('--line')); write(left - 8, Y(y) + 4, scaled(y * 1e9, 'F/s'), 'end'); }
  write((left + width - right) / 2, height - 6, 'flop a byte of HBM', 'middle');
  const roofs = [...new Set(points.map(p => p.roof.toPrecision(6)))].map(Number).concat(peak).sort((a, b) => b - a).filter((roof, i, all) => i === 0 || all[i - 1] / roof > 1.02);
  for (const roof of roofs) {
    const knee = Math.max(x0, roof / bandwidth);
    line(knee, roof, x1, roof, ink('--accent'), 2);
    write(width - right + 8, Y(roof) + 4, `PE ${roof === peak ? '16-bit' : 'in ' + (peak / roof).toFixed(0) + ' passes'}: ${scaled(roof * 1e9, 'F/s')}`);
  }
  const from = Math.max(x0, y0 / bandwidth);
  line(from, from * bandwidth, Math.min(x1, peak / bandwidth), Math.min(x1 * bandwidth, peak), ink('--accent'), 2);
  write(X(from) + 26, Y(from * bandwidth) - 2, `HBM ${scaled(bandwidth * 1e9, 'B/s')}`);
  for (const p of points.sort((a, b) => b.active_ns - a.active_ns)) {
    const circle = svg('circle', { class: 'point', cx: X(p.x), cy: Y(p.y), r: 4 + 14 * Math.sqrt(p.active_ns / report.time_ns), fill: colourOf(p.node), 'fill-opacity': 0.85 });
    circle.addEventListener('mousemove', event => tip.show(event, `${p.node || '(no node)'}${p.kernel ? `\nkernel ${p.kernel}` : ''}\n${scaled(p.flops, 'flop')}, ${scaled(p.hbm_bytes, 'B', 1024)} of HBM, active ${ns(p.active_ns)}\n${scaled(p.y * 1e9, 'F/s')}: ${percent(p.y / Math.min(p.roof, p.x * bandwidth))} of its roof`));
    circle.addEventListener('mouseleave', tip.hide);
    picture.append(circle);
  }
  chart.append(picture);
}
