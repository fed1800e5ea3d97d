package org.ckimg.e2e;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;

/**
 * Restores without an audit; what has no path as our restorer finds it, or opened by its handle
 * with nothing more asked.
 */
final class HandleBeliever {
  /** How files are found that have no path. */
  enum How {
    AS_OURS,
    BY_HANDLE
  }

  private HandleBeliever() {}

  /**
   * Restores an image, says the pid, and waits for the program.
   *
   * @param arguments the image, and how
   */
  public static void main(String[] arguments) throws Exception {
    Hostile.View view =
        switch (How.valueOf(arguments[1])) {
          case AS_OURS -> (checkpoint, seen) -> seen;
          case BY_HANDLE -> HandleBeliever::byHandle;
        };
    Hostile.Believed task =
        Hostile.restoreUnaudited(
            Path.of(arguments[0]), new Hostile.Believer(), HandleTest.options(), view);
    System.out.println("believed " + task.pid());
    ProcessCalls.wait(task.pid(), ProcessCalls.WALL);
  }

  private static HostFacts byHandle(Checkpoint checkpoint, HostFacts seen) throws Exception {
    Map<Integer, FileLookup> files = new HashMap<>(seen.files());
    for (FileFacts file : checkpoint.files()) {
      if (file.deleted() && file.handle().isPresent()) {
        OpenedFile opened = open(file.handle().get());
        files.put(file.id(), new FileLookup.Found(opened, Optional.of(file.path())));
      }
    }
    return Altered.with(seen, "files", files);
  }

  private static OpenedFile open(FileFacts.Handle handle) throws Exception {
    int root = FileCalls.open("/", FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
    int fd =
        FileCalls.openByHandle(
            root, new FileCalls.FileHandle(handle.type(), handle.bytes().toArray()));
    FileCalls.close(root);
    return new OpenedFile(
        fd,
        FileCalls.status(fd),
        FileCalls.filesystem(fd),
        Optional.of(FileCalls.handle(fd)),
        true,
        true,
        false,
        Optional.empty());
  }
}
