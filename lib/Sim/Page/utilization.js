// Each engine: when it is busy, what its own time went to, how many instructions.

function showUtilization() {
  for (const track of tracks.whole) {
    const [core, engine] = track.label.includes('.') ? [Number(track.label.slice(2).split('.')[0]), track.label.split('.')[1]] : [0, track.label];
    const use = report.cores[core].engines[engine];
    const canvas = make('canvas', { height: '34' });
    const stalls = report.engine_stalls[track.label] || {};
    byId('engines').append(make('div', { class: 'engine' }, make('b', { style: { color: track.colour } }, track.label), canvas,
      stack(causeParts(stalls), report.time_ns, 'stack thin'),
      make('small', {}, `${percent(use.busy_ns / report.time_ns)} busy`, make('br'), `${whole(use.instructions)} instr.`)));
    const { context, width, height } = prepare(canvas, 34);
    const bins = Math.min(Math.floor(width), 600), slot = run.total / bins;
    context.fillStyle = track.colour;
    for (let i = 0; i < bins; ++i) {
      const share = busyShare(track, i * slot, (i + 1) * slot);
      context.fillRect(i * width / bins, height * (1 - share), width / bins + 0.3, height * share);
    }
  }
}
