package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** AUDIT.md has a row for every rule of the code, and no other. */
class AuditDocumentTest {
  private static final Pattern ID = Pattern.compile("AU-[A-Z]+-\\d\\d");

  @Test
  void everyRuleIsDocumented() throws Exception {
    Set<String> documented = ids(Files.readString(Path.of("../spec/AUDIT.md")));
    Set<String> used = new TreeSet<>();
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/org/ckimg/restorer/audit"))) {
      for (Path source : sources.toList()) {
        used.addAll(ids(Files.readString(source)));
      }
    }
    assertFalse(used.isEmpty());
    assertEquals(Set.of(), without(used, documented), "not documented");
    assertEquals(Set.of(), without(documented, used), "not in the code");
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  private static Set<String> ids(String text) {
    Set<String> ids = new TreeSet<>();
    Matcher matcher = ID.matcher(text);
    while (matcher.find()) {
      ids.add(matcher.group());
    }
    return ids;
  }
}
