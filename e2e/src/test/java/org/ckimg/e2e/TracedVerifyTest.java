package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code restore --verify} under strace(1): it starts nothing and writes nothing. */
@Timeout(120)
@Tag("quick")
class TracedVerifyTest {
  /** What the virtual machine itself opens for writing. */
  private static final Set<String> OF_THE_VIRTUAL_MACHINE = Set.of("/proc/self/coredump_filter");

  private static final Pattern CALL = Pattern.compile("^\\d+ +(\\w+)\\((.*)\\) += (-?\\d+)?.*$");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern WRITES = Pattern.compile("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC");

  private static final String CALLS =
      "trace=process,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,"
          + "mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,truncate,ftruncate,chmod,fchmod,"
          + "fchmodat,chown,fchown,fchownat,utimensat,ptrace,kill,tkill,tgkill,flock,mount,setxattr";

  @Test
  void nothingIsStartedAndNothingIsWritten() throws Exception {
    Path trace = Stage.folder("strace").resolve("trace");
    List<String> strace =
        List.of(
            Requirements.program("strace").toString(), "-f", "-o", trace.toString(), "-e", CALLS);
    try (Victim victim = VictimCase.THREADS.start(Account.SELF)) {
      Path image = victim.dumpAndKill();
      Tool.run(Account.SELF, strace, "restore", image, "--verify").assertExit(0);
    }
    List<String> lines = Files.readAllLines(trace);
    assertTrue(lines.size() > 100, "strace saw only " + lines.size() + " calls");
    assertEquals(List.of(), lines.stream().filter(TracedVerifyTest::isForbidden).toList());
  }

  private static boolean isForbidden(String line) {
    Matcher call = CALL.matcher(line);
    boolean succeeded = call.matches() && call.group(3) != null && !call.group(3).startsWith("-");
    return succeeded && isForbidden(call.group(1), call.group(2));
  }

  private static boolean isForbidden(String name, String arguments) {
    return switch (name) {
      case "open", "openat", "openat2" ->
          WRITES.matcher(arguments).find() && !OF_THE_VIRTUAL_MACHINE.contains(path(arguments));
      case "clone", "clone3" -> !arguments.contains("CLONE_THREAD");
      case "execve" -> !arguments.contains("/java");
      case "kill", "tkill", "tgkill" -> !arguments.endsWith(" 0");
      case "exit", "exit_group", "wait4", "waitid", "arch_prctl", "rt_sigreturn" -> false;
      default -> true;
    };
  }

  private static String path(String arguments) {
    Matcher quoted = QUOTED.matcher(arguments);
    return quoted.find() ? quoted.group(1) : "";
  }
}
