package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ckimg.interop.criu.ImageKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the targets leave to nobody: kinds of images, inputs to start from, time. */
class TargetsTest {
  private static final Path SOURCES = Path.of("src/test/java/org/ckimg/fuzz");
  private static final Path INPUTS = Path.of("src/test/resources/org/ckimg/fuzz");

  /** An input of fewer bytes chooses an image and hardly a change of it. */
  private static final long ENOUGH = 384;

  @Test
  void everyKindOfCriuIsInOneGroup() {
    List<ImageKind> grouped = CriuFuzzTest.GROUPS.stream().flatMap(List::stream).sorted().toList();
    assertEquals(List.of(ImageKind.values()), grouped);
  }

  /** Without one the fuzzer begins with a byte or two, and most choices are the first one. */
  @Test
  void everyTargetThatChoosesHasALongInput() throws Exception {
    List<Method> poor =
        targets()
            .filter(
                target -> List.of(target.getParameterTypes()).contains(FuzzedDataProvider.class))
            .filter(target -> longest(target) < ENOUGH)
            .toList();
    assertEquals(List.of(), poor);
  }

  /** Otherwise libFuzzer takes an input that never ends for a slow one, for twenty minutes. */
  @Test
  void everyTargetHasATimeout() throws Exception {
    assertTrue(targets().allMatch(t -> t.getDeclaringClass().isAnnotationPresent(Timeout.class)));
  }

  private static Stream<Method> targets() throws IOException, ClassNotFoundException {
    Stream.Builder<Method> targets = Stream.builder();
    try (Stream<Path> sources = Files.list(SOURCES)) {
      for (Path source : sources.filter(s -> s.toString().endsWith("FuzzTest.java")).toList()) {
        String name = source.getFileName().toString().replace(".java", "");
        Class<?> type = Class.forName(TargetsTest.class.getPackageName() + "." + name);
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(FuzzTest.class))
            .forEach(targets);
      }
    }
    return targets.build();
  }

  private static long longest(Method target) {
    Path inputs =
        INPUTS.resolve(target.getDeclaringClass().getSimpleName() + "Inputs", target.getName());
    if (!Files.isDirectory(inputs)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(inputs)) {
      return files.mapToLong(file -> file.toFile().length()).max().orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
