package org.ckimg.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;

/**
 * A file system with a fault, which only the program that is dumped and the tool see: it is mounted
 * in their own mount namespace, and goes with them.
 */
final class Disk implements AutoCloseable {
  private static final long BYTES = 64 << 20;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_SEAL_WRITE = 8;

  private final Path folder = Stage.folder("disk");
  private final Fault fault;
  private int device = -1;

  /** What is wrong with it. */
  enum Fault {
    /** A megabyte is free. */
    FULL("mount -t tmpfs -o size=1m,mode=777 ckimg-e2e \"$disk\"", "ENOSPC"),
    READ_ONLY("mount -t tmpfs -o ro ckimg-e2e \"$disk\"", "EROFS"),
    /** A megabyte is left to whoever has no CAP_SYS_RESOURCE: a quota group of btrfs(5). */
    QUOTA(
        "mkfs.btrfs -q -f --mixed \"$device\" 2>&1 && mount -o loop \"$device\" \"$disk\""
            + " && chmod 777 \"$disk\" && btrfs quota enable \"$disk\""
            + " && btrfs qgroup limit 1M \"$disk\"",
        "EDQUOT"),
    /** The device takes nothing any more once it is mounted. */
    BROKEN(
        "mkfs.ext4 -q -F -O ^has_journal \"$device\" && mount -o loop \"$device\" \"$disk\"",
        "EIO");

    private final String mount;
    private final String error;

    Fault(String mount, String error) {
      this.mount = mount;
      this.error = error;
    }

    /** What a command says that meets it. */
    String error() {
      return error;
    }

    /** Who meets it. */
    Account account() {
      return this == QUOTA ? Account.NOBODY : Account.SELF;
    }

    private boolean hasDevice() {
      return this == QUOTA || this == BROKEN;
    }
  }

  Disk(Fault fault) throws IOException {
    this.fault = fault;
    Requirements.program("mount");
    Requirements.program("unshare");
    Requirements.program("nsenter");
    if (fault == Fault.QUOTA) {
      Requirements.program("mkfs.btrfs");
      String known = Files.readString(Path.of("/proc/filesystems"));
      assumeTrue(known.contains("btrfs"), "no btrfs in this kernel, which has quotas");
    }
    if (fault == Fault.BROKEN) {
      Requirements.program("mkfs.ext4");
    }
    if (fault.hasDevice()) {
      assumeTrue(Files.isWritable(Path.of("/dev/loop-control")), "no loop devices here");
      device = memoryFile();
    }
  }

  private static int memoryFile() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom("ckimg-e2e").address();
      int fd =
          (int)
              Syscalls.check(
                  "memfd_create",
                  Syscalls.call(Sys.MEMFD_CREATE, name, MFD_ALLOW_SEALING),
                  "a disk");
      Syscalls.check("ftruncate", Syscalls.call(Sys.FTRUNCATE, fd, BYTES), "a disk");
      return fd;
    }
  }

  Path folder() {
    return folder;
  }

  /** What stands in front of the program: it sees the file system. */
  List<String> mounted() {
    return List.of(
        "unshare",
        "--mount",
        "sh",
        "-c",
        "disk=$1; device=$2; shift 2; " + fault.mount + " && exec \"$@\"",
        "disk",
        folder.toString(),
        "/proc/" + ProcessHandle.current().pid() + "/fd/" + device);
  }

  /** What stands in front of a tool that sees what {@code pid} sees. */
  static List<String> seenBy(int pid) {
    return List.of("nsenter", "--mount", "--target", Integer.toString(pid), "--wd=/", "--");
  }

  /** From now on every write fails that reaches the device. */
  void breakDown() throws IOException {
    if (fault == Fault.BROKEN) {
      FileCalls.fcntl(device, F_ADD_SEALS, F_SEAL_WRITE);
    }
  }

  /** Names of what is there, as {@code pid} sees it. */
  List<Path> files(int pid) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path file : RefusalTest.list(Path.of("/proc/" + pid + "/root" + folder))) {
      if (!file.endsWith("lost+found")) {
        files.add(file.getFileName());
      }
    }
    return files;
  }

  @Override
  public void close() {
    if (device >= 0) {
      FileCalls.close(device);
    }
  }
}
