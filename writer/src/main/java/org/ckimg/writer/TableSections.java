package org.ckimg.writer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Origin;

/** All sections but PAGES and the directory, in file order. */
final class TableSections {
  private record Table(SectionType type, Rule fieldRule, TableEncoder encoder) {}

  private static final List<Table> TABLES =
      List.of(
          new Table(SectionType.SYSTEM, Rule.SYS_01, new SystemEncoder()),
          new Table(SectionType.PROCESSES, Rule.PRC_01, new ProcessEncoder()),
          new Table(SectionType.THREADS, Rule.THR_01, new ThreadEncoder()),
          new Table(SectionType.REGISTERS, Rule.REG_01, new RegsetEncoder()),
          new Table(SectionType.SIGNALS, Rule.SIG_01, new SignalEncoder()),
          new Table(SectionType.TIMERS, Rule.TIM_01, new TimerEncoder()),
          new Table(SectionType.LIMITS, Rule.LIM_01, new LimitEncoder()),
          new Table(SectionType.VMAS, Rule.VMA_01, new VmaEncoder()),
          new Table(SectionType.DESCRIPTIONS, Rule.DSC_01, new DescriptionEncoder()),
          new Table(SectionType.FDS, Rule.FDS_01, new FdEncoder()),
          new Table(SectionType.FILES, Rule.FIL_01, new FileEncoder()),
          new Table(SectionType.CREDENTIALS, Rule.CRD_01, new CredentialsEncoder()),
          new Table(SectionType.FILTERS, Rule.FLT_01, new FilterEncoder()),
          new Table(SectionType.LOCKS, Rule.LCK_01, new LockEncoder()),
          new Table(SectionType.TERMINALS, Rule.TTY_01, new TerminalEncoder()),
          new Table(SectionType.EVENTS, Rule.EVT_01, new EventEncoder()),
          new Table(SectionType.WATCHES, Rule.WCH_01, new WatchEncoder()),
          new Table(SectionType.SOCKETS, Rule.SCK_01, new SocketEncoder()),
          new Table(SectionType.SOCKET_OPTIONS, Rule.OPT_01, new SocketOptionEncoder()),
          new Table(SectionType.MESSAGES, Rule.MSG_01, new MessageEncoder()),
          new Table(SectionType.NOTIFY, Rule.NTF_01, new NotifyEncoder()),
          new Table(SectionType.PIPES, Rule.PIP_01, new PipeEncoder()),
          new Table(SectionType.TCP, Rule.TCP_01, new TcpEncoder()),
          new Table(SectionType.OBJECTS, Rule.OBJ_01, new ObjectEncoder()));

  private final Context context;
  private final Extras extras;
  private final SectionSink sink;

  TableSections(Checkpoint checkpoint, SectionSink sink) {
    this.context = Context.of(checkpoint);
    this.extras = new Extras(checkpoint.extras(), sink);
    this.sink = sink;
  }

  /** Everything in front of PAGES. */
  void writeFront() throws IOException {
    for (Table table : TABLES) {
      write(table);
    }
    extras.writeBefore(SectionType.PAGES);
  }

  /** Everything behind PAGES. */
  void writeBack(Optional<Origin> origin) throws IOException {
    if (origin.isPresent()) {
      write(new Table(SectionType.ORIGIN, Rule.ORG_01, new OriginEncoder(origin.get())));
    }
    extras.writeBefore(SectionType.DIRECTORY);
  }

  private void write(Table table) throws IOException {
    extras.writeBefore(table.type());
    TableWriter writer = new TableWriter(table.type(), table.fieldRule(), sink);
    table.encoder().encode(context, writer);
    writer.finish(table.type() == SectionType.PROCESSES);
  }
}
