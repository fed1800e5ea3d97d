package org.ckimg.bench.whole;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures the command as a user runs it, and what the machine can do at best right beside it:
 * medians of several rounds, each round one of either. Fails for no figure.
 */
final class Bench {
  private static final int INCREMENTS = 10;
  private static final int SMALL_MIB = 10;
  private static final int PAGEMAP_ENTRIES = 135_000;
  private static final double MILLION = 1e6;

  private final Options options;
  private final Path folder;
  private final Path target;
  private final Report report = new Report();

  private Bench(Options options, Path folder, Path target) {
    this.options = options;
    this.folder = folder;
    this.target = target;
  }

  /** See {@link Options}. */
  public static void main(String[] arguments) throws Exception {
    Options options = Options.of(List.of(arguments));
    Path folder = Files.createTempDirectory(options.folder(), "ckimg-bench-");
    try {
      Path target = folder.resolve("target");
      Path source = options.checkout().resolve("bench/src/main/c/target.c");
      Shell.run(folder, "gcc", "-O2", "-o", target, source);
      new Bench(options, folder, target).run();
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(Bench::deleteOne);
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() throws Exception {
    report.note("medians of %d rounds, in %s".formatted(options.rounds(), options.folder()));
    report.head();
    stop(SMALL_MIB, "random", "5 ms");
    for (int gib : options.gib()) {
      stop(gib << 10, "random", gib == 1 ? "3 x fork, 60 ms" : "3 x fork");
    }
    stop(1 << 10, "thp", "10 ms");
    for (int gib : options.gib()) {
      copy(gib);
    }
    halfZero();
    realHeap();
    incremental();
    pagemap();
    startUp();
  }

  private Shell ckimg(Object... arguments) throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of(options.checkout().resolve("ckimg")));
    command.addAll(List.of(arguments));
    return Shell.run(folder, command.toArray());
  }

  /** How long the program stands still, by its own clock, against a fork by itself. */
  private void stop(int mib, String kind, String goal) throws Exception {
    Samples stop = new Samples();
    Samples fork = new Samples();
    Path image = folder.resolve("stop.ckimg");
    try (Target spinning = Target.start(target, folder, mib, kind, "spin")) {
      for (int round = 0; round < options.rounds(); round++) {
        fork.add(spinning.forkMicros() / 1000);
        spinning.gapMicros();
        ckimg("dump", spinning.pid(), "-o", image);
        stop.add(spinning.gapMicros() / 1000);
      }
    }
    Files.delete(image);
    report.ratio("stop, %d MiB %s; floor: fork".formatted(mib, kind), stop, fork, "ms", goal);
  }

  /** A dump and two restores of random memory, and looks at the image. */
  private void copy(int gib) throws Exception {
    Path image = folder.resolve("copy.ckimg");
    Path copy = folder.resolve("copy");
    Samples dump = new Samples();
    Samples cat = new Samples();
    Samples gcore = new Samples();
    long peak = 0;
    try (Target sleeping = Target.start(target, folder, gib << 10, "random", "sleep")) {
      for (int round = 0; round < options.rounds(); round++) {
        Files.deleteIfExists(image);
        Shell done = ckimg("dump", sleeping.pid(), "-o", image);
        dump.add(done.millis());
        peak = Math.max(peak, done.peakBytes());
        cat.add(Shell.run(folder, "sh", "-c", "exec cat \"$0\" > \"$1\"", image, copy).millis());
        Files.delete(copy);
        if (options.has("gcore")) {
          gcore.add(Shell.run(folder, "gcore", "-o", copy, sleeping.pid()).millis());
          Files.delete(Path.of(copy + "." + sleeping.pid()));
        }
      }
      others(sleeping, gib);
    }
    String size = gib + " GiB random";
    report.ratio("dump, " + size + "; floor: cat", dump, cat, "ms", "2.5 x");
    if (options.has("gcore")) {
      report.ratio("dump, " + size + "; beside: gcore", dump, gcore, "ms", "");
    }
    restore(image, gib, peak);
    Files.delete(image);
  }

