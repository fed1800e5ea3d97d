package org.ckimg.tools.mem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongConsumer;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.input.Subject;

/**
 * How random the pages of an image are: bits of information a byte, 8 for what is encrypted or
 * compressed. Kept for bins of pages, which end where a mapping does too; pages that are all zero
 * do not count.
 */
public final class EntropyMap {
  private final Map<Integer, Profile> profiles = new HashMap<>();
  private final long binPages;
  private final int pageSize;

  /** Sums of one object, a column for each bin that has pages. */
  private static final class Profile {
    private final long[] borders;
    private long[] first = new long[16];
    private double[] sum = new double[17];
    private long[] pages = new long[17];
    private int size;
    private long bin = -1;
    private int range = -1;

    Profile(long[] borders) {
      this.borders = borders;
    }

    void add(long page, long binPages, float entropy) {
      while (range + 1 < borders.length && borders[range + 1] <= page) {
        range++;
        bin = -1;
      }
      if (page / binPages != bin) {
        bin = page / binPages;
        grow();
        first[size] = page;
        sum[size + 1] = sum[size];
        pages[size + 1] = pages[size];
        size++;
      }
      if (entropy >= 0) {
        sum[size] += entropy;
        pages[size]++;
      }
    }

    private void grow() {
      if (size + 1 == pages.length) {
        first = Arrays.copyOf(first, 2 * size);
        sum = Arrays.copyOf(sum, 2 * size + 1);
        pages = Arrays.copyOf(pages, 2 * size + 1);
      }
    }

    OptionalDouble mean(long from, long to) {
      int low = index(from);
      int high = index(to);
      long count = pages[high] - pages[low];
      return count == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of((sum[high] - sum[low]) / count);
    }

    private int index(long page) {
      int at = Arrays.binarySearch(first, 0, size, page);
      return at < 0 ? -at - 1 : at;
    }
  }

  private EntropyMap(long binPages, int pageSize) {
    this.binPages = binPages;
    this.pageSize = pageSize;
  }

  /**
   * Reads all memory of an image once, on all processors.
   *
   * @param areas of {@code subject}, all of them
   * @param binPages pages of a bin
   * @param progress takes bytes that were gone through
   */
  public static EntropyMap of(Subject subject, Areas areas, long binPages, LongConsumer progress)
      throws IOException {
    Checkpoint checkpoint = subject.checkpoint();
    EntropyMap map = new EntropyMap(binPages, checkpoint.host().pageSize());
    Map<Integer, long[]> borders = borders(checkpoint);
    double[] terms = terms(map.pageSize);
    new Sweep<Found>(subject, Memory::scan, 0, chunk -> map.measure(chunk, terms), progress)
        .run(
            areas.list(), found -> map.add(found, borders.getOrDefault(found.object, new long[0])));
    return map;
  }

  /** Where mappings of an object start and end. */
  private static Map<Integer, long[]> borders(Checkpoint checkpoint) {
    Map<Integer, List<Long>> all = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      for (Vma vma : process.vmas()) {
        vma.object()
            .ifPresent(object ->
                all.computeIfAbsent(object, _ -> new ArrayList<>())
                    .addAll(List.of(vma.objectPage(), vma.objectPage() + vma.numPages())));
      }
    }
    Map<Integer, long[]> sorted = new HashMap<>();
    all.forEach((object, pages) ->
        sorted.put(
            object, pages.stream().mapToLong(Long::longValue).sorted().distinct().toArray()));
    return sorted;
  }

  private record Found(int object, long firstPage, float[] entropies) {}

  /** {@code n log2 n} for each number of times that a byte can be in a page. */
  private static double[] terms(int pageSize) {
    double[] terms = new double[pageSize + 1];
    for (int n = 2; n <= pageSize; n++) {
      terms[n] = n * Math.log(n) / Math.log(2);
    }
    return terms;
  }

  private Found measure(Chunk chunk, double[] terms) {
    float[] entropies = new float[chunk.own() / pageSize];
    int[] counts = new int[256];
    for (int page = 0; page < entropies.length; page++) {
      Arrays.fill(counts, 0);
      int start = page * pageSize;
      for (int i = start; i < start + pageSize; i++) {
        counts[chunk.bytes()[i] & 0xff]++;
      }
      entropies[page] = counts[0] == pageSize ? -1 : entropy(counts, terms);
    }
    return new Found(chunk.object(), chunk.offset() / pageSize, entropies);
  }

  private float entropy(int[] counts, double[] terms) {
    double sum = 0;
    for (int count : counts) {
      sum += terms[count];
    }
    return (float) (Math.log(pageSize) / Math.log(2) - sum / pageSize);
  }

  private void add(Found found, long[] borders) {
    Profile profile = profiles.computeIfAbsent(found.object, _ -> new Profile(borders));
    for (int i = 0; i < found.entropies.length; i++) {
      profile.add(found.firstPage + i, binPages, found.entropies[i]);
    }
  }

  /**
   * The mean of pages of an object.
   *
   * @param from first page, where a bin or a mapping starts
   * @param to first page behind, where a bin or a mapping ends
   * @return 0 to 8; empty where there is no page that is not zero
   */
  public OptionalDouble mean(int object, long from, long to) {
    Profile profile = profiles.get(object);
    return profile == null ? OptionalDouble.empty() : profile.mean(from, to);
  }
}
