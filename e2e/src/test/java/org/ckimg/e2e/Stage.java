package org.ckimg.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The folder of this run of the tests. Everybody can read it, which is not sure of the checkout: it
 * holds copies of the tool and of the victims. It is deleted at the end, unless {@code
 * -Dckimg.keep=true}.
 */
final class Stage {
  private static final Path ROOT = create();
  private static final Map<String, Path> PROGRAMS = new ConcurrentHashMap<>();
  private static final AtomicInteger FOLDERS = new AtomicInteger();

  private Stage() {}

  private static Path create() {
    try {
      Path root = Files.createTempDirectory("ckimg-e2e-");
      open(root);
      if (Boolean.getBoolean("ckimg.keep")) {
        System.out.println("kept: " + root);
      } else {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private static void delete(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("not deleted: " + root + ": " + e.getMessage());
    }
  }

  /** A new, empty folder that everybody may write. */
  static Path folder(String label) throws IOException {
    Path folder = ROOT.resolve("%03d-%s".formatted(FOLDERS.incrementAndGet(), label));
    Files.createDirectory(folder);
    open(folder);
    return folder;
  }

  /** The tool, as {@code mvn package} leaves it. */
  static Path jar() {
    return PROGRAMS.computeIfAbsent("ckimg.jar", Stage::copyJar);
  }

  /** Beside the tool; the virtual machine does without when it is not there. */
  static Path aotCache() {
    return ROOT.resolve("ckimg.aot");
  }

  private static Path copyJar(String name) {
    Path built = checkout().resolve("tools/target/ckimg.jar");
    try {
      Path cache = built.resolveSibling("ckimg.aot");
      if (Files.exists(cache)) {
        readable(Files.copy(cache, aotCache(), StandardCopyOption.COPY_ATTRIBUTES));
      }
      // The cache is for the jar of that very time.
      return readable(Files.copy(built, ROOT.resolve(name), StandardCopyOption.COPY_ATTRIBUTES));
    } catch (IOException e) {
      throw new UncheckedIOException(built + ": build the tools first (mvn package)", e);
    }
  }

  /** The folder that holds all modules. */
  static Path checkout() {
    return Path.of(System.getProperty("ckimg.root", "..")).toAbsolutePath().normalize();
  }

  /** A victim of {@code src/test/c}, compiled. */
  static Path program(String name) {
    return compiled(name, checkout().resolve("e2e/src/test/c/" + name + ".c"));
  }

  /** A program, compiled. */
  static Path compiled(String name, Path source) {
    Path gcc = Requirements.program("gcc");
    return PROGRAMS.computeIfAbsent(name, key -> compile(gcc, key, source));
  }

  private static Path compile(Path gcc, String name, Path source) {
    Path target = checkout().resolve("e2e/target/victims/" + name);
    try {
      Files.createDirectories(target.getParent());
      List<String> command =
          List.of(
              gcc.toString(),
              "-O2",
              "-Wall",
              "-Wextra",
              "-Werror",
              "-o",
              target.toString(),
              source.toString(),
              "-lpthread",
              "-lrt");
      Command.output(command.toArray(String[]::new));
      return readable(Files.copy(target, ROOT.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path readable(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
