package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ckimg.testkit.archive.Packing;
import org.ckimg.testkit.archive.TarBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs come back from images of CRIU, by the same audit. The sets are made of ckimg's own: a
 * program of a sample is not on this machine.
 */
class CriuRestoreTest {
  private static final Path SAMPLES = Path.of("../interop/src/test/resources").toAbsolutePath();

  /** A policy that takes what CRIU knows of files for evidence. */
  private static String[] weak() throws IOException {
    Path file = Stage.folder("policy").resolve("weak.toml");
    Files.writeString(file, "[files]\nweak-evidence = \"allow\"\n");
    return new String[] {"--policy", file.toString()};
  }

  /** Ends the program; what CRIU would know of it. */
  private static Path images(Victim victim) throws Exception {
    Path image = victim.dumpAndKill();
    Path images = image.resolveSibling("images");
    Tool.run(victim.account(), "convert", "--to", "criu", image, images).assertExit(0);
    Files.delete(image);
    return images;
  }

  private static Outcome verify(Path images, String... options) throws Exception {
    return Tool.run(
        Account.SELF,
        Stream.concat(Stream.of("restore", images, "--verify"), Stream.of(options)).toArray());
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      names = {
        "REGISTERS_SPINNING",
        "SIGNALS_OF_THREADS",
        "POSIX_TIMERS",
        "PIPES_OF_TREE",
        "LOCKS",
        "DELETED_FILE",
        "MEMORY_FILES_OF_TREE",
        "IDENTITY",
        "MAPPINGS",
        "FIFOS",
        "UNIX_CONNECTIONS",
        "UNIX_TREE",
        "KERNEL_WORDS_OF_THREADS"
      })
  void comesBack(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      comeBack(subject, victim, images(victim));
    }
  }

  private static void comeBack(VictimCase subject, Victim victim, Path images) throws Exception {
    comeBack(subject, victim, List.of(), images);
  }

  private static void comeBack(VictimCase subject, Victim victim, List<String> wrapper, Path images)
      throws Exception {
    try (Restored restored = Restored.inForeground(victim.account(), wrapper, images, weak())) {
      subject.go(victim, restored.task());
      assertEquals(0, restored.awaitStatus(), victim::report);
      assertTrue(
          restored.messages().contains("AU-IMG-08 warn: image: comes from a criu image"),
          restored.messages());
    }
    victim.assertPassed();
  }

  @Test
  void comesBackForAnOrdinaryUser() throws Exception {
    try (Victim victim = VictimCase.LOCKS.start(Account.NOBODY)) {
      comeBack(VictimCase.LOCKS, victim, images(victim));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void comesBackFromAnArchive(Packing packing) throws Exception {
    try (Victim victim = VictimCase.SIGNALS_OF_THREADS.start(Account.SELF)) {
      comeBack(VictimCase.SIGNALS_OF_THREADS, victim, archive(images(victim), packing));
    }
  }

  @Test
  void comesBackFromStandardInput() throws Exception {
    try (Victim victim = VictimCase.LOCKS.start(Account.SELF)) {
      Path archive = archive(images(victim), Packing.ZSTD);
      List<String> wrapper =
          List.of("sh", "-c", "input=$0; exec \"$@\" <\"$input\"", archive.toString());
      comeBack(VictimCase.LOCKS, victim, wrapper, Path.of("-"));
    }
  }

  private static Path archive(Path images, Packing packing) throws IOException {
    TarBuilder tar = new TarBuilder();
    for (Map.Entry<String, byte[]> file : files(images).entrySet()) {
      tar.file("checkpoint/" + file.getKey(), file.getValue());
    }
    return Files.write(images.resolveSibling("archive.tar"), packing.pack(tar.build()));
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        files.put(entry.getFileName().toString(), Files.readAllBytes(entry));
      }
    }
    return files;
  }

  /** Also when it became an image of ckimg, which knows no more than the set. */
  @Test
  void kindAndSizeAreNoEvidenceUnlessThePolicySaysSo() throws Exception {
    try (Victim victim = VictimCase.LOCKS.start(Account.SELF)) {
      Path images = images(victim);
      Path again = images.resolveSibling("again.ckimg");
      Tool.run(Account.SELF, "convert", images, again).assertExit(0);
      for (Path image : List.of(images, again)) {
        Outcome refused = Tool.run(Account.SELF, "restore", image).assertExit(1);
        assertTrue(refused.err().contains("AU-FIL-21 refuse: files: "), refused.err());
        assertTrue(refused.err().contains("(files.weak-evidence)"), refused.err());
        assertEquals(1, refused.err().split("AU-[A-Z]+-\\d+ refuse").length - 1, refused.err());
        verify(image, weak()).assertExit(0);
      }
      comeBack(VictimCase.LOCKS, victim, again);
    }
  }

  @Test
  void codeMustHaveItsBuildId() throws Exception {
    Path program = Stage.folder("code").resolve("locks");
    Files.copy(Stage.program("locks"), program);
    program.toFile().setExecutable(true);
    Path folder = Stage.folder("locks");
    List<String> command = List.of(program.toString(), folder.toString(), "all", "same-ids");
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> victim.output().contains("ready\n"));
      Path images = images(victim);
      verify(images, weak()).assertExit(0);
      byte[] code = Files.readAllBytes(program);
      int at = find(code, "GNU\0");
      code[at + 4] ^= 1;
      replace(program, code);
      Outcome refused = verify(images, weak()).assertExit(1);
      assertTrue(refused.out().contains("AU-FIL-20 refuse"), refused.out());
      assertFalse(refused.out().contains("AU-FIL-06"), refused.out());
      code[at + 4] ^= 1;
      replace(program, code);
      verify(images, weak()).assertExit(0);
      try (RandomAccessFile file = new RandomAccessFile(program.toFile(), "rw")) {
        file.setLength(file.length() + 1);
      }
      Outcome longer = verify(images, weak()).assertExit(1);
      assertTrue(longer.out().contains("AU-FIL-06 refuse"), longer.out());
    }
  }

  /** The note of the build id is called something else, before the program is started. */
  @Test
  void codeWithoutABuildIdIsNotProven() throws Exception {
    Path program = Stage.folder("code").resolve("locks");
    byte[] code = Files.readAllBytes(Stage.program("locks"));
    code[find(code, "GNU\0") - 4] = 9;
    Files.write(program, code);
    program.toFile().setExecutable(true);
    Path folder = Stage.folder("locks");
    List<String> command = List.of(program.toString(), folder.toString(), "all", "same-ids");
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> victim.output().contains("ready\n"));
      Outcome refused = verify(images(victim), weak()).assertExit(1);
      assertTrue(refused.out().contains("AU-MEM-17 refuse"), refused.out());
      assertTrue(refused.out().contains("nothing proves the code of " + program), refused.out());
    }
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path other = file.resolveSibling("other");
    Files.write(other, content);
    other.toFile().setExecutable(true);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Where a note of GNU has its owner's name, with the type of a build id in front. */
  private static int find(byte[] code, String name) {
    for (int at = 4; at < code.length - 4; at++) {
      boolean here =
          code[at - 4] == 3 && code[at - 3] == 0 && code[at - 2] == 0 && code[at - 1] == 0;
      for (int i = 0; here && i < name.length(); i++) {
        here = code[at + i] == name.charAt(i);
      }
      if (here) {
        return at;
      }
    }
    throw new AssertionError("no build id");
  }

  @Test
  void whatIsNotSoundIsNotStarted() throws Exception {
    try (Victim victim = VictimCase.LOCKS.start(Account.SELF)) {
      Path images = images(victim);
      try (RandomAccessFile pages =
          new RandomAccessFile(images.resolve("pages-1.img").toFile(), "rw")) {
        pages.setLength(pages.length() - 1);
      }
      Outcome cut = Tool.run(Account.SELF, "restore", images).assertExit(3);
      assertTrue(cut.err().contains("CK-CRI-08: pages-1.img"), cut.err());
      Outcome mapped = Tool.run(Account.SELF, "restore", "--map", images);
      assertEquals(3, mapped.exit(), mapped.err());
    }
  }

  /** What a set of another user would bring back is theirs at most. */
  @Test
  void aSetOfAnotherUserGivesNothing() throws Exception {
    Account.assumeRoot();
    try (Victim victim = VictimCase.LOCKS.start(Account.SELF)) {
      Path images = images(victim);
      Files.setAttribute(images.resolve("files.img"), "unix:uid", 65534);
      Outcome refused = verify(images, weak()).assertExit(1);
      assertTrue(refused.out().contains("AU-CRD-07 refuse"), refused.out());
      Files.setAttribute(images.resolve("pages-1.img"), "unix:uid", 65533);
      Outcome several = verify(images, weak()).assertExit(4);
      assertTrue(several.err().contains("belong to users [65533, 65534]"), several.err());
    }
  }

  /** Their programs are not on this machine. */
  @ParameterizedTest
  @ValueSource(strings = {"s01_counter", "s06_shm", "s11_tree"})
  void aProgramThatIsNotHereIsRefused(String name) throws Exception {
    Outcome refused = verify(SAMPLES.resolve("criu/" + name + ".tar.gz"), weak()).assertExit(1);
    String text = "cannot be opened: openat2 of srv/sample/bin/" + name + ": ENOENT";
    assertTrue(refused.out().contains(text), refused.out());
  }

  @Test
  void aContainerIsRefused() throws Exception {
    Outcome refused = verify(SAMPLES.resolve("archive/podman.tar.gz"), weak()).assertExit(1);
    for (String kind : List.of("pid", "network", "mount")) {
      String text = "not in the model, so never restored: a " + kind + " namespace of its own";
      assertTrue(refused.err().contains(text), refused.err());
    }
    assertTrue(refused.out().contains("AU-IMG-01 refuse: image: is partial"), refused.out());
  }
}
