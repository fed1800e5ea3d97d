package org.ckimg.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An ELF core of Linux from plain values, elf(5) and core(5): header, program headers, notes, bytes
 * of segments. Nothing is checked, so that it can lie.
 */
public final class CoreFile {
  /** Sizes of the headers, and where the first program header is. */
  public static final int HEADER = 64;

  /** Size of a program header. */
  public static final int PROGRAM = 56;

  private static final int SECTION = 64;
  private static final int PAGE = 4096;
  private static final int MANY = 0xffff;
  private static final int STATUS_BYTES = 336;
  private static final int REGISTERS_AT = 112;
  private static final int INFO_BYTES = 136;

  private final ByteOrder order;
  private final int machine;
  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
  private final List<Segment> segments = new ArrayList<>();

  private record Segment(long address, int flags, long memoryBytes, byte[] bytes) {}

  /**
   * An empty one.
   *
   * @param machine ELF e_machine; 62 is x86-64
   */
  public CoreFile(ByteOrder order, int machine) {
    this.order = order;
    this.machine = machine;
  }

  /** Of an x86-64 process with one thread and one page of memory. */
  public static CoreFile sound() {
    return new CoreFile(ByteOrder.LITTLE_ENDIAN, 62)
        .info(700, "sound")
        .status(700, 11)
        .auxv(6, PAGE, 0, 0)
        .segment(0x400000, 5, PAGE, new byte[PAGE]);
  }

  /** Adds any note. */
  public CoreFile note(String owner, int type, byte[] content) {
    byte[] name = (owner + "\0").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer note =
        buffer(12 + padded(name.length) + padded(content.length))
            .putInt(name.length)
            .putInt(content.length)
            .putInt(type)
            .put(name);
    note.position(12 + padded(name.length)).put(content);
    notes.writeBytes(note.array());
    return this;
  }

  private static int padded(int length) {
    return length + 3 & -4;
  }

  private ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(order);
  }

  /** NT_PRSTATUS of x86-64, with registers that are 1, 2, 3 and so on. */
  public CoreFile status(int tid, int signal) {
    ByteBuffer status = buffer(STATUS_BYTES).putInt(0, signal).putInt(32, tid);
    for (int word = 0; word < 27; word++) {
      status.putLong(REGISTERS_AT + word * Long.BYTES, word + 1);
    }
    return note("CORE", 1, status.array());
  }

  /** NT_PRPSINFO. */
  public CoreFile info(int pid, String name) {
    ByteBuffer info = buffer(INFO_BYTES).put(1, (byte) 'S').putInt(24, pid);
    info.position(40).put(name.getBytes(StandardCharsets.ISO_8859_1));
    return note("CORE", 3, info.array());
  }

  /** NT_AUXV. */
  public CoreFile auxv(long... words) {
    ByteBuffer auxv = buffer(words.length * Long.BYTES);
    for (long word : words) {
      auxv.putLong(word);
    }
    return note("CORE", 6, auxv.array());
  }

  /**
   * NT_FILE.
   *
   * @param count what it says how many there are
   * @param ranges start, end and page of the file, of each
   */
  public CoreFile files(long count, long[] ranges, String... names) {
    String all = String.join("\0", names) + (names.length == 0 ? "" : "\0");
    ByteBuffer files = buffer(16 + ranges.length * Long.BYTES + all.length());
    files.putLong(count).putLong(PAGE);
    for (long word : ranges) {
      files.putLong(word);
    }
    return note("CORE", 0x46494c45, files.put(all.getBytes(StandardCharsets.ISO_8859_1)).array());
  }

  /**
   * Adds memory.
   *
   * @param flags 4 read, 2 write, 1 execute
   * @param bytes those in the file
   */
  public CoreFile segment(long address, int flags, long memoryBytes, byte[] bytes) {
    segments.add(new Segment(address, flags, memoryBytes, bytes));
    return this;
  }

  /** The file; more than 65534 program headers are counted in a section header, PN_XNUM. */
  public byte[] build() {
    int programs = segments.size() + 1;
    int notesAt = HEADER + programs * PROGRAM;
    int dataAt = notesAt + notes.size() + PAGE - 1 & -PAGE;
    int end = dataAt + segments.stream().mapToInt(segment -> segment.bytes.length).sum();
    boolean many = programs >= MANY;
    ByteBuffer file = buffer(end + (many ? SECTION : 0));
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2});
    file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2)).put((byte) 1).position(16);
    file.putShort((short) 4).putShort((short) machine).putInt(1).putLong(0).putLong(HEADER);
    file.putLong(many ? end : 0).putInt(0).putShort((short) HEADER).putShort((short) PROGRAM);
    file.putShort((short) (many ? MANY : programs)).putShort((short) (many ? SECTION : 0));
    file.putShort((short) (many ? 1 : 0)).putShort((short) 0);
    program(file, 4, 0, notesAt, 0, notes.size(), 0);
    int at = dataAt;
    for (Segment segment : segments) {
      program(
          file, 1, segment.flags, at, segment.address, segment.bytes.length, segment.memoryBytes);
      at += segment.bytes.length;
    }
    file.put(notes.toByteArray()).position(dataAt);
    segments.forEach(segment -> file.put(segment.bytes));
    if (many) {
      file.putInt(end + 44, programs);
    }
    return file.array();
  }

  private static void program(
      ByteBuffer into, int type, int flags, long at, long address, long bytes, long memoryBytes) {
    into.putInt(type).putInt(flags).putLong(at).putLong(address).putLong(0);
    into.putLong(bytes).putLong(memoryBytes).putLong(type == 1 ? PAGE : 4);
  }
}
