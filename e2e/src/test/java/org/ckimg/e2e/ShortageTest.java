package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.plan.SocketStep;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.testkit.attack.Subject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The tool itself runs out of descriptors while it builds: nobody is left behind. */
@Isolated("takes descriptors from the whole virtual machine")
@Timeout(300)
@Tag("quick")
class ShortageTest {
  private static final int RLIMIT_NOFILE = 7;
  private static final int MOST_LEFT = 5;
  private static final int AF_UNIX = 1;

  /** Sets the lowest limit that lets so many more be opened. */
  private static void leave(int left) throws IOException {
    Set<Integer> open = new TreeSet<>();
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      all.forEach(fd -> open.add(Integer.valueOf(fd.getFileName().toString())));
    }
    // Two of them are those of the list itself.
    open.removeIf(fd -> !Files.exists(Path.of("/proc/self/fd/" + fd), LinkOption.NOFOLLOW_LINKS));
    int free = -1;
    int limit = 0;
    while (free < left) {
      free += open.contains(limit) ? 0 : 1;
      limit++;
    }
    limit(limit - 1);
  }

  private static void limit(long limit) throws SyscallException {
    limit(0, limit);
  }

  private static void limit(int pid, long limit) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = limits(arena);
      limits.set(ValueLayout.JAVA_LONG, 0, limit);
      prlimit(pid, limits.address(), 0);
    }
  }

  private static MemorySegment limits(Arena arena) throws SyscallException {
    MemorySegment limits = arena.allocate(16, 8);
    prlimit(0, 0, limits.address());
    return limits;
  }

  private static void prlimit(int pid, long set, long get) throws SyscallException {
    long result = Syscalls.call(Sys.PRLIMIT64, pid, RLIMIT_NOFILE, set, get);
    Syscalls.check("prlimit64", result, "RLIMIT_NOFILE");
  }

  private static long limit() throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      return limits(arena).get(ValueLayout.JAVA_LONG, 0);
    }
  }

  private static Set<String> children() throws IOException {
    Set<String> names = new TreeSet<>();
    for (int child : Tasks.children((int) ProcessHandle.current().pid())) {
      names.add(Files.readString(Path.of("/proc/" + child + "/comm")).strip());
    }
    return names;
  }

  private static void fail(Hostile hostile, Hostile.Believer watcher) throws Exception {
    hostile.program().awaitBurial();
    try (Hostile.Believed task = Hostile.restoreUnaudited(hostile.honest(), watcher)) {
      throw new AssertionError("came back as " + task.pid());
    }
  }

  @Test
  void nobodyIsLeftBehind() throws Exception {
    try (Hostile hostile = Hostile.dump(Subject.FAMILY)) {
      // Once, so that all classes that this needs are loaded.
      Hostile.Believer saboteur =
          new Hostile.Believer() {
            @Override
            public void beforeRun(int pid, int group, List<String> notes) {
              throw new UncheckedIOException(new IOException("sabotaged"));
            }
          };
      assertThrows(UncheckedIOException.class, () -> fail(hostile, saboteur));
      Set<String> before = children();
      long usual = limit();
      for (Class<? extends Step> when : List.of(Step.CreateProcess.class, Step.CreateChild.class)) {
        for (int left = 0; left <= MOST_LEFT; left++) {
          String what = left + " descriptors from " + when.getSimpleName();
          Exception failure;
          try {
            int few = left;
            Meddler shortage = new Meddler(when::isInstance, () -> leave(few));
            failure = assertThrows(IOException.class, () -> fail(hostile, shortage), what);
          } finally {
            limit(usual);
          }
          assertTrue(failure.getMessage().contains("EMFILE"), what + ": " + failure);
          assertEquals(before, children(), what);
          assertEquals(Set.of(), hostile.program().tasks(), what);
        }
      }
    }
  }

  /** What has the name of its socket, or one of the tool's beside it. */
  private static Map<String, Object> sockets() throws IOException {
    Map<String, Object> inodes = new TreeMap<>();
    String name = Hostile.SOCKET.getFileName().toString();
    try (var all = Files.list(Hostile.SOCKET.getParent())) {
      for (Path file : all.filter(f -> f.getFileName().toString().startsWith(name)).toList()) {
        inodes.put(file.toString(), Files.getAttribute(file, "unix:ino"));
      }
    }
    return inodes;
  }

  private static boolean isBind(Step step) {
    return step instanceof Step.OnSocket(SocketStep.Bind bind) && bind.socket().family() == AF_UNIX;
  }

  @Test
  @ResourceLock(Hostile.FILES)
  void aDeadSocketIsBackInItsPlace() throws Exception {
    try (Hostile hostile = Hostile.dump(Subject.EVERY)) {
      Map<String, Object> before = sockets();
      assertTrue(before.containsKey(Hostile.SOCKET.toString()), before::toString);
      Meddler last = saboteur();
      IOException sabotaged = assertThrows(IOException.class, () -> fail(hostile, last));
      assertEquals("sabotaged", sabotaged.getMessage());
      assertEquals(before, sockets());
      long usual = limit();
      for (int left = 0; left <= MOST_LEFT; left++) {
        int few = left;
        Meddler shortage = new Meddler(ShortageTest::isBind, () -> leave(few));
        Meddler end = saboteur();
        Hostile.Believer both =
            new Hostile.Believer() {
              @Override
              public void before(Step step) throws IOException {
                shortage.before(step);
                end.before(step);
              }
            };
        Exception failure;
        try {
          failure = assertThrows(IOException.class, () -> fail(hostile, both), left + " left");
        } finally {
          limit(usual);
        }
        boolean without = failure.getMessage().contains("EMFILE");
        assertTrue(without || left > 1, left + " left: " + failure);
        assertEquals(before, sockets(), left + " left: " + failure);
        assertEquals(List.of(), List.of(failure.getSuppressed()), left + " left");
      }
    }
  }

  /** One of a FIFO that no path leads to, by its id. */
  private static int lostFifo(Path image) throws Exception {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file)) {
      Checkpoint checkpoint = reader.checkpoint();
      return checkpoint.descriptions().stream()
          .filter(open -> open.type() == FdType.FIFO)
          .filter(open -> checkpoint.file(open.file().getAsInt()).deleted())
          .findFirst()
          .orElseThrow()
          .id();
    }
  }

  @Test
  void aLostFifoLeavesNoName() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "pipes", "fifo")) {
      Path image = victim.dumpAndKill();
      List<Path> before = RefusalTest.list(victim.folder());
      int own = (int) ProcessHandle.current().pid();
      Set<Integer> others = Set.copyOf(Tasks.children(own));
      int lost = lostFifo(image);
      // It can make the file, and not open it.
      Meddler shortage =
          new Meddler(
              step ->
                  step instanceof Step.OpenDescription(OpenFile open, var _) && open.id() == lost,
              () -> {
                for (int child : Tasks.children(own)) {
                  if (!others.contains(child)) {
                    limit(child, 0);
                  }
                }
              });
      IOException failure =
          assertThrows(IOException.class, () -> Hostile.restoreUnaudited(image, shortage));
      assertTrue(failure.getMessage().contains("EMFILE"), failure.toString());
      assertTrue(failure.getMessage().contains("nameless"), failure.toString());
      assertEquals(before, RefusalTest.list(victim.folder()));
    }
  }

  private static Meddler saboteur() {
    return new Meddler(
        Step.Finish.class::isInstance,
        () -> {
          throw new IOException("that is all");
        });
  }
}
