/** A document of this page, empty when it has none of that name. */
function documentOf(id) {
  const found = document.getElementById(id);
  return found ? JSON.parse(found.textContent) : undefined;
}

const inspect = documentOf('inspect');
const triage = documentOf('triage');
const diff = documentOf('diff');
const layers = new Map(documentOf('layers').processes.map(process => [process.pid, process.vmas]));

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** A number of bytes to three digits. */
function size(bytes) {
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit === 0 ? Math.round(value) : value.toPrecision(value < 1000 ? 3 : 4)) + ' ' + UNITS[unit];
}

/** Ids of what can be linked to; the same in every report of the same image. */
const ids = {
  process: pid => 'pid-' + pid,
  thread: (pid, tid) => 'pid-' + pid + '-thread-' + tid,
  mapping: (pid, vma) => 'pid-' + pid + '-map-' + vma.start.slice(2),
  fd: (pid, fd) => 'pid-' + pid + '-fd-' + fd,
  signal: (pid, signal) => 'pid-' + pid + '-' + signal.replace(/[^A-Za-z0-9+]/g, ''),
};

/** Mappings of all processes with what is known of their pages, by address. */
const mappings = new Map(inspect.processes.map(process => {
  const pieces = new Map((layers.get(process.pid) || []).map(bins => [bins.vma, bins]));
  return [process.pid, (process.vmas || []).map((vma, index) => ({
    ...vma,
    pid: process.pid,
    from: BigInt(vma.start),
    to: BigInt(vma.end),
    bins: pieces.get(index),
    label: vma.path || vma.name || (vma.kind === 'anonymous' ? 'anonymous' : '[' + vma.kind + ']'),
  }))];
}));

/** The mapping of a process that has an address. */
function mappingAt(pid, address) {
  const all = mappings.get(pid) || [];
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].to <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < all.length && all[low].from <= address ? all[low] : undefined;
}

/** An address as a link to the mapping that has it. */
function address(pid, text) {
  const value = BigInt(text);
  const mapping = mappingAt(pid, value);
  return mapping ? element('a', { href: '#' + ids.mapping(pid, mapping), title: mapping.label }, text) : text;
}

/** Text in which every word that is an address of the process is a link. */
function linked(pid, text) {
  return visible(text).split(/\b((?:0x)?[0-9a-f]{5,16})\b/).map((part, index) => {
    const isAddress = index % 2 === 1 && pid !== undefined;
    return isAddress ? address(pid, part.startsWith('0x') ? part : '0x' + part) : part;
  });
}
