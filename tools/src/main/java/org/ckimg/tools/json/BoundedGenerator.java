package org.ckimg.tools.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * A document that stays small whatever goes into it: arrays end when they have used up their share
 * of the room, long strings are cut. An array of the root may take all the room that is there, one
 * below half of it. How many elements of which array are missing is written at the end, as {@code
 * leftOut}; a cut string says so itself.
 */
final class BoundedGenerator extends JsonGeneratorDelegate {
  private static final int LONGEST_TEXT = 4096;

  private final Deque<Level> levels = new ArrayDeque<>();
  private final Map<String, Long> leftOut = new TreeMap<>();
  private final long mostBytes;
  private long used;
  private int skipping;
  private String name = "";

  /** An object or array that is open. */
  private static final class Level {
    private final boolean array;
    private final String path;
    private final long end;
    private long missing;

    Level(boolean array, String path, long end) {
      this.array = array;
      this.path = path;
      this.end = end;
    }
  }

  BoundedGenerator(JsonGenerator target, long mostBytes) {
    super(target, false);
    this.mostBytes = mostBytes;
  }

  /** False for what is not written: a value, or all that stands in it. */
  private boolean takes(long bytes) {
    if (skipping > 0) {
      return false;
    }
    Level level = levels.peek();
    if (level != null && level.array && used + bytes > level.end) {
      level.missing++;
      return false;
    }
    used += bytes;
    return true;
  }

  private void open(boolean array) {
    Level outer = levels.peek();
    String path = outer == null || outer.array ? path(outer) : path(outer) + "." + name;
    long room = outer == null ? mostBytes : outer.end;
    boolean inRoot = levels.size() == 1;
    levels.push(new Level(array, path, array && !inRoot ? used + (room - used) / 2 : room));
  }

  private static String path(Level level) {
    return level == null ? "" : level.path;
  }

  @Override
  public void writeStartArray() throws IOException {
    if (takes(2)) {
      open(true);
      super.writeStartArray();
    } else {
      skipping++;
    }
  }

  @Override
  public void writeEndArray() throws IOException {
    if (skipping > 0) {
      skipping--;
      return;
    }
    Level level = levels.pop();
    if (level.missing > 0) {
      leftOut.merge(level.path.substring(1), level.missing, Long::sum);
    }
    super.writeEndArray();
  }

  @Override
  public void writeStartObject() throws IOException {
    if (takes(2)) {
      open(false);
      super.writeStartObject();
    } else {
      skipping++;
    }
  }

  @Override
  public void writeEndObject() throws IOException {
    if (skipping > 0) {
      skipping--;
      return;
    }
    levels.pop();
    if (levels.isEmpty()) {
      writeLeftOut();
    }
    super.writeEndObject();
  }

  private void writeLeftOut() throws IOException {
    super.writeFieldName("leftOut");
    super.writeStartObject();
    for (Map.Entry<String, Long> array : leftOut.entrySet()) {
      super.writeFieldName(array.getKey());
      super.writeNumber(array.getValue());
    }
    super.writeEndObject();
  }

  @Override
  public void writeFieldName(String field) throws IOException {
    if (skipping == 0) {
      name = field;
      used += cost(field);
      super.writeFieldName(field);
    }
  }

  @Override
  public void writeString(String text) throws IOException {
    String kept = text;
    if (text.length() > LONGEST_TEXT) {
      kept =
          text.substring(0, LONGEST_TEXT)
              + "… (%d characters more)".formatted(text.length() - LONGEST_TEXT);
    }
    if (takes(cost(kept))) {
      super.writeString(kept);
    }
  }

  /** What is no plain letter may take six bytes. */
  private static long cost(String text) {
    return 3
        + text.chars().mapToLong(c -> c >= ' ' && c <= '~' && "<>&'".indexOf(c) < 0 ? 1 : 6).sum();
  }

  @Override
  public void writeNumber(int value) throws IOException {
    writeNumber((long) value);
  }

  @Override
  public void writeNumber(long value) throws IOException {
    if (takes(Long.toString(value).length() + 1)) {
      super.writeNumber(value);
    }
  }

  @Override
  public void writeNumber(BigInteger value) throws IOException {
    if (takes(value.toString().length() + 1)) {
      super.writeNumber(value);
    }
  }

  @Override
  public void writeBoolean(boolean value) throws IOException {
    if (takes(6)) {
      super.writeBoolean(value);
    }
  }
}
