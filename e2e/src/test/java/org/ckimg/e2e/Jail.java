package org.ckimg.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A root directory that has all of this host's but {@code /var}, for commands that run in it. What
 * is mounted there is seen by them alone, and goes with them.
 */
final class Jail {
  private static final String ENTER =
      """
      jail=$1; shift
      for folder in /*; do
        if [ "$folder" = /var ]; then continue; fi
        if [ -L "$folder" ]; then [ -L "$jail$folder" ] || cp -P "$folder" "$jail$folder"
        elif [ -d "$folder" ]; then mkdir -p "$jail$folder" && mount --rbind "$folder" "$jail$folder"
        fi || exit 99
      done
      exec chroot "$jail" "$@"
      """;

  private final Path root;

  Jail() throws IOException {
    Requirements.program("unshare");
    Requirements.program("chroot");
    root = Stage.folder("jail");
  }

  /** What stands in front of a command. */
  List<String> wrapper() {
    return List.of("unshare", "--mount", "sh", "-c", ENTER, "jail", root.toString());
  }

  /** Starts the main class of a test in it. */
  Process start(Class<?> main, Path out, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(wrapper());
    command.add(Requirements.java().toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectOutput(out.toFile())
        .start();
  }
}
