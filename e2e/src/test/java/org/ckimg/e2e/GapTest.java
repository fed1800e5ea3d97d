package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** How long the program stands still, as it sees it itself. */
@Isolated("measures time")
@Timeout(120)
@Tag("quick")
class GapTest {
  private static final Pattern GAP = Pattern.compile("gap (\\d+)");

  /** Generous: 512 MiB take 15 to 30 ms to fork on a quiet machine, and 250 ms or more to copy. */
  private static final int LIMIT_MICROS = 500_000;

  @Test
  void theProgramBarelyNotices() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "gap", "512")) {
      victim.dump();
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      Matcher gap = GAP.matcher(victim.output());
      assertTrue(gap.find(), victim::report);
      System.out.println("GapTest: 512 MiB, stood still " + gap.group(1) + " us");
      assertTrue(Integer.parseInt(gap.group(1)) < LIMIT_MICROS, gap::group);
    }
  }
}
