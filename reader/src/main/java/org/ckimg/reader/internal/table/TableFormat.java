package org.ckimg.reader.internal.table;

import io.kaitai.struct.KaitaiStream;
import java.util.List;
import java.util.function.Function;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

/**
 * How the records of one table are parsed.
 *
 * @param type the table
 * @param parser the generated record type
 * @param blobs the record's blobs in the order of its fields
 */
public record TableFormat<R>(
    SectionType type, Parser<R> parser, Function<R, List<CkimgImage.Blob>> blobs) {
  /** Constructor of a generated record type. */
  @FunctionalInterface
  public interface Parser<R> {
    /** Parses one record; {@code lenHeap} bounds its blobs. */
    R parse(KaitaiStream io, long lenHeap);
  }

  static final TableFormat<CkimgImage.SystemFacts> SYSTEM =
      new TableFormat<>(
          SectionType.SYSTEM,
          CkimgImage.SystemFacts::new,
          r -> List.of(r.kernelRelease(), r.cpuFeatures(), r.vdsoSymbols()));

  static final TableFormat<CkimgImage.ProcessState> PROCESSES =
      new TableFormat<>(
          SectionType.PROCESSES,
          CkimgImage.ProcessState::new,
          r -> List.of(r.cmdline(), r.environ(), r.auxv()));

  static final TableFormat<CkimgImage.ThreadState> THREADS =
      new TableFormat<>(
          SectionType.THREADS, CkimgImage.ThreadState::new, r -> List.of(r.comm(), r.affinity()));

  static final TableFormat<CkimgImage.Regset> REGISTERS =
      new TableFormat<>(SectionType.REGISTERS, CkimgImage.Regset::new, r -> List.of(r.data()));

  static final TableFormat<CkimgImage.SignalState> SIGNALS =
      new TableFormat<>(
          SectionType.SIGNALS, CkimgImage.SignalState::new, r -> List.of(r.siginfo()));

  static final TableFormat<CkimgImage.Timer> TIMERS =
      new TableFormat<>(SectionType.TIMERS, CkimgImage.Timer::new, r -> List.of());

  static final TableFormat<CkimgImage.Limit> LIMITS =
      new TableFormat<>(SectionType.LIMITS, CkimgImage.Limit::new, r -> List.of());

  static final TableFormat<CkimgImage.Vma> VMAS =
      new TableFormat<>(SectionType.VMAS, CkimgImage.Vma::new, r -> List.of(r.digest(), r.name()));

  static final TableFormat<CkimgImage.Description> DESCRIPTIONS =
      new TableFormat<>(SectionType.DESCRIPTIONS, CkimgImage.Description::new, r -> List.of());

  static final TableFormat<CkimgImage.Fd> FDS =
      new TableFormat<>(SectionType.FDS, CkimgImage.Fd::new, r -> List.of());

  static final TableFormat<CkimgImage.File> FILES =
      new TableFormat<>(
          SectionType.FILES, CkimgImage.File::new, r -> List.of(r.path(), r.handle(), r.buildId()));

  static final TableFormat<CkimgImage.Credentials> CREDENTIALS =
      new TableFormat<>(
          SectionType.CREDENTIALS, CkimgImage.Credentials::new, r -> List.of(r.groups()));

  static final TableFormat<CkimgImage.Filter> FILTERS =
      new TableFormat<>(SectionType.FILTERS, CkimgImage.Filter::new, r -> List.of(r.program()));

  static final TableFormat<CkimgImage.Lock> LOCKS =
      new TableFormat<>(SectionType.LOCKS, CkimgImage.Lock::new, r -> List.of());

  static final TableFormat<CkimgImage.Terminal> TERMINALS =
      new TableFormat<>(SectionType.TERMINALS, CkimgImage.Terminal::new, r -> List.of(r.lines()));

  static final TableFormat<CkimgImage.Event> EVENTS =
      new TableFormat<>(SectionType.EVENTS, CkimgImage.Event::new, r -> List.of());

  static final TableFormat<CkimgImage.Watch> WATCHES =
      new TableFormat<>(SectionType.WATCHES, CkimgImage.Watch::new, r -> List.of());

  static final TableFormat<CkimgImage.Socket> SOCKETS =
      new TableFormat<>(
          SectionType.SOCKETS, CkimgImage.Socket::new, r -> List.of(r.local(), r.remote()));

  static final TableFormat<CkimgImage.SocketOption> SOCKET_OPTIONS =
      new TableFormat<>(
          SectionType.SOCKET_OPTIONS, CkimgImage.SocketOption::new, r -> List.of(r.value()));

  static final TableFormat<CkimgImage.Message> MESSAGES =
      new TableFormat<>(
          SectionType.MESSAGES, CkimgImage.Message::new, r -> List.of(r.sender(), r.control()));

  static final TableFormat<CkimgImage.NotifyWatch> NOTIFY =
      new TableFormat<>(SectionType.NOTIFY, CkimgImage.NotifyWatch::new, r -> List.of());

  static final TableFormat<CkimgImage.Pipe> PIPES =
      new TableFormat<>(SectionType.PIPES, CkimgImage.Pipe::new, r -> List.of(r.packets()));

  static final TableFormat<CkimgImage.TcpConnection> TCP =
      new TableFormat<>(SectionType.TCP, CkimgImage.TcpConnection::new, r -> List.of(r.window()));

  static final TableFormat<CkimgImage.MemoryObject> OBJECTS =
      new TableFormat<>(SectionType.OBJECTS, CkimgImage.MemoryObject::new, r -> List.of());

  static final TableFormat<CkimgImage.Origin> ORIGIN =
      new TableFormat<>(
          SectionType.ORIGIN,
          CkimgImage.Origin::new,
          r -> List.of(r.host(), r.tool(), r.codecs(), r.source()));
}
