package org.ckimg.e2e;

import java.util.Random;

/** Random moments that can be had again with {@code -Dckimg.seed=N}. */
final class Seed {
  private Seed() {}

  /** A generator of its own for each test; says how to repeat it. */
  static Random of(String test) {
    long seed = Long.getLong("ckimg.seed", System.nanoTime() & 0xffffff);
    System.out.println(test + ": -Dckimg.seed=" + seed);
    return new Random(seed * 31 + test.hashCode());
  }
}
