package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.remote.RemoteProcess;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * A piece of memory in the process that is built, where neither the program nor anything that is
 * there now lies: a syscall instruction and a buffer for arguments.
 *
 * @param address of the instruction
 */
record Workbench(RemoteProcess process, long address) {
  /** Size, bytes. */
  static final long BYTES = 0x80000;

  private static final long BUFFER_OFFSET = 0x1000;
  private static final int PAGE_SHIFT = 12;
  private static final long LOWEST = 0x200000;
  private static final long HIGHEST = 0x7ffffffff000L;
  private static final int PROT_ALL = 7;
  private static final int MAP_PRIVATE_ANONYMOUS_NOREPLACE = 0x100022;

  /** Room that a stack above may grow into. */
  private static final long MARGIN = 0x100000;

  private static final byte[] SYSCALL = {0x0f, 0x05};

  static Workbench set(RemoteProcess process, List<ProcessState> images) throws IOException {
    long address = freeSpace(process.pid(), images, BYTES);
    long mapped =
        process.call(
            process.pid(),
            Sys.MMAP,
            address,
            BYTES,
            PROT_ALL,
            MAP_PRIVATE_ANONYMOUS_NOREPLACE,
            -1,
            0);
    Syscalls.check("mmap", mapped, "workbench at 0x%x".formatted(address));
    process.poke(address, SYSCALL);
    process.useSyscallAt(address);
    return new Workbench(process, address);
  }

  /** The same in a process that was forked from this one. */
  Workbench of(RemoteProcess child) {
    child.useSyscallAt(address);
    return new Workbench(child, address);
  }

  /** A place of this size that is free now and in the images of all processes. */
  static long freeSpace(int pid, List<ProcessState> images, long bytes) throws IOException {
    List<long[]> used = new ArrayList<>();
    for (Mapping mapping : Maps.read(pid)) {
      if (mapping.start() >= 0) {
        used.add(new long[] {mapping.start(), mapping.end()});
      }
    }
    for (ProcessState image : images) {
      for (Vma vma : image.vmas()) {
        if (vma.kind() != Vma.Kind.VSYSCALL) {
          used.add(new long[] {vma.firstPage() << PAGE_SHIFT, vma.endPage() << PAGE_SHIFT});
        }
      }
    }
    used.sort((a, b) -> Long.compare(a[0], b[0]));
    long free = LOWEST;
    for (long[] range : used) {
      if (range[0] - free >= bytes + 2 * MARGIN) {
        break;
      }
      free = Math.max(free, range[1]);
    }
    if (HIGHEST - free < bytes + 2 * MARGIN) {
      throw new IOException("no free address range of " + bytes + " bytes");
    }
    return free + MARGIN;
  }

  /** First address behind. */
  long end() {
    return address + BYTES;
  }

  /** Puts bytes into the buffer; its address is returned. */
  long put(byte[] bytes) throws IOException {
    return put(0, bytes);
  }

  /** Puts bytes into the buffer at {@code offset}. */
  long put(int offset, byte[] bytes) throws IOException {
    if (offset + bytes.length > BYTES - BUFFER_OFFSET) {
      throw new IOException(bytes.length + " bytes are too many for one call");
    }
    long at = address + BUFFER_OFFSET + offset;
    process.poke(at, bytes);
    return at;
  }

  /** Puts a zero-terminated string into the buffer. */
  long putString(byte[] text) throws IOException {
    return put(java.util.Arrays.copyOf(text, text.length + 1));
  }

  /** Reads back from the buffer. */
  byte[] get(int length) throws IOException {
    return process.peek(address + BUFFER_OFFSET, length);
  }
}
