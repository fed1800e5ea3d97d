package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.UnknownSection;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.testkit.ImageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The testkit, which shares no code with the writer, makes the same bytes of the same content. */
class OracleTest {
  private static void same(ImageBuilder expected, Checkpoint checkpoint) throws Exception {
    byte[] bytes = expected.header("codecs", 1).build().bytes();
    assertArrayEquals(bytes, Samples.write(checkpoint));
  }

  private static ProcessState process(int pid, RunState state, List<Vma> vmas, Integer... tids) {
    ProcessState process = Samples.with(Samples.zombie(), "state", state);
    OptionalInt none = OptionalInt.empty();
    process = Samples.with(process, "ids", new ProcessIds(pid, none, none, none));
    process = Samples.with(process, "exitStatus", none);
    List<ThreadState> threads = Arrays.stream(tids).map(OracleTest::thread).toList();
    return Samples.with(Samples.with(process, "vmas", vmas), "threads", threads);
  }

  private static ThreadState thread(int tid) {
    return new ThreadState(
        tid,
        Optional.empty(),
        List.of(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private static ProcessState childOf(int parent, ProcessState process) {
    OptionalInt none = OptionalInt.empty();
    ProcessIds ids = new ProcessIds(process.pid(), OptionalInt.of(parent), none, none);
    return Samples.with(process, "ids", ids);
  }

  private static Checkpoint withMemory(int pageShift, FakeMemory memory) {
    Vma vma = Samples.with(Samples.vma(0x10, 0x1fff0), "object", OptionalInt.of(1));
    ProcessState process =
        process(77, RunState.RUNNING, List.of(Samples.with(vma, "objectPage", 0x10L)), 77);
    MemoryObject object =
        new MemoryObject(1, MemoryObject.Kind.PRIVATE, 0, OptionalInt.of(0), OptionalInt.empty());
    Checkpoint checkpoint = Samples.with(Samples.empty(), "host", Samples.host(pageShift));
    checkpoint = Samples.with(checkpoint, "processes", List.of(process));
    checkpoint = Samples.with(checkpoint, "objects", List.of(object));
    return Samples.with(checkpoint, "memory", memory);
  }

  @Test
  void minimal() throws Exception {
    same(org.ckimg.testkit.Samples.minimal(), Samples.empty());
  }

  @Test
  void bigEndian() throws Exception {
    var host = Samples.with(Samples.with(Samples.host(12), "bigEndian", true), "machine", 22);
    same(org.ckimg.testkit.Samples.bigEndian(), Samples.with(Samples.empty(), "host", host));
  }

  @Test
  void unknownOptional() throws Exception {
    List<UnknownSection> extras =
        List.of(
            new UnknownSection(0x30, 0, 0, Bytes.of(new byte[] {1, 2, 3})),
            new UnknownSection(0x9000, 2, 0, Bytes.of(new byte[100])));
    same(
        org.ckimg.testkit.Samples.unknownOptional(),
        Samples.with(Samples.empty(), "extras", extras));
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 14, 16})
  void oneObject(int pageShift) throws Exception {
    FakeMemory memory =
        new FakeMemory(
            1 << pageShift,
            (object, page, into) -> {
              byte[] start = page == 0x20 ? new byte[] {4} : new byte[] {1, 2, 3};
              System.arraycopy(start, 0, into, 0, page == 0x11 ? 0 : start.length);
            },
            FakeMemory.runs(0x10, 3, 0x20, 1));
    ImageBuilder expected =
        switch (pageShift) {
          case 12 -> org.ckimg.testkit.Samples.oneObject();
          case 14 -> org.ckimg.testkit.Samples.pages16k();
          default -> org.ckimg.testkit.Samples.pages64k();
        };
    same(expected, withMemory(pageShift, memory));
  }

  @Test
  void twoBlocks() throws Exception {
    FakeMemory memory =
        new FakeMemory(
            1 << 16,
            (object, page, into) -> into[0] = (byte) (page < 0x10f ? 0 : 1),
            FakeMemory.runs(0x10, 257));
    same(org.ckimg.testkit.Samples.twoBlocks(), withMemory(16, memory));
  }

  @Test
  void tree() throws Exception {
    List<ProcessState> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Vma vma = Samples.with(Samples.vma(0x10 + i, 1), "kind", Vma.Kind.SHM);
      vma = Samples.with(vma, "flags", Set.of(VmaFlag.SHARED));
      List<Vma> vmas = List.of(Samples.with(vma, "object", OptionalInt.of(1)));
      processes.add(
          i == 0
              ? childOf(1, process(50, RunState.RUNNING, vmas, 50, 40))
              : childOf(50, process(51, RunState.STOPPED, vmas, 51)));
    }
    ProcessState zombie = childOf(50, process(52, RunState.ZOMBIE, List.of()));
    processes.add(Samples.with(zombie, "exitStatus", OptionalInt.of(0x100)));
    FakeMemory memory =
        new FakeMemory(4096, (object, page, into) -> into[0] = 9, FakeMemory.runs(0, 1));
    MemoryObject shared =
        new MemoryObject(
            1, MemoryObject.Kind.SHARED, 4096, OptionalInt.empty(), OptionalInt.empty());
    Checkpoint checkpoint = Samples.with(Samples.shared(12, memory, 1), "processes", processes);
    same(org.ckimg.testkit.Samples.tree(), Samples.with(checkpoint, "objects", List.of(shared)));
  }

  @Test
  void multiPart() throws Exception {
    byte[] environ = new byte[9 << 20];
    for (int i = 0; i < environ.length; i++) {
      environ[i] = (byte) (i % 64 == 63 ? 0 : 'a' + i % 26);
    }
    List<ProcessState> processes = new ArrayList<>();
    for (int pid = 50; pid < 52; pid++) {
      ProcessState process = process(pid, RunState.RUNNING, List.of(), pid);
      processes.add(Samples.with(process, "environ", Optional.of(Bytes.of(environ))));
    }
    same(
        org.ckimg.testkit.Samples.multiPart(),
        Samples.with(Samples.empty(), "processes", processes));
  }
}
