package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.MappedImage;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Parent;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Input;

/**
 * An image in a folder, open: what is known of it is known of the file that is restored, whatever
 * has its name meanwhile.
 *
 * @param channel to it
 * @param fd the same
 * @param createdNanos when it was made, by the clock of then; 0 when it does not say
 * @param identity of it
 * @param parent the image that it continues
 * @param objection why it is not of the command; nothing proves yet that it is sound
 */
record FoundImage(
    Path file,
    FileChannel channel,
    int fd,
    long createdNanos,
    Digest identity,
    Optional<Digest> parent,
    Optional<String> objection)
    implements AutoCloseable {
  /**
   * Looks into a file.
   *
   * @throws org.ckimg.spec.ImageException when it is no image that can be read
   */
  static FoundImage open(Path file, CommandMark mark) throws IOException {
    int fd = MappedImage.open(file);
    try {
      FileChannel channel = Input.file(Path.of("/proc/self/fd/" + fd));
      try {
        return read(file, channel, fd, mark);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      FileCalls.close(fd);
      throw e;
    }
  }

  private static FoundImage read(Path file, FileChannel channel, int fd, CommandMark mark)
      throws IOException {
    ImageReader reader = ImageReader.open(channel);
    Checkpoint checkpoint = reader.checkpoint();
    return new FoundImage(
        file,
        channel,
        fd,
        checkpoint.origin().isPresent() ? checkpoint.origin().get().createdNanos().orElse(0) : 0,
        reader.identity().orElseThrow(),
        checkpoint.parent().map(Parent::identity),
        objection(fd, checkpoint, mark));
  }

  private static Optional<String> objection(int fd, Checkpoint checkpoint, CommandMark mark)
      throws IOException {
    int user = (int) Syscalls.call(Sys.GETEUID);
    int owner = FileCalls.status(fd).uid();
    if (owner != user) {
      return Optional.of("it belongs to uid %d, not to you".formatted(owner));
    }
    Tree tree = Tree.of(checkpoint);
    if (tree.roots().size() != 1 || tree.root().threads().isEmpty()) {
      return Optional.of("it is not of one program");
    }
    ProcessState root = tree.root();
    Optional<Credentials> credentials = root.leader().credentials();
    if (credentials.isEmpty() || credentials.get().ids().euid() != user) {
      return Optional.of("its program is another user's");
    }
    return mark.isOn(root) ? Optional.empty() : Optional.of("it is of another command");
  }

  @Override
  public void close() throws IOException {
    FileCalls.close(fd);
    channel.close();
  }
}
