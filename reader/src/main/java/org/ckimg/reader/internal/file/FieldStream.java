package org.ckimg.reader.internal.file;

import io.kaitai.struct.ByteBufferKaitaiStream;
import java.nio.ByteBuffer;

/** A slice for one generated record that knows where the last field began and what it held. */
public final class FieldStream extends ByteBufferKaitaiStream {
  private int start;
  private String value = "";

  /** Parses what {@code slice} has from its position to its limit. */
  public FieldStream(ByteBuffer slice) {
    super(slice.slice());
  }

  /** Bytes from the slice's start to the field read last. */
  int start() {
    return start;
  }

  /** The number read last; empty when it was bytes. */
  String value() {
    return value;
  }

  private void begin() {
    start = pos();
  }

  private <T extends Number> T saw(T number) {
    value = number.toString();
    return number;
  }

  @Override
  public int readU1() {
    begin();
    return saw(super.readU1());
  }

  @Override
  public int readU2le() {
    begin();
    return saw(super.readU2le());
  }

  @Override
  public long readU4le() {
    begin();
    return saw(super.readU4le());
  }

  @Override
  public int readS4le() {
    begin();
    return saw(super.readS4le());
  }

  @Override
  public long readS8le() {
    begin();
    long number = super.readS8le();
    value = Long.toUnsignedString(number);
    return number;
  }

  @Override
  protected byte[] readBytesNotAligned(long count) {
    begin();
    value = "";
    return super.readBytesNotAligned(count);
  }
}
