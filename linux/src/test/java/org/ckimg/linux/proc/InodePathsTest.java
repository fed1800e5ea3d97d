package org.ckimg.linux.proc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.proc.InodePaths.Inode;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileHandle;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InodePathsTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  @TempDir Path folder;

  private final InodePaths paths = new InodePaths(SELF);

  private static Inode inode(Path path) throws Exception {
    FileStatus status = FileCalls.status(bytes(path));
    return new Inode(status.device(), status.inode());
  }

  private static byte[] bytes(Path path) {
    return path.toString().getBytes(UTF_8);
  }

  /** No handle helps: the folders are gone through. */
  @Test
  void aFileIsFoundBelowTheMountOfItsDevice() throws Exception {
    Path file = Files.createFile(Files.createDirectories(folder.resolve("a/b b")).resolve("ä"));
    paths.look(Map.of(inode(file), Optional.empty(), inode(folder), Optional.empty()));
    assertArrayEquals(bytes(file), paths.path(inode(file)).orElseThrow());
    assertArrayEquals(bytes(folder), paths.path(inode(folder)).orElseThrow());
  }

  @Test
  void aPathThatLeadsElsewhereByNowIsNoneOfIt() throws Exception {
    Path file = Files.createFile(folder.resolve("old"));
    Inode inode = inode(file);
    paths.look(Map.of(inode, Optional.empty()));
    Files.move(file, folder.resolve("new"));
    Files.createFile(file);
    assertEquals(Optional.empty(), paths.path(inode));
    paths.look(Map.of(inode, Optional.empty()));
    assertArrayEquals(bytes(folder.resolve("new")), paths.path(inode).orElseThrow());
  }

  @Test
  void whatIsNowhereHasNoPath() throws Exception {
    Inode nowhere = new Inode(inode(folder).device(), Long.MAX_VALUE);
    Inode nothing = new Inode(0xffffL << 32, 1);
    FileHandle handle = new FileHandle(1, new byte[8]);
    paths.look(Map.of(nowhere, Optional.of(handle), nothing, Optional.empty()));
    assertEquals(Optional.empty(), paths.path(nowhere));
    assertEquals(Optional.empty(), paths.path(nothing));
  }
}
