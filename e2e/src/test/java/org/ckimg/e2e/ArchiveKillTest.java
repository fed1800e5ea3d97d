package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ckimg.testkit.archive.Packing;
import org.ckimg.testkit.archive.TarBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is unpacked of a compressed archive has no name, so that nothing stays of it. */
@Tag("quick")
class ArchiveKillTest {
  private static final long SEED = 46;
  private static final int KILLS = 12;
  private static final int MEBIBYTES = 700;

  /** Large enough to be read for a while, and small. */
  private static Path archive() throws IOException {
    byte[] chunk = new byte[1 << 20];
    byte[] packed =
        Packing.GZIP.pack(out -> {
          out.write(TarBuilder.record('0', "volume", "", (long) MEBIBYTES << 20));
          for (int i = 0; i < MEBIBYTES; i++) {
            out.write(chunk);
          }
          out.write(new byte[2 * TarBuilder.RECORD]);
        });
    return Files.write(Stage.folder("archive").resolve("large.tar.gz"), packed);
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  private static boolean isSpooling(int pid, Path temporary) throws IOException {
    try (DirectoryStream<Path> fds = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path fd : fds) {
        String target = target(fd);
        if (target.startsWith(temporary + "/ckimg") && target.endsWith(" (deleted)")) {
          return true;
        }
      }
    }
    return false;
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      // It was closed in between.
      return "";
    }
  }

  private static Tool inspect(Path archive, Path temporary) throws IOException {
    List<String> wrapper = List.of("env", "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary);
    return Tool.start(Account.SELF, wrapper, "inspect", archive);
  }

  @Test
  void nothingStaysOfAToolThatWasKilled() throws Exception {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    Path archive = archive();
    Path temporary = Stage.folder("spool").toRealPath();
    for (int kill = 0; kill < KILLS; kill++) {
      try (Tool tool = inspect(archive, temporary)) {
        if (kill % 2 == 0) {
          Await.until(() -> "no private file is open", () -> isSpooling(tool.pid(), temporary));
        } else {
          Thread.sleep(random.nextInt(1500));
        }
        assertTrue(kill % 2 != 0 || tool.isRunning());
      }
      assertEquals(List.of(), names(temporary), "kill " + kill);
    }
  }

  @Test
  void nothingStaysOfAToolThatHasEnded() throws Exception {
    Path temporary = Stage.folder("spool").toRealPath();
    try (Tool tool = inspect(archive(), temporary)) {
      tool.await()
          .assertExit(3)
          .assertSays("CK-ARC-10: archive[+]0x0: gzip data, and no container");
    }
    assertEquals(List.of(), names(temporary));
  }
}
