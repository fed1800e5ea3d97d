const filters = {
  words: document.getElementById('words'),
  pid: document.getElementById('pid'),
  layer: document.getElementById('layer'),
};

const FIRST_LAYER = diff ? 'changed' : 'content';
const SHOWN_LAYERS = Object.keys(LAYERS).filter(name => diff || name !== 'changed');

/** What the address of this page says behind its #: an id, or filters and an id. */
function stateOf(hash) {
  const text = hash.slice(1);
  const named = new URLSearchParams(text.includes('=') ? text : '');
  return {
    words: named.get('words') || '',
    pid: named.get('pid') || '',
    layer: SHOWN_LAYERS.includes(named.get('layer')) ? named.get('layer') : FIRST_LAYER,
    at: text.includes('=') ? named.get('at') || '' : decode(text),
  };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hashOf(state) {
  const named = new URLSearchParams();
  for (const name of ['words', 'pid', 'layer', 'at']) {
    if (state[name]) {
      named.set(name, state[name]);
    }
  }
  return '#' + named;
}

let state = stateOf(location.hash);

/** Hides the rows that a filter does not let through; processes hide all that is theirs. */
function apply() {
  const words = state.words.toLowerCase().split(/\s+/).filter(word => word);
  let shown = 0;
  let all = 0;
  for (const row of document.querySelectorAll('table.filtered > tbody > tr')) {
    const isOfOther = state.pid !== '' && row.dataset.pid !== undefined && row.dataset.pid !== state.pid;
    const text = row.textContent.toLowerCase();
    row.hidden = isOfOther || !words.every(word => text.includes(word) || hasAddress(row, word));
    all++;
    shown += row.hidden ? 0 : 1;
  }
  for (const part of document.querySelectorAll('article[data-pid], .memory[data-pid]')) {
    part.hidden = state.pid !== '' && part.dataset.pid !== state.pid;
  }
  for (const found of document.querySelectorAll('table.filtered')) {
    found.parentElement.hidden = [...found.tBodies[0].rows].every(row => row.hidden);
  }
  document.getElementById('shown').value = shown === all ? all + ' rows' : shown + ' of ' + all + ' rows';
  drawMaps(state);
}

/** True for the row of a mapping that has the address which a word is. */
function hasAddress(row, word) {
  if (!row.querySelector('svg.bar') || !/^(0x)?[0-9a-f]{5,16}$/.test(word)) {
    return false;
  }
  const mapping = mappingAt(Number(row.dataset.pid), BigInt(word.startsWith('0x') ? word : '0x' + word));
  return mapping !== undefined && ids.mapping(mapping.pid, mapping) === row.id;
}

function show(next) {
  const colours = next.layer !== state.layer;
  state = next;
  filters.words.value = state.words;
  filters.pid.value = state.pid;
  filters.layer.value = state.layer;
  if (colours) {
    drawBars(state);
  }
  apply();
}

/** Goes to what an id names, even if a filter had hidden it. */
function go() {
  const target = document.getElementById(state.at);
  if (target !== null && target.hidden) {
    show({ ...state, words: '', pid: '' });
  }
  if (target !== null) {
    target.scrollIntoView();
    target.setAttribute('tabindex', '-1');
    target.focus({ preventScroll: true });
  }
}

function changed() {
  const next = { ...state, words: filters.words.value, pid: filters.pid.value, layer: filters.layer.value, at: '' };
  history.replaceState(null, '', hashOf(next));
  show(next);
}

function warnings() {
  return inspect.warnings.map(text => element('p', { class: 'warning' }, text));
}

function head() {
  const image = inspect.image;
  const host = inspect.host;
  fill(document.getElementById('facts'), [facts([
    ['image', image.format + (image.complete ? '' : ', cut short') + (image.partial ? ', partial' : '') + ', ' + size(image.bytes)],
    ['identity', image.identity && element('code', {}, image.identity)],
    ['made', image.created],
    ['compared with', diff && [diff.a.format, ' image ', diff.a.identity && element('code', {}, diff.a.identity), ' ', diff.a.created]],
    ['container', image.container && [image.container.name, ' ', image.container.image]],
    ['machine', [host.arch, ', ', host.system, ' ', host.kernel, ', pages of ', size(host.pageSize)]],
  ]), warnings()]);
}

function start() {
  head();
  const parts = [findings(), changes(), processes(), memory(state), threads(), descriptors(), signals(),
    environment(), limits()].filter(part => part !== null);
  fill(document.getElementById('main'), parts);
  fill(document.getElementById('contents'), [element('ul', {}, parts.map(part =>
    element('li', {}, link(part.id, part.querySelector('h2').textContent))))]);
  fill(filters.pid, inspect.processes.map(process =>
    element('option', { value: process.pid }, process.pid, ' ', process.comm)));
  fill(filters.layer, SHOWN_LAYERS.map(name => element('option', { value: name }, LAYERS[name].title)));
  show(state);
  go();
}

for (const name of ['words', 'pid', 'layer']) {
  filters[name].addEventListener('input', changed);
}
document.getElementById('filters').addEventListener('submit', event => event.preventDefault());
addEventListener('hashchange', () => {
  const next = stateOf(location.hash);
  if (!location.hash.includes('=')) {
    show({ ...state, at: next.at });
  } else {
    show(next);
  }
  go();
});
start();
