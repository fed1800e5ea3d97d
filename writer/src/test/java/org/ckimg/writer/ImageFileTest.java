package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {
  private static final int WRITERS = 3;
  private static final int IMAGES = 2000;

  @TempDir Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  @Test
  void aCommittedImageIsWholeAndItsOwnersAlone() throws Exception {
    Path target = folder.resolve("x.ckimg");
    try (ImageFile file = ImageFile.create(target)) {
      ImageWriter.write(Samples.full(), file.channel(), Samples.ONE);
      assertFalse(Files.exists(target));
      file.commit();
    }
    assertArrayEquals(Samples.write(Samples.full()), Files.readAllBytes(target));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    assertEquals(List.of(target), files());
  }

  @Test
  void theTemporaryFileIsHiddenAndItsOwnersAlone() throws Exception {
    try (ImageFile file = ImageFile.create(folder.resolve("x.ckimg"))) {
      file.channel().write(ByteBuffer.wrap(new byte[] {1}));
      Path temporary = files().getFirst();
      assertEquals(".ckimg-", temporary.getFileName().toString().substring(0, 7));
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)));
    }
    assertEquals(List.of(), files());
  }

  @Test
  void withoutCommitTheOldFileStays() throws Exception {
    Path target = Files.writeString(folder.resolve("x.ckimg"), "old");
    try (ImageFile file = ImageFile.create(target)) {
      ImageWriter.write(Samples.full(), file.channel(), Samples.ONE);
    }
    assertEquals("old", Files.readString(target));
    assertEquals(List.of(target), files());
  }

  @Test
  void commitReplacesTheOldFile() throws Exception {
    Path target = Files.writeString(folder.resolve("x.ckimg"), "old");
    try (ImageFile file = ImageFile.create(target)) {
      file.channel().write(ByteBuffer.wrap("new".getBytes()));
      file.commit();
    }
    assertEquals("new", Files.readString(target));
  }

  @Test
  void aFailedWriteLeavesNothing() throws Exception {
    Path target = folder.resolve("x.ckimg");
    FakeMemory memory =
        new FakeMemory(
            4096,
            (object, page, into) -> {
              throw new IllegalStateException("unreadable");
            },
            FakeMemory.runs(0, 1));
    try (ImageFile file = ImageFile.create(target)) {
      assertThrows(
          IllegalStateException.class,
          () -> ImageWriter.write(Samples.shared(12, memory, 1), file.channel(), Samples.ONE));
    }
    assertEquals(List.of(), files());
  }

  @Test
  void aFailedCommitLeavesNothingBehind() throws Exception {
    Path target = folder.resolve("x.ckimg");
    try (ImageFile file = ImageFile.create(target)) {
      Files.createDirectories(target.resolve("in the way"));
      assertThrows(IOException.class, file::commit);
    }
    assertEquals(List.of(target), files());
  }

  @Test
  void isCommittedOrAbortedOnce() throws Exception {
    ImageFile file = ImageFile.create(folder.resolve("x.ckimg"));
    file.abort();
    assertThrows(IllegalStateException.class, file::commit);
    file.close();
    assertEquals(List.of(), files());
  }

  @Test
  void aLinkIsNotReplaced() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing"));
    assertThrows(FileSystemException.class, () -> ImageFile.create(link));
    assertThrows(FileSystemException.class, () -> ImageFile.create(folder));
    assertEquals(List.of(link), files());
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path target = folder.resolve("gone").resolve("x.ckimg");
    NoSuchFileException refused =
        assertThrows(NoSuchFileException.class, () -> ImageFile.create(target));
    assertEquals(folder.resolve("gone").toString(), refused.getFile());
  }

  /** What a crash has left is locked by nobody; what is being written is. */
  @Test
  void whatACrashHasLeftIsDeleted() throws Exception {
    Path left = Files.createFile(folder.resolve(".ckimg-left.tmp"));
    Path foreign = Files.createFile(folder.resolve("ckimg-foreign.tmp"));
    Path image = folder.resolve("x.ckimg");
    Path second = folder.resolve("y.ckimg");
    try (ImageFile file = ImageFile.create(image)) {
      assertFalse(Files.exists(left));
      try (ImageFile other = ImageFile.create(second)) {
        other.commit();
      }
      file.commit();
    }
    assertEquals(Set.of(foreign, image, second), Set.copyOf(files()));
  }

  /** Each looks for leftovers while the others begin: none takes what another has just made. */
  @Test
  void severalWritersOfOneFolder() throws Exception {
    List<Process> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  folder.resolve(i + ".ckimg").toString())
              .redirectErrorStream(true)
              .start());
    }
    for (Process writer : writers) {
      String said = new String(writer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, writer.waitFor(), said);
    }
    assertEquals(WRITERS, files().size(), () -> folder.toString());
  }

  /** Writes one image again and again. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      for (int i = 0; i < IMAGES; i++) {
        try (ImageFile file = ImageFile.create(Path.of(arguments[0]))) {
          file.commit();
        }
      }
    }
  }
}
