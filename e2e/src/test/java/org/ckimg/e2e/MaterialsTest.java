package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bill of materials names what the shipped jar is made of: all of it, and nothing else. */
class MaterialsTest {
  private static final Path TOOLS = Path.of(System.getProperty("ckimg.root"), "tools", "target");

  /** Written by the packing itself. */
  private static final Set<String> OF_THE_JAR =
      Set.of("META-INF/MANIFEST.MF", "META-INF/LICENSE", "META-INF/NOTICE");

  private static JsonNode bill() throws IOException {
    return new ObjectMapper().readTree(TOOLS.resolve("ckimg.cdx.json").toFile());
  }

  /** Jars of the class path, which has all that the command depends on, by SHA-256. */
  private static Map<String, Path> jars() throws IOException, NoSuchAlgorithmException {
    Map<String, Path> jars = new HashMap<>();
    String classPath = System.getProperty("surefire.test.class.path");
    for (String part : classPath.split(":")) {
      if (part.endsWith(".jar")) {
        byte[] digest =
            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(Path.of(part)));
        jars.put(HexFormat.of().formatHex(digest), Path.of(part));
      }
    }
    return jars;
  }

  private static Set<String> files(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .filter(entry -> !entry.isDirectory())
          .map(JarEntry::getName)
          .collect(Collectors.toSet());
    }
  }

  private static String sha256(JsonNode component) {
    for (JsonNode hash : component.get("hashes")) {
      if (hash.get("alg").asText().equals("SHA-256")) {
        return hash.get("content").asText();
      }
    }
    throw new AssertionError("no SHA-256 of " + component.get("purl"));
  }

  @Test
  void whatIsShippedIsWhatTheBillNames() throws Exception {
    Map<String, Path> jars = jars();
    Set<String> shipped = files(TOOLS.resolve("ckimg.jar"));
    Set<String> unexplained = new TreeSet<>(shipped);
    unexplained.removeAll(OF_THE_JAR);
    unexplained.removeIf(name -> name.startsWith("org/ckimg/tools/"));
    Set<String> names = new HashSet<>();
    for (JsonNode component : bill().get("components")) {
      String purl = component.get("purl").asText();
      Path jar = jars.get(sha256(component));
      assertTrue(jar != null, purl + " is none of " + jars.values());
      assertTrue(names.add(purl), purl + " twice");
      Set<String> own = files(jar);
      assertTrue(isShipped(own, shipped), "nothing of " + purl + " is shipped");
      unexplained.removeAll(own);
    }
    assertEquals(Set.of(), unexplained);
  }

  /** Names in META-INF may be of any jar; every one has a manifest. */
  private static boolean isShipped(Set<String> own, Set<String> shipped) {
    return own.stream().anyMatch(name -> !name.startsWith("META-INF/") && shipped.contains(name));
  }

  /** JUnit is on the class path, and not in the jar. */
  @Test
  void aJarThatIsNotShippedIsTold() throws Exception {
    Set<String> shipped = files(TOOLS.resolve("ckimg.jar"));
    Path other = Path.of(Test.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertFalse(isShipped(files(other), shipped), other::toString);
  }

  @Test
  void theBillHasNoClock() throws IOException {
    JsonNode metadata = bill().get("metadata");
    assertFalse(metadata.has("timestamp"), metadata.toString());
  }
}