  private void restore(Path image, int gib, long dumpPeak) throws Exception {
    Samples copied = new Samples();
    Samples mapped = new Samples();
    Samples checksums = new Samples();
    Samples fill = new Samples();
    Samples inspect = new Samples();
    long peak = dumpPeak;
    for (int round = 0; round < options.rounds(); round++) {
      fill.add(
          Double.parseDouble(Shell.run(folder, target, folder, gib << 10, "random", "fill").out()));
      Shell done = ckimg("restore", "--detach", image);
      end(done.out());
      copied.add(done.millis());
      peak = Math.max(peak, done.peakBytes());
      done = ckimg("restore", "--map", "--detach", image);
      end(done.out());
      mapped.add(done.millis());
      checksums.add(checksumMillis(done.err()));
      done = ckimg("inspect", image);
      inspect.add(done.millis());
      peak = Math.max(peak, done.peakBytes());
    }
    Shell check = ckimg("check", image);
    peak = Math.max(peak, check.peakBytes());
    Samples search = new Samples();
    Samples grep = new Samples();
    for (int round = 0; round < options.rounds(); round++) {
      // Its own arguments are in the memory of every program.
      grep.add(Shell.run(folder, "grep", "-c", "random", image).millis());
      Shell found = ckimg("mem", image, "search", "random");
      search.add(found.millis());
      peak = Math.max(peak, found.peakBytes());
    }
    Shell diff = ckimg("diff", image, image);
    peak = Math.max(peak, diff.peakBytes());
    Path page = folder.resolve("copy.html");
    Shell drawn = ckimg("report", image, "-o", page);
    peak = Math.max(peak, drawn.peakBytes());
    String size = gib + " GiB random";
    report.ratio("restore copied, " + size + "; floor: fill", copied, fill, "ms", "2 x");
    report.ratio(
        "restore mapped, " + size + "; floor: its checksums",
        mapped,
        checksums,
        "ms",
        "300 ms + checksums");
    report.value("inspect, " + size, inspect.median(), "ms", "400 ms");
    report.value("check, " + size, check.millis(), "ms", "");
    report.ratio("search, " + size + "; floor: grep -c", search, grep, "ms", "3 x");
    report.value("diff by digest, " + size, diff.millis(), "ms", "");
    report.value("report, " + size, drawn.millis(), "ms", "");
    report.value("  its page", Files.size(page) / MILLION, "MB", "5 MB");
    Files.delete(page);
    report.value("peak memory of these, " + size, peak / (double) (1 << 20), "MiB", "256 MiB");
  }

