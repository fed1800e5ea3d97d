package org.ckimg.linux.probe;

import java.util.ArrayList;
import java.util.List;

/** Names of capabilities, {@code linux/capability.h}. */
public final class Capabilities {
  static final int SETGID = 6;
  static final int SETUID = 7;
  static final int SETPCAP = 8;
  static final int SYS_CHROOT = 18;
  static final int SYS_PTRACE = 19;
  static final int SYS_NICE = 23;
  static final int SYS_RESOURCE = 24;
  static final int CHECKPOINT_RESTORE = 40;

  private static final List<String> NAMES =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_DAC_READ_SEARCH",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETPCAP",
          "CAP_LINUX_IMMUTABLE",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_BROADCAST",
          "CAP_NET_ADMIN",
          "CAP_NET_RAW",
          "CAP_IPC_LOCK",
          "CAP_IPC_OWNER",
          "CAP_SYS_MODULE",
          "CAP_SYS_RAWIO",
          "CAP_SYS_CHROOT",
          "CAP_SYS_PTRACE",
          "CAP_SYS_PACCT",
          "CAP_SYS_ADMIN",
          "CAP_SYS_BOOT",
          "CAP_SYS_NICE",
          "CAP_SYS_RESOURCE",
          "CAP_SYS_TIME",
          "CAP_SYS_TTY_CONFIG",
          "CAP_MKNOD",
          "CAP_LEASE",
          "CAP_AUDIT_WRITE",
          "CAP_AUDIT_CONTROL",
          "CAP_SETFCAP",
          "CAP_MAC_OVERRIDE",
          "CAP_MAC_ADMIN",
          "CAP_SYSLOG",
          "CAP_WAKE_ALARM",
          "CAP_BLOCK_SUSPEND",
          "CAP_AUDIT_READ",
          "CAP_PERFMON",
          "CAP_BPF",
          "CAP_CHECKPOINT_RESTORE");

  private Capabilities() {}

  /** Name of a capability by its bit number; {@code capability 41} for one that has none here. */
  public static String name(int capability) {
    return capability < NAMES.size() ? NAMES.get(capability) : "capability " + capability;
  }

  /** Names of the bits of a set, such as {@code CapEff}, ascending. */
  public static List<String> names(long set) {
    List<String> names = new ArrayList<>();
    for (int capability = 0; capability < Long.SIZE; capability++) {
      if (has(set, capability)) {
        names.add(name(capability));
      }
    }
    return names;
  }

  static boolean has(long set, int capability) {
    return (set >>> capability & 1) != 0;
  }
}
