package org.ckimg.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryFolderTest {
  @TempDir private Path directory;

  @Test
  void onlyPlainFilesAreSeen() throws IOException {
    Files.writeString(directory.resolve("a.img"), "abc");
    Files.createDirectory(directory.resolve("below"));
    Files.createSymbolicLink(directory.resolve("link.img"), Path.of("a.img"));
    try (Folder folder = DirectoryFolder.of(directory)) {
      assertEquals(Set.of("a.img"), folder.names());
      assertTrue(folder.open("link.img").isEmpty());
      assertTrue(folder.open("../" + directory.getFileName() + "/a.img").isEmpty());
      assertEquals(3, folder.lengthBytes());
      try (ByteSource source = folder.open("a.img").orElseThrow()) {
        ByteBuffer bytes = ByteBuffer.allocate(4);
        assertEquals(2, source.read(1, bytes));
        assertEquals('b', bytes.get(0));
      }
    }
  }

  /** CRIU's parent is a link to another directory. */
  @Test
  void folderMayBeLink() throws IOException {
    Path first = Files.createDirectory(directory.resolve("1"));
    Path second = Files.createDirectory(directory.resolve("2"));
    Files.writeString(first.resolve("a.img"), "abc");
    Files.createSymbolicLink(second.resolve("parent"), Path.of("../1"));
    Folder folder = DirectoryFolder.of(second);
    assertEquals(Set.of("a.img"), folder.folder("parent").orElseThrow().names());
    assertFalse(folder.folder("..").isPresent() && folder.folder("../1").isPresent());
    assertTrue(folder.folder("other").isEmpty());
  }

  @Test
  void otherDirectoriesAreNoImage() throws IOException {
    assertTrue(ForeignImages.open("x", directory).isEmpty());
  }
}
