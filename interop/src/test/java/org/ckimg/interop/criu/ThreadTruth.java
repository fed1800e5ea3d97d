package org.ckimg.interop.criu;

import static org.ckimg.interop.criu.ProcessTruth.word;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.testkit.Comparison;

/** Threads: every register, mask, stack, and right. */
final class ThreadTruth {
  private static final List<String> GENERAL =
      List.of(
          "r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss fs_base"
              .concat(" gs_base ds es fs gs")
              .split(" "));

  private final Sample sample;
  private final JsonNode truth;
  private final ProcessState process;
  private final Comparison all;

  ThreadTruth(Sample sample, JsonNode truth, ProcessState process, Comparison all) {
    this.sample = sample;
    this.truth = truth;
    this.process = process;
    this.all = all;
  }

  void compare() throws IOException {
    JsonNode threads = truth.get("threads");
    all.equal("threads: number", threads.size(), process.threads().size());
    if (truth.get("task_state").asInt() == 2) {
      return;
    }
    for (JsonNode expected : threads) {
      int tid = expected.get("tid").asInt();
      ThreadState thread =
          process.threads().stream().filter(t -> t.tid() == tid).findFirst().orElseThrow();
      all.equal(
          "threads: comm", expected.get("comm").asText(), thread.comm().orElseThrow().toString());
      blocked(expected, thread);
      JsonNode sas = expected.get("sas");
      all.equal(
          "threads: altstack",
          Optional.of(
              new AltStack(
                  word(sas.get("ss_sp")), word(sas.get("ss_size")), sas.get("ss_flags").asInt())),
          thread.altstack());
      ProcessTruth.compare(expected.get("signals_p"), thread.pending().orElseThrow(), all);
      JsonNode sched = expected.get("sched");
      all.equal(
          "threads: scheduling",
          sched.get("sched_nice").asInt(),
          thread.scheduling().orElseThrow().nice());
      all.equal(
          "threads: scheduling",
          sched.get("sched_policy").asInt(),
          thread.scheduling().orElseThrow().policy());
      all.equal(
          "threads: clear tid",
          OptionalLong.of(word(expected.get("clear_tid_addr"))),
          thread.clearTidAddress());
      credentials(expected.get("creds"), thread.credentials().orElseThrow());
      JsonNode core = sample.decoded("core-" + tid).get(0);
      core(core.get("thread_core"), thread);
      general(expected.get("gpregs"), thread);
      extended(core.get("thread_info").get("fpregs"), thread);
    }
  }

  private void blocked(JsonNode expected, ThreadState thread) {
    JsonNode own = expected.get("blk_sigset");
    JsonNode mask = own == null || own.isNull() ? truth.get("blk_sigset") : own;
    all.equal("threads: blocked", OptionalLong.of(word(mask)), thread.blocked());
  }

  private void core(JsonNode core, ThreadState thread) {
    all.equal(
        "threads: robust list",
        Optional.of(
            new RobustList(word(core.get("futex_rla")), core.get("futex_rla_len").asLong())),
        thread.robustList());
    all.equal(
        "threads: rseq",
        word(core.get("rseq_entry").get("rseq_abi_pointer")),
        thread.rseq().orElseThrow().address());
    all.equal(
        "threads: rseq",
        core.get("rseq_entry").get("signature").asInt(),
        thread.rseq().orElseThrow().signature());
    boolean filtered = core.path("seccomp_mode").asText().equals("filter");
    all.equal(
        "threads: seccomp",
        filtered ? 2 : 0,
        thread.credentials().orElseThrow().privileges().orElseThrow().seccompMode());
    all.equal("threads: seccomp", filtered, !thread.filters().isEmpty());
  }

  private void credentials(JsonNode creds, Credentials found) {
    Credentials.Ids ids = found.ids();
    int[] values = {
      ids.uid(), ids.gid(), ids.euid(), ids.egid(), ids.suid(), ids.sgid(), ids.fsuid(), ids.fsgid()
    };
    String[] names = "uid gid euid egid suid sgid fsuid fsgid".split(" ");
    for (int i = 0; i < names.length; i++) {
      all.equal("threads: credentials", creds.get(names[i]).asInt(), values[i]);
    }
    Credentials.Capabilities caps = found.capabilities().orElseThrow();
    all.equal("threads: credentials", set(creds.get("cap_inh")), caps.inheritable());
    all.equal("threads: credentials", set(creds.get("cap_prm")), caps.permitted());
    all.equal("threads: credentials", set(creds.get("cap_eff")), caps.effective());
    all.equal("threads: credentials", set(creds.get("cap_bnd")), caps.bounding());
    all.equal("threads: credentials", set(creds.get("cap_amb")), caps.ambient());
    all.equal(
        "threads: credentials", creds.get("secbits").asInt(), found.securebits().orElseThrow());
    List<Integer> groups =
        creds.path("groups").valueStream().map(JsonNode::asInt).sorted().toList();
    all.equal("threads: credentials", groups, found.groups());
  }

  private static long set(JsonNode words) {
    return words.get(0).asLong() | words.get(1).asLong() << 32;
  }

  private static ByteBuffer words(Bytes bytes) {
    return ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void general(JsonNode expected, ThreadState thread) {
    ByteBuffer set = words(thread.regset(Regset.NT_PRSTATUS).orElseThrow());
    all.equal("threads: registers", GENERAL.size() * 8, set.capacity());
    for (int i = 0; i < GENERAL.size(); i++) {
      all.equal("threads: registers", word(expected.get(GENERAL.get(i))), set.getLong(8 * i));
    }
  }

  private void extended(JsonNode fp, ThreadState thread) {
    ByteBuffer area = words(thread.regset(Regset.NT_X86_XSTATE).orElseThrow());
    all.equal("threads: FPU control", fp.get("cwd").asInt(), area.getShort(0) & 0xffff);
    all.equal("threads: FPU control", fp.get("swd").asInt(), area.getShort(2) & 0xffff);
    all.equal("threads: FPU control", fp.get("twd").asInt(), area.get(4) & 0xff);
    all.equal("threads: FPU control", fp.get("fop").asInt(), area.getShort(6) & 0xffff);
    all.equal("threads: FPU control", word(fp.get("rip")), area.getLong(8));
    all.equal("threads: FPU control", word(fp.get("rdp")), area.getLong(16));
    all.equal("threads: mxcsr", fp.get("mxcsr").asInt(), area.getInt(24));
    words32(fp.get("st_space"), area, 32);
    words32(fp.get("xmm_space"), area, 160);
    JsonNode xsave = fp.get("xsave");
    words32(xsave.get("ymmh_space"), area, 576);
    words64(xsave.get("opmask_reg"), area, 1088);
    words64(xsave.get("zmm_upper"), area, 1152);
    words64(xsave.get("hi16_zmm"), area, 1664);
    long present = area.getLong(464);
    all.equal("threads: XSTATE_BV", word(xsave.get("xstate_bv")) & present, area.getLong(512));
  }

  private void words32(JsonNode expected, ByteBuffer area, int offset) {
    for (int i = 0; i < expected.size(); i++) {
      all.equal("threads: vectors", (int) expected.get(i).asLong(), area.getInt(offset + 4 * i));
    }
  }

  private void words64(JsonNode expected, ByteBuffer area, int offset) {
    for (int i = 0; i < expected.size(); i++) {
      all.equal("threads: vectors", word(expected.get(i)), area.getLong(offset + 8 * i));
    }
  }
}
