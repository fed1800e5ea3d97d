package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.CapabilityCalls;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.RestoreRefusedException;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.plan.SocketStep;
import org.ckimg.restorer.plan.Step;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of sockets are swapped while a program comes back, after the audit: a restore replaces the
 * dead socket that it saw, and nothing else, wherever it was led.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class SocketRaceTest {
  private static final int RESTORES = 20;
  private static final int RENAME_EXCHANGE = 2;
  private static final String PRECIOUS = "precious";
  private static final String CAME_BACK = "came back";

  /** The folder of a program that listened in it, and one that somebody puts in its place. */
  private record Folders(Path real, Path decoy) {
    static Folders of(Victim victim) throws IOException {
      return new Folders(
          victim.folder(), Files.createDirectory(Path.of(victim.folder() + ".decoy")));
    }

    Path listener() {
      return real.resolve("listener");
    }

    Path other() {
      return real.resolve("other");
    }

    /** A dead socket where the program listened, and beside it a file with something in it. */
    void reset() throws IOException {
      for (Path folder : List.of(real, decoy)) {
        for (Path file : RefusalTest.list(folder)) {
          if (file.getFileName().toString().matches("(listener|relative|other).*")) {
            Files.delete(file);
          }
        }
      }
      Files.writeString(other(), PRECIOUS);
      for (String name : List.of("listener", "relative")) {
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
          socket.bind(UnixDomainSocketAddress.of(real.resolve(name)));
        }
      }
    }

    /** Where the file with something in it is by now. */
    List<Path> precious() throws IOException {
      List<Path> found = new ArrayList<>();
      for (Path file : RefusalTest.list(real)) {
        if (Files.isRegularFile(file) && Files.readString(file).equals(PRECIOUS)) {
          found.add(file);
        }
      }
      return found;
    }

    List<String> sockets(Path folder) throws IOException {
      return RefusalTest.list(folder).stream()
          .filter(file -> !Files.isRegularFile(file))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }

    void assertSound(String outcome) throws IOException {
      assertEquals(1, precious().size(), () -> "the file is lost: " + outcome);
      boolean left = outcome.contains("a socket is left where it led for a moment");
      assertTrue(left || sockets(decoy).isEmpty(), outcome);
      List<String> there = sockets(real);
      // What cannot be put back, since something else is there now, is told.
      boolean told = outcome.contains("EEXIST");
      assertTrue(told || there.stream().noneMatch(s -> s.contains("ckimg")), outcome + there);
      assertEquals(2, there.size(), outcome + there);
    }
  }

  /** How the file is found that a socket was bound to. */
  private enum Finder {
    /** The kernel tells it, to whoever has CAP_NET_ADMIN. */
    BY_SOCKET,

    /** Without that right it is what has the inode of the socket, under its name. */
    BY_INODE;

    private static final int CAP_NET_ADMIN = 12;

    /** Gives up the right, in the thread that binds. */
    void prepare() throws IOException {
      if (this == BY_INODE) {
        long all = Status.read((int) ProcessHandle.current().pid()).capEffective();
        CapabilityCalls.setEffective(all & ~(1L << CAP_NET_ADMIN));
      }
    }

    /** Does something before the first socket is bound. */
    Meddler beforeBind(Meddler.Deed what) {
      return new Meddler(
          step -> step instanceof Step.OnSocket on && on.step() instanceof SocketStep.Bind,
          () -> {
            prepare();
            what.done();
          });
    }
  }

  /** What became of it. */
  private static String restore(Path image, RestoreWatcher watcher) throws Exception {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file);
        Restorer restorer = Restorer.prepare(reader.checkpoint(), Hostile.OPTIONS);
        Hostile.Believed program = new Hostile.Believed(restorer.apply(watcher).pid())) {
      assertTrue(program.isAlive());
      return CAME_BACK;
    } catch (RestoreRefusedException e) {
      return "refused by the audit";
    } catch (IOException e) {
      return Stream.concat(Stream.of(e), Stream.of(e.getSuppressed()))
          .map(Throwable::getMessage)
          .collect(Collectors.joining("; "));
    }
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatTakesThePlaceAfterTheAuditStays(Finder finder) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "unixsockets", "connections")) {
      Path image = victim.dumpAndKill();
      Folders folders = Folders.of(victim);
      folders.reset();
      Object relative = inode(victim.folder().resolve("relative"));
      String failure =
          restore(image, finder.beforeBind(() -> exchange(folders.listener(), folders.other())));
      assertTrue(
          failure.contains("/listener has changed since the audit: it is another file"), failure);
      assertEquals(List.of(folders.listener()), folders.precious());
      assertEquals(List.of("other", "relative"), folders.sockets(folders.real));
      assertEquals(relative, inode(victim.folder().resolve("relative")));
    }
  }

  /** A program connects to its own sockets by their names. */
  @Test
  void aStrangerThatTakesThePlaceBeforeTheyMeetHearsNothing() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "unixsockets", "connections");
        ServerSocketChannel stranger = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path image = victim.dumpAndKill();
      Folders folders = Folders.of(victim);
      folders.reset();
      Files.delete(folders.other());
      stranger.bind(UnixDomainSocketAddress.of(folders.other()));
      stranger.configureBlocking(false);
      String failure =
          restore(
              image,
              new Meddler(
                  step -> step instanceof Step.OnSocket on && on.step() instanceof SocketStep.Join,
                  () -> exchange(folders.listener(), folders.other())));
      assertNull(stranger.accept(), failure);
      assertTrue(
          failure.contains("/listener has changed since the audit: it is another file"), failure);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFolderThatTakesThePlaceAfterTheAuditGetsNoSocket(Finder finder) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "unixsockets", "connections")) {
      Path image = victim.dumpAndKill();
      Folders folders = Folders.of(victim);
      folders.reset();
      Object dead = inode(folders.listener());
      String failure =
          restore(image, finder.beforeBind(() -> exchange(folders.real, folders.decoy)));
      exchange(folders.real, folders.decoy);
      assertTrue(failure.endsWith("it led elsewhere while it was bound"), failure);
      folders.assertSound(failure);
      assertEquals(dead, inode(folders.listener()));
      assertEquals(CAME_BACK, restore(image, finder.beforeBind(() -> {})));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherProcessSwapsThemAllTheTime(Finder finder) throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "unixsockets", "connections")) {
      Path image = victim.dumpAndKill();
      Folders folders = Folders.of(victim);
      Map<String, Integer> outcomes = new TreeMap<>();
      for (int restore = 0; restore < RESTORES; restore++) {
        folders.reset();
        Swapper swapper = new Swapper(folders, restore % 2 == 0);
        Thread thread = Thread.ofPlatform().start(swapper);
        String outcome;
        try {
          outcome = restore(image, finder.beforeBind(swapper::begin));
        } finally {
          swapper.stop();
          thread.join();
        }
        folders.assertSound(outcome);
        outcomes.merge(outcome, 1, Integer::sum);
      }
      assertTrue(outcomes.size() > 1, outcomes::toString);
    }
  }

  /** Swaps two files, or two folders, from the audit on. */
  private static final class Swapper implements Runnable {
    private final Path one;
    private final Path other;
    private final boolean whole;
    private volatile boolean begun;
    private volatile boolean stopped;

    Swapper(Folders folders, boolean whole) {
      this.whole = whole;
      this.one = whole ? folders.real : folders.listener();
      this.other = whole ? folders.decoy : folders.other();
    }

    void begin() {
      begun = true;
    }

    void stop() {
      stopped = true;
    }

    @Override
    public void run() {
      while (!stopped) {
        Thread.onSpinWait();
        if (begun && tryExchange()) {
          // Folders end where they were; of files one may be gone.
          while (!tryExchange() && (whole || !stopped)) {
            Thread.onSpinWait();
          }
        }
      }
    }

    /** One of them may be away for a moment. */
    private boolean tryExchange() {
      try {
        exchange(one, other);
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }

  private static void exchange(Path one, Path other) throws IOException {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      long from = NativeBytes.cString(arena, one.toString().getBytes()).address();
      long to = NativeBytes.cString(arena, other.toString().getBytes()).address();
      int here = FileCalls.AT_FDCWD;
      long result = Syscalls.call(Sys.RENAMEAT2, here, from, here, to, RENAME_EXCHANGE);
      if (result == -Errno.ENOENT) {
        throw new NoSuchFileException(one.toString());
      }
      Syscalls.check("renameat2", result, one.toString());
    }
  }
}
