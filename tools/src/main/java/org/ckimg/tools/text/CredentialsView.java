package org.ckimg.tools.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.CapabilityNames;

/** Ids, capabilities and what was given up; threads with equal sets together. */
final class CredentialsView implements View.ProcessPrinter {
  private static final List<String> MODES = List.of("none", "strict", "filter");

  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    Map<Optional<Credentials>, List<Integer>> sets = new LinkedHashMap<>();
    for (ThreadState thread : process.threads()) {
      sets.computeIfAbsent(thread.credentials(), _ -> new ArrayList<>()).add(thread.tid());
    }
    sets.forEach((set, tids) -> {
      paper.line(
          " threads " + tids.stream().map(String::valueOf).collect(Collectors.joining(", ")));
      set.ifPresentOrElse(c -> facts(c, paper), () -> paper.line("  not known"));
    });
  }

  private static void facts(Credentials credentials, Paper paper) {
    Credentials.Ids ids = credentials.ids();
    paper.fact("uids", ids(ids.uid(), ids.euid(), ids.suid(), ids.fsuid()));
    paper.fact("gids", ids(ids.gid(), ids.egid(), ids.sgid(), ids.fsgid()));
    paper.fact(
        "groups",
        Cells.list(credentials.groups().stream().map(Integer::toUnsignedString).toList()));
    credentials.capabilities().ifPresent(sets -> capabilities(sets, paper));
    credentials
        .securebits()
        .ifPresent(bits -> paper.fact("securebits", "0x" + Integer.toHexString(bits)));
    credentials
        .privileges()
        .ifPresent(p -> {
          paper.fact("new privs", p.noNewPrivs() ? "never" : "allowed");
          paper.fact("seccomp", MODES.get(p.seccompMode()));
        });
  }

  private static String ids(int... ids) {
    String[] labels = {"real", "effective", "saved", "file system"};
    return IntStream.range(0, ids.length)
        .mapToObj(i -> labels[i] + " " + Integer.toUnsignedString(ids[i]))
        .collect(Collectors.joining(", "));
  }

  private static void capabilities(Credentials.Capabilities sets, Paper paper) {
    TextTable table = new TextTable("CAPABILITIES", "BITS", "NAMES");
    table.row("effective", Human.hex(sets.effective()), CapabilityNames.of(sets.effective()));
    table.row("permitted", Human.hex(sets.permitted()), CapabilityNames.of(sets.permitted()));
    table.row("inheritable", Human.hex(sets.inheritable()), CapabilityNames.of(sets.inheritable()));
    table.row("bounding", Human.hex(sets.bounding()), CapabilityNames.of(sets.bounding()));
    table.row("ambient", Human.hex(sets.ambient()), CapabilityNames.of(sets.ambient()));
    paper.table(table);
  }
}
