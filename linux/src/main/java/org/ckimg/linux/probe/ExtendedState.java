package org.ckimg.linux.probe;

import java.util.Arrays;
import org.ckimg.linux.sys.CodePage;
import org.ckimg.linux.sys.LibraryCall;
import org.ckimg.linux.sys.SyscallException;

/**
 * The extended registers that this host enables. Only the processor tells: by XGETBV and leaf 13 of
 * CPUID, Intel SDM volume 2.
 *
 * @param xcr0 enabled components
 * @param bytes of the XSAVE area with all of them, standard form
 */
public record ExtendedState(long xcr0, int bytes) {

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
    byte[] code = Arrays.copyOf(XGETBV, CPUID_OFFSET + CPUID.length);
    System.arraycopy(CPUID, 0, code, CPUID_OFFSET, CPUID.length);
    try (CodePage page = CodePage.of(code)) {
      return new ExtendedState(
          Integer.toUnsignedLong(LibraryCall.at("xgetbv", page.at(0)).call()),
          LibraryCall.at("cpuid", page.at(CPUID_OFFSET)).call());
    }
  }
}
