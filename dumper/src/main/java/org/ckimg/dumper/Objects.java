package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/**
 * The objects of an image: private memory that a child lacks, shared memory, bytes in pipes and
 * sockets, contents of files that are gone, private memory; in this order, which is the order in
 * which they must be read.
 */
final class Objects {
  /** A larger deleted file is refused. */
  static final long MAX_DELETED_BYTES = 1L << 30;

  /** A file mapped for writing up to this size is carried too, as a JVM's performance data. */
  private static final long MAX_MAPPED_CONTENT = 1 << 20;

  private final List<MemoryObject> objects = new ArrayList<>();
  private final Map<Long, Integer> sharedByInode = new LinkedHashMap<>();
  private final Map<Integer, Integer> contentByFile = new LinkedHashMap<>();
  private final Map<Integer, byte[]> queues = new HashMap<>();
  private final Map<Integer, Integer> inStop = new HashMap<>();
  private final Map<Integer, Integer> ofChild = new HashMap<>();
  private final List<PipeState> pipes = new ArrayList<>();
  private final Optional<ParentImage> parent;

  /** Numbers the objects of the processes; contents are noted in the file table. */
  Objects(
      List<Member> members,
      DescriptorCollector descriptors,
      FileTable files,
      Optional<ParentImage> parent,
      Refusals refusals) {
    this.parent = parent;
    for (Member member : members) {
      if (member.areas().stream().anyMatch(a -> a.isPrivate() && a.missingInChild())) {
        inStop.put(member.index(), addPrivate(MemoryObject.Kind.PRIVATE_IN_STOP, member));
      }
    }
    List<Area> areas = members.stream().flatMap(member -> member.areas().stream()).toList();
    numberShared(areas);
    descriptors.pipes().forEach(this::numberPipe);
    descriptors.sockets().forEach(socket -> numberSocket(socket, descriptors));
    numberContents(areas, descriptors.descriptions(), files, refusals);
    for (Member member : members) {
      if (member.areas().stream().anyMatch(a -> a.isPrivate() && !a.missingInChild())) {
        ofChild.put(member.index(), addPrivate(MemoryObject.Kind.PRIVATE, member));
      }
    }
  }

  private int addPrivate(MemoryObject.Kind kind, Member owner) {
    return add(kind, 0, OptionalInt.of(owner.index()));
  }

  private int add(MemoryObject.Kind kind, long length, OptionalInt owner) {
    int id = objects.size() + 1;
    int before = (int) objects.stream().filter(o -> o.kind() == kind).count();
    OptionalInt base = parent.map(p -> p.base(kind, before)).orElse(OptionalInt.empty());
    objects.add(new MemoryObject(id, kind, length, owner, base));
    return id;
  }

  /** The object is as long as the processes see it; what they map nowhere cannot be seen. */
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

  private OptionalInt numberQueue(byte[] content) {
    if (content.length == 0) {
      return OptionalInt.empty();
    }
    int queue = add(MemoryObject.Kind.QUEUE, content.length, OptionalInt.empty());
    queues.put(queue, content);
    return OptionalInt.of(queue);
  }

  private void numberSocket(SocketCollector.Found socket, DescriptorCollector descriptors) {
    descriptors.setState(
        socket.description(), socket.state().withQueue(numberQueue(socket.content())));
  }

  private void numberPipe(PipeCollector.Pipe pipe) {
    OptionalInt queue = numberQueue(pipe.content().bytes());
    pipes.add(
        new PipeState(
            pipe.file(), OptionalInt.of(pipe.capacity()), queue, pipe.content().packets()));
  }

  private void numberContents(
      List<Area> areas, List<OpenFile> descriptions, FileTable files, Refusals refusals) {
    Map<Integer, Boolean> wanted = new TreeMap<>();
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

  /** By file. */
  List<PipeState> pipes() {
    return pipes;
  }

  /** Bytes of a queue. */
  byte[] queue(int object) {
    return queues.get(object);
  }

  /** File id of each content object. */
  Map<Integer, Integer> contentByFile() {
    return contentByFile;
  }

  /** True for an object that must be read while the programs stand still. */
  boolean needsStop(MemoryObject object) {
    return object.kind() != MemoryObject.Kind.PRIVATE;
  }

  /** True when something must be read while the programs stand still. */
  boolean needStop() {
    return objects.stream().anyMatch(this::needsStop);
  }

  /** Mappings of the model. */
  List<Vma> vmas(Member member) {
    return member.areas().stream().map(area -> vma(member, area)).toList();
  }

  private Vma vma(Member member, Area area) {
    if (area.kind() == Vma.Kind.SHM) {
      int object = sharedByInode.get(area.mapping().inode());
      return area.toVma(OptionalInt.of(object), area.mapping().fileOffset() >>> 12);
    }
    if (area.isPrivate()) {
      int object = (area.missingInChild() ? inStop : ofChild).get(member.index());
      return area.toVma(OptionalInt.of(object), area.firstPage());
    }
    return area.toVma(OptionalInt.empty(), 0);
  }
}
