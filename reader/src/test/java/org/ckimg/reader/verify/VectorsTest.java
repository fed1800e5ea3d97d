package org.ckimg.reader.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ckimg.reader.ParentFolder;
import org.ckimg.spec.Finding;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every image of the conformance suite gets exactly its verdict. */
class VectorsTest {
  private static final Path VECTORS = Path.of("../spec/vectors");
  private static final Pattern VERDICT =
      Pattern.compile(
          "\"([^\"]+)\": \\{\"sound\": (\\w+), \"complete\": (\\w+), \"rules\": \\[([^]]*)]");

  @TestFactory
  List<DynamicTest> vectors() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    Matcher verdicts = VERDICT.matcher(Files.readString(VECTORS.resolve("verdicts.json")));
    while (verdicts.find()) {
      String name = verdicts.group(1);
      boolean sound = Boolean.parseBoolean(verdicts.group(2));
      boolean complete = Boolean.parseBoolean(verdicts.group(3));
      TreeSet<String> rules = new TreeSet<>();
      Arrays.stream(verdicts.group(4).split(","))
          .map(rule -> rule.strip().replace("\"", ""))
          .filter(rule -> !rule.isEmpty())
          .forEach(rules::add);
      tests.add(DynamicTest.dynamicTest(name, () -> check(name, sound, complete, rules)));
    }
    assertFalse(tests.isEmpty());
    return tests;
  }

  /** Of the image itself; parents lie in the folder of sound images. */
  private static Verdict verdict(Path image) throws IOException {
    ParentFolder parents = new ParentFolder(VECTORS.resolve("valid"));
    try (FileChannel channel = FileChannel.open(image)) {
      return ChainVerifier.verify(channel, Depth.FULL, parents, bytes -> {}).image();
    }
  }

  private static void check(String name, boolean sound, boolean complete, TreeSet<String> rules)
      throws IOException {
    Path image = VECTORS.resolve(name);
    Verdict verdict = verdict(image);
    TreeSet<String> found = new TreeSet<>();
    for (Finding finding : verdict.findings()) {
      found.add(finding.rule().id());
    }
    assertEquals(rules, found, () -> verdict.findings().toString());
    assertEquals(sound, verdict.sound());
    assertEquals(complete, verdict.complete());
  }
}
