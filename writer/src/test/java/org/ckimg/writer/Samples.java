package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.Parent;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.Terminal;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.UnknownSection;
import org.ckimg.spec.model.Vdso;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;

/** Checkpoints for tests. */
final class Samples {
  static final WriterSettings ONE = new WriterSettings(1, Compression.NONE);

  private Samples() {}

  static byte[] write(Checkpoint checkpoint) throws IOException {
    return write(checkpoint, ONE);
  }

  static byte[] write(Checkpoint checkpoint, WriterSettings settings) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter.write(checkpoint, Channels.newChannel(out), settings);
    return out.toByteArray();
  }

  static Host host(int pageShift) {
    return new Host(
        false,
        Host.X86_64,
        1,
        pageShift,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  static Checkpoint empty() {
    return new Checkpoint(
        host(12),
        Optional.empty(),
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        Memory.NONE);
  }

  /** A checkpoint whose objects are shared memory with these pages. */
  static Checkpoint shared(int pageShift, FakeMemory memory, int numObjects) {
    List<MemoryObject> objects = new ArrayList<>();
    for (int id = 1; id <= numObjects; id++) {
      objects.add(
          new MemoryObject(
              id, MemoryObject.Kind.SHARED, 1L << 50, OptionalInt.empty(), OptionalInt.empty()));
    }
    Checkpoint checkpoint = with(empty(), "host", host(pageShift));
    return with(with(checkpoint, "objects", objects), "memory", memory);
  }

  /** A copy of {@code record} with another value of one component. */
  static <R extends Record> R with(R record, String component, Object value) {
    try {
      List<Class<?>> types = new ArrayList<>();
      List<Object> values = new ArrayList<>();
      boolean found = false;
      for (RecordComponent c : record.getClass().getRecordComponents()) {
        boolean here = c.getName().equals(component);
        found |= here;
        types.add(c.getType());
        values.add(here ? value : c.getAccessor().invoke(record));
      }
      assertTrue(found, component);
      @SuppressWarnings("unchecked")
      Class<R> type = (Class<R>) record.getClass();
      return type.getConstructor(types.toArray(Class<?>[]::new)).newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  static Terminal terminal() {
    byte[] modes = new byte[Terminal.MODES_BYTES];
    modes[0] = 1;
    return new Terminal(2, Bytes.of(modes), 50, 132, Optional.empty(), Optional.empty());
  }

  /** Every section and every field is there. */
  static Checkpoint full() {
    FakeMemory memory =
        new FakeMemory(
            4096,
            FakeMemory.MIXED,
            FakeMemory.runs(0, 2),
            FakeMemory.runs(0, 1),
            FakeMemory.runs(0, 1),
            FakeMemory.runs(0x400, 3, 0x7ff0, 2));
    return new Checkpoint(
        fullHost(),
        Optional.of(new Parent(digest(7), 3)),
        true,
        List.of(process(), zombie()),
        descriptions(),
        List.of(file(1), file(2)),
        List.of(terminal()),
        List.of(SocketSamples.pipe()),
        objects(),
        Optional.of(origin()),
        List.of(
            new UnknownSection(0x1e, 2, 0, Bytes.utf8("before objects")),
            new UnknownSection(0x50, 0, 9, Bytes.EMPTY),
            new UnknownSection(0x8000, 4, 0, Bytes.utf8("part 0")),
            new UnknownSection(0x8000, 0, 1, Bytes.utf8("part 1"))),
        memory);
  }

  static Host fullHost() {
    return new Host(
        false,
        Host.X86_64,
        1,
        12,
        Optional.of(Bytes.utf8("6.12.0")),
        Optional.of(Bytes.utf8("avx avx2 sse")),
        OptionalLong.of(0xe7),
        OptionalInt.of(2696),
        Optional.of(
            new Vdso(
                digest(1),
                Optional.of(
                    Bytes.utf8(
                        "0000000000000c10 __vdso_getcpu\n0000000000000d00 __vdso_time\n")))));
  }

  static Digest digest(int fill) {
    byte[] value = new byte[Digest.LENGTH];
    Arrays.fill(value, (byte) fill);
    return Digest.of(value);
  }

  static List<MemoryObject> objects() {
    return List.of(
        new MemoryObject(1, MemoryObject.Kind.SHARED, 8192, OptionalInt.empty(), OptionalInt.of(4)),
        new MemoryObject(
            SocketSamples.QUEUE,
            MemoryObject.Kind.QUEUE,
            SocketSamples.QUEUE_BYTES,
            OptionalInt.empty(),
            OptionalInt.empty()),
        new MemoryObject(3, MemoryObject.Kind.FILE, 4096, OptionalInt.empty(), OptionalInt.empty()),
        new MemoryObject(4, MemoryObject.Kind.PRIVATE, 0, OptionalInt.of(0), OptionalInt.empty()));
  }

  static Origin origin() {
    return new Origin(
        OptionalLong.of(1_700_000_000_000_000_001L),
        OptionalLong.of(2),
        OptionalLong.of(3),
        OptionalLong.of(4),
        OptionalLong.of(5),
        Optional.of(Bytes.utf8("node")),
        Optional.of(Bytes.utf8("ckimg 1")),
        Optional.of(Bytes.EMPTY),
        Optional.of(Bytes.utf8("criu")));
  }

  private static List<OpenFile> descriptions() {
    List<OpenFile> all = new ArrayList<>();
    all.add(description());
    all.addAll(eventDescriptions());
    all.addAll(SocketSamples.descriptions());
    return all;
  }

  static OpenFile description() {
    return new OpenFile(
        1,
        FdType.REGULAR,
        OptionalInt.of(2),
        02002,
        OptionalLong.of(77),
        Optional.of(new OpenFile.Owner(2, -5)),
        OptionalInt.of(10),
        Optional.empty(),
        false);
  }

  /** Descriptions 2 to 5: one of each kind that has events. */
  static List<OpenFile> eventDescriptions() {
    return List.of(
        events(2, FdType.EVENTFD, new FdState.Counter(-2, true)),
        events(3, FdType.SIGNALFD, new FdState.SignalSet(1L << 63)),
        events(4, FdType.TIMERFD, new FdState.Alarm(7, true, false, 2, 3, 4)),
        events(
            5,
            FdType.EPOLL,
            new FdState.WatchList(
                List.of(
                    new FdState.Watch(8, OptionalInt.empty(), 1, -1),
                    new FdState.Watch(8, OptionalInt.of(2), -2, 9)))));
  }

  private static OpenFile events(int id, FdType type, FdState events) {
    return new OpenFile(
        id,
        type,
        OptionalInt.empty(),
        2,
        OptionalLong.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.of(events),
        true);
  }

  static FileFacts file(int id) {
    return new FileFacts(
        id,
        Bytes.utf8("/f/" + id),
        Optional.of(new FileFacts.Inode(0x800000001L, 42)),
        status(id),
        OptionalLong.of(0xef53),
        OptionalLong.of(-9),
        Optional.of(new FileFacts.Handle(1, Bytes.of(new byte[] {1, 2, 3}))),
        id == 1 ? OptionalInt.of(-1) : OptionalInt.empty(),
        id == 2,
        id == 2 ? OptionalInt.of(3) : OptionalInt.empty(),
        id == 1 ? Optional.of(Bytes.of(new byte[] {7, 8, 9})) : Optional.empty());
  }

  /** Each fact is known of one file and not of another one. */
  private static FileFacts.Status status(int id) {
    return id == 1
        ? new FileFacts.Status(
            OptionalInt.of(0100644),
            OptionalInt.empty(),
            Optional.of(new FileFacts.Owner(1000, -1)),
            OptionalLong.of(4096),
            OptionalLong.empty(),
            OptionalLong.of(-1),
            OptionalLong.empty(),
            OptionalLong.of(13))
        : new FileFacts.Status(
            OptionalInt.empty(),
            OptionalInt.of(1),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.of(7),
            OptionalLong.empty(),
            OptionalLong.of(12),
            OptionalLong.empty());
  }

  static Credentials credentials(int uid) {
    return new Credentials(
        new Credentials.Ids(uid, uid, uid, uid, 1, 2, 3, 4),
        List.of(4, 4, -2),
        Optional.of(new Credentials.Capabilities(1, 2, 3, -1, 5)),
        OptionalInt.of(47),
        Optional.of(new Credentials.Privileges(true, 2)));
  }

  static ThreadState thread(int tid, Credentials credentials) {
    return new ThreadState(
        tid,
        Optional.of(Bytes.utf8("worker")),
        List.of(
            new Regset(Regset.NT_PRSTATUS, Bytes.of(new byte[216])),
            new Regset(Regset.NT_X86_XSTATE, Bytes.of(new byte[] {1, 2}))),
        OptionalLong.of(-1),
        Optional.of(new AltStack(0x7000, 8192, 2)),
        Optional.of(List.of(new PendingSignal(34, siginfo(34)), new PendingSignal(3, Bytes.EMPTY))),
        Optional.of(new RobustList(0x100, 24)),
        Optional.of(new Rseq(0x200, 32, 0x53053053, 0)),
        OptionalLong.of(0x300),
        OptionalInt.of(15),
        Optional.of(credentials),
        List.of(
            new SeccompFilter(1, Bytes.of(new byte[8])),
            new SeccompFilter(2, Bytes.of(new byte[16]))),
        Optional.of(
            new Scheduling(
                1, -20, 99, 1, Bytes.of(new byte[] {3}), OptionalInt.of(5), OptionalLong.of(6))),
        Optional.empty(),
        false);
  }

  static Bytes siginfo(int number) {
    return Bytes.of(ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  static Vma vma(long firstPage, long numPages) {
    return new Vma(
        Vma.Kind.ANONYMOUS,
        firstPage,
        numPages,
        Vma.READ | Vma.WRITE,
        Set.of(),
        OptionalInt.empty(),
        0,
        OptionalInt.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }

  static List<Vma> vmas() {
    return List.of(
        new Vma(
            Vma.Kind.FILE,
            0x400,
            3,
            Vma.READ | Vma.EXECUTE,
            Set.of(VmaFlag.LOCKED, VmaFlag.ACCOUNTED),
            OptionalInt.of(4),
            0x400,
            OptionalInt.of(1),
            16,
            Optional.of(digest(5)),
            Optional.empty()),
        new Vma(
            Vma.Kind.SHM,
            0x500,
            2,
            Vma.READ,
            Set.of(VmaFlag.SHARED),
            OptionalInt.of(1),
            0,
            OptionalInt.empty(),
            0,
            Optional.empty(),
            Optional.of(Bytes.utf8("[anon_shmem:x]"))),
        vma(0xfffffffff600L, 1));
  }

  static ProcessState process() {
    return new ProcessState(
        new ProcessIds(100, OptionalInt.of(1), OptionalInt.of(100), OptionalInt.of(90)),
        RunState.SLEEPING,
        OptionalInt.empty(),
        OptionalLong.of(123_456_789),
        OptionalInt.of(1),
        OptionalInt.of(2),
        OptionalInt.empty(),
        OptionalInt.of(022),
        SharedWith.NOBODY,
        Optional.of(Bytes.of(new byte[] {'a', 0, 'b', 0})),
        Optional.of(Bytes.EMPTY),
        Optional.of(Bytes.of(new byte[32])),
        Optional.of(new MemoryLayout(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
        new ProcessAttributes(
            OptionalInt.of(0x40000),
            OptionalInt.of(1),
            OptionalInt.of(-1000),
            OptionalInt.of(0x33),
            Optional.of(true),
            Optional.of(false),
            OptionalInt.of(0x8801),
            OptionalInt.of(-1),
            OptionalInt.of(17)),
        List.of(
            thread(100, credentials(0)), thread(99, credentials(5)), thread(101, credentials(0))),
        Optional.of(List.of(new SignalAction(1, -1, 2, 3, 4), new SignalAction(64, 1, 0, 0, 0))),
        Optional.of(List.of(new PendingSignal(12, siginfo(12)))),
        List.of(
            new Timer.Interval(Timer.Kind.PROF, 1, 2),
            new Timer.Posix(0, -6, 4, 14, -1, 101, OptionalInt.of(8), 3, 4),
            new Timer.Posix(5, 1, 1, 0, 0, 0, OptionalInt.empty(), 0, 0)),
        List.of(new Limit(3, 8 << 20, Limit.UNLIMITED), new Limit(7, 1024, 1024)),
        vmas(),
        List.of(new FdEntry(0, 1, false), new FdEntry(255, 1, true)),
        List.of(
            new FileLock(FileLock.Kind.POSIX, 1, OptionalInt.empty(), false, 0, 0),
            new FileLock(FileLock.Kind.FLOCK, 2, OptionalInt.of(1), true, 0, 0)));
  }

  static ProcessState zombie() {
    return new ProcessState(
        new ProcessIds(200, OptionalInt.of(100), OptionalInt.empty(), OptionalInt.empty()),
        RunState.ZOMBIE,
        OptionalInt.of(0x0900),
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        SharedWith.NOBODY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ProcessAttributes.UNKNOWN,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
