package org.ckimg.tools.stacks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.ckimg.tools.memory.AddressSpace;

/**
 * Bytes of call frame information with the address that they have in memory, read from front to
 * back. Numbers are as DWARF 5 section 7 has them, pointers as the Linux Standard Base, section
 * 10.5, has them.
 */
final class FrameBytes {
  /** DW_EH_PE_omit: there is no pointer. */
  static final int OMITTED = 0xff;

  private static final int INDIRECT = 0x80;
  private static final int RELATION = 0x70;
  private static final int RELATIVE_TO_ITSELF = 0x10;
  private static final int RELATIVE_TO_DATA = 0x30;
  private static final int FORMAT = 0x0f;
  private static final int MAX_LEB_BITS = 70;

  private final ByteBuffer bytes;
  private final long address;

  /**
   * Takes bytes from their position to their limit.
   *
   * @param address of the first of them
   */
  FrameBytes(ByteBuffer bytes, long address) {
    this.bytes = bytes.slice().order(bytes.order());
    this.address = address;
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  int position() {
    return bytes.position();
  }

  /** Goes on at another place. */
  void seek(long position) throws BadFrameException {
    if (position < 0 || position > bytes.limit()) {
      throw new BadFrameException("a jump out of its bytes");
    }
    bytes.position((int) position);
  }

  private void need(long count) throws BadFrameException {
    if (count < 0 || count > bytes.remaining()) {
      throw new BadFrameException("it is cut short");
    }
  }

  int u1() throws BadFrameException {
    need(1);
    return bytes.get() & 0xff;
  }

  int s2() throws BadFrameException {
    need(2);
    return bytes.getShort();
  }

  int u2() throws BadFrameException {
    return s2() & 0xffff;
  }

  int s4() throws BadFrameException {
    need(4);
    return bytes.getInt();
  }

  long u4() throws BadFrameException {
    return Integer.toUnsignedLong(s4());
  }

  long s8() throws BadFrameException {
    need(8);
    return bytes.getLong();
  }

  /** LEB128; what does not fit 64 bits is lost. */
  long unsigned() throws BadFrameException {
    return leb(false);
  }

  long signed() throws BadFrameException {
    return leb(true);
  }

  private long leb(boolean isSigned) throws BadFrameException {
    long value = 0;
    for (int shift = 0; shift < MAX_LEB_BITS; shift += 7) {
      int part = u1();
      value |= shift < Long.SIZE ? (long) (part & 0x7f) << shift : 0;
      if ((part & 0x80) == 0) {
        boolean negative = isSigned && (part & 0x40) != 0 && shift + 7 < Long.SIZE;
        return negative ? value | -1L << shift + 7 : value;
      }
    }
    throw new BadFrameException("a number of more than 64 bits");
  }

  /** A register, an offset or a length that fits 31 bits. */
  int small() throws BadFrameException {
    long value = unsigned();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new BadFrameException("a number of more than 31 bits");
    }
    return (int) value;
  }

  /** The next bytes. */
  FrameBytes take(long count) throws BadFrameException {
    need(count);
    FrameBytes part =
        new FrameBytes(
            bytes.slice(bytes.position(), (int) count).order(bytes.order()),
            address + bytes.position());
    bytes.position(bytes.position() + (int) count);
    return part;
  }

  /** The same bytes from their start. */
  FrameBytes again() {
    ByteBuffer start = bytes.duplicate().order(bytes.order());
    return new FrameBytes(start.rewind(), address);
  }

  /** All that is left. */
  FrameBytes rest() throws BadFrameException {
    return take(bytes.remaining());
  }

  /** ASCII letters that a zero byte ends. */
  String letters() throws BadFrameException {
    StringBuilder text = new StringBuilder();
    for (int c = u1(); c != 0; c = u1()) {
      text.append((char) c);
    }
    return text.toString();
  }

  /**
   * A pointer.
   *
   * @param encoding DW_EH_PE_ bits
   * @param data what those that are relative to data are relative to
   * @param memory where an indirect one is looked up
   */
  long pointer(int encoding, long data, AddressSpace memory) throws BadFrameException, IOException {
    long place = address + bytes.position();
    long value = number(encoding);
    if (value == 0) {
      return 0;
    }
    value +=
        switch (encoding & RELATION) {
          case 0 -> 0;
          case RELATIVE_TO_ITSELF -> place;
          case RELATIVE_TO_DATA -> data;
          default -> throw new BadFrameException("a pointer of encoding " + encoding);
        };
    if ((encoding & INDIRECT) == 0) {
      return value;
    }
    OptionalLong target = memory.word(value);
    return target.orElseThrow(() -> new BadFrameException("a pointer to unknown memory"));
  }

  /** The number that a pointer of this encoding starts from. */
  long number(int encoding) throws BadFrameException {
    return switch (encoding & FORMAT) {
      case 0x00, 0x04, 0x0c -> s8();
      case 0x01 -> unsigned();
      case 0x02 -> u2();
      case 0x03 -> u4();
      case 0x09 -> signed();
      case 0x0a -> s2();
      case 0x0b -> s4();
      default -> throw new BadFrameException("a pointer of encoding " + encoding);
    };
  }
}
