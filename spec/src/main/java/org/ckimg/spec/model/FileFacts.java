package org.ckimg.spec.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is known of a file: evidence to compare with, never a right to open it.
 *
 * @param id 1, 2, …
 * @param path as the kernel shows it, without " (deleted)"; "pipe:[…]" and the like for files
 *     without a path
 * @param inode where it lies
 * @param status statx(2), as far as it is known
 * @param filesystem f_type of statfs(2)
 * @param filesystemId f_fsid of statfs(2)
 * @param handle name_to_handle_at(2)
 * @param seals F_GET_SEALS of fcntl(2), for memory that has the form of a file
 * @param deleted true when no path leads to it any more
 * @param content object with its bytes, for a file that is gone
 * @param buildId NT_GNU_BUILD_ID of a mapped ELF file, 1 to {@link #MAX_BUILD_ID} bytes
 */
public record FileFacts(
    int id,
    Bytes path,
    Optional<Inode> inode,
    Status status,
    OptionalLong filesystem,
    OptionalLong filesystemId,
    Optional<Handle> handle,
    OptionalInt seals,
    boolean deleted,
    OptionalInt content,
    Optional<Bytes> buildId) {
  /** The most bytes of a build id. */
  public static final int MAX_BUILD_ID = 64;

  private static final int S_IFMT = 0170000;

  /**
   * Device and inode number.
   *
   * @param device st_dev as the kernel encodes it in 64 bits: major &lt;&lt; 32 | minor
   * @param number st_ino
   */
  public record Inode(long device, long number) {}

  /**
   * Times are nanoseconds since 1970.
   *
   * @param mode type and permission bits
   * @param links number of hard links
   * @param length bytes
   * @param rdev device number of a device file: major &lt;&lt; 32 | minor
   */
  public record Status(
      OptionalInt mode,
      OptionalInt links,
      Optional<Owner> owner,
      OptionalLong length,
      OptionalLong rdev,
      OptionalLong mtimeNanos,
      OptionalLong ctimeNanos,
      OptionalLong btimeNanos) {
    /** Nothing is known. */
    public static final Status UNKNOWN =
        new Status(
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
  }

  /** User and group that a file belongs to. */
  public record Owner(int uid, int gid) {}

  /**
   * A file handle, opaque.
   *
   * @param type handle_type
   * @param bytes f_handle
   */
  public record Handle(int type, Bytes bytes) {}

  /** A file of which only the name is known. */
  public static FileFacts named(int id, Bytes path, boolean deleted) {
    return new FileFacts(
        id,
        path,
        Optional.empty(),
        Status.UNKNOWN,
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        deleted,
        OptionalInt.empty(),
        Optional.empty());
  }

  /** The same file, of which it is known which build it is. */
  public FileFacts withBuildId(Bytes id) {
    return new FileFacts(
        this.id,
        path,
        inode,
        status,
        filesystem,
        filesystemId,
        handle,
        seals,
        deleted,
        content,
        Optional.of(id));
  }

  /** The permission and type bits, where known. */
  public OptionalInt mode() {
    return status.mode();
  }

  /** The type bits, S_IFMT, where known. */
  public OptionalInt type() {
    return mode().isPresent() ? OptionalInt.of(mode().getAsInt() & S_IFMT) : mode();
  }

  /** Size in bytes, where known. */
  public OptionalLong length() {
    return status.length();
  }
}
