package org.ckimg.tools.mem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.ckimg.spec.model.Memory;
import org.ckimg.tools.input.Subject;

/**
 * Finds runs of printable ASCII, as strings(1) does, across page borders; as UTF-16 at even
 * addresses, in the byte order of the program.
 */
public final class StringSearch {
  /** A longer one comes in parts. */
  private static final int LONGEST = 1 << 16;

  private final int shortest;
  private final int width;
  private final int low;
  private final Places places;
  private final Sink sink;
  private Run open;

  /** Takes strings. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next one, with all places where the program had it. */
    void accept(List<Place> places, String text) throws IOException;
  }

  /** A run of a piece; it may be a part of a longer one when it touches an end of the piece. */
  private record Run(int object, long offset, String text, boolean touches) {}

  private StringSearch(Subject subject, int shortest, boolean wide, Places places, Sink sink) {
    this.shortest = shortest;
    this.width = wide ? 2 : 1;
    this.low = wide && subject.checkpoint().host().bigEndian() ? 1 : 0;
    this.places = places;
    this.sink = sink;
  }

  /**
   * Finds all, by object and offset.
   *
   * @param shortest characters that a string has at least
   * @param wide true for two bytes a character
   * @param areas of {@code subject}
   * @param progress takes bytes that were gone through
   */
  public static Swept run(
      Subject subject, int shortest, boolean wide, Areas areas, LongConsumer progress, Sink sink)
      throws IOException {
    Places places = new Places(subject.checkpoint(), areas.filter());
    StringSearch search = new StringSearch(subject, shortest, wide, places, sink);
    new Sweep<List<Run>>(subject, Memory::read, 0, search::find, progress)
        .run(areas.list(), search::join);
    search.close();
    return areas.swept();
  }

  private List<Run> find(Chunk chunk) {
    List<Run> runs = new ArrayList<>();
    byte[] bytes = chunk.bytes();
    int end = chunk.own();
    int at = 0;
    while (at < end) {
      if (!isPrintable(bytes, at)) {
        at += width;
        continue;
      }
      int start = at;
      while (at < end && at - start < LONGEST && isPrintable(bytes, at)) {
        at += width;
      }
      boolean touches = start == 0 || at == end || at - start == LONGEST;
      if (touches || (at - start) / width >= shortest) {
        String text = text(bytes, start, at);
        runs.add(new Run(chunk.object(), chunk.offset() + start, text, touches));
      }
    }
    return runs;
  }

  /** What is above ASCII in a wide character is zero. */
  private boolean isPrintable(byte[] bytes, int at) {
    byte value = bytes[at + low];
    return (value >= ' ' && value <= '~' || value == '\t')
        && (width == 1 || bytes[at + 1 - low] == 0);
  }

  private String text(byte[] bytes, int start, int end) {
    byte[] letters = new byte[(end - start) / width];
    for (int i = 0; i < letters.length; i++) {
      letters[i] = bytes[start + i * width + low];
    }
    return new String(letters, StandardCharsets.US_ASCII);
  }

  private boolean isFollowedBy(Run run, Run next) {
    return run.object == next.object
        && run.offset + (long) run.text.length() * width == next.offset;
  }

  private void join(List<Run> runs) throws IOException {
    for (Run run : runs) {
      if (open != null && isFollowedBy(open, run) && open.text.length() < LONGEST) {
        open = new Run(open.object, open.offset, open.text + run.text, run.touches);
      } else {
        close();
        open = run;
      }
    }
  }

  private void close() throws IOException {
    if (open != null && open.text.length() >= shortest) {
      sink.accept(places.of(open.object, open.offset), open.text);
    }
    open = null;
  }
}
