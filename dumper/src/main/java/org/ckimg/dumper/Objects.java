package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/**
 * The objects of an image: private memory that a child lacks, shared memory, contents of files that
 * are gone, private memory; in this order, which is the order in which they must be read.
 */
final class Objects {
  /** A larger deleted file is refused. */
  static final long MAX_DELETED_BYTES = 1L << 30;

  /** A file mapped for writing up to this size is carried too, as a JVM's performance data. */
  private static final long MAX_MAPPED_CONTENT = 1 << 20;

  private final List<MemoryObject> objects = new ArrayList<>();
  private final Map<Long, Integer> sharedByInode = new LinkedHashMap<>();
  private final Map<Integer, Integer> contentByFile = new LinkedHashMap<>();
  private final Optional<ParentImage> parent;
  private OptionalInt inStop = OptionalInt.empty();
  private OptionalInt ofChild = OptionalInt.empty();

  /** Numbers the objects of one process; contents are noted in the file table. */
  Objects(
      List<Area> areas,
      List<OpenFile> descriptions,
      FileTable files,
      Optional<ParentImage> parent,
      Refusals refusals) {
    this.parent = parent;
    if (areas.stream().anyMatch(a -> a.isPrivate() && a.missingInChild())) {
      inStop = OptionalInt.of(add(MemoryObject.Kind.PRIVATE_IN_STOP, 0, OptionalInt.of(0)));
    }
    numberShared(areas);
    numberContents(areas, descriptions, files, refusals);
    if (areas.stream().anyMatch(a -> a.isPrivate() && !a.missingInChild())) {
      ofChild = OptionalInt.of(add(MemoryObject.Kind.PRIVATE, 0, OptionalInt.of(0)));
    }
  }

  private int add(MemoryObject.Kind kind, long length, OptionalInt owner) {
    int id = objects.size() + 1;
    int before = (int) objects.stream().filter(o -> o.kind() == kind).count();
    OptionalInt base = parent.map(p -> p.base(kind, before)).orElse(OptionalInt.empty());
    objects.add(new MemoryObject(id, kind, length, owner, base));
    return id;
  }

  /** The object is as long as the process sees it; what it maps nowhere cannot be seen. */
  private void numberShared(List<Area> areas) {
    Map<Long, Long> lengths = new LinkedHashMap<>();
    for (Area area : areas) {
      if (area.kind() == Vma.Kind.SHM) {
        long end = area.mapping().fileOffset() + area.mapping().end() - area.mapping().start();
        lengths.merge(area.mapping().inode(), end, Math::max);
      }
    }
    lengths.forEach((inode, length) ->
        sharedByInode.put(inode, add(MemoryObject.Kind.SHARED, length, OptionalInt.empty())));
  }

  private void numberContents(
      List<Area> areas, List<OpenFile> descriptions, FileTable files, Refusals refusals) {
    Map<Integer, Boolean> wanted = new java.util.TreeMap<>();
    for (OpenFile description : descriptions) {
      if (description.type() == FdType.REGULAR
          && files.get(description.file().orElseThrow()).deleted()) {
        wanted.put(description.file().getAsInt(), true);
      }
    }
    for (Area area : areas) {
      if (area.file().isPresent() && area.flags().contains(VmaFlag.MAY_WRITE)) {
        wanted.putIfAbsent(area.file().getAsInt(), false);
      }
    }
    wanted.forEach((file, deleted) -> {
      long length = files.get(file).status().map(FileFacts.Status::length).orElse(0L);
      if (deleted && length > MAX_DELETED_BYTES) {
        refusals.add(
            "deleted file " + files.get(file).path(), "content of %d bytes".formatted(length));
      } else if (deleted || length <= MAX_MAPPED_CONTENT) {
        int object = add(MemoryObject.Kind.FILE, length, OptionalInt.empty());
        contentByFile.put(file, object);
        files.setContent(file, object);
      }
    });
  }

  List<MemoryObject> all() {
    return objects;
  }

  /** Object with the pages of private memory that a child has. */
  OptionalInt ofChild() {
    return ofChild;
  }

  /** File id of each content object. */
  Map<Integer, Integer> contentByFile() {
    return contentByFile;
  }

  /** True when something must be read while the program stands still. */
  boolean needStop() {
    return objects.size() > (ofChild.isPresent() ? 1 : 0);
  }

  /** Mappings of the model. */
  List<Vma> vmas(List<Area> areas) {
    return areas.stream().map(this::vma).toList();
  }

  private Vma vma(Area area) {
    if (area.kind() == Vma.Kind.SHM) {
      int object = sharedByInode.get(area.mapping().inode());
      return area.toVma(OptionalInt.of(object), area.mapping().fileOffset() >>> 12);
    }
    if (area.isPrivate()) {
      return area.toVma(area.missingInChild() ? inStop : ofChild, area.firstPage());
    }
    return area.toVma(OptionalInt.empty(), 0);
  }
}
