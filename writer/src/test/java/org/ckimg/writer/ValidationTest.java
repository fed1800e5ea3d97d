package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Parent;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.UnknownSection;
import org.ckimg.spec.model.Vdso;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each change of the full checkpoint is refused by its rule, before the first byte. */
class ValidationTest {
  private static final Checkpoint FULL = Samples.full();
  private static final ProcessState PROCESS = FULL.processes().getFirst();

  @ParameterizedTest
  @MethodSource({"hosts", "processes", "threads", "lists", "vmas", "tables", "extras"})
  void isRefused(Rule rule, Checkpoint checkpoint) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    InvalidCheckpointException refused =
        assertThrows(
            InvalidCheckpointException.class,
            () -> ImageWriter.write(checkpoint, Channels.newChannel(out), Samples.ONE));
    assertEquals(rule, refused.rule());
    assertTrue(refused.getMessage().startsWith(rule.id() + ": "), refused.getMessage());
    assertEquals(0, out.size());
  }

  private static Arguments checkpoint(Rule rule, String component, Object value) {
    return arguments(rule, Samples.with(FULL, component, value));
  }

  private static Arguments host(Rule rule, String component, Object value) {
    Host host = Samples.with(FULL.host(), component, value);
    return checkpoint(rule, "host", host);
  }

  private static Arguments process(Rule rule, String component, Object value) {
    ProcessState process = Samples.with(PROCESS, component, value);
    return checkpoint(rule, "processes", List.of(process, FULL.processes().getLast()));
  }

  private static Arguments events(Rule rule, int index, FdState events) {
    List<OpenFile> descriptions = new ArrayList<>(FULL.descriptions());
    descriptions.set(
        index + 1, Samples.with(descriptions.get(index + 1), "state", Optional.of(events)));
    return checkpoint(rule, "descriptions", descriptions);
  }

  private static FdState watches(int number, int target) {
    return new FdState.WatchList(List.of(new FdState.Watch(number, OptionalInt.of(target), 1, 0)));
  }

  private static Arguments thread(Rule rule, String component, Object value) {
    ThreadState thread = Samples.with(PROCESS.leader(), component, value);
    return process(rule, "threads", List.of(thread));
  }

  private static Optional<ThreadFs> place(OptionalInt cwd) {
    return Optional.of(new ThreadFs.Own(cwd, OptionalInt.empty(), 022));
  }

  private static Arguments second(Optional<ThreadFs> fs) {
    ThreadState second = Samples.with(PROCESS.threads().get(1), "fs", fs);
    return process(Rule.THR_04, "threads", List.of(PROCESS.leader(), second));
  }

  private static SharedWith sharing(int files, int fs) {
    return new SharedWith(
        files == 0 ? OptionalInt.empty() : OptionalInt.of(files),
        fs == 0 ? OptionalInt.empty() : OptionalInt.of(fs));
  }

  /** A process behind the first one. */
  private static ProcessState sharer(SharedWith sharedWith, OptionalInt cwd, List<FdEntry> fds) {
    ProcessState alive = Samples.with(Samples.zombie(), "state", RunState.RUNNING);
    ProcessState sharing = Samples.with(alive, "sharedWith", sharedWith);
    return Samples.with(Samples.with(sharing, "cwd", cwd), "fds", fds);
  }

  private static Arguments beside(ProcessState process) {
    return checkpoint(Rule.PRC_04, "processes", List.of(PROCESS, process));
  }

  private static Arguments vma(Rule rule, int index, String component, Object value) {
    Vma vma = Samples.with(PROCESS.vmas().get(index), component, value);
    return process(rule, "vmas", List.of(vma));
  }

  private static Optional<Vdso> symbols(String text) {
    return Optional.of(new Vdso(Samples.digest(1), Optional.of(Bytes.utf8(text))));
  }

  static Stream<Arguments> hosts() {
    return Stream.of(
        host(Rule.HDR_04, "pageShift", 13),
        host(Rule.HDR_05, "system", 0),
        host(Rule.HDR_05, "machine", 0x10000),
        host(Rule.SYS_01, "xcr0", OptionalLong.empty()),
        host(Rule.SYS_01, "xsaveBytes", OptionalInt.of(65537)),
        host(Rule.SYS_02, "vdso", symbols("0000000000000000 a")),
        host(Rule.SYS_02, "vdso", symbols("000000000000000G a\n")),
        host(Rule.SYS_02, "vdso", symbols("0000000000000000 \n")),
        host(Rule.SYS_02, "vdso", symbols("0000000000000002 a\n0000000000000001 b\n")),
        checkpoint(Rule.HDR_06, "parent", Optional.of(new Parent(Samples.digest(1), 65))),
        checkpoint(Rule.HDR_06, "parent", Optional.of(new Parent(Samples.digest(1), 0))),
        checkpoint(
            Rule.TTY_01,
            "terminals",
            List.of(Samples.with(Samples.terminal(), "modes", Bytes.EMPTY))),
        checkpoint(
            Rule.TTY_01, "terminals", List.of(Samples.with(Samples.terminal(), "rows", 65536))),
        checkpoint(Rule.TTY_02, "terminals", List.of(Samples.with(Samples.terminal(), "file", 3))),
        checkpoint(Rule.TAB_07, "terminals", List.of(Samples.terminal(), Samples.terminal())),
        events(Rule.EVT_01, 2, new FdState.Alarm(1, false, false, 0, -1, 0)),
        events(Rule.EVT_01, 2, new FdState.Alarm(1, false, false, 0, 0, -1)),
        events(Rule.EVT_02, 1, new FdState.Counter(1, false)),
        events(Rule.WCH_01, 3, watches(-1, 1)),
        events(Rule.WCH_02, 3, watches(1, 99)),
        events(Rule.WCH_02, 0, watches(1, 1)),
        checkpoint(Rule.HDR_11, "parent", Optional.of(new Parent(Samples.digest(0), 1))),
        checkpoint(
            Rule.ORG_01,
            "origin",
            Optional.of(Samples.with(Samples.origin(), "stopNanos", OptionalLong.of(-1)))));
  }

  static Stream<Arguments> processes() {
    return Stream.of(
        process(Rule.PRC_01, "umask", OptionalInt.of(01000)),
        process(Rule.PRC_01, "exitStatus", OptionalInt.of(65536)),
        process(Rule.PRC_01, "startNanos", OptionalLong.of(-1)),
        process(
            Rule.PRC_01,
            "attributes",
            Samples.with(PROCESS.attributes(), "oomScoreAdj", OptionalInt.of(1001))),
        process(
            Rule.PRC_01,
            "layout",
            Optional.of(Samples.with(PROCESS.layout().orElseThrow(), "envEnd", -1L))),
        process(Rule.PRC_02, "exe", OptionalInt.of(3)),
        process(Rule.PRC_02, "root", OptionalInt.of(0)),
        process(Rule.PRC_03, "cmdline", Optional.of(Bytes.utf8("x"))),
        process(Rule.PRC_03, "auxv", Optional.of(Bytes.of(new byte[24]))),
        process(Rule.PRC_04, "sharedWith", sharing(100, 0)),
        process(Rule.PRC_04, "sharedWith", sharing(0, 100)),
        beside(Samples.with(Samples.zombie(), "sharedWith", sharing(100, 0))),
        beside(sharer(sharing(100, 0), PROCESS.cwd(), PROCESS.fds())),
        beside(sharer(sharing(0, 100), OptionalInt.of(1), List.of())),
        checkpoint(Rule.TAB_07, "processes", List.of(Samples.zombie(), Samples.zombie())));
  }

  static Stream<Arguments> threads() {
    return Stream.of(
        process(Rule.THR_02, "threads", List.of()),
        process(Rule.THR_02, "threads", PROCESS.threads().reversed()),
        thread(Rule.THR_04, "fs", place(OptionalInt.of(1))),
        thread(Rule.THR_04, "ownFiles", true),
        second(Optional.of(new ThreadFs.Of(100))),
        second(place(OptionalInt.of(99))),
        process(
            Rule.TAB_07,
            "threads",
            List.of(PROCESS.leader(), PROCESS.threads().get(2), PROCESS.threads().get(1))),
        thread(
            Rule.THR_01,
            "scheduling",
            Optional.of(Samples.with(PROCESS.leader().scheduling().orElseThrow(), "nice", 20))),
        thread(Rule.THR_01, "deathSignal", OptionalInt.of(65)),
        thread(
            Rule.TAB_07,
            "regsets",
            List.of(new Regset(2, Bytes.EMPTY), new Regset(1, Bytes.EMPTY))),
        thread(
            Rule.SIG_03, "pending", Optional.of(List.of(new PendingSignal(3, Samples.siginfo(4))))),
        thread(
            Rule.SIG_03,
            "pending",
            Optional.of(List.of(new PendingSignal(3, Bytes.of(new byte[] {3, 0, 0, 0}))))),
        thread(
            Rule.CRD_03,
            "credentials",
            Optional.of(Samples.with(Samples.credentials(1), "groups", List.of(-1, 1)))),
        thread(Rule.FLT_02, "filters", List.of(new SeccompFilter(0, Bytes.of(new byte[] {1, 2})))),
        thread(Rule.FLT_02, "filters", List.of(new SeccompFilter(0, Bytes.EMPTY))));
  }

  static Stream<Arguments> lists() {
    Timer real = new Timer.Interval(Timer.Kind.REAL, 0, 0);
    FileLock posix = PROCESS.locks().getFirst();
    return Stream.of(
        process(Rule.SIG_04, "actions", Optional.of(List.of(new SignalAction(9, 0, 0, 0, 0)))),
        process(Rule.SIG_01, "actions", Optional.of(List.of(new SignalAction(129, 0, 0, 0, 0)))),
        process(Rule.TAB_07, "timers", List.of(real, real)),
        process(
            Rule.TIM_01, "timers", List.of(Samples.with((Timer.Interval) real, "valueNanos", -1L))),
        process(Rule.LIM_02, "limits", List.of(new Limit(0, Limit.UNLIMITED, 0))),
        process(Rule.LIM_01, "limits", List.of(new Limit(32, 0, 0))),
        process(Rule.TAB_07, "fds", List.of(new FdEntry(3, 1, true), new FdEntry(2, 1, true))),
        process(Rule.FDS_02, "fds", List.of(new FdEntry(3, 99, true))),
        process(Rule.FDS_02, "fds", List.of(new FdEntry(3, 1, true, OptionalInt.of(100)))),
        process(Rule.LCK_01, "locks", List.of(Samples.with(posix, "start", -1L))),
        process(Rule.LCK_02, "locks", List.of(Samples.with(posix, "file", 3))),
        process(
            Rule.LCK_02, "locks", List.of(Samples.with(posix, "description", OptionalInt.of(1)))),
        process(Rule.TAB_07, "locks", PROCESS.locks().reversed()));
  }

  static Stream<Arguments> vmas() {
    return Stream.of(
        vma(Rule.VMA_01, 2, "numPages", 0L),
        vma(Rule.VMA_01, 2, "firstPage", -1L),
        vma(Rule.VMA_01, 2, "numPages", 1L << 52),
        vma(Rule.VMA_01, 2, "protection", 8),
        process(Rule.VMA_02, "vmas", List.of(Samples.vma(1, 3), Samples.vma(3, 1))),
        process(Rule.VMA_02, "vmas", List.of(Samples.vma(4, 1), Samples.vma(3, 1))),
        vma(Rule.VMA_03, 0, "object", OptionalInt.of(5)),
        vma(Rule.VMA_03, 0, "object", OptionalInt.of(1)),
        vma(Rule.VMA_03, 0, "objectPage", 0L),
        vma(Rule.VMA_03, 0, "object", OptionalInt.empty()),
        vma(Rule.VMA_03, 0, "flags", Set.of(VmaFlag.SHARED)),
        vma(Rule.VMA_03, 1, "objectPage", 1L),
        vma(Rule.VMA_04, 0, "file", OptionalInt.of(3)),
        vma(Rule.VMA_04, 2, "filePage", 1L),
        vma(Rule.VMA_05, 2, "digest", Optional.of(Samples.digest(1))));
  }

  static Stream<Arguments> tables() {
    MemoryObject shared = FULL.objects().getFirst();
    MemoryObject space = FULL.objects().getLast();
    return Stream.of(
        checkpoint(Rule.DSC_04, "partial", false),
        checkpoint(
            Rule.DSC_02, "descriptions", List.of(Samples.with(Samples.description(), "id", 2))),
        checkpoint(
            Rule.DSC_03,
            "descriptions",
            List.of(Samples.with(Samples.description(), "file", OptionalInt.of(3)))),
        checkpoint(
            Rule.DSC_03,
            "descriptions",
            List.of(Samples.with(Samples.description(), "file", OptionalInt.empty()))),
        checkpoint(Rule.FIL_02, "files", List.of(Samples.file(1), Samples.file(1))),
        checkpoint(
            Rule.FIL_03,
            "files",
            List.of(Samples.with(Samples.file(1), "content", OptionalInt.of(1)), Samples.file(2))),
        checkpoint(Rule.OBJ_04, "parent", Optional.empty()),
        objects(Rule.OBJ_02, 1, Samples.with(FULL.objects().get(1), "id", 3)),
        objects(Rule.OBJ_02, 0, Samples.with(space, "id", 1)),
        objects(Rule.OBJ_03, 0, Samples.with(shared, "owner", OptionalInt.of(0))),
        objects(Rule.OBJ_03, 3, Samples.with(space, "length", 1L)),
        objects(Rule.OBJ_01, 0, Samples.with(shared, "length", 1L << 54)));
  }

  /** Nothing refers to the objects, so that only OBJECTS can be at fault. */
  private static Arguments objects(Rule rule, int index, MemoryObject changed) {
    List<MemoryObject> objects = new ArrayList<>(FULL.objects());
    objects.set(index, changed);
    Checkpoint checkpoint = Samples.with(FULL, "objects", objects);
    ProcessState process = Samples.with(PROCESS, "vmas", List.of());
    List<ProcessState> processes = List.of(process, FULL.processes().getLast());
    return arguments(rule, Samples.with(checkpoint, "processes", processes));
  }

  static Stream<Arguments> extras() {
    return Stream.of(
        extra(Rule.SEC_03, new UnknownSection(0, 0, 0, Bytes.EMPTY)),
        extra(Rule.SEC_03, new UnknownSection(0xffff, 0, 0, Bytes.EMPTY)),
        extra(Rule.SEC_03, new UnknownSection(0x8000, 8, 0, Bytes.EMPTY)),
        extra(Rule.SEC_13, new UnknownSection(0x8000, 1, 0, Bytes.EMPTY)),
        extra(Rule.SEC_14, new UnknownSection(8, 0, 0, Bytes.EMPTY)),
        extra(Rule.SEC_04, new UnknownSection(0x8000, 0, 0, Bytes.of(new byte[(16 << 20) + 1]))),
        extra(
            Rule.SEC_12,
            new UnknownSection(0x8001, 0, 0, Bytes.EMPTY),
            new UnknownSection(0x8000, 0, 0, Bytes.EMPTY)));
  }

  private static Arguments extra(Rule rule, UnknownSection... extras) {
    return checkpoint(rule, "extras", List.of(extras));
  }
}
