package org.ckimg.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Programs that nobody here wrote, with work for about two seconds. */
enum RealProgram {
  BC(true, 0, "bc") {
    @Override
    Run prepare(Path folder) throws Exception {
      Path script = resource(folder, "pi.bc");
      return run(Requirements.program("bc"), "-l", "-q", script);
    }
  },
  GAWK(true, 4, "gawk") {
    @Override
    Run prepare(Path folder) throws Exception {
      Path script = resource(folder, "primes.awk");
      return run(Requirements.program("gawk"), "-f", script);
    }
  },
  PERL(true, 3, "perl") {
    @Override
    Run prepare(Path folder) throws Exception {
      Path script = resource(folder, "words.pl");
      return run(Requirements.program("perl"), script);
    }
  },
  PYTHON(true, 5, "python3") {
    @Override
    Run prepare(Path folder) throws Exception {
      Path script = resource(folder, "threads.py");
      return run(Requirements.python(), script);
    }
  },
  XZ(false, 0, "xz") {
    @Override
    Run prepare(Path folder) throws Exception {
      Path text = folder.resolve("text");
      writeText(text);
      return run(Requirements.program("xz"), "-9e", "-k", "-c", "-T1", text);
    }
  },
  SQLITE(false, 0, "sqlite3") {
    @Override
    Run prepare(Path folder) throws Exception {
      Path script = resource(folder, "orders.sql");
      Path sqlite = Requirements.program("sqlite3");
      return new Run(List.of(sqlite.toString(), "orders.db"), script);
    }
  },
  JVM(true, 6, "java") {
    @Override
    Run prepare(Path folder) throws Exception {
      Path source = resource(folder, "Work.java");
      int result =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, "-d", folder.toString(), source.toString());
      if (result != 0) {
        throw new AssertionError("Work.java does not compile");
      }
      return run(Requirements.java(), "-Xmx64m", "-cp", folder, "Work");
    }
  },
  PIPELINE(false, 4, "pipeline") {
    @Override
    Run prepare(Path folder) throws Exception {
      Requirements.program("gawk");
      Requirements.program("perl");
      return run(Requirements.program("bash"), resource(folder, "pipeline.sh"));
    }
  },
  ARCHIVE(false, 0, "tar-xz") {
    @Override
    Run prepare(Path folder) throws Exception {
      writeText(folder.resolve("text"));
      Requirements.program("xz");
      String tar = "tar --mtime=@0 --owner=0 --group=0 --mode=644 -cf - text text text";
      return run(Requirements.program("sh"), "-c", tar + " | xz -6 -T1 > archive.tar.xz");
    }
  },
  JOBS(false, 9, "bash-jobs") {
    @Override
    Run prepare(Path folder) throws Exception {
      return run(Requirements.program("bash"), resource(folder, "jobs.sh"));
    }
  },
  TALK(false, 2, "perl-talk") {
    @Override
    Run prepare(Path folder) throws Exception {
      return run(Requirements.program("perl"), resource(folder, "talk.pl"));
    }
  },
  POOL(false, 8, "python3-pool") {
    @Override
    Run prepare(Path folder) throws Exception {
      return run(Requirements.python(), resource(folder, "pool.py"));
    }
  },
  MAKE(false, 0, "make") {
    @Override
    Run prepare(Path folder) throws Exception {
      Requirements.program("gcc");
      CProject.write(folder);
      return run(Requirements.program("make"), "-s", "-j2");
    }
  };

  /**
   * What is started.
   *
   * @param command program and arguments; it runs in its own folder
   * @param input standard input
   */
  record Run(List<String> command, Path input) {}

  /** Those that are one process. */
  static Stream<RealProgram> alone() {
    return EnumSet.range(BC, JVM).stream();
  }

  private static final Path NO_INPUT = Path.of("/dev/null");

  /** A fifth of a second: more than it takes to start, less than the work. */
  private static final long WORK_TICKS = 20;

  private static final int TEXT_STEPS = 2_000_000;

  private final boolean appends;
  private final int status;
  private final String label;

  RealProgram(boolean appends, int status, String label) {
    this.appends = appends;
    this.status = status;
    this.label = label;
  }

  /** Puts what it needs into its folder. */
  abstract Run prepare(Path folder) throws Exception;

  /** Starts it in a new folder and waits until it is at work. */
  Victim startWorking() throws Exception {
    Path folder = Stage.folder(label);
    Run run = prepare(folder);
    Victim victim = Victim.command(Account.SELF, List.of(), folder, run.input(), run.command());
    try {
      Await.until(victim::report, () -> victim.task().ticks() >= WORK_TICKS);
      return victim;
    } catch (Exception | AssertionError e) {
      victim.close();
      throw e;
    }
  }

  /** True for one process whose files only grow: what it wrote after the dump is written again. */
  boolean appends() {
    return appends;
  }

  /** The exit status of a good run. */
  int status() {
    return status;
  }

  /** The program's name. */
  String label() {
    return label;
  }

  private static Run run(Object... command) {
    return new Run(Stream.of(command).map(Object::toString).toList(), NO_INPUT);
  }

  /** Copies one of {@code resources/programs}. */
  static Path resource(Path folder, String name) throws IOException {
    Path target = folder.resolve(name);
    try (InputStream in = RealProgram.class.getResourceAsStream("/programs/" + name)) {
      Files.copy(in, target);
    }
    return target;
  }

  /** The same text in every run: words that compress, and noise that does not. */
  private static void writeText(Path file) throws IOException {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(TEXT_STEPS * 2);
    for (int i = 0; i < TEXT_STEPS; i++) {
      int value = random.nextInt();
      text.append((char) (' ' + (value >>> 8) % 40));
      if (value % 7 == 0) {
        text.append("the quick ");
      }
    }
    Files.writeString(file, text, StandardCharsets.US_ASCII);
  }
}
