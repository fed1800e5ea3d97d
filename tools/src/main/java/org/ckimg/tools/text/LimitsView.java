package org.ckimg.tools.text;

import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.ResourceNames;

/** Resource limits. */
final class LimitsView implements View.ProcessPrinter {
  @Override
  public void print(Subject subject, ProcessState process, Paper paper) {
    TextTable table = new TextTable("LIMIT", ">SOFT", ">HARD", "UNIT");
    for (Limit limit : process.limits()) {
      table.row(
          ResourceNames.name(limit.resource()),
          value(limit.soft()),
          value(limit.hard()),
          ResourceNames.unit(limit.resource()));
    }
    paper.table(table);
    if (table.isEmpty()) {
      paper.line("  limits not known");
    }
  }

  private static String value(long limit) {
    return limit == Limit.UNLIMITED ? "unlimited" : Long.toUnsignedString(limit);
  }
}
