package org.ckimg.interop.criu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ckimg.spec.model.Bytes;

/** A little-endian structure of the kernel that is put together field by field. */
final class WordBuffer {
  private final ByteBuffer bytes;

  WordBuffer(int length) {
    bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  WordBuffer put8(int offset, int value) {
    bytes.put(offset, (byte) value);
    return this;
  }

  WordBuffer put16(int offset, int value) {
    bytes.putShort(offset, (short) value);
    return this;
  }

  WordBuffer put32(int offset, int value) {
    bytes.putInt(offset, value);
    return this;
  }

  WordBuffer put64(int offset, long value) {
    bytes.putLong(offset, value);
    return this;
  }

  /** Words of 32 bits, one behind the other. */
  WordBuffer putAll32(int offset, List<Integer> values) {
    for (int i = 0; i < values.size(); i++) {
      bytes.putInt(offset + i * Integer.BYTES, values.get(i));
    }
    return this;
  }

  /** Words of 64 bits, one behind the other. */
  WordBuffer putAll64(int offset, List<Long> values) {
    for (int i = 0; i < values.size(); i++) {
      bytes.putLong(offset + i * Long.BYTES, values.get(i));
    }
    return this;
  }

  WordBuffer putAll(int offset, Bytes value) {
    bytes.put(offset, value.toArray());
    return this;
  }

  Bytes toBytes() {
    return Bytes.of(bytes.array());
  }
}
