package org.ckimg.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ckimg.testkit.Comparison;

/** One process of a document, beside what CRIU's tools say of it. */
final class InspectTruth {
  private static final String[] SIGNALS =
      ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP"
              + " TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
          .split(" ");

  private static final Map<String, Long> ACTION_FLAGS =
      Map.of(
          "SA_SIGINFO", 4L,
          "SA_RESTORER", 0x04000000L,
          "SA_ONSTACK", 0x08000000L,
          "SA_RESTART", 0x10000000L);

  /** Those of the image that the kernel names otherwise. */
  private static final Map<String, String> REGISTERS =
      Map.of(
          "ax",
          "rax",
          "bx",
          "rbx",
          "cx",
          "rcx",
          "dx",
          "rdx",
          "si",
          "rsi",
          "di",
          "rdi",
          "bp",
          "rbp",
          "orig_ax",
          "orig_rax",
          "ip",
          "rip",
          "flags",
          "eflags");

  private final Function<String, JsonNode> images;
  private final JsonNode truth;
  private final JsonNode process;
  private final Comparison all;

  /**
   * A comparison to be made.
   *
   * @param images entries of an image as CRIU's tools decode it, by its name
   */
  InspectTruth(
      Function<String, JsonNode> images, JsonNode truth, JsonNode process, Comparison all) {
    this.images = images;
    this.truth = truth;
    this.process = process;
    this.all = all;
  }

  void compare() {
    for (String name : List.of("ppid", "pgid", "sid", "comm")) {
      all.equal("process: " + name, truth.get(name).asText(), process.get(name).asText());
    }
    int state = truth.get("task_state").asInt();
    all.equal("process: dead", state == 2, process.get("state").asText().equals("zombie"));
    all.equal("process: stopped", state == 3, process.get("state").asText().equals("stopped"));
    if (state == 2) {
      all.equal(
          "process: exit code",
          truth.get("exit_code").asInt() >> Byte.SIZE,
          process.get("exitCode").asInt());
      return;
    }
    all.equal("process: exe", path(truth.get("exe")), process.get("exe").asText());
    all.equal("process: cwd", path(truth.at("/fs/cwd")), process.get("cwd").asText());
    all.equal("process: root", path(truth.at("/fs/root")), process.get("root").asText());
    all.equal(
        "process: umask",
        "%04o".formatted(truth.at("/fs/umask").asInt()),
        process.get("umask").asText());
    layout();
    limits();
    alarm();
    signals();
    threads();
    new InspectMemoryTruth(images, truth, process, all).compare();
    new InspectFileTruth(truth.get("fds"), process.get("fds"), all).compare();
  }

  static String path(JsonNode file) {
    return file.at("/reg/name").asText();
  }

  /** A number of 64 bits as documents have it. */
  static String hex(JsonNode number) {
    BigInteger value = number.bigIntegerValue();
    return "0x"
        + (value.signum() < 0 ? value.add(BigInteger.ONE.shiftLeft(64)) : value).toString(16);
  }

  private void layout() {
    String[] names =
        ("startCode endCode startData endData startStack startBrk brk"
                + " argStart argEnd envStart envEnd")
            .split(" ");
    for (String name : names) {
      String theirs = "mm_" + name.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
      all.equal(
          "process: layout",
          hex(truth.get("mm").get(theirs)),
          process.get("layout").get(name).asText());
    }
  }

  private void limits() {
    JsonNode limits = truth.at("/rlimits/rlimits");
    all.equal("process: limits", limits.size(), process.get("limits").size());
    for (int i = 0; i < limits.size(); i++) {
      JsonNode found = process.get("limits").get(i);
      all.equal("process: limits", limit(limits.get(i).get("cur")), found.get("soft").asText());
      all.equal("process: limits", limit(limits.get(i).get("max")), found.get("hard").asText());
    }
  }

  private static String limit(JsonNode number) {
    return hex(number).equals("0xffffffffffffffff") ? "unlimited" : number.asText();
  }

  private void alarm() {
    JsonNode real = truth.at("/timers/real");
    long value = real.get("vsec").asLong() * 1_000_000_000 + real.get("vusec").asLong() * 1000;
    long interval = real.get("isec").asLong() * 1_000_000_000 + real.get("iusec").asLong() * 1000;
    boolean armed = value != 0 || interval != 0;
    all.equal("process: timers", armed ? 1 : 0, process.get("timers").size());
    if (armed) {
      JsonNode timer = process.get("timers").get(0);
      all.equal("process: timers", "real", timer.get("kind").asText());
      all.equal("process: timers", value, timer.get("valueNanos").asLong());
      all.equal("process: timers", interval, timer.get("intervalNanos").asLong());
    }
  }

