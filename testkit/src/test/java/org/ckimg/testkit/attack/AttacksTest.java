package org.ckimg.testkit.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttacksTest {
  private static final Path DOCUMENT = Path.of("../spec/AUDIT.md");

  @Test
  void theDocumentHasThemAll() throws IOException {
    String document = Files.readString(DOCUMENT);
    assertEquals(AttacksMain.with(document), document, "run AttacksMain");
  }

  @Test
  void noNameIsUsedTwice() {
    List<String> names = Attacks.all().stream().map(Attack::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
  }

  @Test
  void whatIsShownIsARule() throws IOException {
    Set<String> shown = new TreeSet<>(Proofs.TESTS.keySet());
    Attacks.all().forEach(attack -> shown.addAll(attack.rules()));
    shown.removeAll(rules());
    assertEquals(Set.of(), shown);
  }

  @Test
  void everyRuleIsShown() throws IOException {
    Set<String> unknown = rules();
    unknown.removeIf(rule -> !Proofs.of(rule).isEmpty());
    assertEquals(Set.of(), unknown);
  }

  private static Set<String> rules() throws IOException {
    Set<String> rules = new TreeSet<>();
    Pattern row = Pattern.compile("^\\| (AU-[A-Z]+-\\d\\d) \\|");
    for (String line : Files.readAllLines(DOCUMENT)) {
      var matcher = row.matcher(line);
      if (matcher.find()) {
        rules.add(matcher.group(1));
      }
    }
    return rules;
  }

  @Test
  void aTestThatIsNamedKnowsItsRule() throws IOException {
    for (Map.Entry<String, List<String>> entry : Proofs.TESTS.entrySet()) {
      for (String test : entry.getValue()) {
        assertTrue(
            sources(test).stream().anyMatch(source -> source.contains(entry.getKey())),
            test + " does not name " + entry.getKey());
      }
    }
  }

  private static List<String> sources(String test) throws IOException {
    List<String> sources = new ArrayList<>();
    for (String module : new String[] {"restorer", "tools", "e2e"}) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
        for (Path file : files.filter(f -> f.endsWith(test + ".java")).toList()) {
          sources.add(Files.readString(file));
        }
      }
    }
    return sources;
  }
}
