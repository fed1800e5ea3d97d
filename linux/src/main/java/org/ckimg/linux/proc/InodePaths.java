package org.ckimg.linux.proc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileHandle;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.SyscallException;

/**
 * Paths of files that the kernel names by device and inode only, as in the watches of inotify(7).
 * Who has CAP_DAC_READ_SEARCH asks by file handle. Anybody else looks through folders: the one that
 * the process works in and what is below it, then every mount of the device from its root on, broad
 * before deep, and no more than a number of entries. Who watches these folders for being opened is
 * told of it.
 */
public final class InodePaths {
  /** Looked through in about a tenth of a second, where the file system has them in memory. */
  static final int MAX_ENTRIES = 200_000;

  private static final int FOLDER =
      FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC;

  private final int pid;
  private final Map<Inode, byte[]> known = new HashMap<>();
  private final Set<Inode> nowhere = new HashSet<>();

  /** Looks where the process sees files. */
  public InodePaths(int pid) {
    this.pid = pid;
  }

  /**
   * Which file.
   *
   * @param device of its file system, major &lt;&lt; 32 | minor
   */
  public record Inode(long device, long number) {}

  /** The path of a file that was looked for and found, if it still leads there. */
  public Optional<byte[]> path(Inode inode) {
    return Optional.ofNullable(known.get(inode)).filter(path -> isAt(path, inode));
  }

  /**
   * Looks for files, unless their path is known. What folders were gone through for and that was
   * not found is not looked for there again: a disk may take seconds for that.
   *
   * @param wanted with the handle that the kernel tells, if it does
   */
  public void look(Map<Inode, Optional<FileHandle>> wanted) throws IOException {
    Map<Inode, Optional<FileHandle>> missing = new HashMap<>(wanted);
    missing.keySet().removeIf(inode -> path(inode).isPresent());
    if (missing.isEmpty()) {
      return;
    }
    List<Mounts.Mount> mounts = Mounts.of(pid);
    missing.forEach((inode, handle) ->
        handle.flatMap(h -> byHandle(inode, h, mounts)).ifPresent(path -> known.put(inode, path)));
    missing.keySet().removeIf(inode -> path(inode).isPresent() || nowhere.contains(inode));
    Set<Long> devices = new HashSet<>();
    missing.keySet().forEach(inode -> devices.add(inode.device()));
    for (long device : devices) {
      new Walk(device, missing.keySet()).run(places(device, mounts));
    }
    missing.keySet().stream().filter(inode -> path(inode).isEmpty()).forEach(nowhere::add);
  }

  private List<byte[]> places(long device, List<Mounts.Mount> mounts) throws IOException {
    List<byte[]> places = new ArrayList<>();
    places.add(ProcFile.link(pid, "cwd"));
    mounts.stream()
        .filter(mount -> mount.device() == device)
        .forEach(mount -> places.add(mount.point()));
    return places;
  }

  private static Optional<byte[]> byHandle(
      Inode inode, FileHandle handle, List<Mounts.Mount> mounts) {
    for (Mounts.Mount mount : mounts) {
      if (mount.device() == inode.device() && mount.whole()) {
        try {
          Optional<byte[]> path = byHandle(mount, handle).filter(p -> isAt(p, inode));
          if (path.isPresent()) {
            return path;
          }
        } catch (SyscallException e) {
          if (e.errno() == Errno.EPERM) {
            return Optional.empty();
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<byte[]> byHandle(Mounts.Mount mount, FileHandle handle)
      throws SyscallException {
    int root = FileCalls.open(mount.point(), FOLDER, 0);
    try {
      int fd = FileCalls.openByHandle(root, handle);
      try {
        return Optional.of(Fds.link((int) ProcessHandle.current().pid(), fd));
      } finally {
        FileCalls.close(fd);
      }
    } finally {
      FileCalls.close(root);
    }
  }

  private static boolean isAt(byte[] path, Inode inode) {
    try {
      FileStatus found = FileCalls.status(path);
      return found.inode() == inode.number() && found.device() == inode.device();
    } catch (SyscallException e) {
      return false;
    }
  }

  /** Goes through the folders of one file system. */
  private final class Walk {
    private final long device;
    private final Map<Long, Inode> wanted = new HashMap<>();
    private final ArrayDeque<byte[]> folders = new ArrayDeque<>();
    private final Set<Long> seen = new HashSet<>();
    private int entries;

    Walk(long device, Collection<Inode> inodes) {
      this.device = device;
      inodes.stream()
          .filter(inode -> inode.device() == device)
          .forEach(inode -> wanted.put(inode.number(), inode));
    }

    void run(List<byte[]> places) {
      for (byte[] place : places) {
        try {
          take(FileCalls.status(place).inode(), place);
        } catch (SyscallException e) {
          continue;
        }
        folders.add(place);
        while (!folders.isEmpty() && !wanted.isEmpty() && entries < MAX_ENTRIES) {
          read(folders.remove());
        }
        folders.clear();
      }
    }

    private void take(long number, byte[] path) {
      Inode inode = wanted.get(number);
      if (inode != null && isAt(path, inode)) {
        known.put(inode, path);
        wanted.remove(number);
      }
    }

    /** What cannot be read, or has gone meanwhile, is passed over. */
    private void read(byte[] folder) {
      try {
        int fd = FileCalls.open(folder, FOLDER, 0);
        try {
          FileStatus status = FileCalls.status(fd);
          if (status.device() == device && seen.add(status.inode())) {
            Directory.read(
                fd, new String(folder, StandardCharsets.ISO_8859_1), entry -> visit(folder, entry));
          }
        } finally {
          FileCalls.close(fd);
        }
      } catch (SyscallException e) {
        // Its files are not found there.
      }
    }

    private void visit(byte[] folder, Directory.Entry entry) {
      entries++;
      if (entry.isDots()) {
        return;
      }
      if (wanted.containsKey(entry.inode())) {
        take(entry.inode(), join(folder, entry.name()));
      }
      if (entry.isDirectory()) {
        folders.add(join(folder, entry.name()));
      }
    }

    private byte[] join(byte[] folder, byte[] name) {
      ByteArrayOutputStream path = new ByteArrayOutputStream();
      path.writeBytes(folder.length == 1 ? Arrays.copyOf(folder, 0) : folder);
      path.write('/');
      path.writeBytes(name);
      return path.toByteArray();
    }
  }
}
