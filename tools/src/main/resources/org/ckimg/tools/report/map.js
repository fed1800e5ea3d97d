const COLUMNS = 128;
const ROWS = 16;
const ROW_HEIGHT = 2.2;

/** What a piece of memory is coloured by; each layer gives the fill of a piece of a mapping. */
const LAYERS = {
  content: {
    title: 'what the image has',
    fill: (mapping, piece) => contentFill(mapping.bins, piece),
    legend: [['fill-level6', 'stored: dark all, light some'], ['fill-zero', 'zero'],
      ['fill-parent', 'in a parent image'], ['fill-none', 'not in the image']],
  },
  entropy: {
    title: 'entropy',
    fill: (mapping, piece) => level('level', layerByte(mapping.bins, 'entropy', piece)),
    legend: [['fill-level1', 'text, tables, repeated values'], ['fill-level4', 'code, mixed data'],
      ['fill-level8', '8 bits a byte: compressed, encrypted or random'], ['fill-none', 'nothing but zeroes']],
  },
  protection: {
    title: 'protection',
    fill: mapping => protectionFill(mapping.prot),
    legend: [['fill-read', 'read'], ['fill-write', 'write'], ['fill-execute', 'execute'],
      ['fill-both', 'write and execute'], ['fill-none', 'no access']],
  },
  changed: {
    title: 'what changed',
    fill: (mapping, piece) => level('heat', layerByte(mapping.bins, 'changed', piece)),
    legend: [['fill-heat2', 'few pages changed'], ['fill-heat8', 'all pages changed'],
      ['fill-none', 'nothing changed']],
  },
};

function layerByte(bins, name, piece) {
  const layer = bins && bins[name];
  return layer ? parseInt(layer.slice(2 * piece, 2 * piece + 2), 16) : 0;
}

/** Eight levels for 1 to 255. */
function level(name, value) {
  return value === 0 ? 'fill-none' : 'fill-' + name + (1 + Math.floor((value - 1) / 32));
}

function contentFill(bins, piece) {
  const stored = layerByte(bins, 'stored', piece);
  const zero = layerByte(bins, 'zero', piece);
  const parent = layerByte(bins, 'inherited', piece);
  const most = Math.max(stored, zero, parent);
  return most === 0 ? 'fill-none' : stored === most ? level('level', stored)
    : zero === most ? 'fill-zero' : 'fill-parent';
}

function protectionFill(prot) {
  const write = prot.includes('w');
  return prot.includes('x') ? (write ? 'fill-both' : 'fill-execute')
    : write ? 'fill-write' : prot.includes('r') ? 'fill-read' : 'fill-none';
}

/** Rectangles of one row of pieces; neighbours of the same colour are one. */
function rectangles(fills, x, y, height) {
  const made = [];
  for (let i = 0; i < fills.length;) {
    let end = i + 1;
    while (end < fills.length && fills[end] === fills[i]) {
      end++;
    }
    made.push(drawing('rect', { x: x + i, y: y, width: end - i, height: height, class: fills[i] }));
    i = end;
  }
  return made;
}

function numPieces(mapping) {
  return mapping.bins ? mapping.bins.pieces : 1;
}

/** One mapping from end to end. */
function bar(mapping, layer) {
  const pieces = numPieces(mapping);
  const fills = Array.from({ length: pieces }, (_, piece) => layer.fill(mapping, piece));
  return drawing('svg', {
    class: 'bar', viewBox: '0 0 ' + pieces + ' 1', preserveAspectRatio: 'none', 'aria-hidden': 'true',
  }, rectangles(fills, 0, 0, 1));
}

/** How many cells of a map each mapping gets: by its size, and one at least. */
function cellsOf(shown) {
  const sizes = shown.map(mapping => Number(mapping.to - mapping.from));
  const room = Math.max(1, COLUMNS * ROWS - shown.length);
  const unit = sizes.reduce((sum, bytes) => sum + bytes, 0) / room;
  return { unit, cells: sizes.map(bytes => Math.max(1, Math.round(bytes / unit))) };
}

/** Mappings to scale, one behind the other in lines; the spaces between them are not. */
function map(shown, layer, label) {
  const { unit, cells } = cellsOf(shown);
  let at = 0;
  const links = shown.map((mapping, index) => {
    const rects = [];
    const pieces = numPieces(mapping);
    for (let cell = 0; cell < cells[index];) {
      const x = (at + cell) % COLUMNS;
      const y = Math.floor((at + cell) / COLUMNS);
      const count = Math.min(cells[index] - cell, COLUMNS - x);
      const fills = Array.from({ length: count }, (_, i) =>
        layer.fill(mapping, Math.floor((cell + i) * pieces / cells[index])));
      rects.push(rectangles(fills, x, y * ROW_HEIGHT, ROW_HEIGHT - 0.3));
      cell += count;
    }
    at += cells[index];
    const title = mapping.start + ' ' + mapping.prot + ' ' + mapping.label + ', '
      + size(mapping.to - mapping.from);
    return drawing('a', { href: '#' + ids.mapping(mapping.pid, mapping), tabindex: '-1' },
      drawing('title', {}, title), rects);
  });
  const rows = Math.max(1, Math.ceil(at / COLUMNS));
  const svg = drawing('svg', {
    class: 'map', role: 'img', 'aria-label': label + '; the same is in the table below',
    viewBox: '0 0 ' + COLUMNS + ' ' + (rows * ROW_HEIGHT),
  }, links);
  return { svg, unit };
}

function legend(layer) {
  return element('ul', { class: 'legend' }, layer.legend.map(entry => element('li', {},
    drawing('svg', { viewBox: '0 0 1 1', 'aria-hidden': 'true' },
      drawing('rect', { width: 1, height: 1, class: entry[0] })), entry[1])));
}
