/**
 * ELF cores of Linux, elf(5) and core(5): what kernels, gdb's gcore and others write is read, and a
 * process of any checkpoint is written.
 *
 * <pre>
 * core    := header program-header* notes memory*
 * notes   := (process: PRPSINFO, AUXV, FILE) and for each thread PRSTATUS, its other registers, SIGINFO
 * memory  := the bytes of a PT_LOAD segment; fewer than the segment is long when the rest was not dumped
 * </pre>
 *
 * The kernel writes the notes before the memory, gdb behind it: a core of gdb that was cut has lost
 * its threads.
 */
package org.ckimg.interop.core;
