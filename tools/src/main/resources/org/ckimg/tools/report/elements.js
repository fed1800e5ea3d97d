'use strict';

// Characters that would change how the text around them is shown: controls, and marks of direction.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text from an image, with every character that hides something written as its number. */
function visible(text) {
  return String(text).replace(HIDDEN, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** Puts nodes, and text that stays text whatever is in it, into an element. */
function fill(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== '') {
      parent.append(child instanceof Node ? child : visible(child));
    }
  }
  return parent;
}

/** An HTML element; attributes that are undefined are not set. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined) {
      made.setAttribute(key, value);
    }
  }
  return fill(made, children);
}

/** An SVG element. */
function drawing(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined) {
      made.setAttribute(key, value);
    }
  }
  return fill(made, children);
}

/** A link inside this page. */
function link(id, ...children) {
  return element('a', { href: '#' + id }, children);
}

/** A list of names and values; what is undefined is left out. */
function facts(pairs) {
  const known = pairs.filter(pair => pair[1] !== undefined && pair[1] !== '');
  return element('dl', { class: 'facts' },
    known.map(pair => [element('dt', {}, pair[0]), element('dd', {}, pair[1])]));
}

/** A section with an entry in the contents. */
function section(id, title, ...children) {
  const heading = element('h2', { id: id + '-title' }, title);
  return element('section', { id: id, 'aria-labelledby': id + '-title' }, heading, children);
}
