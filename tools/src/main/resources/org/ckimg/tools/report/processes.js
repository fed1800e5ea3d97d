/** Processes below one, with a guard against a hostile circle of parents. */
function branch(process, children, seen) {
  seen.add(process.pid);
  const below = (children.get(process.pid) || []).filter(child => !seen.has(child.pid));
  const command = process.argv && process.argv.length > 0 ? process.argv.join(' ') : '[' + (process.comm || '?') + ']';
  return element('li', { id: ids.process(process.pid), 'data-pid': process.pid },
    element('span', { class: 'name' }, element('strong', {}, process.pid), ' ', element('code', {}, command),
      element('span', { class: 'quiet' }, ' (' + process.state + ')')),
    details(process),
    below.length === 0 ? null : element('ul', {}, below.map(child => branch(child, children, seen))));
}

function details(process) {
  const ids = process.credentials;
  const memory = process.memory;
  return facts([
    ['program', process.exe],
    ['works in', process.cwd],
    ['root', process.root === '/' ? undefined : process.root],
    ['user', ids && 'uid ' + ids.uid + ', euid ' + ids.euid + ', gid ' + ids.gid + ', egid ' + ids.egid],
    ['capabilities', ids && ids.capEffective],
    ['ended with', process.exitCode === undefined ? process.killedBy : process.exitCode],
    ['memory', memory && size(memory.mappedBytes) + ' mapped, ' + memory.storedPages + ' pages stored, '
      + memory.zeroPages + ' zero, ' + memory.parentPages + ' in a parent'],
    ['has', process.vmas && [(process.threads || []).length + ' threads, ' + process.vmas.length + ' mappings, '
      + (process.fds || []).length + ' descriptors']],
  ]);
}

function processes() {
  const known = new Set(inspect.processes.map(process => process.pid));
  const children = new Map();
  for (const process of inspect.processes) {
    const parent = known.has(process.ppid) && process.ppid !== process.pid ? process.ppid : undefined;
    children.has(parent) ? children.get(parent).push(process) : children.set(parent, [process]);
  }
  const seen = new Set();
  const roots = (children.get(undefined) || []).map(process => branch(process, children, seen));
  const circles = inspect.processes.map(process =>
    seen.has(process.pid) ? null : branch(process, children, seen));
  return section('processes', 'Processes', element('ul', { class: 'tree' }, roots, circles), leftOut(inspect));
}

function frames(process, stack) {
  const rows = stack.frames.map((frame, index) => ({
    pid: process.pid,
    cells: [index, address(process.pid, frame.address), frame.trust,
      frame.signalFrame ? '<signal handler returns>' : frame.function
        ? frame.function + '+0x' + frame.offset.toString(16) : '',
      frame.module],
  }));
  return table('Calls that had not returned; BY says how each was found, and ' + stack.end + ' how it ends',
    [['#', 'number'], ['Address', 'code'], ['By'], ['Function', 'code wide'], ['In', 'code wide']], rows);
}

function thread(process, found) {
  const registers = Object.entries(found.registers || {}).map(entry =>
    element('li', {}, entry[0].padEnd(9, '\u00a0') + ' ', address(process.pid, entry[1])));
  return element('article', { id: ids.thread(process.pid, found.tid), 'data-pid': process.pid },
    element('h3', {}, 'Thread ', found.tid, ' ', found.comm, ' of process ', link(ids.process(process.pid), process.pid)),
    facts([['blocks', (found.blocked || []).join(' ')],
      ['signal stack', found.altstack && found.altstack.bytes > 0
        ? [address(process.pid, found.altstack.address), ', ' + size(found.altstack.bytes)] : undefined]]),
    registers.length === 0 ? null : element('ul', { class: 'registers', 'aria-label': 'Registers' }, registers),
    found.stack ? frames(process, found.stack) : null);
}

function threads() {
  return section('threads', 'Threads: registers and stacks', inspect.processes.flatMap(process =>
    (process.threads || []).map(found => thread(process, found))));
}
