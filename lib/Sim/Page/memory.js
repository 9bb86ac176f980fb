// Who lies where and when: time to the right (the timeline's span), bytes upwards; above it how much is taken.

const memoryMap = {
  left: timeline.left, curveHeight: 54, names: Object.keys(report.memory).sort().reverse(),

  draw() {
    const room = report.memory[this.shown];
    const { context, width, height } = prepare(byId('memory-map'), 320);
    const top = this.curveHeight + 10, bottom = height - 4;
    const reach = Math.max(1, ...room.tenants.map(tenant => tenant.end_byte));
    const X = ns => this.left + (ns * 1000 - span.begin) / (span.end - span.begin) * (width - this.left);
    const Y = byte => bottom - byte / reach * (bottom - top);
    this.places = [];
    context.fillStyle = ink('--soft');
    context.fillText('bytes', 4, this.curveHeight / 2);
    for (const share of [0, 0.5, 1]) {
      context.fillText(scaled(reach * share, 'B', 1024), 4, Math.max(top + 6, Math.min(bottom - 6, Y(reach * share))));
      context.globalAlpha = 0.2;
      context.fillRect(this.left, Y(reach * share), width - this.left, 1);
      context.globalAlpha = 1;
    }
    context.save();
    context.beginPath();
    context.rect(this.left, 0, width - this.left, height);
    context.clip();
    for (const tenant of room.tenants) {
      const x = X(tenant.begin_ns), end = Math.max(x + 1, X(tenant.end_ns));
      if (end < this.left || x > width) continue;
      const y = Y(tenant.end_byte), tall = Math.max(1, Y(tenant.first_byte) - y);
      context.fillStyle = colourOf(tenant.name);
      context.globalAlpha = 0.82;
      context.fillRect(x, y, end - x, tall);
      context.globalAlpha = 1;
      this.places.push({ x, end, y, tall, tenant });
      const from = Math.max(x, this.left);
      if (Math.min(end, width) - from > 60 && tall > 13) {
        context.save();
        context.beginPath();
        context.rect(from, y, Math.min(end, width) - from - 3, tall);
        context.clip();
        context.fillStyle = '#fff';
        context.fillText(tenant.name, from + 5, y + tall / 2);
        context.restore();
      }
    }
    this.drawCurve(context, room, X);
    context.restore();
    byId('memory-hint').textContent = `${room.tenants.length} tenants; at most ${scaled(room.peak_bytes, 'B', 1024)} of ${scaled(room.capacity, 'B', 1024)}${this.shown.endsWith('hbm') ? '' : ' a partition'} at once, at ${ns(room.peak_ns)}`;
  },

  drawCurve(context, room, X) {
    const changes = room.tenants.flatMap(tenant => [[tenant.begin_ns, tenant.end_byte - tenant.first_byte], [tenant.end_ns, tenant.first_byte - tenant.end_byte]]).sort((a, b) => a[0] - b[0]);
    const Y = bytes => this.curveHeight - bytes / Math.max(1, room.peak_bytes) * (this.curveHeight - 6);
    context.beginPath();
    context.moveTo(X(0), Y(0));
    let live = 0;
    for (const [time, change] of changes) {
      context.lineTo(X(time), Y(live));
      live += change;
      context.lineTo(X(time), Y(live));
    }
    context.lineTo(X(report.time_ns), Y(0));
    context.closePath();
    context.fillStyle = ink('--accent');
    context.globalAlpha = 0.3;
    context.fill();
    context.globalAlpha = 1;
  },

  start() {
    this.shown = this.names[0];
    for (const name of this.names) {
      const button = make('button', { class: name === this.shown ? 'on' : '', onclick: () => {
        this.shown = name;
        for (const other of byId('memories').children) other.className = other === button ? 'on' : '';
        this.draw();
      } }, name.toUpperCase());
      byId('memories').append(button);
    }
    const canvas = byId('memory-map');
    canvas.addEventListener('mousemove', event => {
      const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      const found = this.places.findLast(place => x >= place.x && x <= place.end && y >= place.y && y <= place.y + place.tall);
      if (!found) return tip.hide();
      const { tenant } = found;
      tip.show(event, `${tenant.name || '(no node)'}\nbytes ${whole(tenant.first_byte)} to ${whole(tenant.end_byte - 1)} (${scaled(tenant.end_byte - tenant.first_byte, 'B', 1024)})\n${ns(tenant.begin_ns)} to ${ns(tenant.end_ns)}`);
    });
    canvas.addEventListener('mouseleave', tip.hide);
  },
};
