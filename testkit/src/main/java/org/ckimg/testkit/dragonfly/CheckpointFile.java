package org.ckimg.testkit.dragonfly;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file with names for the places in it, to tell precise lies. */
public final class CheckpointFile {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> places = new TreeMap<>();
  private final Map<Integer, byte[]> lies = new TreeMap<>();

  CheckpointFile() {}

  CheckpointFile place(String name) {
    places.put(name, out.size());
    return this;
  }

  CheckpointFile bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  CheckpointFile zeroes(int count) {
    return bytes(new byte[count]);
  }

  CheckpointFile half(int value) {
    return bytes(buffer(2).putShort((short) value).array());
  }

  CheckpointFile word(int value) {
    return bytes(buffer(4).putInt(value).array());
  }

  CheckpointFile word64(long value) {
    return bytes(buffer(8).putLong(value).array());
  }

  CheckpointFile text(String text, int length) {
    return bytes(buffer(length).put(text.getBytes(StandardCharsets.US_ASCII)).array());
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  int length() {
    return out.size();
  }

  /** Where something lies. */
  public int at(String place) {
    return places.get(place);
  }

  /** Where something lies, all of them that hold something, ascending. */
  public List<Integer> places() {
    return places.values().stream().filter(at -> at < out.size()).distinct().sorted().toList();
  }

  /** Writes a word of 4 bytes somewhere. */
  public CheckpointFile set(String place, int value) {
    return put(at(place), buffer(4).putInt(value).array());
  }

  /** Writes a word of 8 bytes somewhere. */
  public CheckpointFile setLong(String place, long value) {
    return put(at(place), buffer(8).putLong(value).array());
  }

  /** Writes bytes at an offset. */
  public CheckpointFile put(int at, byte... bytes) {
    lies.put(at, bytes);
    return this;
  }

  /** The file. */
  public byte[] build() {
    byte[] file = out.toByteArray();
    lies.forEach((at, bytes) -> System.arraycopy(bytes, 0, file, at, bytes.length));
    return file;
  }
}
