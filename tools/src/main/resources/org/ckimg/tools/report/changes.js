function same(process) {
  return process.change === 'same';
}

/** All that differs in a process, as rows of a name, what it was and what it is. */
function differences(process) {
  const pid = process.pidB === undefined ? process.pidA : process.pidB;
  const rows = [];
  const again = node => node instanceof Node ? node.cloneNode(true) : node;
  const add = (what, change, a, b) => rows.push({ pid, cells: [what, change, a, b] });
  for (const field of process.fields) {
    add(field.name, '', field.a, field.b);
  }
  for (const found of process.threads.filter(each => each.change !== 'same')) {
    const tid = found.tidB === undefined ? found.tidA : found.tidB;
    const name = found.tidB === undefined ? 'thread ' + tid : link(ids.thread(pid, tid), 'thread ' + tid);
    add(name, found.change, '', '');
    for (const field of found.fields) {
      add([again(name), ' ', field.name], '', field.a, field.b);
    }
    for (const register of found.registers) {
      add([again(name), ' ', register.name], '',
        [register.a, ' ', register.placeA], [register.b, ' ', register.placeB]);
    }
  }
  for (const signal of process.signals) {
    add(signal.signal, '', signal.a.handler || 'default', signal.b.handler || 'default');
  }
  for (const fd of process.fds) {
    const name = fd.b ? link(ids.fd(pid, fd.fd), 'fd ' + fd.fd) : 'fd ' + fd.fd;
    add(name, fd.change + (fd.fields.length > 0 ? ': ' + fd.fields.join(', ') : ''), open(fd.a), open(fd.b));
  }
  for (const vma of process.vmas) {
    add(address(pid, vma.start), [vma.change + (vma.fields.length > 0 ? ': ' + vma.fields.join(', ') : ''),
      vma.gainsExecute ? element('strong', { class: 'high' }, ' can be executed now') : ''],
    mapped(vma.a), mapped(vma.b));
  }
  return rows;
}

function open(fd) {
  return fd ? [fd.type, ' ', fd.path, fd.position === undefined ? '' : ' at ' + fd.position] : '';
}

function mapped(vma) {
  return vma ? vma.prot + ' ' + vma.start.slice(2) + '-' + vma.end.slice(2) + ' ' + (vma.path || vma.name || vma.kind) : '';
}

/** Mappings with pages that changed, coloured by how many. */
function heatMap(pid) {
  const shown = (mappings.get(pid) || []).filter(mapping => mapping.bins && mapping.bins.changed);
  if (shown.length === 0) {
    return null;
  }
  const drawn = map(shown, LAYERS.changed, 'Pages of process ' + pid + ' that changed');
  return element('figure', { class: 'heat' }, drawn.svg, legend(LAYERS.changed), element('figcaption', {},
    'Mappings with pages that changed, to scale: a cell is about ' + size(drawn.unit) + '.'));
}

function pageRanges(pid, pages) {
  const rows = pages.ranges.map(range => ({
    pid,
    cells: [[address(pid, range.start), '-' + range.end.slice(2)], range.change,
      size(BigInt(range.end) - BigInt(range.start)),
      (mappingAt(pid, BigInt(range.start)) || { label: '' }).label],
  }));
  const counts = pages.changed + ' pages changed, ' + pages.zeroed + ' zeroed, ' + pages.added + ' added, '
    + pages.dropped + ' dropped; ' + pages.compared + ' compared';
  return rows.length === 0 ? null : element('details', { open: rows.length > 30 ? undefined : '' },
    element('summary', {}, counts),
    table('Ranges of pages', [['Pages', 'code'], ['Change'], ['Size', 'number'], ['In', 'code wide']], rows));
}

function processChanges(process) {
  const pid = process.pidB === undefined ? process.pidA : process.pidB;
  const name = process.pidB === undefined ? pid : link(ids.process(pid), pid);
  const rows = differences(process);
  return element('article', { 'data-pid': pid, id: 'changes-' + pid },
    element('h3', {}, 'Process ', name, ' ', process.comm, ': ',
      element('span', { class: ['added', 'removed'].includes(process.change) ? process.change : undefined },
        process.change)),
    rows.length === 0 ? null : table('State', [['What', 'code'], ['Change'], ['Was', 'code wide'], ['Is', 'code wide']], rows),
    heatMap(pid),
    pageRanges(pid, process.pages),
    process.notCompared.length === 0 ? null : element('p', { class: 'quiet' },
      'Only one image knows, and so not compared: ' + process.notCompared.join(', ')));
}

function changes() {
  if (diff === undefined) {
    return null;
  }
  const changed = diff.processes.filter(process => !same(process));
  return section('changes', 'Changes', element('p', {}, diff.same ? 'Nothing changed.'
    : changed.length + ' of ' + diff.processes.length + ' changed.'),
  changed.map(processChanges), leftOut(diff));
}
