package org.ckimg.tools.names;

import static org.ckimg.tools.names.Bits.name;

import java.util.ArrayList;
import java.util.List;
import org.ckimg.spec.model.Host;

/** Access mode and status flags of open(2), numbers of the program's system and machine. */
public final class OpenFlags {
  private static final int ACCESS_MODE = 3;
  private static final List<String> MODES = List.of("O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE");
  private static final int AARCH64 = 183;
  private static final int ARM = 40;

  /** {@code asm-generic/fcntl.h}: what all machines share. */
  private static final List<Bits.Name> COMMON =
      List.of(
          name("O_CREAT", 0100),
          name("O_EXCL", 0200),
          name("O_NOCTTY", 0400),
          name("O_TRUNC", 01000),
          name("O_APPEND", 02000),
          name("O_NONBLOCK", 04000),
          name("O_SYNC", 04010000),
          name("O_DSYNC", 010000),
          name("O_ASYNC", 020000),
          name("O_NOATIME", 01000000),
          name("O_CLOEXEC", 02000000),
          name("O_PATH", 010000000));

  private static final Bits GENERIC =
      with(
          name("O_TMPFILE", 020200000),
          name("O_DIRECT", 040000),
          name("O_LARGEFILE", 0100000),
          name("O_DIRECTORY", 0200000),
          name("O_NOFOLLOW", 0400000));

  /** {@code arch/arm64/include/uapi/asm/fcntl.h}. */
  private static final Bits ARMS =
      with(
          name("O_TMPFILE", 020040000),
          name("O_DIRECTORY", 040000),
          name("O_NOFOLLOW", 0100000),
          name("O_DIRECT", 0200000),
          name("O_LARGEFILE", 0400000));

  /** {@code sys/fcntl.h} of DragonFly. */
  private static final Bits DRAGONFLY =
      new Bits(
          List.of(
              name("O_NONBLOCK", 4),
              name("O_APPEND", 8),
              name("O_SHLOCK", 0x10),
              name("O_EXLOCK", 0x20),
              name("O_ASYNC", 0x40),
              name("O_FSYNC", 0x80),
              name("O_NOFOLLOW", 0x100),
              name("O_CREAT", 0x200),
              name("O_TRUNC", 0x400),
              name("O_EXCL", 0x800)));

  private OpenFlags() {}

  private static Bits with(Bits.Name... own) {
    List<Bits.Name> all = new ArrayList<>(COMMON);
    all.addAll(List.of(own));
    return new Bits(List.copyOf(all));
  }

  /** The access mode, then the flags. */
  public static List<String> of(Host host, int flags) {
    List<String> names = new ArrayList<>();
    names.add(MODES.get(flags & ACCESS_MODE));
    names.addAll(bits(host).of(Integer.toUnsignedLong(flags & ~ACCESS_MODE)));
    return names;
  }

  private static Bits bits(Host host) {
    if (host.system() == Host.DRAGONFLY) {
      return DRAGONFLY;
    }
    return host.machine() == AARCH64 || host.machine() == ARM ? ARMS : GENERIC;
  }
}
