// Tracks of the timeline. Slices of a track do not overlap: an instruction lasts until the next one of its track
// starts. The weight loads of the Tensor engine, which hide behind its streams, have a track of their own; DMAs in
// flight lie on the first lane that is free. `whole` are the engines with all they do, for utilisation.

const tracks = (() => {
  const result = [];
  result.whole = [];
  const build = (label, colour, steps, begins, ends, height, kind) => {
    const covered = new Float64Array(steps.length + 1); // busy time before each slice
    for (let i = 0; i < steps.length; ++i) covered[i + 1] = covered[i] + (ends[i] - begins[i]);
    (kind === 'whole' ? result.whole : result).push({ label, colour, steps: Int32Array.from(steps), begin: Float64Array.from(begins), end: Float64Array.from(ends), covered, height, kind });
  };

  const byEngine = run.engines.map(() => []);
  for (let step = 0; step < run.count; ++step) byEngine[run.engine[step]].push(step);
  byEngine.forEach((steps, engine) => {
    if (!steps.length) return;
    steps.sort((a, b) => run.start[a] - run.start[b] || a - b);
    const add = (label, steps, height, kind) => {
      if (!steps.length) return;
      const ends = steps.map((step, i) =>
        Math.min(run.start[step] + run.busy[step], i + 1 < steps.length ? run.start[steps[i + 1]] : Infinity));
      build(label, engineColour(run.engines[engine]), steps, steps.map(step => run.start[step]), ends, height, kind);
    };
    const isLoad = step => run.mnemonic(step) === 'load_stationary';
    add(run.engines[engine], steps, 0, 'whole');
    add(run.engines[engine], steps.filter(step => !isLoad(step)), 26, 'engine');
    add('', steps.filter(isLoad), 12, 'loads');
  });

  const maxLanes = 20, lanes = [];
  const flights = [...run.dma.keys()].sort((a, b) => run.start[a] - run.start[b] || a - b);
  for (const step of flights) {
    const begin = run.start[step] + run.busy[step], end = run.start[step] + run.dma.get(step).end;
    let lane = lanes.findIndex(other => other.free <= begin);
    if (lane < 0 && lanes.length < maxLanes) lane = lanes.push({ free: 0, steps: [], begins: [], ends: [] }) - 1;
    if (lane < 0) continue; // more in flight than the picture has lanes
    lanes[lane].free = end;
    lanes[lane].steps.push(step);
    lanes[lane].begins.push(begin);
    lanes[lane].ends.push(end);
  }
  lanes.forEach((lane, i) => build(i ? '' : 'DMAs', palette.dma, lane.steps, lane.begins, lane.ends, 9, 'dma'));
  return result;
})();

// Share of [begin, end) in which a track is busy.
function busyShare(track, begin, end) {
  const until = time => {
    const i = firstBehind(track.begin, time) - 1;
    return i < 0 ? 0 : track.covered[i] + Math.min(track.end[i], time) - track.begin[i];
  };
  return end > begin ? (until(end) - until(begin)) / (end - begin) : 0;
}
