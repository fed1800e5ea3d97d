package org.ckimg.tools.mem;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.Subject;

/** Looks for bytes in all that an image has of a program. */
public final class Search {
  /** Bytes that are shown on either side of a match. */
  public static final int CONTEXT = 32;

  private final Subject subject;
  private final Checkpoint checkpoint;
  private final Needle needle;
  private final MemoryFilter filter;
  private final Places places;
  private final int pageSize;
  private final byte[] scratch;
  private int provenObject;
  private long provenPage;

  /** Takes matches. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next one. */
    void accept(Match match) throws IOException;
  }

  /** A match as it is found, before anybody asked where it is. */
  private record Hit(int object, long offset, Bytes before, Bytes bytes, Bytes after) {}

  private Search(Subject subject, Needle needle, MemoryFilter filter) {
    this.subject = subject;
    this.checkpoint = subject.checkpoint();
    this.needle = needle;
    this.filter = filter;
    this.places = new Places(checkpoint, filter);
    this.pageSize = checkpoint.host().pageSize();
    this.scratch = new byte[pageSize];
  }

  /**
   * Searches; matches come by object and offset, then those that cross from one mapping into the
   * next where these show different objects.
   *
   * @param areas of {@code subject}
   * @param progress takes bytes that were searched
   */
  public static Swept run(
      Subject subject, Needle needle, Areas areas, LongConsumer progress, Sink sink)
      throws IOException {
    Search search = new Search(subject, needle, areas.filter());
    new Sweep<List<Hit>>(
            subject, Memory::scan, needle.reach() - 1 + CONTEXT, search::find, progress)
        .run(
            areas.list(),
            hits -> {
              for (Hit hit : hits) {
                search.prove(hit);
                sink.accept(search.match(hit));
              }
            });
    search.crossBorders(sink);
    return areas.swept();
  }

  private List<Hit> find(Chunk chunk) {
    List<Hit> hits = new ArrayList<>();
    needle.find(
        chunk.bytes(),
        chunk.length(),
        chunk.own(),
        (start, end) ->
            hits.add(
                hit(chunk.bytes(), chunk.length(), start, end, chunk.object(), chunk.offset())));
    return hits;
  }

  private static Hit hit(byte[] bytes, int length, int start, int end, int object, long offset) {
    int from = Math.max(0, start - CONTEXT);
    int to = Math.min(length, end + CONTEXT);
    return new Hit(
        object,
        offset + start,
        Bytes.of(bytes, from, start - from),
        Bytes.of(bytes, start, end - start),
        Bytes.of(bytes, end, to - end));
  }

  /** A page that was only scanned is read before it is shown. Hits come in ascending order. */
  private void prove(Hit hit) throws IOException {
    long first = (hit.offset - hit.before.length()) / pageSize;
    long last = (hit.offset + hit.bytes.length() + hit.after.length() - 1) / pageSize;
    for (long page = hit.object == provenObject ? Math.max(first, provenPage + 1) : first;
        page <= last;
        page++) {
      checkpoint.memory().read(hit.object, page, 1, MemorySegment.ofArray(scratch));
      provenObject = hit.object;
      provenPage = page;
    }
  }

  private Match match(Hit hit) {
    return new Match(places.of(hit.object, hit.offset), hit.before, hit.bytes, hit.after);
  }

  /** Mappings that lie side by side and whose bytes do not: a match may start in the first. */
  private void crossBorders(Sink sink) throws IOException {
    for (ProcessState process : checkpoint.processes()) {
      if (!filter.takesProcess(process.pid())) {
        continue;
      }
      ProcessMemory memory = new ProcessMemory(checkpoint, process);
      List<Vma> vmas = process.vmas();
      for (int i = 1; i < vmas.size(); i++) {
        Vma first = vmas.get(i - 1);
        Vma second = vmas.get(i);
        if (first.endPage() == second.firstPage()
            && filter.takes(first)
            && filter.takes(second)
            && !isOneArea(first, second)) {
          crossBorder(process, memory, second.firstPage(), sink);
        }
      }
    }
  }

  private static boolean isOneArea(Vma first, Vma second) {
    return first.object().isPresent()
        && first.object().equals(second.object())
        && first.objectPage() + first.numPages() == second.objectPage();
  }

  private void crossBorder(ProcessState process, ProcessMemory memory, long border, Sink sink)
      throws IOException {
    byte[] bytes = new byte[2 * pageSize];
    MemorySegment pages = MemorySegment.ofArray(bytes);
    if (!memory.read(border - 1, pages).isKnown()
        || !memory.read(border, pages.asSlice(pageSize)).isKnown()) {
      return;
    }
    long start = (border - 1) * pageSize;
    List<Match> matches = new ArrayList<>();
    Mappings mappings = new Mappings(checkpoint, process);
    needle.find(
        bytes,
        bytes.length,
        pageSize,
        (from, to) -> {
          if (to > pageSize) {
            Hit hit = hit(bytes, bytes.length, from, to, 0, start);
            Place place = Places.at(process, mappings, hit.offset);
            matches.add(new Match(List.of(place), hit.before, hit.bytes, hit.after));
          }
        });
    for (Match match : matches) {
      sink.accept(match);
    }
  }
}
