// The run in a few figures, and what checks found.

function showSummary() {
  document.title = `${report.program} · ${ns(report.time_ns)}`;
  byId('program').textContent = report.program || 'program';
  byId('target').textContent = report.target;
  const card = (id, value, label, wide) => byId('cards').append(make('div', { class: wide ? 'card wide' : 'card' }, make('b', { id }, value), make('span', {}, label)));
  const bound = Math.max(report.roofline.compute_bound_ns, report.roofline.memory_bound_ns);
  card('time', ns(report.time_ns), `predicted time (+ ${ns(report.launch_ns)} launch)`, true);
  card('instruction-count', whole(report.instructions), 'instructions executed');
  card('bound', ns(bound), `roofline bound: ${percent(bound / report.time_ns)} of the time`);
  card('mfu', percent(report.mfu), 'MFU: useful share of the PE peak');
  card('hfu', percent(report.hfu), 'HFU: with transposes');
  card('mbu', percent(report.mbu), 'MBU: share of the HBM bandwidth');
  card('flops', scaled(report.flops, 'flop'), `${report.roofline.arithmetic_intensity.toFixed(1)} flop a byte of HBM`);
  card('hbm-read', scaled(report.dma.hbm_read_bytes, 'B', 1024), 'read from HBM');
  card('hbm-written', scaled(report.dma.hbm_write_bytes, 'B', 1024), 'written to HBM');
  card('dmas', whole(report.dma.instructions), 'DMAs');
  card('sbuf', scaled(report.peak_sbuf_bytes_per_partition, 'B', 1024), 'highest byte of SBUF a partition');
  card('psum', scaled(report.peak_psum_bytes_per_partition, 'B', 1024), 'highest byte of PSUM a partition');
  for (const [name, output] of Object.entries(report.outputs || {}))
    card('', output.matches === false ? 'differs' : 'as expected', `output ${name}: max |Δ| ${Number(output.max_abs_err).toExponential(2)}`);
  for (const finding of report.findings || [])
    byId('findings').append(make('div', { class: 'finding' }, make('b', {}, finding.check), ` ${finding.message}`,
      make('div', { class: 'hint' }, finding.instructions.map((text, i) => text + (finding.nodes[i] ? ` of ${finding.nodes[i]}` : '')).join(' · '))));
  if (run.left)
    byId('findings').append(make('div', { class: 'finding' },
      `Timeline, memory colours and the list below hold the first ${whole(run.count)} instructions; ${whole(run.left)} more were executed. The figures above count all.`));
}
