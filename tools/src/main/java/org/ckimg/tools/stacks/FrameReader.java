package org.ckimg.tools.stacks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.ckimg.tools.memory.AddressSpace;

/**
 * Reads entries of {@code .eh_frame}, Linux Standard Base Core 5.0 section 10.6, from memory.
 *
 * @param memory of the process
 */
record FrameReader(AddressSpace memory) {
  private static final int MAX_ENTRY = 1 << 20;
  private static final int ID_BYTES = 4;

  /**
   * An entry as it lies there.
   *
   * @param idAt address of the word that says what it is
   * @param id 0 for a CIE; of an FDE the distance to its CIE
   * @param content what follows
   * @param end address behind it
   */
  private record Entry(long idAt, long id, FrameBytes content, long end) {}

  /** What lies at an address, and where the next lies. */
  record Found(Optional<FrameEntry> entry, long next) {}

  /**
   * The FDE at an address; of a CIE only where the next lies.
   *
   * @throws BadFrameException also at the end of the section
   */
  Found at(long address) throws BadFrameException, IOException {
    Entry entry = entry(address);
    return new Found(entry.id == 0 ? Optional.empty() : Optional.of(description(entry)), entry.end);
  }

  private Entry entry(long address) throws BadFrameException, IOException {
    ByteBuffer length =
        memory
            .bytes(address, Integer.BYTES)
            .orElseThrow(() -> new BadFrameException("not in memory"));
    long bytes = Integer.toUnsignedLong(length.getInt());
    if (bytes < ID_BYTES || bytes > MAX_ENTRY) {
      throw new BadFrameException("an entry of %d bytes".formatted(bytes));
    }
    long idAt = address + Integer.BYTES;
    ByteBuffer all =
        memory.bytes(idAt, (int) bytes).orElseThrow(() -> new BadFrameException("not in memory"));
    FrameBytes content = new FrameBytes(all, idAt);
    return new Entry(idAt, content.u4(), content, idAt + bytes);
  }

  private FrameEntry description(Entry entry) throws BadFrameException, IOException {
    FrameEntry.Common common = common(entry.idAt - entry.id);
    FrameBytes content = entry.content;
    long start = content.pointer(common.encoding(), 0, memory);
    long length = content.number(common.encoding());
    if (common.augmented()) {
      content.take(content.unsigned());
    }
    return new FrameEntry(start, start + length, common, content.rest());
  }

  private FrameEntry.Common common(long address) throws BadFrameException, IOException {
    Entry entry = entry(address);
    FrameBytes content = entry.content;
    int version = content.u1();
    if (entry.id != 0 || version != 1 && version != 3) {
      throw new BadFrameException("a CIE of version " + version);
    }
    String letters = content.letters();
    long codeAlign = content.unsigned();
    long dataAlign = content.signed();
    int returnRegister = version == 1 ? content.u1() : content.small();
    boolean augmented = letters.startsWith("z");
    if (!augmented && !letters.isEmpty()) {
      throw new BadFrameException("an augmentation that is not known");
    }
    int encoding = augmented ? encoding(letters, content) : 0;
    return new FrameEntry.Common(
        codeAlign,
        dataAlign,
        returnRegister,
        encoding,
        augmented,
        letters.contains("S"),
        content.rest());
  }

  /** Goes through the data of an augmentation; of what is not known only the length counts. */
  private int encoding(String letters, FrameBytes content) throws BadFrameException, IOException {
    FrameBytes data = content.take(content.unsigned());
    int encoding = 0;
    for (char letter : letters.substring(1).toCharArray()) {
      switch (letter) {
        case 'R' -> encoding = data.u1();
        case 'L' -> data.u1();
        case 'P' -> data.number(data.u1());
        case 'S', 'B' -> {}
        default -> {
          return encoding;
        }
      }
    }
    return encoding;
  }
}
