package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.ProcessAttributes;

/** Limits and small settings of the process. */
final class AttributeSteps {
  private static final int CAP_SYS_RESOURCE = 24;
  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int PR_SET_THP_DISABLE = 41;
  private static final int SUID_DUMP_ROOT = 2;

  private final Construction construction;

  AttributeSteps(Construction construction) {
    this.construction = construction;
  }

  void setLimits(Step.SetLimits step) throws IOException {
    for (Limit limit : step.limits()) {
      set(limit);
    }
  }

  private void set(Limit limit) throws IOException {
    long result = prlimit(limit.resource(), limit.soft(), limit.hard());
    if (result == -Errno.EPERM) {
      long hard = hardNow(limit.resource());
      long soft = Long.compareUnsigned(limit.soft(), hard) <= 0 ? limit.soft() : hard;
      result = prlimit(limit.resource(), soft, hard);
    }
    org.ckimg.linux.sys.Syscalls.check("prlimit", result, "resource " + limit.resource());
  }

  private long prlimit(int resource, long soft, long hard) throws IOException {
    ByteBuffer value = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    value.putLong(soft).putLong(hard);
    return construction.call(
        Sys.PRLIMIT64, 0, resource, construction.workbench().put(value.array()), 0);
  }

  private long hardNow(int resource) throws IOException {
    long buffer = construction.workbench().put(new byte[16]);
    construction.check("prlimit", "resource " + resource, Sys.PRLIMIT64, 0, resource, 0, buffer);
    return ByteBuffer.wrap(construction.workbench().get(16))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong(8);
  }

  /** Dumpability comes last of all: a change of users would take it away again. */
  void setAttributes() throws IOException {
    ProcessAttributes wanted = construction.image().attributes();
    new FileSteps(construction).setOwners();
    write("oom_score_adj", score(wanted.oomScoreAdj()), "%d");
    write("coredump_filter", wanted.coredumpFilter(), "0x%x");
    if (wanted.childSubreaper().orElse(false)) {
      construction.check(
          "prctl(PR_SET_CHILD_SUBREAPER)", "1", Sys.PRCTL, PR_SET_CHILD_SUBREAPER, 1);
    }
    if (wanted.hugePagesDisabled().orElse(false)) {
      construction.check(
          "prctl(PR_SET_THP_DISABLE)", "1", Sys.PRCTL, PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
    if (wanted.personality().isPresent()) {
      construction.check(
          "personality", "", Sys.PERSONALITY, wanted.personality().getAsInt() & 0xffffffffL);
    }
    if (wanted.dumpable().isPresent()) {
      int dumpable =
          wanted.dumpable().getAsInt() == SUID_DUMP_ROOT ? 0 : wanted.dumpable().getAsInt();
      construction.check(
          "prctl(PR_SET_DUMPABLE)", "" + dumpable, Sys.PRCTL, PR_SET_DUMPABLE, dumpable);
    }
  }

  /** Never below the caller's, unless the caller may give that. */
  private OptionalInt score(OptionalInt wanted) {
    HostFacts.Caller caller = construction.host().caller();
    boolean kept = wanted.orElse(0) < caller.oomScoreAdj() && !caller.mayGrant(CAP_SYS_RESOURCE);
    return kept ? OptionalInt.of(caller.oomScoreAdj()) : wanted;
  }

  /** Lowering what a process has costs a right; keeping it costs none. */
  private void write(String name, OptionalInt value, String format) throws IOException {
    if (value.isEmpty()) {
      return;
    }
    Path file = Path.of("/proc/" + construction.pid() + "/" + name);
    String text = format.formatted(value.getAsInt());
    try {
      if (Files.readString(file).strip().equals(text)) {
        return;
      }
      Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    } catch (java.nio.file.FileSystemException e) {
      construction.note("%s %s is not permitted here".formatted(name, text));
    }
  }
}
