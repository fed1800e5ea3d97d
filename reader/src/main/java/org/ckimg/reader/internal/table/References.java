package org.ckimg.reader.internal.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.MemoryObject;

/**
 * What records may refer to. A table that cannot be read as a whole is unknown, and no reference to
 * it is called wrong.
 */
public final class References {
  private static final int X86_64 = 62;
  private static final int AARCH64 = 183;
  private static final int PIPE = FdType.PIPE.ordinal() + 1;
  private static final int FIFO = FdType.FIFO.ordinal() + 1;

  private final Map<SectionType, Long> counts = new EnumMap<>(SectionType.class);
  private final List<ProcessFacts> processes = new ArrayList<>();
  private final List<ThreadFacts> threads = new ArrayList<>();
  private final List<ObjectFacts> objects = new ArrayList<>();
  private final List<Integer> descriptionTypes = new ArrayList<>();
  private final BitSet pipes = new BitSet();
  private final SocketFacts sockets = new SocketFacts(this);
  private final BitSet withThreads = new BitSet();
  private final Set<Table> tables = new HashSet<>();
  private final Layout layout;
  private Optional<Boolean> partial = Optional.empty();
  private long numDescriptions;
  private long numThreads;

  References(Layout layout, TableReader reader) throws IOException {
    this.layout = layout;
    for (SectionType type : SectionType.values()) {
      if (type.isTable()) {
        reader.count(type).ifPresent(count -> counts.put(type, count));
      }
    }
  }

  /**
   * What a process must be known by.
   *
   * @param pid process id
   * @param zombie true when it has no threads
   * @param filesOf pid of the process that its descriptors are recorded with, 0 for itself
   * @param present which optional fields it has
   */
  record ProcessFacts(long pid, boolean zombie, long filesOf, long present) {}

  /**
   * What a thread must be known by.
   *
   * @param process index of its process
   * @param present which optional fields it has
   */
  record ThreadFacts(long process, long present) {}

  /** Whose table of descriptors it is. */
  private record Table(long process, long tid) {}

  /**
   * What an object must be known by.
   *
   * @param kind what it is
   * @param length bytes, 0 for address spaces
   * @param owner index of the process for address spaces
   * @param hasBase true when pages may be inherited
   */
  public record ObjectFacts(MemoryObject.Kind kind, long length, long owner, boolean hasBase) {
    /** True when page numbers are those of an address space. */
    public boolean isAddressSpace() {
      return kind == MemoryObject.Kind.PRIVATE || kind == MemoryObject.Kind.PRIVATE_IN_STOP;
    }
  }

  void process(long index, ProcessFacts facts) {
    put(processes, index, facts);
  }

  void thread(long index, ThreadFacts facts) {
    put(threads, index, facts);
    numThreads++;
    withThreads.set((int) facts.process());
  }

  /** A thread with a table of descriptors of its own. */
  void table(long process, long tid) {
    tables.add(new Table(process, tid));
  }

  /** True when it is known that a process has no thread with such a table under this id. */
  boolean lacksTable(long process, long tid) {
    return has(SectionType.THREADS, numThreads) && !tables.contains(new Table(process, tid));
  }

  boolean hasThreads(int process) {
    return withThreads.get(process);
  }

  void object(long index, ObjectFacts facts) {
    put(objects, index, facts);
  }

  void description(long index, int type, long file) {
    put(descriptionTypes, index, type);
    numDescriptions++;
    if (type == PIPE || type == FIFO) {
      pipes.set((int) file);
    }
  }

  /** True when it is known that no description has this file open as a pipe. */
  boolean lacksPipe(long file) {
    return has(SectionType.DESCRIPTIONS, numDescriptions) && !pipes.get((int) file);
  }

  /** As {@link org.ckimg.spec.model.Host#system()}. */
  int system() {
    return layout.root().header().system();
  }

  SocketFacts sockets() {
    return sockets;
  }

  /** FdType number of the description with this id; empty when it is not known. */
  Optional<Integer> descriptionType(long id) {
    return knows(SectionType.DESCRIPTIONS) && id > 0
        ? get(descriptionTypes, id - 1)
        : Optional.empty();
  }

  void partial(boolean value) {
    partial = Optional.of(value);
  }

  /** Records that were left out because they are broken leave a hole. */
  private static <T> void put(List<T> list, long index, T facts) {
    while (list.size() < index) {
      list.add(null);
    }
    list.add(facts);
  }

  private static <T> Optional<T> get(List<T> list, long index) {
    return index < list.size() ? Optional.ofNullable(list.get((int) index)) : Optional.empty();
  }

  /** True when the table is known and has no record with this index. */
  boolean lacksIndex(SectionType type, long index) {
    Long count = counts.get(type);
    return count != null && index >= count;
  }

  /** True when the table is known and has no record with this id; 0 names nothing. */
  boolean lacksId(SectionType type, long id) {
    return id != 0 && lacksIndex(type, id - 1);
  }

  /** True when the records of a table can be counted, so that their indexes are right. */
  boolean knows(SectionType type) {
    return counts.containsKey(type);
  }

  /** True when a table is known to have exactly this many records. */
  boolean has(SectionType type, long count) {
    return knows(type) && counts.get(type) == count;
  }

  Optional<ProcessFacts> process(long index) {
    return knows(SectionType.PROCESSES) ? get(processes, index) : Optional.empty();
  }

  long numProcesses() {
    return processes.size();
  }

  Optional<ThreadFacts> thread(long index) {
    return knows(SectionType.THREADS) ? get(threads, index) : Optional.empty();
  }

  /** The object with this id; empty when it is not known. */
  public Optional<ObjectFacts> object(long id) {
    return knows(SectionType.OBJECTS) && id > 0 ? get(objects, id - 1) : Optional.empty();
  }

  /** True when it is known that there is no object with this id. */
  public boolean lacksObject(long id) {
    return id == 0 || lacksId(SectionType.OBJECTS, id);
  }

  /**
   * Reports pages of an object that is not there, or inherited by one that has no base.
   *
   * @param block where they are
   * @param inherited how many pages are inherited
   */
  public void checkPages(SectionInfo block, long object, long inherited, Findings findings)
      throws ImageException {
    long at = block.offset() + Format.SECTION_HEAD_BYTES;
    if (lacksObject(object)) {
      findings.add(Rule.PAG_14, block.name(), at, "there is no object " + object);
    } else if (inherited != 0 && object(object).filter(facts -> !facts.hasBase()).isPresent()) {
      String text = "pages are inherited, object %d has no base".formatted(object);
      findings.add(Rule.PAG_17, block.name(), at, text);
    }
  }

  /** True when it is known that the image does not call itself partial. */
  boolean isWhole() {
    return partial.isPresent() && !partial.get();
  }

  boolean hasParent() {
    return layout.hasParent();
  }

  int pageSize() {
    return layout.pageSize();
  }

  CkimgImage.Header header() {
    return layout.root().header();
  }

  /** Two words of the program; machines that come in both sizes are given the smaller one. */
  int wordPairBytes() {
    int machine = header().elfMachine();
    return machine == X86_64 || machine == AARCH64 ? 2 * Long.BYTES : 2 * Integer.BYTES;
  }

  /** Pages that hold {@code length} bytes. */
  public long pagesOf(long length) {
    return (length + pageSize() - 1) / pageSize();
  }

  /** The first page number behind all of an object. */
  public long endPage(ObjectFacts object) {
    return object.isAddressSpace() ? Format.MAX_PAGE + 1 : pagesOf(object.length());
  }
}