  private static String signal(long number) {
    return "SIG" + (number <= SIGNALS.length ? SIGNALS[(int) number - 1] : "" + number);
  }

  /** Bits of the names in {@code names}. */
  private static long bits(JsonNode names, Function<String, Long> bit) {
    return names
        .valueStream()
        .mapToLong(name -> bit.apply(name.asText()))
        .reduce(0, (a, b) -> a | b);
  }

  private static long signalBit(String name) {
    if (name.startsWith("SIGRTM")) {
      return 1L
          << (name.equals("SIGRTMAX")
              ? 63
              : 33 + (name.length() < 9 ? 0 : Integer.parseInt(name.substring(9))));
    }
    for (int number = 1; number <= 64; number++) {
      if (signal(number).equals(name)) {
        return 1L << number - 1;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private void signals() {
    JsonNode set = truth.get("sigactions_set");
    JsonNode actions = process.at("/signals/actions");
    all.equal("signals: set", set.size(), actions.size());
    for (int i = 0; i < set.size(); i++) {
      JsonNode expected = set.get(i);
      JsonNode found = actions.get(i);
      all.equal("signals: numbers", expected.get("sig"), found.get("number"));
      all.equal(
          "signals: names", signal(expected.get("sig").asLong()), found.get("signal").asText());
      all.equal(
          "signals: handlers", handler(expected.get("sigaction")), found.get("handler").asText());
      all.equal(
          "signals: flags",
          expected.get("flags").asLong(),
          bits(found.get("flags"), ACTION_FLAGS::get));
      all.equal(
          "signals: masks",
          mask(expected.get("mask")),
          bits(found.get("mask"), InspectTruth::signalBit));
      all.equal(
          "signals: restorers", hex(expected.get("restorer")), found.get("restorer").asText());
    }
    pending(truth.get("signals_s"), process.at("/signals/pending"));
  }

  private static String handler(JsonNode address) {
    return address.asLong() == 1 ? "ignore" : hex(address);
  }

  private static long mask(JsonNode mask) {
    return mask.bigIntegerValue().longValue();
  }

  private void pending(JsonNode queue, JsonNode found) {
    List<Integer> expected = new ArrayList<>();
    for (JsonNode entry : queue.path("signals")) {
      expected.add((int) Base64.getMimeDecoder().decode(entry.get("siginfo").asText())[0]);
    }
    all.equal(
        "signals: pending",
        expected.stream().map(InspectTruth::signalBit).toList(),
        found.valueStream().map(s -> signalBit(s.get("signal").asText())).toList());
  }

  private static long signalBit(int number) {
    return 1L << number - 1;
  }

  private void threads() {
    JsonNode threads = truth.get("threads");
    all.equal("threads: number", threads.size(), process.get("threads").size());
    for (JsonNode expected : threads) {
      JsonNode found =
          process
              .get("threads")
              .valueStream()
              .filter(t -> t.get("tid").equals(expected.get("tid")))
              .findFirst()
              .orElseThrow();
      all.equal("threads: comm", expected.get("comm"), found.get("comm"));
      all.equal("threads: registers", 27, found.get("registers").size());
      expected
          .get("gpregs")
          .properties()
          .forEach(register -> {
            if (!register.getKey().equals("mode")) {
              String name = REGISTERS.getOrDefault(register.getKey(), register.getKey());
              String kernels = name.equals("sp") ? "rsp" : name;
              all.equal(
                  "threads: registers",
                  hex(register.getValue()),
                  found.get("registers").get(kernels).asText());
            }
          });
      all.equal("threads: mxcsr", hex(expected.get("mxcsr")), found.get("mxcsr").asText());
      JsonNode own = expected.path("blk_sigset");
      all.equal(
          "threads: blocked",
          mask(own.isNumber() ? own : truth.get("blk_sigset")),
          bits(found.get("blocked"), InspectTruth::signalBit));
      JsonNode stack = found.get("altstack");
      all.equal("threads: altstack", hex(expected.at("/sas/ss_sp")), stack.get("address").asText());
      all.equal(
          "threads: altstack", expected.at("/sas/ss_size").asLong(), stack.get("bytes").asLong());
      pending(expected.get("signals_p"), found.get("pending"));
    }
  }
}
