package org.ckimg.restorer.tree;

import java.util.List;
import java.util.Optional;
import org.ckimg.linux.proc.Segment;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;

/**
 * A segment of System V shared memory as an image has it: a file with the kernel's name for it,
 * {@code /SYSV} and the key in hex.
 *
 * @param file its id in the image
 * @param object with its bytes
 * @param key IPC_PRIVATE is 0
 * @param id of shmget(2)
 * @param status mode, owner, size, and as ctime shm_ctime
 */
public record SharedSegment(int file, int object, int key, int id, FileFacts.Status status) {
  private static final int KEY_DIGITS = 8;
  private static final long NANOS = 1_000_000_000;

  /** Those of an image that are complete. */
  public static List<SharedSegment> of(Checkpoint checkpoint) {
    return checkpoint.files().stream()
        .filter(MemoryFiles::isSegment)
        .flatMap(file -> of(checkpoint, file).stream())
        .toList();
  }

  /** One of them; empty when something is not known of it. */
  public static Optional<SharedSegment> of(Checkpoint checkpoint, FileFacts file) {
    Optional<Integer> key = key(file.path());
    boolean complete =
        key.isPresent()
            && file.inode().isPresent()
            && file.status().isPresent()
            && file.content().isPresent()
            && isWhole(checkpoint.object(file.content().getAsInt()), file.status().get());
    return complete
        ? Optional.of(
            new SharedSegment(
                file.id(),
                file.content().getAsInt(),
                key.get(),
                (int) file.inode().get().number(),
                file.status().get()))
        : Optional.empty();
  }

  private static boolean isWhole(MemoryObject object, FileFacts.Status status) {
    return object.kind() == MemoryObject.Kind.SYSV && object.length() == status.length();
  }

  private static Optional<Integer> key(Bytes path) {
    String digits = path.slice(MemoryFiles.SEGMENT.length(), path.length()).toString();
    return digits.length() == KEY_DIGITS && digits.matches("[0-9a-f]+")
        ? Optional.of(Integer.parseUnsignedInt(digits, 16))
        : Optional.empty();
  }

  /** Permission bits. */
  public int permissions() {
    return status.mode() & 0777;
  }

  /** True for one that goes with its last mapping. */
  public boolean isRemoved() {
    return (status.mode() & Segment.REMOVED) != 0;
  }

  /** True when this is the very same segment, which outlived the program. */
  public boolean is(Segment here) {
    return here.id() == id
        && here.key() == key
        && here.bytes() == status.length()
        && here.uid() == status.uid()
        && here.changedSeconds() == status.ctimeNanos() / NANOS;
  }
}
