package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.testkit.Attack;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The image of a real program is made to lie, one lie at a time, all checksums right: each lie is
 * found by its rule and no other, and the honest twin comes back in the same run.
 */
@Timeout(180)
@Tag("quick")
@ResourceLock(Hostile.FILES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AttackTest {
  /** Rules that adjust, or that the default policy only notes. */
  private static final Set<String> NOT_REFUSED =
      Set.of(
          "AU-FD-12",
          "AU-SIG-06",
          "AU-SIG-07",
          "AU-SIG-10",
          "AU-MEM-09",
          "AU-MEM-10",
          "AU-REG-15",
          "AU-CLK-02");

  private static final Set<String> STRICT =
      Set.of("AU-SIG-06", "AU-SIG-07", "AU-MEM-09", "AU-MEM-10");

  private static final int FLIPS = 1000;

  private Hostile hostile;
  private Set<String> usual;

  @BeforeAll
  void dumpAProgram() throws Exception {
    hostile = Hostile.dump();
    usual = rules(Audit.report(hostile.honest()));
  }

  @AfterAll
  void end() throws Exception {
    if (hostile != null) {
      hostile.close();
    }
  }

  @Order(1)
  @TestFactory
  List<DynamicTest> aLieIsFoundByItsRule() {
    return Hostile.attacks().stream()
        .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> assertFound(attack)))
        .toList();
  }

  private void assertFound(Attack attack) throws Exception {
    Path image = hostile.write(attack.on(hostile.sound()));
    InProcess.run("check", image).assertExit(0);
    JsonNode report = Audit.report(image);
    Set<String> found = rules(report);
    found.removeAll(usual);
    assertEquals(new TreeSet<>(attack.rules()), found);
    boolean refused = attack.rules().stream().anyMatch(rule -> !NOT_REFUSED.contains(rule));
    assertEquals(refused ? "refuse" : "allow", report.at("/verdict").asText());
    if (refused) {
      Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays(attack.rules().getFirst());
    }
  }

  /** What the default policy only notes. */
  @Order(2)
  @TestFactory
  List<DynamicTest> theStrictPolicyRefusesMore() {
    return Hostile.attacks().stream()
        .filter(attack -> STRICT.containsAll(attack.rules()))
        .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> assertRefusedStrictly(attack)))
        .toList();
  }

  private void assertRefusedStrictly(Attack attack) throws Exception {
    Path image = hostile.write(attack.on(hostile.sound()));
    Outcome outcome = InProcess.run("restore", image, "--verify", "--json", "--policy", "strict");
    outcome.assertExit(1);
    Set<String> refused = new TreeSet<>();
    Json.parse(outcome)
        .at("/findings")
        .forEach(finding -> {
          if (finding.at("/effect").asText().equals("refuse")) {
            refused.add(finding.at("/rule").asText());
          }
        });
    assertTrue(refused.containsAll(attack.rules()), () -> attack.rules() + " in " + refused);
  }

  @Order(2)
  @Test
  void noneOfAThousandFlippedBitsIsLetThrough() throws Exception {
    Random random = Seed.of("AttackTest flips");
    for (int i = 0; i < FLIPS; i++) {
      byte[] bytes = hostile.sound().clone();
      int at = random.nextInt(bytes.length);
      int bit = random.nextInt(Byte.SIZE);
      bytes[at] ^= (byte) (1 << bit);
      Outcome outcome = InProcess.run("restore", hostile.write(bytes), "--verify");
      assertEquals(3, outcome.exit(), () -> "bit " + bit + " of byte " + at + ": " + outcome);
    }
  }

  @Order(3)
  @Test
  void theHonestTwinComesBack() throws Exception {
    try (Restored restored = Restored.inForeground(Account.SELF, hostile.honest())) {
      hostile.victim().go();
      assertEquals(0, restored.awaitStatus(), hostile.victim()::report);
    }
    hostile.victim().assertPassed();
    assertTrue(Files.readString(Hostile.DATA).endsWith("more"), "the program wrote to its file");
    assertEquals("what it must not read\n", Files.readString(Hostile.OTHER));
  }

  private static Set<String> rules(JsonNode report) {
    Set<String> rules = new TreeSet<>();
    report.at("/findings").forEach(finding -> rules.add(finding.at("/rule").asText()));
    return rules;
  }
}
