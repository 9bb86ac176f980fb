// The critical path by cause, by node, and by hand-over between engines.

function causeParts(stalls) {
  return Object.entries(stalls).sort((a, b) => b[1] - a[1]).map(([name, size]) => [name, size, palette[name]]);
}

function showStalls() {
  const parts = causeParts(report.stalls), total = report.time_ns;
  const free = new Map((report.what_if || []).map(entry => [entry.free, entry.time_ns]));
  byId('causes').append(stack(parts, total));
  byId('causes').append(table(
    [{ name: 'cause', text: true }, { name: 'time' }, { name: 'share' }, { name: 'if it were free, the whole would take' }, { name: '', grow: true }],
    parts.map(([name, size, colour]) => [
      make('span', {}, make('i', { class: 'swatch', style: { background: colour } }), name), ns(size), percent(size / total),
      free.has(name) ? `${ns(free.get(name))}  (−${percent(1 - free.get(name) / total)})` : '',
      stack([[name, size, colour]], parts[0][1], 'stack thin')]), 16));
  byId('critical-nodes').append(table(
    [{ name: 'node', text: true }, { name: 'time' }, { name: 'share' }, { name: '', grow: true }],
    report.critical_nodes.map(entry => [entry.node || '(no node)', ns(entry.critical_ns), percent(entry.critical_ns / total),
      stack(causeParts(entry.stalls || {}), Math.max(report.critical_nodes[0].critical_ns, 1e-9), 'stack thin')])));
  byId('handovers').append(table(
    [{ name: 'from', text: true }, { name: 'to', text: true }, { name: 'semaphore' }, { name: 'times' }, { name: 'time' }],
    report.critical_handovers.map(way => [way.from, way.to, `S[${way.semaphore}]`, whole(way.count), ns(way.ns)])));
}
