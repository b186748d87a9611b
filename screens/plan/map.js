// The map of areas. Units are those of screens/plan/map_shapes.py: whole numbers, x to the east and y to the south.
const LINE = "#ffffff", INK = "#0b0c0c", PLAIN = "#e3e4e6", PLAIN_LINE = "#a9adb0", PAPER = "#ffffff", SEA = "#e4f1f0";
const MOST_ENLARGED = 60, STEP = 1.5, SLOP = 4, MOST_SYMBOLS = 600;
const kept = new WeakMap();

function pattern(kind) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const ink = tile.getContext("2d");
  ink.fillStyle = PAPER;
  ink.fillRect(0, 0, 8, 8);
  ink.strokeStyle = ink.fillStyle = kind === "hatched" ? "#7a4b00" : "#505a5f";
  if (kind === "hatched") {
    ink.lineWidth = 2;
    for (const shift of [-8, 0, 8]) {
      ink.beginPath();
      ink.moveTo(shift - 1, 9);
      ink.lineTo(shift + 9, -1);
      ink.stroke();
    }
  } else {
    ink.beginPath();
    ink.arc(2, 2, 1.2, 0, 7);
    ink.arc(6, 6, 1.2, 0, 7);
    ink.fill();
  }
  return tile;
}

function fillOf(ink, fill) {
  if (fill === "plain") return PLAIN;
  return fill.startsWith("#") ? fill : ink.createPattern(pattern(fill), "repeat");
}

function symbol(ink, shape, x, y, size) {
  ink.beginPath();
  if (shape === "square") ink.rect(x - size, y - size, 2 * size, 2 * size);
  else if (shape === "circle") ink.arc(x, y, size, 0, 7);
  else {
    ink.moveTo(x, y - size * 1.25);
    ink.lineTo(x + size * 1.2, y + size);
    ink.lineTo(x - size * 1.2, y + size);
    ink.closePath();
  }
  ink.fillStyle = shape === "circle" ? "#ffffff" : INK;
  ink.strokeStyle = shape === "circle" ? INK : "#ffffff";
  ink.lineWidth = (shape === "circle" ? 0.42 : 0.28) * size;
  ink.fill();
  ink.stroke();
}

