package org.ckimg.tools.names;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** Capabilities, {@code linux/capability.h}. */
public final class CapabilityNames {
  private static final List<String> NAMES =
      List.of(
          ("chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap"
                  + " linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock"
                  + " ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin"
                  + " sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease"
                  + " audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm"
                  + " block_suspend audit_read perfmon bpf checkpoint_restore")
              .split(" "));

  /** Every capability that this version knows. */
  private static final long ALL = (1L << NAMES.size()) - 1;

  private static final String PREFIX = "CAP_";

  private CapabilityNames() {}

  /** The bit of a capability with its full name, such as CAP_NET_BIND_SERVICE. */
  public static Optional<Long> mask(String name) {
    for (int bit = 0; bit < NAMES.size(); bit++) {
      if (full(bit).equals(name)) {
        return Optional.of(1L << bit);
      }
    }
    return Optional.empty();
  }

  /** Full names of those in a set that this version knows. */
  public static List<String> listOf(long set) {
    return IntStream.range(0, NAMES.size())
        .filter(bit -> (set >>> bit & 1) != 0)
        .mapToObj(CapabilityNames::full)
        .toList();
  }

  private static String full(int bit) {
    return PREFIX + NAMES.get(bit).toUpperCase(Locale.ROOT);
  }

  /** {@code none}, {@code all}, or names without their prefix, as capsh(1) writes them. */
  public static String of(long set) {
    if (set == 0) {
      return "none";
    }
    if (set == ALL) {
      return "all";
    }
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((set >>> bit & 1) != 0) {
        names.add(bit < NAMES.size() ? NAMES.get(bit) : Integer.toString(bit));
      }
    }
    return String.join(",", names);
  }
}
