package org.ckimg.tools.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.TestProcess;
import org.ckimg.tools.elf.TestElf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenFilesTest {
  private static final int PAGE = TestProcess.PAGE;

  @TempDir Path folder;
  private Path path;
  private final byte[] content = new TestElf().function("main", 0x1000, 16).bytes();
  private final TestProcess process = new TestProcess();

  @BeforeEach
  void write() throws IOException {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "not Linux");
    path = Files.write(folder.toRealPath().resolve("program"), content);
  }

  private static Digest digest(byte[] bytes) throws Exception {
    return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private boolean isFound(int file) throws IOException {
    try (ProvenFiles files = new ProvenFiles(process.subject())) {
      return files.find(file).isPresent();
    }
  }

  @Test
  void aFileWithTheRecordedDigestsIsTheSame() throws Exception {
    int file = process.file(path.toString());
    process.map(0x10000, PAGE, Vma.READ, file, 0, digest(Arrays.copyOf(content, PAGE)));
    process.map(
        0x11000, 4 * PAGE, Vma.READ, file, 1, digest(Arrays.copyOfRange(content, PAGE, 2 * PAGE)));
    assertTrue(isFound(file));
    content[PAGE] ^= 1;
    Files.write(path, content);
    assertEquals(false, isFound(file));
  }

  @Test
  void aFileWithoutEvidenceIsNot() throws Exception {
    int file = process.file(path.toString());
    process.map(0x10000, PAGE, Vma.READ, file, 0, null);
    assertEquals(false, isFound(file));
  }

  @Test
  void aBuildIdInMemoryIsEvidence() throws Exception {
    int file = process.file(path.toString());
    process.map(0x10000, PAGE, Vma.READ, file, 0, null).put(0x10000, Arrays.copyOf(content, PAGE));
    assertTrue(isFound(file));
    Files.write(path, new TestElf().buildId(new byte[] {9, 9}).bytes());
    assertEquals(false, isFound(file));
  }

  @Test
  void aRecordedBuildIdIsEvidence() throws Exception {
    int file = process.file(path.toString());
    process.map(0x10000, PAGE, Vma.READ, file, 0, null);
    process.built(file, 1, 2, 3, 4, 5, 6, 7, 8);
    assertTrue(isFound(file));
    Files.write(path, new TestElf().buildId(new byte[] {9, 9}).bytes());
    assertEquals(false, isFound(file));
  }

  @Test
  void aLinkIsAnotherFile() throws Exception {
    Path link = Files.createSymbolicLink(path.resolveSibling("link"), path);
    int file = process.file(link.toString());
    process.map(0x10000, 2 * PAGE, Vma.READ, file, 0, digest(content));
    assertEquals(false, isFound(file));
  }

  @Test
  void whatIsNoPlainFileIsNotOpened() throws Exception {
    int file = process.file("/dev/zero");
    process.map(0x10000, PAGE, Vma.READ, file, 0, digest(new byte[PAGE]));
    assertEquals(false, isFound(file));
  }
}
