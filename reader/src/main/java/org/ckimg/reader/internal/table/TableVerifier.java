package org.ckimg.reader.internal.table;

import java.io.IOException;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.spec.SectionType;

/**
 * Checks all tables. Objects come first, since mappings and files refer to them; the others in file
 * order.
 */
public final class TableVerifier {
  private final TableSet tables;
  private final TableReader reader;
  private final References references;
  private final Findings findings;

  private TableVerifier(TableSet tables, Layout layout, Findings findings) throws IOException {
    this.tables = tables;
    this.findings = findings;
    this.reader = new TableReader(tables, findings);
    this.references = new References(layout, reader);
  }

  /** Reports all rules that the tables break, and tells what they hold. */
  public static References verify(TableSet tables, Layout layout, Findings findings)
      throws IOException {
    TableVerifier verifier = new TableVerifier(tables, layout, findings);
    verifier.run();
    return verifier.references;
  }

  private void run() throws IOException {
    check(TableFormat.OBJECTS, new ObjectVerifier(references, findings));
    check(TableFormat.SYSTEM, new SystemVerifier(references, findings));
    check(TableFormat.PROCESSES, new ProcessVerifier(references, findings));
    check(TableFormat.THREADS, new ThreadVerifier(references, findings, threadsOffset()));
    check(TableFormat.REGISTERS, new RegisterVerifier(references, findings));
    check(TableFormat.SIGNALS, new SignalVerifier(references, findings));
    check(TableFormat.TIMERS, new TimerVerifier(references, findings));
    check(TableFormat.LIMITS, new LimitVerifier(references, findings));
    check(TableFormat.VMAS, new VmaVerifier(references, findings));
    check(TableFormat.DESCRIPTIONS, new DescriptionVerifier(references, findings));
    check(TableFormat.FDS, new FdVerifier(references, findings));
    check(TableFormat.FILES, new FileVerifier(references, findings));
    check(TableFormat.CREDENTIALS, new CredentialsVerifier(references, findings));
    check(TableFormat.FILTERS, new FilterVerifier(references, findings));
    check(TableFormat.LOCKS, new LockVerifier(references, findings));
    check(TableFormat.TERMINALS, new TerminalVerifier(references, findings));
    check(TableFormat.EVENTS, new EventVerifier(references, findings));
    check(TableFormat.WATCHES, new WatchVerifier(references, findings));
    check(TableFormat.SOCKETS, new SocketVerifier(references, findings));
    check(TableFormat.SOCKET_OPTIONS, new SocketOptionVerifier(references, findings));
    check(TableFormat.MESSAGES, new MessageVerifier(references, findings));
    check(TableFormat.NOTIFY, new NotifyVerifier(references, findings));
    check(TableFormat.PIPES, new PipeVerifier(references, findings));
    check(TableFormat.TCP, new TcpVerifier(references, findings));
    check(TableFormat.ORIGIN, new OriginVerifier(references, findings));
  }

  /** A process without threads is found where its threads should be, or else where it is. */
  private long threadsOffset() {
    for (SectionType type : new SectionType[] {SectionType.THREADS, SectionType.PROCESSES}) {
      if (!tables.parts(type).isEmpty()) {
        return tables.parts(type).getFirst().offset();
      }
    }
    return 0;
  }

  private <R> void check(TableFormat<R> format, Verifier<R> verifier) throws IOException {
    reader.read(format, verifier);
    verifier.end();
  }
}
