package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.proc.ProcFile;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.decode.Strings;

/** Where the images of a command are, which one ckimg alone goes on from and adds to. */
public final class ResumeFolder implements AutoCloseable {
  /** The variable that tells this folder to the program, and so a program of another one apart. */
  private static final String VARIABLE = "CKIMG_RESUME";

  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  private final Path folder;
  private final CommandMark mark;
  private final int lock;

  private ResumeFolder(Path folder, CommandMark mark, int lock) {
    this.folder = folder;
    this.mark = mark;
    this.lock = lock;
  }

  /**
   * Opens it for this run alone; it is made when it is not there.
   *
   * @throws SystemRefusal when another run has it, or left its program behind
   */
  public static ResumeFolder open(Path folder, List<String> command) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    int fd =
        FileCalls.open(
            folder.toString(), FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC);
    ResumeFolder opened = new ResumeFolder(folder.toRealPath(), CommandMark.of(command), fd);
    try {
      opened.requireAlone();
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void requireAlone() throws IOException {
    long result = Syscalls.call(Sys.FLOCK, lock, LOCK_EX | LOCK_NB);
    if (result == -Errno.EAGAIN) {
      throw new SystemRefusal(
          Bytes.utf8(folder.toString()) + ": another 'ckimg run --resume' is at work there", null);
    }
    Syscalls.check("flock", result, folder.toString());
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      int pid = (int) process.pid();
      if (isLeftBehind(pid)) {
        throw new SystemRefusal(
            "process %d, of an earlier run of this command, is still there: it is not started twice"
                .formatted(pid),
            null);
      }
    }
  }

  /** Its program outlives a ckimg that was killed. Those of others cannot be looked into. */
  private boolean isLeftBehind(int pid) throws IOException {
    try {
      Set<Bytes> environment =
          new HashSet<>(Strings.split(Bytes.of(ProcFile.bytes(pid, "environ"))));
      return variables().entrySet().stream()
          .allMatch(
              entry -> environment.contains(Bytes.utf8(entry.getKey() + "=" + entry.getValue())));
    } catch (SyscallException e) {
      return false;
    }
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /** What the command has in its environment: by this its images are known. */
  public Map<String, String> variables() {
    return Map.of(CommandMark.VARIABLE, mark.value(), VARIABLE, folder.toString());
  }

  /** The images that are of this command, newest first; of every other one it is said why not. */
  List<FoundImage> images(Messages messages) throws IOException {
    List<FoundImage> images = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (isImage(file)) {
          add(file, images, messages);
        }
      }
    }
    images.sort(
        Comparator.comparingLong(FoundImage::createdNanos)
            .thenComparing(image -> image.file().toString())
            .reversed());
    return images;
  }

  /** By its first bytes; what else lies there is not ours. */
  private static boolean isImage(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(file)) {
      return false;
    }
    byte[] start;
    try (var in = Files.newInputStream(file)) {
      start = in.readNBytes(Long.BYTES);
    }
    return start.length == Long.BYTES
        && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong() == Format.MAGIC;
  }

  private void add(Path file, List<FoundImage> images, Messages messages) throws IOException {
    try {
      FoundImage image = FoundImage.open(file, mark);
      if (image.objection().isPresent()) {
        image.close();
        skip(messages, file, image.objection().get());
      } else {
        images.add(image);
      }
    } catch (ImageException e) {
      skip(messages, file, e.getMessage());
    }
  }

  /**
   * The program has ended successfully: its images are of no more use.
   *
   * @param remember true when it is not to begin anew
   */
  public void end(boolean remember) throws IOException {
    if (remember) {
      Files.writeString(doneFile(), "ended with status 0 at " + Instant.now() + "\n");
    }
    for (FoundImage image : images(line -> {})) {
      image.close();
      Files.delete(image.file());
    }
  }

  static void skip(Messages messages, Path file, String why) {
    messages.say("ckimg run: skipped %s: %s".formatted(Bytes.utf8(file.toString()), why));
  }

  /** When this command ended successfully, if that is to be remembered. */
  public Optional<Path> done() {
    return Optional.of(doneFile()).filter(Files::exists);
  }

  /** Where the program asks for checkpoints: at the same place in every run. */
  public ControlFolder control() throws IOException {
    return ControlFolder.at(folder.resolve(mark.value() + ".control"));
  }

  private Path doneFile() {
    return folder.resolve(mark.value() + ".done");
  }

  @Override
  public void close() {
    FileCalls.close(lock);
  }
}
