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
 * @param mode permission bits, and SHM_DEST
 * @param bytes size
 * @param changedNanos shm_ctime
 */
public record SharedSegment(
    int file,
    int object,
    int key,
    int id,
    int mode,
    FileFacts.Owner owner,
    long bytes,
    long changedNanos) {
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
            && file.mode().isPresent()
            && file.status().owner().isPresent()
            && file.length().isPresent()
            && file.status().ctimeNanos().isPresent()
            && file.content().isPresent()
            && isWhole(checkpoint.object(file.content().getAsInt()), file.length().getAsLong());
    return complete
        ? Optional.of(
            new SharedSegment(
                file.id(),
                file.content().getAsInt(),
                key.get(),
                (int) file.inode().get().number(),
                file.mode().getAsInt(),
                file.status().owner().get(),
                file.length().getAsLong(),
                file.status().ctimeNanos().getAsLong()))
        : Optional.empty();
  }

  private static boolean isWhole(MemoryObject object, long bytes) {
    return object.kind() == MemoryObject.Kind.SYSV && object.length() == bytes;
  }

  private static Optional<Integer> key(Bytes path) {
    String digits = path.slice(MemoryFiles.SEGMENT.length(), path.length()).toString();
    return digits.length() == KEY_DIGITS && digits.matches("[0-9a-f]+")
        ? Optional.of(Integer.parseUnsignedInt(digits, 16))
        : Optional.empty();
  }

  /** Permission bits. */
  public int permissions() {
    return mode & 0777;
  }

  /** True for one that goes with its last mapping. */
  public boolean isRemoved() {
    return (mode & Segment.REMOVED) != 0;
  }

  /** True when this is the very same segment, which outlived the program. */
  public boolean is(Segment here) {
    return here.id() == id
        && here.key() == key
        && here.bytes() == bytes
        && here.uid() == owner.uid()
        && here.changedSeconds() == changedNanos / NANOS;
  }
}
