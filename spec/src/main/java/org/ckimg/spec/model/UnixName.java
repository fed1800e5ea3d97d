package org.ckimg.spec.model;

import java.util.Optional;

/**
 * What a Unix socket is bound to: a path or an abstract name, unix(7).
 *
 * @param bytes of {@code sun_path}; those of a path without the zero behind it, those of an
 *     abstract name with the zero before it
 */
public record UnixName(Bytes bytes) {
  /** Length of {@code struct sockaddr_un}. */
  public static final int MAX_ADDRESS = 110;

  private static final int AF_UNIX = 1;
  private static final int FAMILY_BYTES = 2;

  /** That of a socket address of a little-endian machine; empty when it has no name. */
  public static Optional<UnixName> of(Bytes address) {
    boolean named =
        address.length() > FAMILY_BYTES && address.at(0) == AF_UNIX && address.at(1) == 0;
    if (!named) {
      return Optional.empty();
    }
    Bytes name = address.slice(FAMILY_BYTES, address.length());
    if (name.at(0) == 0) {
      return Optional.of(new UnixName(name));
    }
    int end = 0;
    while (end < name.length() && name.at(end) != 0) {
      end++;
    }
    return Optional.of(new UnixName(name.slice(0, end)));
  }

  /** The socket address of a little-endian machine that has this name. */
  public Bytes address() {
    Bytes address = Bytes.of((byte) AF_UNIX, (byte) 0).plus(bytes);
    return isAbstract() ? address : address.plus(Bytes.of((byte) 0));
  }

  /** True for a name that is no path. */
  public boolean isAbstract() {
    return bytes.at(0) == 0;
  }

  /** True for a path from a working directory. */
  public boolean isRelative() {
    return bytes.at(0) != 0 && bytes.at(0) != '/';
  }

  @Override
  public String toString() {
    return isAbstract() ? "@" + bytes.slice(1, bytes.length()) : bytes.toString();
  }
}
