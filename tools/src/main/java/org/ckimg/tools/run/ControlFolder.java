package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import org.ckimg.linux.sys.FolderWatch;

/** A folder of requests and answers, {@code spec/CONTROL.md}; only its user can write there. */
public final class ControlFolder implements AutoCloseable {
  private static final String REQUEST = ".save";
  private static final String ANSWER = ".answer";

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path folder;
  private final FolderWatch watch;
  private volatile boolean closed;

  private ControlFolder(Path folder) throws IOException {
    this.folder = folder;
    this.watch = FolderWatch.of(folder.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A new one, of this run alone. */
  public static ControlFolder temporary() throws IOException {
    return opened(Files.createTempDirectory("ckimg-run-", PRIVATE));
  }

  /** At a place that later runs have too. What an earlier one has left there goes. */
  static ControlFolder at(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, PRIVATE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      clear(folder);
    }
    return opened(folder);
  }

  private static ControlFolder opened(Path folder) throws IOException {
    try {
      return new ControlFolder(folder);
    } catch (IOException e) {
      Files.delete(folder);
      throw e;
    }
  }

  /** Where it is. */
  Path path() {
    return folder;
  }

  /**
   * Waits for requests, in a thread of its own, until this is closed.
   *
   * @param asked gets each request, some of them twice
   */
  void listen(Consumer<Path> asked) {
    Thread.ofPlatform().daemon().name("control").start(() -> takeAll(asked));
  }

  private void takeAll(Consumer<Path> asked) {
    try {
      while (!closed) {
        watch.await();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + REQUEST)) {
          files.forEach(asked);
        }
      }
    } catch (IOException e) {
      // The folder was deleted: nobody can ask any more.
      return;
    }
  }

  /**
   * Answers a request. That it is gone tells the program that the answer is there.
   *
   * @param line what came of it
   */
  void answer(Path request, String line) throws IOException {
    String name = request.getFileName().toString();
    String stem = name.substring(0, name.length() - REQUEST.length());
    Path unfinished = folder.resolve(stem + ".unfinished");
    Files.writeString(unfinished, line + "\n");
    Files.move(unfinished, folder.resolve(stem + ANSWER), StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(request);
  }

  private static void clear(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      clear(folder);
      Files.delete(folder);
    } catch (IOException e) {
      // Somebody has cleaned up already, or put a folder of their own there, which stays.
      return;
    } finally {
      watch.close();
    }
  }
}
