package org.ckimg.bench.whole;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What {@code bench/run} was told.
 *
 * @param checkout of ckimg
 * @param folder where images go: {@code --in DIR}, {@code /dev/shm} otherwise
 * @param rounds of each measurement: {@code --rounds N}
 * @param gib sizes of large programs: {@code --gib 1,4}
 * @param criu to compare with: {@code --criu PATH}
 */
record Options(Path checkout, Path folder, int rounds, List<Integer> gib, Optional<Path> criu) {
  private static final int ROUNDS = 5;

  static Options of(List<String> arguments) {
    Path checkout = Path.of(System.getProperty("checkout", "."));
    Options options =
        new Options(
            checkout.toAbsolutePath().normalize(),
            Path.of("/dev/shm"),
            ROUNDS,
            List.of(1, 4),
            Optional.empty());
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      options = options.with(words.next(), words);
    }
    return options;
  }

  private Options with(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    String value = words.next();
    return switch (option) {
      case "--in" -> new Options(checkout, Path.of(value), rounds, gib, criu);
      case "--rounds" -> new Options(checkout, folder, Integer.parseInt(value), gib, criu);
      case "--gib" ->
          new Options(
              checkout,
              folder,
              rounds,
              Arrays.stream(value.split(",")).map(Integer::valueOf).toList(),
              criu);
      case "--criu" -> new Options(checkout, folder, rounds, gib, Optional.of(Path.of(value)));
      default ->
          throw new IllegalArgumentException(option + " is none of --in, --rounds, --gib, --criu");
    };
  }

  /** True when a program is in PATH. */
  boolean has(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }
}
