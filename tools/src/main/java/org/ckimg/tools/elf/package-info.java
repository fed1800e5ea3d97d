/** ELF files as linkers and debuggers see them, elf(5); from a file or from memory. */
package org.ckimg.tools.elf;
