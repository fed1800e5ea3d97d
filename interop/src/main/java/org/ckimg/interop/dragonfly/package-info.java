/**
 * Process checkpoints of DragonFly BSD ({@code checkpt(1)}, {@code sys_checkpoint(2)}): an ELF core
 * with records between its notes and its memory.
 *
 * <pre>
 *   Elf64_Ehdr, Elf64_Phdr ... | notes | vminfo | mapped files | signals | open files | zeroes | memory
 *                                NoteRecords      MappedFile     SignalRecord  OpenRecord  interop.core
 * </pre>
 *
 * Layouts are those of {@code sys/sys/ckpt.h}, {@code sys/sys/procfs.h} and {@code
 * sys/kern/imgact_elf.c} of DragonFly for x86-64.
 */
package org.ckimg.interop.dragonfly;
