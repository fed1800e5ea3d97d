package org.ckimg.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

  @Test
  void knowsEveryLetter() {
    Template template = new Template("a/b", 17, 1000, 3);
    assertEquals(
        Path.of("/x/a_b.17.1000.20260203T040506Z.3%"), template.expand("/x/%N.%P.%U.%T.%C%%", NOW));
  }

  @Test
  void refusesAnyOther() {
    Template template = new Template("a", 1, 2, 0);
    assertThrows(UsageException.class, () -> template.expand("%Q", NOW));
    assertThrows(UsageException.class, () -> template.expand("end%", NOW));
  }
}
