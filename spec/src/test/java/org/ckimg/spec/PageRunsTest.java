package org.ckimg.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.ckimg.spec.model.PageRuns;
import org.junit.jupiter.api.Test;

class PageRunsTest {
  private static final int PAGES = 64;

  /** Against a set of bits. */
  @Test
  void withoutIsWhatIsLeft() {
    Random random = new Random(42);
    for (int round = 0; round < 2000; round++) {
      long some = random.nextLong() | random.nextLong();
      long other = random.nextLong() & random.nextLong();
      assertEquals(runs(some & ~other), runs(some).without(runs(other)));
    }
    assertEquals(PageRuns.EMPTY, runs(-1).without(runs(-1)));
  }

  private static PageRuns runs(long bits) {
    PageRuns.Builder runs = new PageRuns.Builder();
    for (int page = 0; page < PAGES; page++) {
      if ((bits >>> page & 1) != 0) {
        runs.add(page, 1);
      }
    }
    return runs.build();
  }
}
