// Every executed instruction, searched; only the rows in sight exist.

const list = {
  rowHeight: 24, shown: null, texts: run.engines.map(() => []),

  // What is searched, of each instruction as written.
  searchText(step) {
    const texts = this.texts[run.engine[step]], index = run.index[step];
    return texts[index] ??= `${run.place(step)} ${run.text(step)} ${run.node(step)} ${run.op(step)} ${run.kernel(step)}`.toLowerCase();
  },

  search() {
    const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    for (let step = 0; step < run.count; ++step)
      if (words.every(word => this.searchText(step).includes(word))) found.push(step);
    const takes = step => run.dma.has(step) ? run.dma.get(step).end : run.busy[step];
    if (byId('order').value === 'busy') found.sort((a, b) => takes(b) - takes(a) || a - b);
    else found.sort((a, b) => run.start[a] - run.start[b] || a - b);
    this.shown = found;
    byId('found').textContent = `${whole(found.length)} of ${whole(run.count)}`;
    byId('list').scrollTop = 0;
    byId('list-space').style.height = `${found.length * this.rowHeight}px`;
    this.draw();
  },

  draw() {
    const box = byId('list'), first = Math.floor(box.scrollTop / this.rowHeight), rows = [byId('list-space')];
    for (let i = first; i < Math.min(this.shown.length, first + Math.ceil(box.clientHeight / this.rowHeight) + 1); ++i) {
      const step = this.shown[i];
      rows.push(make('div', { class: step === timeline.chosen ? 'rows chosen' : 'rows', style: { top: `${i * this.rowHeight}px` },
        onclick: () => { timeline.choose(step, true); this.draw(); } },
        make('span', {}, (run.start[step] / 1000).toFixed(3)),
        make('span', {}, ((run.dma.has(step) ? run.dma.get(step).end : run.busy[step]) / 1000).toFixed(3)),
        make('span', { style: { color: engineColour(run.engines[run.engine[step]]) } }, run.place(step)),
        make('span', { title: run.text(step) }, make('code', {}, run.text(step))),
        make('span', { title: run.node(step) }, run.node(step))));
    }
    box.replaceChildren(...rows);
  },

  start() {
    let asked = 0;
    byId('search').addEventListener('input', () => { clearTimeout(asked); asked = setTimeout(() => this.search(), 120); });
    byId('order').addEventListener('change', () => this.search());
    byId('list').addEventListener('scroll', () => this.draw());
    this.search();
  },
};
