package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.proc.FdEvents;
import org.ckimg.linux.proc.FdInfo;
import org.ckimg.linux.proc.InodePaths;
import org.ckimg.linux.proc.InodePaths.Inode;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileHandle;
import org.ckimg.linux.sys.PipeCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.spec.model.FdState;

/**
 * What inotify instances watch. The kernel tells inodes; paths are looked for before the program is
 * stopped, and again in the stop only for what it watches since. Events that nobody has read cannot
 * be read without taking them away: they are said to be lost.
 */
final class NotifyCollector {
  private final Map<Integer, InodePaths> paths = new HashMap<>();

  /** The watches of one instance; those of which no path is known are refused. */
  FdState.NotifyList read(int pid, int fd, FileTable files, Refusals refusals) throws IOException {
    List<FdEvents.Notify> there = watches(pid, fd);
    InodePaths places = paths.computeIfAbsent(pid, InodePaths::new);
    Map<Inode, Optional<FileHandle>> wanted = new HashMap<>();
    there.forEach(watch -> wanted.put(watch.file(), watch.handle()));
    places.look(wanted);
    List<FdState.Notify> watches = new ArrayList<>();
    for (FdEvents.Notify watch : there) {
      Optional<byte[]> path = places.path(watch.file());
      if (path.isPresent()) {
        int file = files.addWatched(path.get()).id();
        watches.add(new FdState.Notify(watch.number(), file, watch.mask()));
      } else {
        refusals.add("fd " + fd, lost(watch));
      }
    }
    watches.sort(Comparator.comparingInt(FdState.Notify::number));
    return new FdState.NotifyList(watches);
  }

  private static List<FdEvents.Notify> watches(int pid, int fd) throws IOException {
    return FdInfo.read(pid, fd).events().orElse(null) instanceof FdEvents.NotifyList list
        ? list.watches()
        : List.of();
  }

  private static String lost(FdEvents.Notify watch) {
    return "inotify watch %d of inode %d on device %d:%d, to which no path was found"
        .formatted(
            watch.number(),
            watch.file().number(),
            watch.file().device() >>> 32,
            watch.file().device() & 0xffffffffL);
  }

  /** What is lost of an instance, if anything. */
  static Optional<String> unread(int pidfd, int fd) throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    try {
      int bytes = PipeCalls.bytesInside(copy);
      return bytes == 0
          ? Optional.empty()
          : Optional.of(
              "fd %d: %d bytes of inotify events that nobody has read are not saved"
                  .formatted(fd, bytes));
    } finally {
      FileCalls.close(copy);
    }
  }
}
