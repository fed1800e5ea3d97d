package org.ckimg.interop.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchiveRuleTest {
  @Test
  void readmeListsTheRules() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| CK-ARC-"))
            .toList();
    List<String> known =
        Arrays.stream(ArchiveRule.values())
            .map(rule -> "| %s | %s |".formatted(rule.id(), rule.sentence()))
            .toList();
    assertEquals(known, listed);
  }
}
