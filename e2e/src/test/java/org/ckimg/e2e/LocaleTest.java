package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names outside of ASCII where nobody has set a locale, as for cron and for services. */
@Timeout(200)
class LocaleTest {
  private static final Path VECTORS = Path.of("../spec/vectors/valid");

  private final Path folder;

  LocaleTest() throws IOException {
    folder = Stage.folder("größe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-u LC_ALL -u LC_CTYPE -u LANG", "LC_ALL=C", "LC_ALL= LANG=POSIX"})
  void theLauncherNamesEveryFile(String locale) throws Exception {
    Path image = Files.copy(VECTORS.resolve("one-object.ckimg"), folder.resolve("schön.ckimg"));
    String output = launch(locale, List.of("check", image.toString()));
    assertTrue(output.startsWith(image + ": sound, "), output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=C", "-u LC_ALL", "LC_ALL= LANG=POSIX", "LC_ALL=C.UTF-8"})
  void aProgramHasItsOwnLocale(String locale) throws Exception {
    String script = "env | grep -a '^LC_ALL\\|^LANG\\|^CKIMG_LOCALE' | sort";
    String expected =
        Command.output(with("-u LANG " + locale, List.of("sh", "-c", script)), folder);
    List<String> run = List.of("run", "--key", "none", "--", "sh", "-c", script);
    assertEquals(expected, launch("-u LANG " + locale, run));
  }

  /** The jar alone, without the launcher. */
  @Test
  void anotherCharacterSetIsSaid() throws Exception {
    Outcome outcome =
        Tool.run(Account.SELF, List.of("env", "LC_ALL=C"), "check", folder.resolve("schön.ckimg"));
    outcome.assertExit(2);
    assertTrue(outcome.err().contains("run again with LC_ALL=C.UTF-8"), outcome.err());
  }

  private String launch(String locale, List<String> arguments) throws Exception {
    Path launcher = installed();
    return Command.output(
        with(locale, Stream.concat(Stream.of(launcher.toString()), arguments.stream()).toList()),
        folder);
  }

  /** The launcher beside what has been built; nothing is built again in the middle of a test. */
  private Path installed() throws IOException {
    Path root = Path.of(System.getProperty("ckimg.root")).toRealPath();
    for (String part : List.of("ckimg", "build/jdk25.sh", "tools/target/ckimg.jar")) {
      Path copy = folder.resolve("installed").resolve(part);
      Files.createDirectories(copy.getParent());
      Files.copy(root.resolve(part), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    return folder.resolve("installed/ckimg");
  }

  private static List<String> with(String locale, List<String> command) {
    return Stream.of(List.of("env"), List.of(locale.split(" ")), command)
        .flatMap(List::stream)
        .toList();
  }
}
