package org.ckimg.interop.criu;

import org.ckimg.interop.criu.proto.VmaEntry;

/** Bits of a mapping's status. */
public enum VmaStatus {
  STACK(1),
  VSYSCALL(2),
  VDSO(3),
  HEAP(5),
  FILE_PRIVATE(6),
  FILE_SHARED(7),
  ANON_SHARED(8),
  ANON_PRIVATE(9),
  SYSV(10),
  SOCKET(11),
  VVAR(12),
  AIO_RING(13),
  MEMFD(14),
  SHADOW_STACK(15),
  GUARD(16),
  UPROBES(17),
  PLUGIN(27);

  private final int bit;

  VmaStatus(int bit) {
    this.bit = bit;
  }

  /** The bit itself. */
  public int mask() {
    return 1 << bit;
  }

  boolean in(VmaEntry vma) {
    return (vma.getStatus() & 1 << bit) != 0;
  }
}
