package org.ckimg.reader.internal.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.Parent;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.SeccompFilter;
import org.ckimg.spec.model.Terminal;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.UnknownSection;
import org.ckimg.spec.model.Vma;

/**
 * Builds the model from tables that were verified. A table is read when everything that its records
 * hold is there: registers before threads, threads before processes.
 */
public final class CheckpointDecoder {
  private final TableReader reader;
  private final Layout layout;
  private final TableSet tables;
  private final List<MemoryObject> objects = new ArrayList<>();
  private final List<FileFacts> files = new ArrayList<>();
  private final List<OpenFile> descriptions = new ArrayList<>();
  private final List<Origin> origins = new ArrayList<>();

  private CheckpointDecoder(TableSet tables, Layout layout) {
    this.reader = new TableReader(tables, Findings.REFUSE);
    this.layout = layout;
    this.tables = tables;
  }

  /**
   * Builds the model.
   *
   * @param tables verified
   * @param extras sections of unknown types
   * @param memory pages of the objects
   */
  public static Checkpoint decode(
      TableSet tables, Layout layout, List<UnknownSection> extras, Memory memory)
      throws IOException {
    return new CheckpointDecoder(tables, layout).decode(extras, memory);
  }

  /** The parent that a header names. */
  public static Optional<Parent> parent(CkimgImage.Header header) {
    return header.chainDepth() == 0
        ? Optional.empty()
        : Optional.of(new Parent(Digest.of(header.parent()), header.chainDepth()));
  }

  private Checkpoint decode(List<UnknownSection> extras, Memory memory) throws IOException {
    SystemDecoder system = new SystemDecoder(layout.root().header());
    reader.read(TableFormat.SYSTEM, system);
    reader.read(TableFormat.OBJECTS, row -> objects.add(ObjectDecoder.decode(row.value())));
    Ids objectIds = new Ids(objects.size());
    FileDecoder file = new FileDecoder(objectIds);
    reader.read(TableFormat.FILES, row -> files.add(file.decode(row)));
    EventDecoder events =
        new EventDecoder(tables.isWhole(SectionType.WATCHES), tables.isWhole(SectionType.NOTIFY));
    reader.read(TableFormat.EVENTS, events::event);
    reader.read(TableFormat.WATCHES, events::watch);
    reader.read(TableFormat.NOTIFY, events::notice);
    SocketDecoder sockets = new SocketDecoder(objectIds);
    sockets.read(reader);
    DescriptionDecoder description = new DescriptionDecoder(new Ids(files.size()), events, sockets);
    reader.read(TableFormat.DESCRIPTIONS, row -> descriptions.add(description.decode(row.value())));
    TerminalDecoder terminal = new TerminalDecoder(objectIds);
    List<Terminal> terminals = new ArrayList<>();
    reader.read(TableFormat.TERMINALS, row -> terminals.add(terminal.decode(row)));
    PipeDecoder pipe = new PipeDecoder(objectIds);
    List<PipeState> pipes = new ArrayList<>();
    reader.read(TableFormat.PIPES, row -> pipes.add(pipe.decode(row)));
    List<ProcessState> processes = processes();
    reader.read(TableFormat.ORIGIN, row -> origins.add(OriginDecoder.decode(row)));
    return new Checkpoint(
        system.host(),
        parent(layout.root().header()),
        system.partial(),
        system.redacted(),
        processes,
        descriptions,
        files,
        terminals,
        pipes,
        objects,
        origins.stream().findFirst(),
        extras,
        memory);
  }

  private List<ProcessState> processes() throws IOException {
    SignalDecoder signals = new SignalDecoder(tables.isWhole(SectionType.SIGNALS));
    reader.read(TableFormat.SIGNALS, signals);
    Ids fileIds = new Ids(files.size());
    Groups<ThreadState> threads = threads(signals, fileIds);
    Groups<Timer> timers = new Groups<>();
    reader.read(
        TableFormat.TIMERS,
        row -> timers.add(row.value().process(), TimerDecoder.decode(row.value())));
    Groups<Limit> limits = new Groups<>();
    reader.read(TableFormat.LIMITS, row -> limits.add(row.value().process(), limit(row.value())));
    VmaDecoder vma = new VmaDecoder(new Ids(objects.size()), fileIds);
    Groups<Vma> vmas = new Groups<>();
    reader.read(TableFormat.VMAS, row -> vmas.add(row.value().process(), vma.decode(row)));
    Groups<FdEntry> fds = new Groups<>();
    reader.read(TableFormat.FDS, row -> fds.add(row.value().process(), fd(row.value())));
    Groups<FileLock> locks = new Groups<>();
    reader.read(
        TableFormat.LOCKS,
        row -> locks.add(row.value().process(), LockDecoder.decode(row.value())));
    ProcessDecoder process =
        new ProcessDecoder(fileIds, threads, signals, timers, limits, vmas, fds, locks);
    List<ProcessState> processes = new ArrayList<>();
    reader.read(TableFormat.PROCESSES, row -> processes.add(process.decode(row)));
    return processes;
  }

  private Groups<ThreadState> threads(SignalDecoder signals, Ids fileIds) throws IOException {
    Map<Long, Credentials> credentials = new HashMap<>();
    reader.read(
        TableFormat.CREDENTIALS,
        row -> credentials.put(row.value().id(), CredentialsDecoder.decode(row)));
    Groups<Regset> regsets = new Groups<>();
    reader.read(TableFormat.REGISTERS, row -> regsets.add(row.value().thread(), regset(row)));
    Groups<SeccompFilter> filters = new Groups<>();
    reader.read(TableFormat.FILTERS, row -> filters.add(row.value().thread(), filter(row)));
    ThreadDecoder thread = new ThreadDecoder(regsets, signals, filters, credentials, fileIds);
    Groups<ThreadState> threads = new Groups<>();
    reader.read(TableFormat.THREADS, row -> threads.add(row.value().process(), thread.decode(row)));
    return threads;
  }

  private static Regset regset(Row<CkimgImage.Regset> row) {
    return new Regset((int) row.value().noteType(), row.bytes(row.value().data()));
  }

  private static SeccompFilter filter(Row<CkimgImage.Filter> row) {
    return new SeccompFilter(row.value().flags(), row.bytes(row.value().program()));
  }

  private static Limit limit(CkimgImage.Limit r) {
    return new Limit((int) r.resource(), r.soft(), r.hard());
  }

  private static FdEntry fd(CkimgImage.Fd r) {
    OptionalInt thread = r.thread() == 0 ? OptionalInt.empty() : OptionalInt.of((int) r.thread());
    return new FdEntry((int) r.number(), (int) r.description(), (r.flags() & 1) != 0, thread);
  }
}
