package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.plan.Step;
import org.ckimg.testkit.attack.Subject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** The tool itself runs out of descriptors while it builds: nobody is left behind. */
@Isolated("takes descriptors from the whole virtual machine")
@Timeout(300)
@Tag("quick")
class ShortageTest {
  private static final int RLIMIT_NOFILE = 7;
  private static final int MOST_LEFT = 5;

  /** Sets the lowest limit that lets so many more be opened. */
  private static void leave(int left) throws IOException {
    Set<Integer> open = new TreeSet<>();
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      all.forEach(fd -> open.add(Integer.valueOf(fd.getFileName().toString())));
    }
    // One of them is that of the list itself.
    int free = -1;
    int limit = 0;
    while (free < left) {
      free += open.contains(limit) ? 0 : 1;
      limit++;
    }
    limit(limit - 1);
  }

  private static void limit(long limit) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = limits(arena);
      limits.set(ValueLayout.JAVA_LONG, 0, limit);
      prlimit(limits.address(), 0);
    }
  }

  private static MemorySegment limits(Arena arena) throws SyscallException {
    MemorySegment limits = arena.allocate(16, 8);
    prlimit(0, limits.address());
    return limits;
  }

  private static void prlimit(long set, long get) throws SyscallException {
    long result = Syscalls.call(Sys.PRLIMIT64, 0, RLIMIT_NOFILE, set, get);
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
}
