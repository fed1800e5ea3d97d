package org.ckimg.tools.mem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.ckimg.tools.input.Subject;

/** Finds runs of printable ASCII, as strings(1) does, across page borders. */
public final class StringSearch {
  /** A longer one comes in parts. */
  private static final int LONGEST = 1 << 16;

  private final int shortest;
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
  private record Run(int object, long offset, String text, boolean touches) {
    boolean isFollowedBy(Run next) {
      return object == next.object && offset + text.length() == next.offset;
    }
  }

  private StringSearch(int shortest, Places places, Sink sink) {
    this.shortest = shortest;
    this.places = places;
    this.sink = sink;
  }

  /**
   * Finds all, by object and offset.
   *
   * @param shortest characters that a string has at least
   * @param progress takes bytes that were gone through
   */
  public static Swept run(
      Subject subject, int shortest, MemoryFilter filter, LongConsumer progress, Sink sink)
      throws IOException {
    Areas areas = Areas.of(subject.checkpoint(), filter);
    StringSearch search =
        new StringSearch(shortest, new Places(subject.checkpoint(), filter), sink);
    new Sweep<List<Run>>(subject, 0, search::find, progress).run(areas.list(), search::join);
    search.close();
    long bytes = areas.pages() << subject.checkpoint().host().pageShift();
    return new Swept(bytes, areas.pagesElsewhere(), areas.mappingsElsewhere());
  }

  private List<Run> find(Chunk chunk) {
    List<Run> runs = new ArrayList<>();
    byte[] bytes = chunk.bytes();
    int end = chunk.own();
    int at = 0;
    while (at < end) {
      if (!isPrintable(bytes[at])) {
        at++;
        continue;
      }
      int start = at;
      while (at < end && at - start < LONGEST && isPrintable(bytes[at])) {
        at++;
      }
      boolean touches = start == 0 || at == end || at - start == LONGEST;
      if (touches || at - start >= shortest) {
        String text = new String(bytes, start, at - start, StandardCharsets.US_ASCII);
        runs.add(new Run(chunk.object(), chunk.offset() + start, text, touches));
      }
    }
    return runs;
  }

  private static boolean isPrintable(byte value) {
    return value >= ' ' && value <= '~' || value == '\t';
  }

  private void join(List<Run> runs) throws IOException {
    for (Run run : runs) {
      if (open != null && open.isFollowedBy(run) && open.text.length() < LONGEST) {
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
