package org.ckimg.dumper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** Which files come with their bytes, because no path leads to them or others may write them. */
final class Contents {
  /** A larger deleted file is refused. */
  static final long MAX_DELETED_BYTES = 1L << 30;

  /** A file mapped for writing up to this size is carried too, as a JVM's performance data. */
  private static final long MAX_MAPPED_CONTENT = 1 << 20;

  private final FileTable files;
  private final Map<Integer, Content> wanted = new TreeMap<>();
  private final Map<Integer, Integer> objects = new LinkedHashMap<>();

  /**
   * Bytes of a file.
   *
   * @param length in bytes, as far as it is known
   */
  private record Content(MemoryObject.Kind kind, long length) {}

  Contents(List<Area> areas, List<OpenFile> descriptions, FileTable files, Refusals refusals) {
    this.files = files;
    descriptions.forEach(this::add);
    areas.stream().filter(area -> area.file().isPresent()).forEach(this::add);
    wanted.forEach((file, content) -> refuseTooLong(files.get(file), content, refusals));
  }

  private void add(OpenFile description) {
    if (description.type() == FdType.MEMFD) {
      add(description.file().orElseThrow(), MemoryObject.Kind.MEMFD, 0);
    } else if (description.type() == FdType.REGULAR
        && files.get(description.file().orElseThrow()).deleted()) {
      add(description.file().getAsInt(), MemoryObject.Kind.FILE, 0);
    }
  }

  private void add(Area area) {
    FileFacts file = files.get(area.file().orElseThrow());
    long end = area.mapping().fileOffset() + area.mapping().end() - area.mapping().start();
    boolean small = file.length().orElse(Long.MAX_VALUE) <= MAX_MAPPED_CONTENT;
    if (area.kind() == Vma.Kind.SYSV) {
      add(file.id(), MemoryObject.Kind.SYSV, end);
    } else if (area.kind() == Vma.Kind.MEMFD) {
      add(file.id(), MemoryObject.Kind.MEMFD, end);
    } else if (file.deleted() || area.flags().contains(VmaFlag.MAY_WRITE) && small) {
      add(file.id(), MemoryObject.Kind.FILE, end);
    }
  }

  /** A file whose length nobody tells is as long as its mappings reach. */
  private void add(int file, MemoryObject.Kind kind, long end) {
    long length = files.get(file).length().orElse(end);
    wanted.merge(
        file,
        new Content(kind, length),
        (a, b) -> new Content(a.kind(), Math.max(a.length(), b.length())));
  }

  private static void refuseTooLong(FileFacts file, Content content, Refusals refusals) {
    if (content.kind() == MemoryObject.Kind.FILE && content.length() > MAX_DELETED_BYTES) {
      refusals.add(
          "deleted file " + file.path(), "content of %d bytes".formatted(content.length()));
    }
  }

  /** Makes an object for each content of a kind. */
  void number(MemoryObject.Kind kind, Numbering objectOf) {
    wanted.forEach((file, content) -> {
      if (content.kind() == kind) {
        int object = objectOf.number(kind, content.length());
        objects.put(file, object);
        files.setContent(file, object);
      }
    });
  }

  /** Gives the next number to an object. */
  @FunctionalInterface
  interface Numbering {
    int number(MemoryObject.Kind kind, long length);
  }

  /** Object with the bytes of a file that no path leads to; empty for any other. */
  OptionalInt ofLost(int file) {
    Integer object = objects.get(file);
    return object == null || !files.get(file).deleted()
        ? OptionalInt.empty()
        : OptionalInt.of(object);
  }

  /** Objects by file. */
  Map<Integer, Integer> byFile() {
    return objects;
  }
}
