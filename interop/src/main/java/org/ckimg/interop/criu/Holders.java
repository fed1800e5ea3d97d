package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.interop.criu.proto.ControlEntry;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.SocketPacket;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.FdEntry;

/**
 * Who has what open. An open file description is a file of the image that some task has open, or
 * that is on its way to one through a socket; the others are only mapped, run, or a directory.
 */
final class Holders {
  private static final int FD_CLOEXEC = 1;

  private final FileImages images;
  private final Map<Integer, Integer> ids = new LinkedHashMap<>();
  private final Map<Integer, List<FdEntry>> fds = new HashMap<>();
  private final Map<Integer, List<FdEntry>> tableByFile = new HashMap<>();

  Holders(FileImages images, Queues queues, List<Task> tasks) throws MalformedImageException {
    this.images = images;
    number(queues, tasks);
    Map<List<Entry<FdinfoEntry>>, List<FdEntry>> decoded = new HashMap<>();
    for (Task task : tasks) {
      List<FdEntry> table = decoded.get(task.fds());
      if (table == null) {
        table = table(task.fds());
        decoded.put(task.fds(), table);
      }
      fds.put(task.pid(), table);
    }
  }

  private void number(Queues queues, List<Task> tasks) throws MalformedImageException {
    Map<Integer, Boolean> open = new HashMap<>();
    for (Task task : tasks) {
      for (Entry<FdinfoEntry> fd : task.fds()) {
        Entry<FileEntry> file = images.file(fd, fd.message().getId());
        if (fd.message().getType() != file.message().getType()) {
          throw fd.malformed(
              CriuRule.REFERENCE,
              "fd %d is of kind %d, its file of kind %d"
                  .formatted(
                      fd.message().getFd(), fd.message().getType(), file.message().getType()));
        }
        open.put(fd.message().getId(), true);
      }
    }
    for (Queues.Packets packets : queues.packets().values()) {
      for (Entry<SocketPacket> packet : packets.entries()) {
        for (ControlEntry control : packet.message().getScmList()) {
          for (int file : control.getRightsList()) {
            images.file(packet, file);
            open.put(file, true);
          }
        }
      }
    }
    for (Map.Entry<Integer, Entry<FileEntry>> file : images.files().entrySet()) {
      boolean needsHolder = FileKind.of(file.getValue()).mayBeClosed();
      if (!needsHolder || open.containsKey(file.getKey())) {
        ids.put(file.getKey(), ids.size() + 1);
      }
    }
  }

  private List<FdEntry> table(List<Entry<FdinfoEntry>> entries) throws MalformedImageException {
    List<FdEntry> table = new ArrayList<>();
    for (Entry<FdinfoEntry> entry : entries) {
      FdinfoEntry fd = entry.message();
      entry.check(fd.getFd() >= 0, "fd " + fd.getFd());
      table.add(new FdEntry(fd.getFd(), ids.get(fd.getId()), (fd.getFlags() & FD_CLOEXEC) != 0));
    }
    table.sort(Comparator.comparingInt(FdEntry::number));
    for (int i = 1; i < table.size(); i++) {
      if (table.get(i).number() == table.get(i - 1).number()) {
        throw entries
            .getFirst()
            .malformed(CriuRule.REFERENCE, "fd %d is there twice".formatted(table.get(i).number()));
      }
    }
    for (Entry<FdinfoEntry> entry : entries) {
      tableByFile.putIfAbsent(entry.message().getId(), table);
    }
    return table;
  }

  /** Ids of descriptions by number of the file, in the order of the image. */
  Map<Integer, Integer> ids() {
    return ids;
  }

  /** Descriptors of a task, by number. */
  List<FdEntry> fds(int pid) {
    return fds.get(pid);
  }

  /** The description under a number in a task that has a file open. */
  OptionalInt sibling(int file, int number) {
    List<FdEntry> table = tableByFile.getOrDefault(file, List.of());
    int low = 0;
    int high = table.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (table.get(middle).number() < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    boolean found = low < table.size() && table.get(low).number() == number;
    return found ? OptionalInt.of(table.get(low).description()) : OptionalInt.empty();
  }
}
