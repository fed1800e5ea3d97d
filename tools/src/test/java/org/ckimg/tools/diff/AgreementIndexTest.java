package org.ckimg.tools.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the index finds is what looking at everything would find. */
class AgreementIndexTest {
  private static final long SEED = 46;
  private static final int THINGS = 200;

  @Test
  void theFirstThatAgreesIsTakenOnce() {
    Random random = new Random(SEED);
    AgreementIndex<Integer> index = new AgreementIndex<>();
    Map<Integer, Facts> rest = new LinkedHashMap<>();
    for (int i = 0; i < THINGS; i++) {
      Facts facts = facts(random);
      index.add(facts, i);
      rest.put(i, facts);
    }
    int found = 0;
    for (int i = 0; i < 2 * THINGS; i++) {
      Facts wanted = facts(random);
      Optional<Integer> expected =
          rest.keySet().stream().filter(thing -> Facts.agree(wanted, rest.get(thing))).findFirst();
      assertEquals(expected, index.take(wanted), "seed " + SEED + ", " + i);
      expected.ifPresent(rest::remove);
      found += expected.isPresent() ? 1 : 0;
    }
    assertEquals(THINGS, found + rest.size());
    assertEquals(true, found > THINGS / 2 && found < 2 * THINGS, "found " + found);
  }

  /** Each value and each list is known or not. */
  private static Facts facts(Random random) {
    Facts facts = new Facts();
    for (String name : List.of("type", "path", "inode")) {
      if (random.nextInt(4) > 0) {
        facts.put(name, (Object) random.nextInt(3));
      }
    }
    if (random.nextInt(4) > 0) {
      Map<String, String> list = new LinkedHashMap<>();
      IntStream numbers = random.ints(random.nextInt(3), 0, 2);
      numbers.forEach(number -> list.put("entry " + number, "value"));
      facts.list("watches", list);
    }
    return facts;
  }
}
