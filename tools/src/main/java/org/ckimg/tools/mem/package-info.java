/**
 * The memory of a frozen program as the program saw it: by address, across page and mapping
 * borders; and what else it held that bytes can be looked for in. Nothing here knows a file format.
 */
package org.ckimg.tools.mem;