  private static void end(String pid) {
    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static double checksumMillis(String messages) {
    return number("checksums took ([0-9.]+ (?:ms|s|us|µs|ns))", messages);
  }

  /** A duration in milliseconds, as the command prints it. */
  private static double number(String regex, String text) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no '%s' in: %s".formatted(regex, text));
    }
    String[] words = matcher.group(1).split(" ");
    double value = Double.parseDouble(words[0]);
    return switch (words[1]) {
      case "s" -> value * 1000;
      case "ms" -> value;
      default -> value / 1000;
    };
  }

  /** Tools whose path was given, beside ours; they need not be installed. */
  private void others(Target sleeping, int gib) throws Exception {
    Optional<Path> criu = options.criu();
    if (criu.isEmpty()) {
      return;
    }
    Samples wall = new Samples();
    for (int round = 0; round < options.rounds(); round++) {
      Path images = Files.createDirectory(folder.resolve("criu-" + round));
      wall.add(
          Shell.run(
                  folder,
                  criu.get(),
                  "dump",
                  "-t",
                  sleeping.pid(),
                  "-D",
                  images,
                  "--leave-running",
                  "--shell-job")
              .millis());
      delete(images);
    }
    report.value("criu dump, %d GiB random".formatted(gib), wall.median(), "ms", "");
  }

  private void halfZero() throws Exception {
    Path image = folder.resolve("half.ckimg");
    try (Target half = Target.start(target, folder, 1 << 10, "half", "sleep")) {
      Shell done = ckimg("dump", half.pid(), "-o", image);
      report.value("dump, 1 GiB half zero", done.millis(), "ms", "");
      report.value("  its image", Files.size(image) / MILLION, "MB", "550 MB");
    }
    Files.delete(image);
  }

  /** A heap of strings and numbers, raw and coded. */
  private void realHeap() throws Exception {
    if (!options.has("python3")) {
      report.note("python3 is not installed: no real heap");
      return;
    }
    Path place = Files.createTempDirectory(folder, "heap-");
    String script =
        "import time,sys\nd={'key %d'%i:[i,str(i*7),float(i)] for i in range(2500000)}\n"
            + "open(sys.argv[1],'w').close()\ntime.sleep(1e6)";
    List<String> command = List.of("python3", "-c", script, place.resolve("ready").toString());
    Path image = folder.resolve("heap.ckimg");
    try (Target heap = Target.of(place, command, "ready")) {
      for (String codec : List.of("none", "lz4", "zstd")) {
        Shell done = ckimg("dump", heap.pid(), "-o", image, "--compress", codec);
        report.value("dump, heap of python3, " + codec, done.millis(), "ms", "");
        report.value("  its image", Files.size(image) / MILLION, "MB", "");
      }
    }
    Files.delete(image);
  }

  private void incremental() throws Exception {
    try (Target changing = Target.start(target, folder, 1 << 10, "random", "sleep")) {
      List<Path> chain = new ArrayList<>();
      Samples full = new Samples();
      Samples last = new Samples();
      for (int i = 0; i <= INCREMENTS; i++) {
        Path image = folder.resolve("chain-" + i + ".ckimg");
        if (i == 0) {
          full.add(ckimg("dump", changing.pid(), "-o", image).millis());
        } else {
          changing.change();
          last = new Samples();
          last.add(
              ckimg("dump", changing.pid(), "-o", image, "--parent", chain.getLast()).millis());
        }
        chain.add(image);
      }
      Samples fullBytes = new Samples();
      Samples lastBytes = new Samples();
      fullBytes.add(Files.size(chain.getFirst()) / MILLION);
      lastBytes.add(Files.size(chain.getLast()) / MILLION);
      report.ratio("tenth of a chain, 1 % changed; floor: full", lastBytes, fullBytes, "MB", "0.1");
      report.ratio("  its time, without tracking", last, full, "ms", "");
      for (Path image : chain) {
        Files.delete(image);
      }
    }
    tracked();
  }

  /** Under run --every: the times are those that the command prints. */
  private void tracked() throws Exception {
    Path place = Files.createTempDirectory(folder, "target-");
    List<String> command =
        List.of(
            options.checkout().resolve("ckimg").toString(),
            "run",
            "--every",
            "3s",
            "-o",
            place + "/%C.ckimg",
            target.toString(),
            place.toString(),
            "1024",
            "random",
            "sleep");
    try (Target running = Target.of(place, command, "ready")) {
      long pid = Long.parseLong(Files.readString(place.resolve("ready")).strip());
      String messages = "";
      for (int i = 0; i <= INCREMENTS; i++) {
        Path image = place.resolve(i + ".ckimg");
        while (Files.notExists(image)) {
          Thread.sleep(5);
        }
        running.change();
      }
      Thread.sleep(500);
      messages = Files.readString(place.resolve("err"));
      Samples full = new Samples();
      Samples tenth = new Samples();
      full.add(number("/0\\.ckimg: .*took ([0-9.]+ \\w+)", messages));
      for (int i = INCREMENTS - options.rounds() + 1; i <= INCREMENTS; i++) {
        tenth.add(number("/" + i + "\\.ckimg: .*took ([0-9.]+ \\w+)", messages));
      }
      report.ratio("  its time under run --every; floor: full", tenth, full, "ms", "0.33");
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** A set of CRIU with an entry of its pagemap for every other page. */
  private void pagemap() throws Exception {
    Path image = folder.resolve("striped.ckimg");
    Path set = folder.resolve("striped");
    int mib = (2 * PAGEMAP_ENTRIES * 4 >> 10) + 1;
    try (Target striped = Target.start(target, folder, mib, "half", "sleep")) {
      ckimg("dump", striped.pid(), "-o", image);
    }
    ckimg("convert", image, set, "--to", "criu");
    Files.delete(image);
    Samples pages = new Samples();
    for (int round = 0; round < options.rounds(); round++) {
      pages.add(ckimg("inspect", set, "pages").millis());
    }
    Path page = folder.resolve("striped.html");
    double drawn = ckimg("report", set, "-o", page).millis();
    delete(set);
    String what = "inspect pages, CRIU pagemap of %,d entries".formatted(PAGEMAP_ENTRIES);
    report.value(what, pages.median(), "ms", "500 ms");
    report.value("report of it", drawn, "ms", "");
    Files.delete(page);
  }

  /** A small image, by the command and by a plain start of the same classes. */
  private void startUp() throws Exception {
    Path image = folder.resolve("small.ckimg");
    try (Target small = Target.start(target, folder, 1, "random", "sleep")) {
      ckimg("dump", small.pid(), "-o", image);
    }
    Samples own = new Samples();
    Samples plain = new Samples();
    Path jar = options.checkout().resolve("tools/target/ckimg.jar");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    for (int round = 0; round < options.rounds(); round++) {
      own.add(ckimg("inspect", image).millis());
      plain.add(Shell.run(folder, java, "-jar", jar, "inspect", image).millis());
    }
    report.ratio("inspect, small; beside: plain java -jar", own, plain, "ms", "0.5");
  }
}
