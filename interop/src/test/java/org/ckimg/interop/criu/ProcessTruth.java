package org.ckimg.interop.criu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.Timer;
import org.ckimg.testkit.Comparison;

/** A process as a whole. */
final class ProcessTruth {
  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private final Sample sample;
  private final JsonNode truth;
  private final ProcessState process;
  private final Comparison all;

  ProcessTruth(Sample sample, JsonNode truth, ProcessState process, Comparison all) {
    this.sample = sample;
    this.truth = truth;
    this.process = process;
    this.all = all;
  }

  /** A number of 64 bits, however it is written. */
  static long word(JsonNode number) {
    return number.bigIntegerValue().and(WORD).longValue();
  }

  void compare() throws IOException {
    all.equal("process: ppid", OptionalInt.of(truth.get("ppid").asInt()), process.ids().parent());
    all.equal("process: pgid", OptionalInt.of(truth.get("pgid").asInt()), process.ids().group());
    all.equal("process: sid", OptionalInt.of(truth.get("sid").asInt()), process.ids().session());
    all.equal(
        "process: comm",
        truth.get("comm").asText(),
        process.leader().comm().orElseThrow().toString());
    boolean dead = truth.get("task_state").asInt() == 2;
    boolean stopped = truth.get("task_state").asInt() == 3;
    all.equal("process: dead", dead, process.state() == RunState.ZOMBIE);
    all.equal("process: stopped", stopped, process.state() == RunState.STOPPED);
    if (dead) {
      all.equal(
          "process: exit code",
          OptionalInt.of(truth.get("exit_code").asInt()),
          process.exitStatus());
      return;
    }
    all.equal(
        "process: personality",
        OptionalInt.of(truth.get("personality").asInt()),
        process.attributes().personality());
    attributes(sample.decoded("core-" + process.pid()).get(0).get("tc"));
    layout();
    limits();
    timers();
    actions();
    pending();
  }

  private void attributes(JsonNode core) throws IOException {
    all.equal(
        "process: attributes",
        OptionalInt.of(core.get("oom_score_adj").asInt()),
        process.attributes().oomScoreAdj());
    all.equal(
        "process: attributes",
        Optional.of(core.get("child_subreaper").asBoolean()),
        process.attributes().childSubreaper());
    JsonNode mm = sample.decoded("mm-" + process.pid()).get(0);
    all.equal(
        "process: attributes",
        Optional.of(mm.get("thp_disabled").asBoolean()),
        process.attributes().hugePagesDisabled());
    ByteBuffer auxv =
        ByteBuffer.wrap(process.auxv().orElseThrow().toArray()).order(ByteOrder.LITTLE_ENDIAN);
    for (JsonNode expected : mm.get("mm_saved_auxv")) {
      all.equal("process: auxiliary vector", word(expected), auxv.getLong());
    }
    all.equal("process: auxiliary vector", 0, auxv.remaining());
  }

  private void layout() {
    JsonNode mm = truth.get("mm");
    MemoryLayout layout = process.layout().orElseThrow();
    long[] found = {
      layout.startCode(),
      layout.endCode(),
      layout.startData(),
      layout.endData(),
      layout.startStack(),
      layout.startBrk(),
      layout.brk(),
      layout.argStart(),
      layout.argEnd(),
      layout.envStart(),
      layout.envEnd()
    };
    String[] names =
        ("start_code end_code start_data end_data start_stack start_brk brk"
                + " arg_start arg_end env_start env_end")
            .split(" ");
    for (int i = 0; i < names.length; i++) {
      all.equal("process: layout", word(mm.get("mm_" + names[i])), found[i]);
    }
    all.equal(
        "process: dumpable",
        OptionalInt.of(mm.get("dumpable").asInt()),
        process.attributes().dumpable());
    all.equal("process: argv present", true, process.cmdline().isPresent());
    all.equal("process: environment", true, process.environ().isPresent());
  }

  private void limits() {
    JsonNode limits = truth.get("rlimits").get("rlimits");
    all.equal("process: limits", limits.size(), process.limits().size());
    for (int i = 0; i < limits.size(); i++) {
      Limit expected = new Limit(i, word(limits.get(i).get("cur")), word(limits.get(i).get("max")));
      all.equal("process: limits", expected, process.limits().get(i));
    }
  }

  private void timers() {
    JsonNode timers = truth.get("timers");
    List<Timer> expected = new ArrayList<>();
    add(timers.get("real"), Timer.Kind.REAL, expected);
    add(timers.get("virt"), Timer.Kind.VIRTUAL, expected);
    add(timers.get("prof"), Timer.Kind.PROF, expected);
    all.equal("process: timers", expected, process.timers());
  }

  private static void add(JsonNode timer, Timer.Kind kind, List<Timer> expected) {
    long interval = timer.get("isec").asLong() * 1_000_000_000 + timer.get("iusec").asLong() * 1000;
    long value = timer.get("vsec").asLong() * 1_000_000_000 + timer.get("vusec").asLong() * 1000;
    if (interval != 0 || value != 0) {
      expected.add(new Timer.Interval(kind, interval, value));
    }
  }

  private void actions() throws IOException {
    JsonNode core = sample.decoded("core-" + process.pid()).get(0).get("tc").get("sigactions");
    List<SignalAction> actions = process.actions().orElseThrow();
    all.equal("signals: actions", core.size(), actions.size());
    for (int i = 0; i < core.size(); i++) {
      SignalAction action = actions.get(i);
      all.equal("signals: actions", word(core.get(i).get("sigaction")), action.handler());
      all.equal("signals: actions", word(core.get(i).get("flags")), action.flags());
      all.equal("signals: actions", word(core.get(i).get("mask")), action.mask());
      all.equal("signals: actions", word(core.get(i).get("restorer")), action.restorer());
    }
    for (JsonNode set : truth.get("sigactions_set")) {
      long handler =
          actions.stream()
              .filter(action -> action.number() == set.get("sig").asInt())
              .findFirst()
              .orElseThrow()
              .handler();
      all.equal("signals: numbers", word(set.get("sigaction")), handler);
    }
  }

  private void pending() throws IOException {
    compare(truth.get("signals_s"), process.pending().orElseThrow(), all);
  }

  static void compare(JsonNode queue, List<PendingSignal> found, Comparison all)
      throws IOException {
    JsonNode signals = queue.path("signals");
    all.equal("signals: pending", signals.size(), found.size());
    for (int i = 0; i < signals.size(); i++) {
      byte[] siginfo =
          java.util.Base64.getMimeDecoder().decode(signals.get(i).get("siginfo").asText());
      all.equal("signals: pending", org.ckimg.spec.model.Bytes.of(siginfo), found.get(i).siginfo());
      all.equal("signals: pending", (int) siginfo[0], found.get(i).number());
    }
  }
}
