package org.ckimg.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kaitai.struct.KaitaiStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The generated parser and the vectors agree. */
class VectorsTest {
  private static Map<String, Map<String, Object>> verdicts() throws IOException {
    return new Yaml().load(Files.readString(Documents.VECTORS.resolve("verdicts.json")));
  }

  private static List<Rule> rules(Map<String, Object> verdict) {
    List<Rule> rules = new ArrayList<>();
    for (Object id : (List<?>) verdict.get("rules")) {
      rules.add(Rule.of((String) id));
    }
    return rules;
  }

  static Stream<String> valid() throws IOException {
    return verdicts().keySet().stream().filter(name -> name.startsWith("valid/"));
  }

  @ParameterizedTest
  @MethodSource("valid")
  void everythingInAValidVectorParses(String name) throws IOException {
    FullParse parse = new FullParse(Files.readAllBytes(Documents.VECTORS.resolve(name)));
    int sections = parse.sections().size();
    assertTrue(sections >= 3, "SYSTEM, PROCESSES, DIRECTORY");
    assertTrue(parse.values() > 100, parse.values() + " values");
  }

  @Test
  void theParserFindsWhatTheLayoutStatesAndNothingElse() throws IOException {
    Set<Rule> found = EnumSet.noneOf(Rule.class);
    for (Map.Entry<String, Map<String, Object>> vector : verdicts().entrySet()) {
      List<Rule> rules = rules(vector.getValue());
      try {
        new FullParse(Files.readAllBytes(Documents.VECTORS.resolve(vector.getKey()))).sections();
      } catch (KaitaiStream.ValidationFailedError e) {
        String path = e.getMessage().substring(0, e.getMessage().indexOf(": "));
        Rule rule = KsyRules.at(path).rule();
        assertTrue(rules.contains(rule) || explains(rules), vector.getKey() + " breaks " + rule);
        found.add(rule);
      } catch (RuntimeException e) {
        assertTrue(!rules.isEmpty(), vector.getKey() + ": " + e);
      }
    }
    Set<Rule> stated =
        KsyRules.all().values().stream().map(KsyRules.Field::rule).collect(Collectors.toSet());
    stated.remove(Rule.HDR_01);
    assertEquals(EnumSet.copyOf(stated), found);
  }

  /**
   * A parser that looks for the footer of a cut file, or walks into a gap, finds something else.
   */
  private static boolean explains(List<Rule> rules) {
    return rules.contains(Rule.FTR_10) || rules.contains(Rule.SEC_10);
  }

  @Test
  void everyRuleHasAVectorThatBreaksIt() throws IOException {
    Set<Rule> broken = EnumSet.noneOf(Rule.class);
    for (Map<String, Object> verdict : verdicts().values()) {
      assertEquals(verdict.get("sound"), rules(verdict).isEmpty());
      broken.addAll(rules(verdict));
    }
    assertEquals(EnumSet.allOf(Rule.class), broken);
  }
}
