package org.ckimg.interop.criu;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;

/** A line of an annex; what is not known is left out. */
final class Row {
  private final Map<String, String> values = new LinkedHashMap<>();

  Row put(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** Bytes of the image, escaped. */
  Row put(String name, ByteString value) {
    return put(name, ThreadDecoder.bytes(value).toString());
  }

  Row number(String name, int value) {
    return put(name, Integer.toUnsignedString(value));
  }

  Row number(String name, long value) {
    return put(name, Long.toUnsignedString(value));
  }

  Row number(boolean known, String name, int value) {
    return known ? number(name, value) : this;
  }

  Row number(boolean known, String name, long value) {
    return known ? number(name, value) : this;
  }

  Row text(boolean known, String name, ByteString value) {
    return known ? put(name, value) : this;
  }

  Row flag(boolean known, String name, boolean value) {
    return known ? put(name, Boolean.toString(value)) : this;
  }

  Row hex(String name, int value) {
    return put(name, "0x" + Integer.toHexString(value));
  }

  Row octal(boolean known, String name, int value) {
    return known ? put(name, "0" + Integer.toOctalString(value)) : this;
  }

  Map<String, String> values() {
    return values;
  }
}
