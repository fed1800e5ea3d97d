package org.ckimg.interop.criu;

import static org.ckimg.interop.criu.ThreadDecoder.bytes;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.Row;
import org.ckimg.interop.criu.proto.CredsEntry;
import org.ckimg.interop.criu.proto.Inventory;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.TaskCore;
import org.ckimg.interop.criu.proto.ThreadCore;

/** Tables of what the model does not have of tasks. */
final class TaskTables {
  private static final List<String> LSM = List.of("none", "selinux", "apparmor");

  private TaskTables() {}

  static Row inventory(Inventory inventory) {
    int lsm = inventory.getLsmType();
    Row row = new Row();
    if (inventory.getPlugins().getPluginsCount() > 0) {
      row.put("plugins", names(inventory.getPlugins().getPluginsList()));
    }
    return row.number("version", inventory.getImgVersion())
        .put("security-module", lsm >= 0 && lsm < LSM.size() ? LSM.get(lsm) : "unknown")
        .number(inventory.hasRootCgSet(), "cgroup-set", inventory.getRootCgSet())
        .flag(inventory.hasTcpClose(), "tcp-close", inventory.getTcpClose())
        .number(
            inventory.hasNetworkLockMethod(),
            "network-lock-method",
            inventory.getNetworkLockMethod())
        .number(inventory.hasPreDumpMode(), "pre-dump-mode", inventory.getPreDumpMode())
        .number(inventory.hasDumpUptime(), "uptime", inventory.getDumpUptime())
        .text(inventory.hasDumpRunId(), "run", bytes(inventory.getDumpRunId()));
  }

  private static String names(List<ByteString> names) {
    return String.join(
        " ", names.stream().map(name -> ThreadDecoder.bytes(name).toString()).toList());
  }

  static List<Row> tasks(List<Task> tasks) {
    List<Row> rows = new ArrayList<>();
    for (Task task : tasks) {
      TaskCore core = task.core().message().getTc();
      Row row =
          new Row()
              .number("pid", task.pid())
              .hex("flags", core.getFlags())
              .number(core.hasLoginuid(), "login-uid", core.getLoginuid())
              .number(core.hasStopSigno(), "stop-signal", core.getStopSigno())
              .number(core.hasMembarrierMask(), "membarrier", core.getMembarrierMask());
      task.ids().ifPresent(ids -> ids(row, ids));
      rows.add(row);
    }
    return rows;
  }

  /** Tasks with the same number share the thing. */
  private static void ids(Row row, ObjectIds ids) {
    row.number(ids.hasVmId(), "memory", ids.getVmId())
        .number(ids.hasFilesId(), "descriptors", ids.getFilesId())
        .number(ids.hasFsId(), "directories", ids.getFsId())
        .number(ids.hasSighandId(), "handlers", ids.getSighandId());
  }

  static List<Row> threads(List<Task> tasks) {
    List<Row> rows = new ArrayList<>();
    for (Task task : tasks) {
      for (Task.Thread thread : task.threads()) {
        ThreadCore core = thread.core().message().getThreadCore();
        CredsEntry creds = core.getCreds();
        boolean labelled =
            creds.hasLsmProfile() || creds.hasLsmSockcreate() || creds.hasApparmorData();
        if (core.hasCgSet() || labelled) {
          rows.add(
              new Row()
                  .number("pid", task.pid())
                  .number("tid", thread.tid())
                  .number(core.hasCgSet(), "cgroup-set", core.getCgSet())
                  .text(creds.hasLsmProfile(), "security-label", bytes(creds.getLsmProfile()))
                  .text(creds.hasLsmSockcreate(), "socket-label", bytes(creds.getLsmSockcreate()))
                  .text(creds.hasApparmorData(), "apparmor", bytes(creds.getApparmorData())));
        }
      }
    }
    return rows;
  }

  static List<Row> registers(List<Task> tasks) {
    List<Row> rows = new ArrayList<>();
    for (Task task : tasks) {
      for (Task.Thread thread : task.threads()) {
        Map<String, Long> registers = OtherRegisters.of(thread.core().message());
        if (!registers.isEmpty()) {
          Row row = new Row().number("tid", thread.tid());
          registers.forEach((name, value) -> row.put(name, "0x" + Long.toHexString(value)));
          rows.add(row);
        }
      }
    }
    return rows;
  }
}
