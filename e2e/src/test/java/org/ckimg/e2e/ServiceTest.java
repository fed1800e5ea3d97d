package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The systemd unit of {@code examples/}: systemd understands it, and its command line does what its
 * comment says. What a manager would do, to start it as another user with next to no environment
 * and to kill what is left of it, is done by the test.
 */
@Timeout(180)
@Tag("quick")
class ServiceTest {
  private static final Path UNIT = Stage.checkout().resolve("examples/solver.service");

  /** Adds numbers up, until it is told how far. */
  private static final String SOLVER =
      """
      #!/usr/bin/perl
      $ARGV[0] eq '--input' && open my $in, '<', $ARGV[1] or die "usage";
      my $sum = 0;
      for (my $i = 1; !-e 'go' || $i <= 1000; $i++) {
        $sum += $i if $i <= 1000;
        select undef, undef, undef, 0.005;
      }
      print "sum $sum\\n";
      """;

  private final Path folder;
  private final Path log;
  private Process service;

  ServiceTest() throws Exception {
    folder = Stage.folder("service");
    log = folder.resolve("log");
  }

  @Test
  void systemdUnderstandsTheUnit() throws Exception {
    String verifier = Requirements.program("systemd-analyze").toString();
    String said = Command.output(verifier, "--man=no", "verify", UNIT.toString());
    // It may have something to say of other units of this machine.
    assertEquals(List.of(), said.lines().filter(line -> line.contains("solver.service")).toList());
  }

  /** The command line as it is written, with the folders and the program of this test. */
  private List<String> command() throws Exception {
    String line =
        Files.readAllLines(UNIT).stream()
            .filter(entry -> entry.startsWith("ExecStart="))
            .findFirst()
            .orElseThrow()
            .substring("ExecStart=".length());
    Map<String, String> here =
        Map.of(
            "/opt/ckimg/ckimg", String.join(" ", Tool.command()),
            "/opt/solver/solver", folder.resolve("solver").toString(),
            "/var/lib/solver", folder.toString(),
            "--every 10m", "--every 200ms");
    for (Map.Entry<String, String> place : here.entrySet()) {
      assertTrue(line.contains(place.getKey()), line);
      line = line.replace(place.getKey(), place.getValue());
    }
    String shell = "/bin/sh -c '";
    assertTrue(line.startsWith(shell) && line.endsWith("'"), line);
    return List.of("/bin/sh", "-c", line.substring(shell.length(), line.length() - 1));
  }

  private void start() throws Exception {
    List<String> command = new ArrayList<>(Account.NOBODY.prefix());
    command.addAll(command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    service = builder.start();
  }

  private String log() throws Exception {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private void awaitSaved(int count) throws Exception {
    Await.until(
        () -> "images: " + logged(),
        () -> log().lines().filter(line -> line.contains(": saved ")).count() >= count);
  }

  private String logged() {
    try {
      return log();
    } catch (Exception e) {
      return e.toString();
    }
  }

  /** As for a manager, everything that it has started goes with it. */
  private void crash() throws Exception {
    List<Task> started = Task.of((int) service.pid()).children();
    service.destroyForcibly();
    for (Task task : started) {
      task.kill();
    }
    Await.end(service);
  }

  @Test
  void theCommandSurvivesAKill() throws Exception {
    Account.NOBODY.assumeUsable();
    Requirements.program("perl");
    Path solver = Files.writeString(folder.resolve("solver"), SOLVER);
    Files.setPosixFilePermissions(solver, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("problem.dat"), "");
    start();
    awaitSaved(3);
    crash();
    start();
    Await.until(this::logged, () -> log().contains("restored: pid "));
    awaitSaved(6);
    service.destroy();
    Await.end(service);
    assertEquals(128 + 15, service.exitValue(), this::logged);
    start();
    Files.createFile(folder.resolve("go"));
    Await.end(service);
    assertEquals(0, service.exitValue(), this::logged);
    assertTrue(log().contains("sum 500500\n"), this::logged);
    start();
    Await.end(service);
    assertEquals(0, service.exitValue(), this::logged);
    assertTrue(log().contains("this command has ended with 0 before"), this::logged);
  }

  @AfterEach
  void end() throws Exception {
    if (service != null && service.isAlive()) {
      crash();
    }
  }
}
