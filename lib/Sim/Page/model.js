// What the page is about: the report and the executed instructions, as typed arrays over their numbers.

const report = JSON.parse(document.getElementById('report').textContent);

const run = (() => {
  const data = JSON.parse(document.getElementById('steps').textContent);
  const count = data.start.length;
  const start = new Float64Array(count);
  let time = 0;
  for (let i = 0; i < count; ++i) start[i] = time += data.start[i];
  const dma = new Map();
  for (let i = 0; i < data.dma.length; i += 3) dma.set(data.dma[i], { first: data.dma[i + 1], end: data.dma[i + 2] });
  const path = [];
  for (let i = 0; i < data.path.length; i += 4)
    path.push({ begin: data.path[i], end: data.path[i] + data.path[i + 1], cause: data.causes[data.path[i + 2]], step: data.path[i + 3] });
  return {
    count, start, dma, path,
    total: Math.max(1, Math.round(report.time_ns * 1000)),
    left: data.left,
    engines: data.engines,
    engine: Uint16Array.from(data.engine),
    index: Uint32Array.from(data.index),
    busy: Float64Array.from(data.busy),
    producer: Int32Array.from(data.producer),
    text: step => data.texts[data.engine[step]][data.index[step]],
    origin: step => data.originOf[data.engine[step]][data.index[step]],
    node: step => data.origins[data.originOf[data.engine[step]][data.index[step]]][0],
    op: step => data.origins[data.originOf[data.engine[step]][data.index[step]]][1],
    kernel: step => data.origins[data.originOf[data.engine[step]][data.index[step]]][2],
    mnemonic: step => data.texts[data.engine[step]][data.index[step]].split(' ', 1)[0],
    place: step => `${data.engines[data.engine[step]]}[${data.index[step]}]`,
  };
})();

const palette = {
  pe: '#3f74e0', act: '#dd8a2e', dve: '#2ba37a', pool: '#9a62c7', sp: '#8792a2',
  dma: '#1f9fb5', dma_issue: '#0f6f80', dma_latency: '#7cc9d6', dma_bandwidth: '#1f9fb5',
  semaphore: '#dcb516', act_table: '#f2b277', throttle: '#d9485a', fetch: '#a0826a', branch: '#b59c86', bank_conflict: '#7a4e2d',
  register: '#c9b8a6', idle: 'transparent',
};
const engineColour = name => palette[name.replace(/^nc\d+\./, '')] || palette.sp;

// A colour for a name: the same in every picture.
const nameColours = new Map();
function colourOf(name) {
  let colour = nameColours.get(name);
  if (!colour) {
    let hash = 2166136261;
    for (let i = 0; i < name.length; ++i) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
    hash = Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 0;
    colour = `hsl(${hash % 360} ${48 + (hash >>> 9) % 20}% ${50 + (hash >>> 17) % 12}%)`;
    nameColours.set(name, colour);
  }
  return colour;
}

// The first position whose value is greater than `value`, in an ascending array.
function firstBehind(array, value, from = 0) {
  let low = from, high = array.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (array[middle] > value) high = middle; else low = middle + 1;
  }
  return low;
}
