package org.ckimg.writer;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.spec.Presence;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;

/** PROCESSES, by pid. */
final class ProcessEncoder implements TableEncoder {
  static final int MAX_PID = 0x3fffffff;

  /** Ids and indexes of everything but objects have 20 bits. */
  static final int MAX_ID = 0xfffff;

  private static final MemoryLayout NO_LAYOUT = new MemoryLayout(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  private static final int AARCH64 = 183;

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    int numFiles = context.checkpoint().files().size();
    SharingEncoder sharing = new SharingEncoder();
    for (ProcessState process : context.checkpoint().processes()) {
      table
          .begin("process " + process.pid())
          .require(table.total() <= MAX_ID, Rule.PRC_01, "too many processes")
          .ascending(process.pid());
      table
          .reference("exe", process.exe(), numFiles, Rule.PRC_02)
          .reference("cwd", process.cwd(), numFiles, Rule.PRC_02)
          .reference("root", process.root(), numFiles, Rule.PRC_02);
      checkBytes(table, process, context.checkpoint().host().machine());
      identity(table, process);
      attributes(table, process.attributes());
      table.u8("start_nanos", process.startNanos().orElse(0));
      layout(table, process.layout().orElse(NO_LAYOUT));
      sharing.encode(table, process);
      table.end();
    }
  }

  private static void checkBytes(TableWriter table, ProcessState process, int machine) {
    table
        .require(
            endsWithZero(process.cmdline()), Rule.PRC_03, "cmdline has no zero byte at its end")
        .require(
            endsWithZero(process.environ()), Rule.PRC_03, "environ has no zero byte at its end");
    int auxvBytes = process.auxv().map(Bytes::length).orElse(0);
    boolean paired = auxvBytes % wordPairBytes(machine) == 0;
    table.require(paired, Rule.PRC_03, "auxv has " + auxvBytes + " bytes, not pairs of words");
  }

  private static boolean endsWithZero(Optional<Bytes> strings) {
    Bytes value = strings.orElse(Bytes.EMPTY);
    return value.length() == 0 || value.at(value.length() - 1) == 0;
  }

  /** Two words of the program; machines that come in both sizes are given the smaller one. */
  private static int wordPairBytes(int machine) {
    return machine == Host.X86_64 || machine == AARCH64 ? 2 * Long.BYTES : 2 * Integer.BYTES;
  }

  private static void identity(TableWriter table, ProcessState process) {
    ProcessIds ids = process.ids();
    ProcessAttributes attributes = process.attributes();
    table
        .u8(present(process))
        .u4("pid", ids.pid(), 1, MAX_PID)
        .u4("ppid", ids.parent().orElse(0), 0, MAX_PID)
        .u4("pgid", ids.group().orElse(0), 0, MAX_PID)
        .u4("sid", ids.session().orElse(0), 0, MAX_PID)
        .u1("state", process.state().ordinal() + 1, 1, 4)
        .u1("dumpable", attributes.dumpable().orElse(0), 0, 2)
        .u2("flags", flags(attributes), 0, 3)
        .u4("exit_status", process.exitStatus().orElse(0), 0, 0xffff)
        .u4("exe", process.exe().orElse(0), 0, MAX_ID)
        .u4("cwd", process.cwd().orElse(0), 0, MAX_ID)
        .u4("root", process.root().orElse(0), 0, MAX_ID)
        .u4("umask", process.umask().orElse(0), 0, 0x1ff)
        .blob(process.cmdline())
        .blob(process.environ())
        .blob(process.auxv());
  }

  private static void attributes(TableWriter table, ProcessAttributes attributes) {
    table
        .u4(attributes.personality())
        .u4("oom_score_adj", attributes.oomScoreAdj().orElse(0), -1000, 1000)
        .u4(attributes.coredumpFilter())
        .u4(attributes.ttyNumber())
        .u4(attributes.ttyGroup())
        .u4("exit_signal", attributes.exitSignal().orElse(0), -1, 64);
  }

  private static void layout(TableWriter table, MemoryLayout layout) {
    table
        .u8("start_code", layout.startCode())
        .u8("end_code", layout.endCode())
        .u8("start_data", layout.startData())
        .u8("end_data", layout.endData())
        .u8("start_brk", layout.startBrk())
        .u8("brk", layout.brk())
        .u8("start_stack", layout.startStack())
        .u8("arg_start", layout.argStart())
        .u8("arg_end", layout.argEnd())
        .u8("env_start", layout.envStart())
        .u8("env_end", layout.envEnd());
  }

  private static int flags(ProcessAttributes attributes) {
    return new Bits()
        .set(attributes.childSubreaper().orElse(false), 1)
        .set(attributes.hugePagesDisabled().orElse(false), 2)
        .value();
  }

  private static int present(ProcessState process) {
    ProcessAttributes attributes = process.attributes();
    return new Bits()
        .set(process.ids().parent(), Presence.Process.PARENT)
        .set(process.ids().group(), Presence.Process.GROUP)
        .set(process.ids().session(), Presence.Process.SESSION)
        .set(process.exitStatus(), Presence.Process.EXIT_STATUS)
        .set(process.umask(), Presence.Process.UMASK)
        .set(process.cmdline(), Presence.Process.CMDLINE)
        .set(process.environ(), Presence.Process.ENVIRON)
        .set(process.auxv(), Presence.Process.AUXV)
        .set(attributes.personality(), Presence.Process.PERSONALITY)
        .set(attributes.dumpable(), Presence.Process.DUMPABLE)
        .set(attributes.oomScoreAdj(), Presence.Process.OOM_SCORE_ADJ)
        .set(attributes.coredumpFilter(), Presence.Process.COREDUMP_FILTER)
        .set(attributes.childSubreaper(), Presence.Process.CHILD_SUBREAPER)
        .set(attributes.hugePagesDisabled(), Presence.Process.HUGE_PAGES_DISABLED)
        .set(attributes.ttyNumber(), Presence.Process.TTY_NUMBER)
        .set(attributes.ttyGroup(), Presence.Process.TTY_GROUP)
        .set(attributes.exitSignal(), Presence.Process.EXIT_SIGNAL)
        .set(process.startNanos(), Presence.Process.START)
        .set(process.layout(), Presence.Process.LAYOUT)
        .set(process.actions(), Presence.Process.ACTIONS)
        .set(process.pending(), Presence.Process.PENDING)
        .value();
  }
}
