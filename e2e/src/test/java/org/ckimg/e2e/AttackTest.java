package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.testkit.Attack;
import org.ckimg.testkit.Attacks;
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

/**
 * The image of a real program is made to lie, one lie at a time, all checksums right: each lie is
 * found by its rule and no other, and the honest twin comes back in the same run.
 */
@Timeout(180)
@Tag("quick")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AttackTest {
  /** What the program opens, and a path of the same length. */
  private static final Path DATA = Path.of("/var/tmp/ckimg-hostile-000001");

  private static final Path OTHER = Path.of("/var/tmp/ckimg-hostile-000002");

  /** Rules that adjust, or that the default policy only notes. */
  private static final Set<String> NOT_REFUSED =
      Set.of(
          "AU-FD-12", "AU-SIG-06", "AU-SIG-07", "AU-SIG-10", "AU-MEM-09", "AU-MEM-10", "AU-CLK-02");

  private Victim victim;
  private Path honest;
  private Path hostile;
  private byte[] sound;
  private Set<String> usual;

  @BeforeAll
  void dumpAProgram() throws Exception {
    Files.writeString(DATA, "what the program reads\n");
    Files.writeString(OTHER, "what it must not read\n");
    victim = Victim.program(Account.SELF, "every", "all");
    honest = victim.dumpAndKill();
    sound = Files.readAllBytes(honest);
    hostile = Stage.folder("hostile").resolve("v.ckimg");
    usual = rules(verify(honest));
  }

  @AfterAll
  void end() throws Exception {
    Files.deleteIfExists(DATA);
    Files.deleteIfExists(OTHER);
    if (victim != null) {
      victim.close();
    }
  }

  @Order(1)
  @TestFactory
  List<DynamicTest> aLieIsFoundByItsRule() {
    return Attacks.all(OTHER.toString()).stream()
        .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> assertFound(attack)))
        .toList();
  }

  private void assertFound(Attack attack) throws Exception {
    Files.write(hostile, attack.on(sound));
    InProcess.run("check", hostile).assertExit(0);
    JsonNode report = verify(hostile);
    Set<String> found = rules(report);
    found.removeAll(usual);
    assertEquals(new TreeSet<>(attack.rules()), found);
    boolean refused = attack.rules().stream().anyMatch(rule -> !NOT_REFUSED.contains(rule));
    assertEquals(refused ? "refuse" : "allow", report.at("/verdict").asText());
    if (refused) {
      Tool.run(Account.SELF, "restore", hostile)
          .assertExit(1)
          .assertSays(attack.rules().getFirst());
    }
  }

  @Order(2)
  @Test
  void theHonestTwinComesBack() throws Exception {
    try (Restored restored = Restored.inForeground(Account.SELF, honest)) {
      victim.go();
      assertEquals(0, restored.awaitStatus(), victim::report);
    }
    victim.assertPassed();
    assertTrue(Files.readString(DATA).endsWith("more"), "the program wrote to its file");
    assertEquals("what it must not read\n", Files.readString(OTHER));
  }

  private static JsonNode verify(Path image) throws Exception {
    return new ObjectMapper().readTree(InProcess.run("restore", image, "--verify", "--json").out());
  }

  private static Set<String> rules(JsonNode report) {
    Set<String> rules = new TreeSet<>();
    report.at("/findings").forEach(finding -> rules.add(finding.at("/rule").asText()));
    return rules;
  }
}
