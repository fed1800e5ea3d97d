package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Which module may know which other one, held against what the modules say and what they import.
 */
@Tag("quick")
class ArrowsTest {
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("spec", Set.of()),
          Map.entry("testkit", Set.of()),
          Map.entry("linux", Set.of()),
          Map.entry("reader", Set.of("spec")),
          Map.entry("writer", Set.of("spec")),
          Map.entry("interop", Set.of("spec")),
          Map.entry("dumper", Set.of("linux", "writer", "spec")),
          Map.entry("restorer", Set.of("linux", "reader", "spec")),
          Map.entry(
              "tools",
              Set.of("spec", "linux", "reader", "writer", "dumper", "restorer", "interop")),
          Map.entry("bench", Set.of("spec", "reader", "writer")),
          Map.entry("fuzz", Set.of()),
          Map.entry("e2e", Set.of()));

  /** Modules that have only tests. */
  private static final Set<String> ONLY_TESTS = Set.of("fuzz", "e2e");

  private static final Pattern REQUIRES =
      Pattern.compile("(?m)^\\s*requires\\s+(?:transitive\\s+|static\\s+)*org\\.ckimg\\.(\\w+)");
  private static final Pattern PACKAGE = Pattern.compile("\\borg\\.ckimg\\.([a-z]\\w*)");

  static Stream<String> modules() throws Exception {
    Element project = xml(Stage.checkout().resolve("pom.xml"));
    NodeList modules = project.getElementsByTagName("module");
    return Stream.iterate(0, i -> i < modules.getLength(), i -> i + 1)
        .map(i -> modules.item(i).getTextContent().strip())
        .toList()
        .stream();
  }

  private static Element xml(Path file) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file.toFile())
        .getDocumentElement();
  }

  @Test
  void everyModuleHasItsRow() throws Exception {
    modules().forEach(module -> assertTrue(ALLOWED.containsKey(module), module));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void moduleInfo(String module) throws Exception {
    Path info = Stage.checkout().resolve(module + "/src/main/java/module-info.java");
    if (ONLY_TESTS.contains(module) || module.equals("bench")) {
      assertTrue(Files.notExists(info), "there are only tests, or JMH, which knows no modules");
      return;
    }
    Set<String> required = new TreeSet<>();
    Matcher matcher = REQUIRES.matcher(Files.readString(info));
    while (matcher.find()) {
      required.add(matcher.group(1));
    }
    assertAllowed(module, required);
  }

  /** Dependencies of the code; tests may use more, but never something that depends on them. */
  @ParameterizedTest
  @MethodSource("modules")
  void mavenDependencies(String module) throws Exception {
    Element project = xml(Stage.checkout().resolve(module + "/pom.xml"));
    NodeList dependencies = project.getElementsByTagName("dependency");
    Set<String> compiled = new TreeSet<>();
    Set<String> tested = new TreeSet<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element dependency = (Element) dependencies.item(i);
      if (text(dependency, "groupId").equals("org.ckimg")) {
        String name = text(dependency, "artifactId").replaceFirst("^ckimg-", "");
        (text(dependency, "scope").equals("test") ? tested : compiled).add(name);
      }
    }
    assertAllowed(module, compiled);
    if (!ONLY_TESTS.contains(module)) {
      assertTrue(!tested.contains("tools") && !tested.contains("e2e"), module + ": " + tested);
    }
  }

  private static String text(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent().strip();
  }

  private static void assertAllowed(String module, Set<String> used) {
    Set<String> forbidden = new TreeSet<>(used);
    forbidden.removeAll(ALLOWED.get(module));
    assertEquals(Set.of(), forbidden, module + " must not know");
  }

  /** What is not on the module path could still be on a class path. */
  @ParameterizedTest
  @MethodSource("modules")
  void imports(String module) throws Exception {
    Path sources = Stage.checkout().resolve(module + "/src/main/java");
    if (Files.notExists(sources)) {
      return;
    }
    Set<String> used = new TreeSet<>();
    for (Path source : javaFiles(sources)) {
      for (String line : Files.readAllLines(source)) {
        Matcher matcher = PACKAGE.matcher(line);
        while (line.startsWith("import ") && matcher.find()) {
          used.add(matcher.group(1));
        }
      }
    }
    used.remove(module);
    assertAllowed(module, used);
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
