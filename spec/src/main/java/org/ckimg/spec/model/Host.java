package org.ckimg.spec.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The machine that the program ran on.
 *
 * @param bigEndian byte order of the program
 * @param machine ELF e_machine: 62 is x86-64
 * @param system 1 Linux, 2 DragonFly, 3 FreeBSD, 4 other
 * @param pageShift log2 of the page size: 12, 14 or 16
 * @param kernelRelease as uname(2) gives it
 * @param cpuFeatures names as in /proc/cpuinfo, sorted, one space between
 * @param xcr0 enabled XSAVE components (x86)
 * @param xsaveBytes size of the XSAVE area for {@code xcr0} (x86)
 * @param vdso the kernel's vdso
 */
public record Host(
    boolean bigEndian,
    int machine,
    int system,
    int pageShift,
    Optional<Bytes> kernelRelease,
    Optional<Bytes> cpuFeatures,
    OptionalLong xcr0,
    OptionalInt xsaveBytes,
    Optional<Vdso> vdso) {
  /** {@link #system} of Linux. */
  public static final int LINUX = 1;

  /** {@link #system} of DragonFly. */
  public static final int DRAGONFLY = 2;

  private static final int FREEBSD = 3;
  private static final int SIGKILL = 9;
  private static final int SIGSTOP_OF_LINUX = 19;
  private static final int SIGSTOP_OF_BSD = 17;

  /** ELF e_machine of x86-64. */
  public static final int X86_64 = 62;

  /** The same with what is known of its kernel's vdso. */
  public Host withVdso(Optional<Vdso> known) {
    return new Host(
        bigEndian, machine, system, pageShift, kernelRelease, cpuFeatures, xcr0, xsaveBytes, known);
  }

  /**
   * True for signals that can have no action: SIGKILL, and SIGSTOP where its number is known, 19 on
   * Linux, signal(7), and 17 on the BSDs, signal(3) of DragonFly.
   *
   * @param system as {@link #system()}
   */
  public static boolean hasNoAction(int system, int signal) {
    return signal == SIGKILL
        || signal
            == switch (system) {
              case LINUX -> SIGSTOP_OF_LINUX;
              case DRAGONFLY, FREEBSD -> SIGSTOP_OF_BSD;
              default -> SIGKILL;
            };
  }

  /** Bytes in a page. */
  public int pageSize() {
    return 1 << pageShift;
  }
}
