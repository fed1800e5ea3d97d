package org.ckimg.tools.names;

import java.util.List;

/** Resources of getrlimit(2), {@code asm-generic/resource.h}. */
public final class ResourceNames {
  private static final List<String> NAMES =
      List.of(
          "CPU FSIZE DATA STACK CORE RSS NPROC NOFILE MEMLOCK AS LOCKS SIGPENDING MSGQUEUE NICE"
              .concat(" RTPRIO RTTIME")
              .split(" "));

  private static final List<String> UNITS =
      List.of(
          "seconds bytes bytes bytes bytes bytes processes files bytes bytes locks signals bytes"
              .concat(" - - microseconds")
              .split(" "));

  private ResourceNames() {}

  /** Such as RLIMIT_NOFILE. */
  public static String name(int resource) {
    return "RLIMIT_" + (isKnown(resource) ? NAMES.get(resource) : resource);
  }

  /** What the number counts. */
  public static String unit(int resource) {
    return isKnown(resource) ? UNITS.get(resource) : "-";
  }

  private static boolean isKnown(int resource) {
    return resource >= 0 && resource < NAMES.size();
  }
}
