package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.Terminal;
import org.ckimg.spec.model.Vma;

/**
 * The objects of an image: private memory that a child lacks, shared memory, bytes in pipes,
 * terminals and sockets, contents of files that are gone, private memory; in this order, which is
 * the order in which they must be read.
 */
final class Objects {
  private static final int PAGE_SHIFT = 12;

  private final List<MemoryObject> objects = new ArrayList<>();
  private final Map<Long, Integer> sharedByInode = new LinkedHashMap<>();
  private final Contents contents;
  private final Map<Integer, byte[]> queues = new HashMap<>();
  private final Map<Integer, Integer> inStop = new HashMap<>();
  private final Map<Integer, Integer> ofChild = new HashMap<>();
  private final List<PipeState> pipes = new ArrayList<>();
  private final List<Terminal> terminals = new ArrayList<>();
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
    contents = new Contents(areas, descriptors.descriptions(), files, refusals);
    numberShared(areas);
    contents.number(MemoryObject.Kind.MEMFD, this::addCommon);
    contents.number(MemoryObject.Kind.SYSV, this::addCommon);
    descriptors.pipes().forEach(this::numberPipe);
    descriptors.terminals().forEach(this::numberTerminal);
    descriptors.sockets().forEach(socket -> numberSocket(socket, descriptors));
    contents.number(MemoryObject.Kind.FILE, this::addCommon);
    for (Member member : members) {
      if (member.areas().stream().anyMatch(a -> a.isPrivate() && !a.missingInChild())) {
        ofChild.put(member.index(), addPrivate(MemoryObject.Kind.PRIVATE, member));
      }
    }
  }

  private int addPrivate(MemoryObject.Kind kind, Member owner) {
    return add(kind, 0, OptionalInt.of(owner.index()));
  }

  private int addCommon(MemoryObject.Kind kind, long length) {
    return add(kind, length, OptionalInt.empty());
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
    lengths.forEach(
        (inode, length) -> sharedByInode.put(inode, addCommon(MemoryObject.Kind.SHARED, length)));
  }

  private OptionalInt numberQueue(byte[] content) {
    if (content.length == 0) {
      return OptionalInt.empty();
    }
    int queue = addCommon(MemoryObject.Kind.QUEUE, content.length);
    queues.put(queue, content);
    return OptionalInt.of(queue);
  }

  private void numberSocket(SocketCollector.Found socket, DescriptorCollector descriptors) {
    FdState.Socket state = socket.state().withQueue(numberQueue(socket.content()));
    OptionalInt toSend = numberQueue(socket.unacknowledged());
    descriptors.setState(
        socket.description(), state.withTcp(state.tcp().map(tcp -> tcp.withSendQueue(toSend))));
  }

  private void numberPipe(PipeCollector.Pipe pipe) {
    OptionalInt queue = numberQueue(pipe.content().bytes());
    pipes.add(
        new PipeState(
            pipe.file(), OptionalInt.of(pipe.capacity()), queue, pipe.content().packets()));
  }

  private void numberTerminal(TerminalCollector.Found found) {
    Terminal t = found.terminal();
    OptionalInt input = numberQueue(found.content().input());
    OptionalInt output = numberQueue(found.content().output());
    terminals.add(
        new Terminal(
            t.file(),
            t.modes(),
            t.rows(),
            t.columns(),
            t.input().map(known -> new Terminal.Input(input, known.lines())),
            t.slave()
                .map(s -> new Terminal.Slave(s.exclusive(), s.hungUp(), s.stopped(), output))));
  }

  List<MemoryObject> all() {
    return objects;
  }

  /** By file. */
  List<Terminal> terminals() {
    return terminals;
  }

  /** By file. */
  List<PipeState> pipes() {
    return pipes;
  }

  /** Bytes of a queue. */
  byte[] queue(int object) {
    return queues.get(object);
  }

  /** Object with the bytes of each file that comes with them. */
  Map<Integer, Integer> contentByFile() {
    return contents.byFile();
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
    if (area.isGuard()) {
      return area.toVma(OptionalInt.empty(), 0);
    }
    if (area.kind() == Vma.Kind.SHM) {
      int object = sharedByInode.get(area.mapping().inode());
      return area.toVma(OptionalInt.of(object), area.mapping().fileOffset() >>> 12);
    }
    if (area.isPrivate()) {
      int object = (area.missingInChild() ? inStop : ofChild).get(member.index());
      return area.toVma(OptionalInt.of(object), area.firstPage());
    }
    OptionalInt content = area.file().isPresent() ? ofFile(area) : OptionalInt.empty();
    return area.toVma(content, content.isPresent() ? area.firstFilePage() : 0);
  }

  /** Object with the bytes of a lost file; empty when the mapping reaches behind them. */
  private OptionalInt ofFile(Area area) {
    OptionalInt content = contents.ofLost(area.file().getAsInt());
    boolean covered =
        content.isPresent() && area.firstFilePage() + area.numPages() <= pages(content.getAsInt());
    return covered ? content : OptionalInt.empty();
  }

  private long pages(int object) {
    return objects.get(object - 1).length() + (1 << PAGE_SHIFT) - 1 >>> PAGE_SHIFT;
  }
}
