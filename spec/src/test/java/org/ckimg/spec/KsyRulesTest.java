package org.ckimg.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KsyRulesTest {
  @Test
  void everyConstraintNamesItsRule() {
    for (Ksy.Field field : Ksy.all()) {
      assertEquals(field.constrained(), !field.rule().isEmpty(), field.path() + " " + field.id());
      assertFalse(field.constrained() && field.bytes() < 0 && field.type().isEmpty(), field.path());
    }
  }

  @Test
  void theRulesByPathAreThoseOfTheLayout() {
    Map<String, KsyRules.Field> expected =
        Ksy.all().stream()
            .filter(Ksy.Field::constrained)
            .collect(
                Collectors.toMap(
                    Ksy.Field::path, f -> new KsyRules.Field(Rule.of(f.rule()), f.id())));
    assertEquals(expected, KsyRules.all());
  }

  @Test
  void aPathWithoutConstraintIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> KsyRules.at("/types/header/seq/2"));
  }

  @Test
  void recordsHaveTheSizeThatTheirTableSays() {
    for (SectionType type : SectionType.values()) {
      Ksy.all().stream()
          .filter(f -> f.path().startsWith("/types/" + Documents.plural(type) + "/seq/"))
          .filter(f -> f.type().equals("table_head"))
          .forEach(
              f -> assertEquals("table_head(" + type.recordBytes() + ")", f.keys().get("type")));
    }
  }
}
