// Keeps a county's shapes for the map beside it, decoded once.
function numbers(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Kind(bytes.buffer);
}

function points(text) {
  const steps = numbers(text, Int16Array);
  const xs = new Float32Array(steps.length / 2);
  const ys = new Float32Array(steps.length / 2);
  for (let i = 0, x = 0, y = 0; i < xs.length; i += 1) {
    xs[i] = x += steps[2 * i];
    ys[i] = y += steps[2 * i + 1];
  }
  return { xs, ys };
}

function outlines(data) {
  const rings = [];
  let start = 0;
  for (const size of numbers(data.rings, Uint32Array)) {
    rings.push([start, start + size]);
    start += size;
  }
  return { ...points(data.steps), rings };
}

function decode(data) {
  const { xs, ys } = points(data.steps);
  const sizes = numbers(data.rings, Uint32Array);
  const owners = numbers(data.owners, Uint32Array);
  const areas = data.codes.map((code, place) => ({
    code, name: data.names[place], called: data.called[place], rings: [], west: Infinity, north: Infinity, east: -Infinity, south: -Infinity,
  }));
  let start = 0;
  sizes.forEach((size, ring) => {
    const area = areas[owners[ring]];
    area.rings.push([start, start + size]);
    for (let i = start; i < start + size; i += 1) {
      area.west = Math.min(area.west, xs[i]);
      area.east = Math.max(area.east, xs[i]);
      area.north = Math.min(area.north, ys[i]);
      area.south = Math.max(area.south, ys[i]);
    }
    start += size;
  });
  return {
    width: data.width, height: data.height, xs, ys, areas, places: data.places, borders: outlines(data.borders), sea: outlines(data.sea), routes: outlines(data.routes), labels: data.labels,
  };
}

export default function ({ data }) {
  const shelf = (window.farebridgeShapes ||= new Map());
  if (!data || shelf.has(data.key)) return;
  if (shelf.size > 3) shelf.clear();
  shelf.set(data.key, decode(data));
  window.dispatchEvent(new Event("farebridge-shapes"));
}
