package org.ckimg.linux.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ckimg.linux.sys.LibraryCall;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;

/**
 * The extended registers that this host enables. Only the processor tells: by XGETBV and leaf 13 of
 * CPUID, Intel SDM volume 2.
 *
 * @param xcr0 enabled components
 * @param bytes of the XSAVE area with all of them, standard form
 */
public record ExtendedState(long xcr0, int bytes) {
  private static final int PAGE = 4096;
  private static final int PROT_READ_WRITE = 3;
  private static final int PROT_READ_EXECUTE = 5;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

  /** xor %ecx, %ecx; xgetbv; shl $32, %rdx; or %rdx, %rax; ret. */
  private static final byte[] XGETBV = {
    0x31,
    (byte) 0xc9,
    0x0f,
    0x01,
    (byte) 0xd0,
    0x48,
    (byte) 0xc1,
    (byte) 0xe2,
    0x20,
    0x48,
    0x09,
    (byte) 0xd0,
    (byte) 0xc3
  };

  /** push %rbx; mov $13, %eax; xor %ecx, %ecx; cpuid; mov %ebx, %eax; pop %rbx; ret. */
  private static final byte[] CPUID = {
    0x53,
    (byte) 0xb8,
    0x0d,
    0,
    0,
    0,
    0x31,
    (byte) 0xc9,
    0x0f,
    (byte) 0xa2,
    (byte) 0x89,
    (byte) 0xd8,
    0x5b,
    (byte) 0xc3
  };

  private static final int CPUID_OFFSET = 64;

  /** Asks. */
  public static ExtendedState read() throws SyscallException {
    long page =
        Syscalls.check(
            "mmap",
            Syscalls.call(Sys.MMAP, 0, PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
            "one page");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = MemorySegment.ofAddress(page).reinterpret(PAGE);
      code.copyFrom(NativeBytes.copyOf(arena, XGETBV));
      code.asSlice(CPUID_OFFSET).copyFrom(NativeBytes.copyOf(arena, CPUID));
      Syscalls.check(
          "mprotect", Syscalls.call(Sys.MPROTECT, page, PAGE, PROT_READ_EXECUTE), "one page");
      return new ExtendedState(
          Integer.toUnsignedLong(LibraryCall.at("xgetbv", code).call()),
          LibraryCall.at("cpuid", code.asSlice(CPUID_OFFSET)).call());
    } finally {
      Syscalls.call(Sys.MUNMAP, page, PAGE);
    }
  }
}
