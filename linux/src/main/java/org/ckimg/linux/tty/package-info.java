/** What waits in a pseudo terminal, taken out and given back. */
package org.ckimg.linux.tty;
