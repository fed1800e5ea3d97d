/**
 * A table whose rows can be filtered. A row is { id, pid, cells }; a cell is text, a node or a list
 * of them, and a column is [heading, class].
 */
function table(caption, columns, rows) {
  const heads = columns.map(column => element('th', { scope: 'col', class: column[1] }, column[0]));
  const body = rows.map(row => element('tr', { id: row.id, 'data-pid': row.pid },
    row.cells.map((cell, index) => element('td', { class: columns[index][1] }, cell))));
  return element('div', { class: 'scroll' }, element('table', { class: 'filtered' },
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, heads)),
    element('tbody', {}, body)));
}

/** Says what a document had too much of. */
function leftOut(found) {
  return Object.entries(found.leftOut).map(entry => element('p', { class: 'warning' },
    entry[1] + ' more of ' + entry[0] + ' are left out here, to keep this page small'));
}

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

function findings() {
  const rows = triage.findings.map((finding, index) => ({
    id: 'finding-' + (index + 1),
    pid: finding.pid,
    cells: [
      element('span', { class: SEVERITIES.includes(finding.severity) ? finding.severity : undefined },
        finding.severity),
      finding.rule,
      finding.pid === undefined ? '' : link(ids.process(finding.pid), finding.pid),
      linked(finding.pid, finding.subject),
      [element('div', {}, linked(finding.pid, finding.text)),
        facts(Object.entries(finding.evidence).map(entry =>
          [entry[0], element('code', {}, linked(finding.pid, entry[1]))]))],
    ],
  }));
  const counting = triage.findings.filter(finding => finding.severity !== 'info').length;
  return section('findings', 'Findings',
    element('p', {}, counting === 0 ? 'Nothing was found that is more than information.'
      : counting + (counting === 1 ? ' finding is' : ' findings are') + ' more than information.'),
    triage.notLookedAt.map(note => element('p', { class: 'quiet' }, note)),
    rows.length === 0 ? null : table('What deserves a look, the worst first',
      [['Severity'], ['Rule'], ['Process'], ['Subject', 'wide'], ['What was found', 'wide']], rows),
    leftOut(triage));
}

function descriptors() {
  const rows = inspect.processes.flatMap(process => (process.fds || []).map(fd => ({
    id: ids.fd(process.pid, fd.fd),
    pid: process.pid,
    cells: [link(ids.process(process.pid), process.pid), fd.fd, fd.description, fd.type,
      fd.position, (fd.flags || []).join(' ') + (fd.closeOnExec ? ' FD_CLOEXEC' : ''),
      [fd.path, fd.deleted ? ' (deleted)' : '', fd.socket ? socket(fd.socket) : '']],
  })));
  return section('fds', 'Descriptors and sockets', table('Equal OFD numbers are one open file description',
    [['Process', 'number'], ['fd', 'number'], ['OFD', 'number'], ['Type'], ['Position', 'number'],
      ['Flags', 'code'], ['File or socket', 'code wide']], rows));
}

function socket(found) {
  const ends = (found.local || '') + (found.remote ? ' → ' + found.remote : '');
  const words = [found.family, found.kind, found.protocol, found.state, ends, found.node];
  const queued = found.queuedBytes > 0 ? size(found.queuedBytes) + ' wait in it' : '';
  return element('div', {}, [...words, queued].filter(word => word).join(' '));
}

function signals() {
  const rows = inspect.processes.flatMap(process =>
    ((process.signals && process.signals.actions) || []).map(action => ({
      id: ids.signal(process.pid, action.signal),
      pid: process.pid,
      cells: [link(ids.process(process.pid), process.pid), action.signal, action.number,
        action.handler.startsWith('0x') ? address(process.pid, action.handler) : action.handler,
        (action.flags || []).join(' '), (action.mask || []).join(' ')],
    })));
  const waiting = inspect.processes.flatMap(process => [
    ...((process.signals && process.signals.pending) || []).map(signal => [process.pid, '', signal]),
    ...(process.threads || []).flatMap(thread =>
      (thread.pending || []).map(signal => [process.pid, thread.tid, signal])),
  ]).map(entry => ({
    pid: entry[0],
    cells: [link(ids.process(entry[0]), entry[0]), entry[1], entry[2].signal, entry[2].code, entry[2].pid],
  }));
  return section('signals', 'Signals',
    table('Signals that are not met in the default way',
      [['Process', 'number'], ['Signal'], ['Number', 'number'], ['Handler', 'code'], ['Flags', 'code'],
        ['Blocked meanwhile', 'code wide']], rows),
    waiting.length === 0 ? null : table('Signals that wait',
      [['Process', 'number'], ['Thread', 'number'], ['Signal'], ['Code', 'number'], ['Sender', 'number']],
      waiting));
}

function environment() {
  const rows = inspect.processes.flatMap(process => (process.environment || []).map(entry => {
    const at = entry.indexOf('=');
    return {
      pid: process.pid,
      cells: [link(ids.process(process.pid), process.pid), at < 0 ? entry : entry.slice(0, at),
        at < 0 ? '' : entry.slice(at + 1)],
    };
  }));
  return section('environment', 'Environment',
    table('As each process started', [['Process', 'number'], ['Name', 'code'], ['Value', 'code wide']], rows));
}

function limits() {
  const rows = inspect.processes.flatMap(process => (process.limits || []).map(limit => ({
    pid: process.pid,
    cells: [link(ids.process(process.pid), process.pid), limit.name, limit.soft, limit.hard],
  })));
  const timers = inspect.processes.flatMap(process => (process.timers || []).map(timer => ({
    pid: process.pid,
    cells: [link(ids.process(process.pid), process.pid), timer.kind, timer.signal, timer.intervalNanos,
      timer.valueNanos],
  })));
  return section('limits', 'Limits and timers',
    table('Resource limits', [['Process', 'number'], ['Limit'], ['Soft', 'number'], ['Hard', 'number']], rows),
    timers.length === 0 ? null : table('Timers', [['Process', 'number'], ['Kind'], ['Signal'],
      ['Interval, ns', 'number'], ['Left, ns', 'number']], timers));
}
