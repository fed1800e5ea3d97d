package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/** Finds for each file that comes with its bytes a way to read them. */
final class FileContents implements AutoCloseable {
  private final List<Member> members;
  private final DescriptorCollector descriptors;
  private final Map<Integer, FileContent> byObject = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  private FileContents(List<Member> members, DescriptorCollector descriptors) {
    this.members = members;
    this.descriptors = descriptors;
  }

  /** Opens all of them while the processes stand still. */
  static FileContents open(
      List<Member> members, DescriptorCollector descriptors, Objects objects, FileTable files)
      throws IOException {
    FileContents contents = new FileContents(members, descriptors);
    try {
      for (var entry : objects.contentByFile().entrySet()) {
        long length = objects.all().get(entry.getValue() - 1).length();
        contents.byObject.put(entry.getValue(), contents.open(files.get(entry.getKey()), length));
      }
      return contents;
    } catch (IOException e) {
      contents.close();
      throw e;
    }
  }

  private FileContent open(FileFacts file, long length) throws IOException {
    SyscallException refused = null;
    for (String link : links(file)) {
      try {
        int fd = FileCalls.open(link, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
        return new FileContent.Opened(fd, length);
      } catch (SyscallException e) {
        refused = e;
      }
    }
    List<FileContent.Piece> pieces = pieces(file);
    if (pieces.isEmpty()) {
      throw refused;
    }
    FileContent.Mapped content = new FileContent.Mapped(pieces, length, file.length().isPresent());
    if (!content.isWhole()) {
      notes.add(
          "%s cannot be opened: it is saved as far as the program has it mapped, as it sees it there"
              .formatted(file.path()));
    }
    return content;
  }

  private List<String> links(FileFacts file) throws IOException {
    if (!file.deleted()) {
      return List.of(file.path().toString());
    }
    List<String> links = new ArrayList<>();
    for (Member member : members) {
      member.descriptors().fds().stream()
          .filter(fd -> descriptors.isOpen(fd, file.id()))
          .forEach(
              fd -> links.add("/proc/" + fd.thread().orElse(member.pid()) + "/fd/" + fd.number()));
    }
    for (Member member : members) {
      Optional<Area> mapped =
          member.areas().stream().filter(area -> area.file().orElse(0) == file.id()).findFirst();
      if (mapped.isPresent()) {
        links.addAll(executable(member.pid(), file));
        links.add(FileTable.linkOf(member.pid(), mapped.get().mapping()));
      }
    }
    return links;
  }

  /** Whoever may trace a process may open what it executes. */
  private static List<String> executable(int pid, FileFacts file) throws IOException {
    String link = "/proc/" + pid + "/exe";
    boolean same =
        Bytes.of(ProcFile.link(pid, "exe")).startsWith(file.path().toString())
            && file.inode().isPresent()
            && file.inode().get().number()
                == FileCalls.status(link.getBytes(StandardCharsets.US_ASCII)).inode();
    return same ? List.of(link) : List.of();
  }

  private List<FileContent.Piece> pieces(FileFacts file) throws IOException {
    List<FileContent.Piece> pieces = new ArrayList<>();
    for (Member member : members) {
      List<Area> areas =
          member.areas().stream()
              .filter(area -> file.deleted() && area.file().orElse(0) == file.id())
              .filter(area -> !area.isGuard())
              .toList();
      int memory = areas.isEmpty() ? -1 : SnapshotMemory.openMemory(member.pid());
      areas.forEach(area -> pieces.add(new FileContent.Piece(memory, area.mapping())));
    }
    pieces.sort(Comparator.comparingLong(FileContent.Piece::start));
    return pieces;
  }

  /** Content of an object. */
  FileContent get(int object) {
    return byObject.get(object);
  }

  /** What the caller should know. */
  List<String> notes() {
    return notes;
  }

  @Override
  public void close() {
    byObject.values().forEach(FileContent::close);
  }
}
