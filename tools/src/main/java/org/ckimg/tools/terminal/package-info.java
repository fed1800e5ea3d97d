/** A program on a terminal, and ckimg as its parent: keys, windows, signals, job control. */
package org.ckimg.tools.terminal;