class AreaMap {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector(".stage > canvas");
    this.tip = root.querySelector(".tip");
    this.legend = root.querySelector(".legend");
    this.ink = this.canvas.getContext("2d");
    this.view = null;
    this.armed = false; // the wheel enlarges only after a click in the map, so that the page still scrolls over it
    this.listen();
  }

  listen() {
    const { canvas } = this;
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(canvas);
    this.onShapes = () => this.arrive();
    window.addEventListener("farebridge-shapes", this.onShapes);
    canvas.onpointerdown = (event) => this.press(event);
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = (event) => this.release(event);
    canvas.onpointercancel = () => { this.grip = null; };
    canvas.onpointerleave = () => { this.armed = false; this.hideTip(); };
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    for (const button of this.root.querySelectorAll(".buttons button")) {
      button.onclick = () => this.act(button.dataset.do);
    }
  }

  end() {
    this.watcher.disconnect();
    window.removeEventListener("farebridge-shapes", this.onShapes);
  }

  show(data, pick) {
    this.data = data;
    this.pick = pick;
    this.canvas.setAttribute("aria-label", data.alt);
    this.drawLegend();
    this.arrive();
  }

  arrive() {
    const shapes = this.data && (window.farebridgeShapes || new Map()).get(this.data.shapes);
    if (shapes !== this.shapes) this.view = null;
    this.shapes = shapes; // until those of another county arrive there is nothing to draw
    this.resize();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!this.shapes || !width || !height) return;
    this.wide = width; // asking the page for its layout at every point would be slow
    this.high = height;
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      if (this.view && this.view.scale === this.least) this.view = null;
    }
    this.ratio = ratio;
    this.least = Math.min((width - 16) / this.shapes.width, (height - 16) / this.shapes.height);
    if (!this.view) this.fit();
    this.draw();
  }

  fit() {
    this.view = { x: this.shapes.width / 2, y: this.shapes.height / 2, scale: this.least };
  }

  toScreen(x, y) {
    return [(x - this.view.x) * this.view.scale + this.wide / 2, (y - this.view.y) * this.view.scale + this.high / 2];
  }

  toMap(left, top) {
    return [(left - this.wide / 2) / this.view.scale + this.view.x, (top - this.high / 2) / this.view.scale + this.view.y];
  }

  soon() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (this.view) this.draw();
    });
  }

  draw() {
    const { ink, data, shapes, ratio } = this;
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    ink.fillStyle = PAPER;
    ink.fillRect(0, 0, this.wide, this.high);
    ink.beginPath();
    this.trace(shapes.sea, shapes.sea);
    ink.fillStyle = SEA;
    ink.fill("evenodd");
    const [west, north] = this.toMap(0, 0), [east, south] = this.toMap(this.wide, this.high);
    const inView = (area) => area.east >= west && area.west <= east && area.south >= north && area.north <= south;
    const groups = new Map(data.legend.map((entry) => [entry.class, []]));
    shapes.areas.forEach((area, place) => { if (inView(area)) groups.get(data.classes[place]).push(area); });
    const crowded = shapes.areas.length * (this.least / this.view.scale) ** 2 > 6000;
    for (const entry of data.legend.slice().reverse()) this.drawGroup(entry, groups.get(entry.class), crowded);
    this.drawRoutes();
    this.drawBorders();
    const chosen = shapes.areas.find((area) => area.code === data.selected);
    if (chosen) this.outline(chosen);
    this.drawPlaces();
    this.drawLabels();
  }

  drawRoutes() {
    const { ink, shapes: { routes } } = this;
    ink.beginPath();
    this.trace(routes, routes);
    for (const [width, colour] of [[2.4, "#ffffffb0"], [0.9, INK]]) {
      ink.lineWidth = width;
      ink.strokeStyle = colour;
      ink.stroke();
    }
  }

  drawBorders() {
    const { ink, shapes: { borders } } = this;
    ink.beginPath();
    this.trace(borders, borders);
    ink.lineJoin = "round";
    for (const [width, colour] of [[3.5, "#ffffff"], [1.5, "#505a5f"]]) {
      ink.lineWidth = width;
      ink.strokeStyle = colour;
      ink.stroke();
    }
  }

  drawLabels() { // the first come first; a name that would lie on another waits until the map is enlarged
    const { ink } = this, taken = [this.underButtons()];
    ink.font = "600 13px sans-serif";
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.lineJoin = "round";
    for (const [x, y, name] of this.shapes.labels) {
      const [left, top] = this.toScreen(x, y);
      if (left < 0 || top < 0 || left > this.wide || top > this.high) continue;
      const half = ink.measureText(name).width / 2 + 5;
      const at = Math.min(Math.max(left, half), this.wide - half); // no name is cut off at the edge
      const free = [top - 13, top + 13].find((middle) => ( // above the place, else below it
        !taken.some((box) => Math.abs(box.at - at) < box.half + half && Math.abs(box.middle - middle) < box.room)
      ));
      if (free === undefined) continue;
      taken.push({ at, middle: free, half, room: 17 });
      ink.strokeStyle = "#ffffff";
      ink.lineWidth = 4;
      ink.strokeText(name, at, free);
      ink.fillStyle = INK;
      ink.fillText(name, at, free);
    }
  }

  underButtons() { // where the buttons lie on the map, as the place of a name: none is written there
    const buttons = this.root.querySelector(".buttons");
    if (getComputedStyle(buttons).position === "static") return { at: -1, middle: -1, half: 0, room: 0 };
    const { offsetLeft: left, offsetTop: top, offsetWidth: wide, offsetHeight: high } = buttons;
    return { at: left + wide / 2, middle: top + high / 2, half: wide / 2, room: high / 2 + 9 };
  }

  drawGroup(entry, areas, crowded) {
    const { ink } = this;
    ink.beginPath();
    for (const area of areas) this.trace(area);
    ink.fillStyle = fillOf(ink, entry.fill);
    ink.fill("evenodd");
    if (!crowded) {
      ink.strokeStyle = entry.fill === "plain" || entry.fill === "dotted" ? PLAIN_LINE : LINE;
      if (entry.fill === "hatched") ink.strokeStyle = "#7a4b00";
      ink.lineWidth = entry.fill === "hatched" ? 1.5 : 1;
      ink.stroke();
    }
    if (entry.fill.startsWith("#")) for (const area of areas) this.number(area, entry);
  }

  trace(area, { xs, ys } = this.shapes) {
    const { ink } = this;
    const { scale } = this.view, [left, top] = this.toScreen(0, 0);
    for (const [start, end] of area.rings) {
      ink.moveTo(xs[start] * scale + left, ys[start] * scale + top);
      for (let i = start + 1; i < end; i += 1) ink.lineTo(xs[i] * scale + left, ys[i] * scale + top);
    }
  }

  number(area, entry) {
    const wide = (area.east - area.west) * this.view.scale, high = (area.south - area.north) * this.view.scale;
    if (wide < 16 || high < 16) return;
    const middle = [(area.west + area.east) / 2, (area.north + area.south) / 2];
    if (!this.contains(area, ...middle)) return;
    const [x, y] = this.toScreen(...middle), { ink } = this;
    ink.font = "600 12px sans-serif";
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.fillStyle = entry.ink || "#ffffff";
    ink.fillText(entry.class, x, y);
  }

  outline(area) {
    const { ink } = this;
    for (const [width, colour] of [[6, "#ffffff"], [3, INK]]) {
      ink.beginPath();
      this.trace(area);
      ink.lineJoin = "round";
      ink.lineWidth = width;
      ink.strokeStyle = colour;
      ink.stroke();
    }
  }

  drawPlaces() {
    let seen = this.shapes.places
      .map(([x, y, kind, name]) => [...this.toScreen(x, y), kind, name])
      .filter(([left, top]) => left > -9 && top > -9 && left < this.wide + 9 && top < this.high + 9);
    const leftOut = new Set();
    for (const { kind } of this.data.symbols.slice().reverse()) { // many together would hide the areas
      if (seen.length <= MOST_SYMBOLS) break;
      leftOut.add(kind);
      seen = seen.filter((place) => place[2] !== kind);
    }
    this.drawn = seen;
    for (const line of this.legend.querySelectorAll("[data-kind]")) {
      line.querySelector("span").hidden = !leftOut.has(line.dataset.kind);
    }
    const shapeOf = new Map(this.data.symbols.map((entry) => [entry.kind, entry.symbol]));
    const size = Math.min(5.5, Math.max(1.8, 40 / Math.sqrt(seen.length)));
    for (const [left, top, kind] of seen.slice().reverse()) symbol(this.ink, shapeOf.get(kind), left, top, size);
  }

  drawLegend() {
    const entries = [
      ...this.data.legend.map((entry) => ({ ...entry, text: `${entry.label} (${entry.count.toLocaleString("en-GB")})` })),
      ...this.data.symbols.map((entry) => ({ ...entry, text: entry.label })),
      ...(this.data.routes ? [{ line: true, text: this.data.routes }] : []),
    ];
    this.legend.replaceChildren(...entries.map((entry) => this.legendLine(entry)));
  }

  legendLine(entry) {
    const line = document.createElement("li"), swatch = document.createElement("canvas");
    swatch.width = 44;
    swatch.height = 36;
    swatch.setAttribute("aria-hidden", "true");
    const ink = swatch.getContext("2d");
    ink.scale(2, 2);
    if (entry.symbol) symbol(ink, entry.symbol, 11, 9, 5.5);
    else if (entry.line) {
      ink.fillStyle = INK;
      ink.fillRect(1, 8.5, 20, 1);
    } else {
      ink.fillStyle = fillOf(ink, entry.fill);
      ink.fillRect(0, 0, 22, 18);
      ink.strokeStyle = "#505a5f";
      ink.strokeRect(0.5, 0.5, 21, 17);
      if (entry.fill.startsWith("#")) {
        ink.fillStyle = entry.ink || "#ffffff";
        ink.font = "600 12px sans-serif";
        ink.textAlign = "center";
        ink.textBaseline = "middle";
        ink.fillText(entry.class, 11, 9.5);
      }
    }
    line.append(swatch, entry.text);
    if (entry.symbol) {
      const more = document.createElement("span");
      more.textContent = "(zoom in to see)";
      more.hidden = true;
      line.dataset.kind = entry.kind;
      line.append(more);
    }
    return line;
  }

  contains(area, x, y) {
    if (x < area.west || x > area.east || y < area.north || y > area.south) return false;
    const { xs, ys } = this.shapes;
    let inside = false;
    for (const [start, end] of area.rings) {
      for (let i = start, j = end - 1; i < end; j = i, i += 1) {
        const crosses = ys[i] > y !== ys[j] > y;
        if (crosses && x < ((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i]) + xs[i]) inside = !inside;
      }
    }
    return inside;
  }

  under(left, top) {
    const near = this.drawn.find((place) => Math.hypot(place[0] - left, place[1] - top) < 8);
    const [x, y] = this.toMap(left, top);
    const place = this.shapes.areas.findIndex((area) => this.contains(area, x, y));
    return { near, place };
  }

  press(event) {
    if (!this.view || event.button) return;
    this.armed = true;
    this.grip = { left: event.offsetX, top: event.offsetY, x: this.view.x, y: this.view.y, moved: false };
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.view) return;
    if (!this.grip) { this.showTip(event.offsetX, event.offsetY); return; }
    const across = event.offsetX - this.grip.left, down = event.offsetY - this.grip.top;
    if (Math.hypot(across, down) > SLOP) this.grip.moved = true;
    if (!this.grip.moved) return;
    this.hideTip();
    this.canvas.classList.add("moving");
    this.view.x = this.grip.x - across / this.view.scale;
    this.view.y = this.grip.y - down / this.view.scale;
    this.settle();
  }

  release(event) {
    const { grip } = this;
    this.grip = null;
    this.canvas.classList.remove("moving");
    if (!grip || grip.moved) return;
    const { place } = this.under(event.offsetX, event.offsetY);
    if (place >= 0) this.pick(this.shapes.areas[place].code);
  }

  wheel(event) {
    if (!this.view || !(this.armed || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY);
  }

  zoom(factor, left = this.wide / 2, top = this.high / 2) {
    const [x, y] = this.toMap(left, top);
    const scale = Math.min(Math.max(this.view.scale * factor, this.least), this.least * MOST_ENLARGED);
    const change = this.view.scale / scale;
    this.view = { x: x + (this.view.x - x) * change, y: y + (this.view.y - y) * change, scale };
    this.settle();
  }

  settle() {
    this.view.x = Math.min(Math.max(this.view.x, 0), this.shapes.width);
    this.view.y = Math.min(Math.max(this.view.y, 0), this.shapes.height);
    this.canvas.style.touchAction = this.view.scale > this.least ? "none" : "pan-x pan-y";
    this.soon();
  }

  act(what) {
    if (!this.view) return;
    const step = this.wide / 4 / this.view.scale;
    const moves = { west: [-step, 0], east: [step, 0], north: [0, -step], south: [0, step] };
    if (what === "in") this.zoom(STEP);
    else if (what === "out") this.zoom(1 / STEP);
    else if (what === "fit") { this.fit(); this.settle(); }
    else { this.view.x += moves[what][0]; this.view.y += moves[what][1]; this.settle(); }
  }

  showTip(left, top) {
    const { near, place } = this.under(left, top);
    if (!near && place < 0) { this.hideTip(); return; }
    const lines = [];
    if (near) lines.push(near[3], this.data.symbols.find((entry) => entry.kind === near[2]).label);
    else {
      const entry = this.data.legend.find((item) => item.class === this.data.classes[place]);
      const area = this.shapes.areas[place];
      lines.push(area.called ? `${area.name}, ${area.called}` : area.name, this.noteOf(place) || entry.label);
    }
    this.tip.textContent = lines.join("\n");
    this.tip.hidden = false;
    this.tip.style.left = `${Math.max(4, Math.min(left + 14, this.wide - this.tip.offsetWidth - 6))}px`;
    this.tip.style.top = `${Math.max(4, Math.min(top + 14, this.high - this.tip.offsetHeight - 6))}px`;
  }

  noteOf(place) {
    const { notes, figures, heading } = this.data;
    if (figures && figures[place]) return `${heading}: ${figures[place]}`;
    return notes[place];
  }

  hideTip() {
    this.tip.hidden = true;
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  if (!data) return undefined;
  const root = parentElement.querySelector(".map");
  if (!kept.has(parentElement) || kept.get(parentElement).root !== root) kept.set(parentElement, new AreaMap(root));
  const map = kept.get(parentElement);
  map.show(data, (code) => setTriggerValue("picked", code));
  return () => { map.end(); kept.delete(parentElement); };
}
