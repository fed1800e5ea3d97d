package org.ckimg.linux.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Machine code in a page of this process, which is never writable and executable at once. */
public final class CodePage implements AutoCloseable {
  private static final int BYTES = 4096;
  private static final int PROT_READ_WRITE = 3;
  private static final int PROT_READ_EXECUTE = 5;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

  private final MemorySegment page;

  private CodePage(MemorySegment page) {
    this.page = page;
  }

  /**
   * Maps a page that holds {@code code}.
   *
   * @param code at most 4096 bytes that run anywhere
   */
  public static CodePage of(byte[] code) throws SyscallException {
    long address =
        Syscalls.check(
            "mmap",
            Syscalls.call(Sys.MMAP, 0, BYTES, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
            "one page");
    MemorySegment page = MemorySegment.ofAddress(address).reinterpret(BYTES);
    MemorySegment.copy(code, 0, page, ValueLayout.JAVA_BYTE, 0, code.length);
    CodePage made = new CodePage(page);
    try {
      Syscalls.check(
          "mprotect", Syscalls.call(Sys.MPROTECT, address, BYTES, PROT_READ_EXECUTE), "one page");
      return made;
    } catch (SyscallException e) {
      made.close();
      throw e;
    }
  }

  /** What is behind {@code offset}. */
  public MemorySegment at(int offset) {
    return page.asSlice(offset);
  }

  @Override
  public void close() {
    Syscalls.call(Sys.MUNMAP, page.address(), BYTES);
  }
}
