package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CriuRuleTest {
  @Test
  void readmeListsTheRules() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| CK-CRI-"))
            .toList();
    List<String> known =
        Arrays.stream(CriuRule.values())
            .map(rule -> "| %s | %s |".formatted(rule.id(), rule.sentence()))
            .toList();
    assertEquals(known, listed);
  }
}
