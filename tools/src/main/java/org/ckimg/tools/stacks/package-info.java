/** Who called whom: backtraces of threads from registers, memory and call frame information. */
package org.ckimg.tools.stacks;
