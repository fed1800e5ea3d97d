package org.ckimg.interop.dragonfly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.MemorySource;
import org.ckimg.spec.ImageException;
import org.ckimg.testkit.dragonfly.Checkpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule has a file that breaks it, and sound files break none. */
class DragonflyRuleTest {
  static Set<String> sound() {
    return Checkpoints.sound().keySet();
  }

  static Set<String> broken() {
    return Checkpoints.broken().keySet();
  }

  @Test
  void readmeListsTheRules() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| CK-DFL-"))
            .toList();
    List<String> known =
        Arrays.stream(DragonflyRule.values())
            .map(rule -> "| %s | %s |".formatted(rule.id(), rule.sentence()))
            .toList();
    assertEquals(known, listed);
  }

  @Test
  void everyRuleIsBrokenOnce() {
    Set<String> broken = new TreeSet<>();
    broken().forEach(name -> broken.add(name.split(" ")[0]));
    assertEquals(
        Arrays.stream(DragonflyRule.values()).map(DragonflyRule::id).toList(), List.copyOf(broken));
  }

  @ParameterizedTest
  @MethodSource("sound")
  void soundFilesBreakNoRule(String name) throws IOException {
    MemorySource source = new MemorySource(name, Checkpoints.sound().get(name));
    assertTrue(DragonflyImages.recognise(source));
    try (ForeignImage image = DragonflyImages.open(source)) {
      assertEquals(List.of(), image.findings());
      assertTrue(image.complete());
    }
  }

  @ParameterizedTest
  @MethodSource("broken")
  void brokenFilesAreCalledSo(String name) throws IOException {
    Map<String, Supplier<byte[]>> files = Checkpoints.broken();
    String rule = name.split(" ")[0];
    byte[] file = files.get(name).get();
    try (ForeignImage image = DragonflyImages.open(new MemorySource(name, file))) {
      assertEquals(
          List.of(rule), image.findings().stream().map(f -> f.rule().id()).distinct().toList());
    } catch (ImageException e) {
      assertEquals(rule, e.finding().rule().id(), e.getMessage());
    }
  }
}
