package org.ckimg.restorer.gather;

import java.util.Map;
import java.util.Optional;

/** File systems of the kernel itself, {@code linux/magic.h}: what is in them is no data. */
public final class KernelFilesystems {
  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(0x9fa0L, "proc"),
          Map.entry(0x62656572L, "sysfs"),
          Map.entry(0x27e0ebL, "cgroup"),
          Map.entry(0x63677270L, "cgroup2"),
          Map.entry(0x64626720L, "debugfs"),
          Map.entry(0x74726163L, "tracefs"),
          Map.entry(0x73636673L, "securityfs"),
          Map.entry(0xcafe4a11L, "bpf"),
          Map.entry(0x19800202L, "mqueue"),
          Map.entry(0x6e736673L, "nsfs"),
          Map.entry(0x50495045L, "pipefs"),
          Map.entry(0x534f434bL, "sockfs"),
          Map.entry(0x50494446L, "pidfs"),
          Map.entry(0x09041934L, "anonymous inodes"),
          Map.entry(0x444d4142L, "DMA buffers"),
          Map.entry(0x5345434dL, "secret memory"),
          Map.entry(0xde5e81e4L, "efivarfs"),
          Map.entry(0x62656570L, "configfs"),
          Map.entry(0x42494e4dL, "binfmt_misc"),
          Map.entry(0x65735543L, "fusectl"),
          Map.entry(0x6165676cL, "pstore"),
          Map.entry(0x67596969L, "rpc_pipefs"),
          Map.entry(0x6e667364L, "nfsd"),
          Map.entry(0x7655821L, "resctrl"),
          Map.entry(0xf97cff8cL, "selinuxfs"),
          Map.entry(0x43415d53L, "smackfs"),
          Map.entry(0x5a3c69f0L, "apparmorfs"));

  private KernelFilesystems() {}

  /** Its name; empty for a file system of disks, of memory, or of the network. */
  public static Optional<String> name(long type) {
    return Optional.ofNullable(NAMES.get(type));
  }
}
