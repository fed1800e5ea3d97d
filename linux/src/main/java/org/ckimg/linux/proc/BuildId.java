package org.ckimg.linux.proc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;

/**
 * What the linker gave an ELF file to be known by: the note NT_GNU_BUILD_ID, elf(5). Nothing in the
 * file is trusted: what does not fit the bytes that are there is not there.
 */
public final class BuildId {
  /** The most bytes that are taken for one. */
  public static final int MAX_BYTES = 64;

  /** Notes of more bytes are not looked at. */
  public static final int MAX_NOTES = 1 << 16;

  private static final int NT_GNU_BUILD_ID = 3;
  private static final int NOTE_HEAD = 12;
  private static final int FILE_HEAD = 64;
  private static final int PROGRAM_HEAD = 56;
  private static final int PT_NOTE = 4;

  /** The magic, 64 bits, little-endian. */
  private static final byte[] ELF_64 = {0x7f, 'E', 'L', 'F', 2, 1};

  private BuildId() {}

  /** That of a file of a 64-bit machine that is open for reading; empty where it has none. */
  public static Optional<byte[]> read(int fd) throws SyscallException {
    Optional<ByteBuffer> head = bytes(fd, 0, FILE_HEAD);
    if (head.isEmpty() || !Arrays.equals(Arrays.copyOf(head.get().array(), 6), ELF_64)) {
      return Optional.empty();
    }
    long at = head.get().getLong(32);
    int size = head.get().getShort(54) & 0xffff;
    int count = head.get().getShort(56) & 0xffff;
    Optional<ByteBuffer> programs =
        size == PROGRAM_HEAD ? bytes(fd, at, count * PROGRAM_HEAD) : Optional.empty();
    for (int i = 0; programs.isPresent() && i < count; i++) {
      Optional<byte[]> id = inSegment(fd, programs.get().slice(i * PROGRAM_HEAD, PROGRAM_HEAD));
      if (id.isPresent()) {
        return id;
      }
    }
    return Optional.empty();
  }

  private static Optional<byte[]> inSegment(int fd, ByteBuffer bigEndianSlice)
      throws SyscallException {
    ByteBuffer program = bigEndianSlice.order(ByteOrder.LITTLE_ENDIAN);
    long length = program.getLong(32);
    if (program.getInt(0) != PT_NOTE || length <= 0 || length > MAX_NOTES) {
      return Optional.empty();
    }
    Optional<ByteBuffer> notes = bytes(fd, program.getLong(8), (int) length);
    return notes.isPresent() ? inNotes(notes.get(), program.getLong(48)) : Optional.empty();
  }

  /**
   * The one among notes.
   *
   * @param notes in the order of the file's words, from their position on
   * @param alignment p_align of the segment that they are
   */
  public static Optional<byte[]> inNotes(ByteBuffer notes, long alignment) {
    int align = alignment == Long.BYTES ? Long.BYTES : Integer.BYTES;
    while (notes.remaining() >= NOTE_HEAD) {
      long nameBytes = Integer.toUnsignedLong(notes.getInt());
      long bytes = Integer.toUnsignedLong(notes.getInt());
      int type = notes.getInt();
      long content = notes.position() + (nameBytes + align - 1 & -align);
      long next = content + (bytes + align - 1 & -align);
      if (content + bytes > notes.limit()) {
        return Optional.empty();
      }
      boolean gnu = nameBytes == 4 && notes.getInt(notes.position()) == gnu(notes.order());
      if (gnu && type == NT_GNU_BUILD_ID && bytes > 0 && bytes <= MAX_BYTES) {
        byte[] id = new byte[(int) bytes];
        notes.get((int) content, id);
        return Optional.of(id);
      }
      notes.position((int) Math.min(next, notes.limit()));
    }
    return Optional.empty();
  }

  /** The four bytes {@code GNU\0} as a word of this order. */
  private static int gnu(ByteOrder order) {
    return ByteBuffer.wrap(new byte[] {'G', 'N', 'U', 0}).order(order).getInt();
  }

  /** Bytes of a file; empty when they are not all there. */
  private static Optional<ByteBuffer> bytes(int fd, long at, int length) throws SyscallException {
    if (at < 0 || at > Long.MAX_VALUE - length) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(length);
      byte[] bytes = new byte[length];
      boolean whole = FileCalls.pread(fd, buffer, at) == length;
      MemorySegment.ofArray(bytes).copyFrom(buffer);
      return whole
          ? Optional.of(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN))
          : Optional.empty();
    }
  }
}
