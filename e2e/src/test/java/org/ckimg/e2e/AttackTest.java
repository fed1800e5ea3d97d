package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ckimg.testkit.attack.Attack;
import org.ckimg.testkit.attack.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Images of real programs are made to lie, one lie at a time, all checksums right: each lie is
 * found by its rule and no other, and the honest twins come back in the same run.
 */
@Timeout(180)
@Tag("quick")
@ResourceLock(Hostile.FILES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AttackTest {
  private static final Set<String> STRICT =
      Set.of(
          "AU-SIG-06",
          "AU-SIG-07",
          "AU-SIG-12",
          "AU-MEM-09",
          "AU-MEM-10",
          "AU-MEM-11",
          "AU-SCK-11");

  private static final int FLIPS = 1000;

  private final Map<Subject, Told> programs = new EnumMap<>(Subject.class);

  /** A program's image, and what is said of it when it is honest. */
  private record Told(Hostile hostile, Set<String> usual) {}

  @BeforeAll
  void dumpThePrograms() throws Exception {
    for (Subject subject : Subject.values()) {
      Hostile hostile = Hostile.dump(subject);
      programs.put(subject, new Told(hostile, said(Audit.report(hostile.honest()))));
    }
  }

  @AfterAll
  void end() throws Exception {
    for (Told program : programs.values()) {
      program.hostile().close();
    }
  }

  /** A test for each lie, by the program that it is told of. */
  private Stream<DynamicContainer> each(
      Predicate<Attack> chosen, ThrowingConsumer<Attack> assertion) {
    return programs.entrySet().stream()
        .map(entry -> {
          Stream<DynamicTest> tests =
              entry.getValue().hostile().attacks().stream()
                  .filter(chosen)
                  .map(attack ->
                      DynamicTest.dynamicTest(attack.name(), () -> assertion.accept(attack)));
          return DynamicContainer.dynamicContainer(entry.getKey().program(), tests);
        });
  }

  @Order(1)
  @TestFactory
  Stream<DynamicContainer> aLieIsFoundByItsRule() {
    return each(attack -> true, this::assertFound);
  }

  private Path write(Attack attack) throws Exception {
    Hostile hostile = programs.get(attack.subject()).hostile();
    return hostile.write(attack.on(hostile.sound()));
  }

  private void assertFound(Attack attack) throws Exception {
    Path image = write(attack);
    InProcess.run("check", image).assertExit(0);
    JsonNode report = Audit.report(image);
    Set<String> said = said(report);
    said.removeAll(programs.get(attack.subject()).usual());
    assertEquals(
        new TreeSet<>(attack.rules()),
        said.stream()
            .map(text -> text.split(" ")[0])
            .collect(Collectors.toCollection(TreeSet::new)),
        said::toString);
    assertEquals(attack.refused() ? "refuse" : "allow", report.at("/verdict").asText());
    if (attack.refused()) {
      Outcome outcome = InProcess.run("restore", image).assertExit(1);
      said.stream()
          .filter(text -> text.endsWith(" refuse"))
          .forEach(text -> outcome.assertSays(text + ": "));
    }
  }

  /** What the default policy only notes. */
  @Order(2)
  @TestFactory
  Stream<DynamicContainer> theStrictPolicyRefusesMore() {
    return each(
        attack -> attack.rules().stream().anyMatch(STRICT::contains), this::assertRefusedStrictly);
  }

  private void assertRefusedStrictly(Attack attack) throws Exception {
    Outcome outcome =
        InProcess.run("restore", write(attack), "--verify", "--json", "--policy", "strict");
    outcome.assertExit(1);
    Set<String> refused = new TreeSet<>();
    Json.parse(outcome)
        .at("/findings")
        .forEach(finding -> {
          if (finding.at("/effect").asText().equals("refuse")) {
            refused.add(finding.at("/rule").asText());
          }
        });
    assertTrue(
        attack.rules().stream().filter(STRICT::contains).allMatch(refused::contains),
        () -> attack.rules() + " in " + refused);
  }

  /** What the verdict is, restoring does; the next lie needs the same pid. */
  @Order(2)
  @TestFactory
  Stream<DynamicContainer> aLieThatIsNotRefusedComesBack() {
    return each(attack -> !attack.refused(), this::assertLetThrough);
  }

  private void assertLetThrough(Attack attack) throws Exception {
    try (Restored restored = Restored.inForeground(Account.SELF, write(attack))) {
      assertTrue(restored.task().isAlive());
    }
    Victim victim = programs.get(attack.subject()).hostile().victim();
    Await.until(() -> "the end of " + attack.name(), () -> !victim.task().isThere());
  }

  @Order(2)
  @Test
  void noneOfAThousandFlippedBitsIsLetThrough() throws Exception {
    Random random = Seed.of("AttackTest flips");
    Hostile hostile = programs.get(Subject.EVERY).hostile();
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
  @TestFactory
  Stream<DynamicTest> theHonestTwinComesBack() {
    return programs.entrySet().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey().program(), () -> assertComesBack(entry.getValue().hostile())));
  }

  private static void assertComesBack(Hostile hostile) throws Exception {
    try (Restored restored = Restored.inForeground(Account.SELF, hostile.honest())) {
      hostile.victim().go();
      assertEquals(0, restored.awaitStatus(), hostile.victim()::report);
    }
    hostile.victim().assertPassed();
  }

  @Order(4)
  @Test
  void onlyWhatItOwnsWasWritten() throws Exception {
    assertTrue(Files.readString(Hostile.DATA).endsWith("more"));
    assertEquals("what it must not read\n", Files.readString(Hostile.OTHER));
  }

  /** Rule and effect of each finding. */
  private static Set<String> said(JsonNode report) {
    Set<String> said = new TreeSet<>();
    report
        .at("/findings")
        .forEach(finding ->
            said.add(finding.at("/rule").asText() + " " + finding.at("/effect").asText()));
    return said;
  }
}
