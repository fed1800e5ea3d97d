/** The memory of one process: a map to scale, and a table with the same. */
function processMemory(process, state) {
  const layer = LAYERS[state.layer];
  const all = mappings.get(process.pid) || [];
  const rows = all.map(mapping => ({
    id: ids.mapping(process.pid, mapping),
    pid: process.pid,
    mapping,
    cells: [mapping.start.slice(2) + '-' + mapping.end.slice(2), mapping.prot + (mapping.shared ? 's' : 'p'),
      size(mapping.to - mapping.from), mapping.storedPages, mapping.zeroPages, mapping.parentPages,
      [mapping.label, mapping.deleted ? ' (deleted)' : ''], bar(mapping, layer)],
  }));
  return element('div', { 'data-pid': process.pid, class: 'memory' },
    element('h3', {}, 'Process ', link(ids.process(process.pid), process.pid), ' ', process.comm),
    element('figure', { 'data-map': process.pid }),
    table('Mappings; the bar shows each from end to end', [['Addresses', 'code'], ['Access', 'code'],
      ['Size', 'number'], ['Stored', 'number'], ['Zero', 'number'], ['Parent', 'number'],
      ['What it is', 'code wide'], ['Pages', 'picture']], rows));
}

/** Draws the map of each process again, of the mappings whose rows are shown and that somebody can use. */
function drawMaps(state) {
  const layer = LAYERS[state.layer];
  for (const figure of document.querySelectorAll('figure[data-map]')) {
    const pid = Number(figure.dataset.map);
    const shown = (mappings.get(pid) || []).filter(mapping =>
      (mapping.bins || mapping.prot !== '---')
      && !document.getElementById(ids.mapping(pid, mapping)).hidden);
    figure.replaceChildren();
    if (shown.length > 0) {
      const drawn = map(shown, layer, 'Memory of process ' + pid + ' by ' + layer.title);
      fill(figure, [drawn.svg, legend(layer), element('figcaption', {},
        'Memory to scale by address, from the left and down: a cell is about ' + size(drawn.unit)
        + '. Reservations without access and the spaces between mappings are not drawn.')]);
    }
  }
}

/** Colours the bars again. */
function drawBars(state) {
  for (const all of mappings.values()) {
    for (const mapping of all) {
      const row = document.getElementById(ids.mapping(mapping.pid, mapping));
      row.querySelector('svg.bar').replaceWith(bar(mapping, LAYERS[state.layer]));
    }
  }
}

function memory(state) {
  return section('memory', 'Memory', inspect.processes
    .filter(process => process.vmas && process.vmas.length > 0)
    .map(process => processMemory(process, state)));
}
