package org.ckimg.fuzz;

import static org.ckimg.fuzz.Row.bits;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.Terminal;
import org.ckimg.spec.model.Vdso;
import org.ckimg.testkit.Table;

/** The records of what no process has for itself: machine, files, descriptions, objects, origin. */
final class ThingRows {
  private final Checkpoint checkpoint;
  private final Function<Table, Row> rows;

  ThingRows(Checkpoint checkpoint, Function<Table, Row> rows) {
    this.checkpoint = checkpoint;
    this.rows = rows;
  }

  private Row row(Table table) {
    return rows.apply(table);
  }

  void all() {
    system(checkpoint.host());
    checkpoint.descriptions().forEach(this::description);
    checkpoint.files().forEach(this::file);
    for (Terminal terminal : checkpoint.terminals()) {
      row(Table.TERMINALS)
          .put("file", terminal.file())
          .put("modes", terminal.modes())
          .put("rows", terminal.rows())
          .put("columns", terminal.columns())
          .put("present", bits(terminal.input().isPresent(), terminal.slave().isPresent()))
          .put(
              "flags",
              bits(
                  terminal.slave().filter(Terminal.Slave::exclusive).isPresent(),
                  terminal.slave().filter(Terminal.Slave::hungUp).isPresent(),
                  terminal.slave().filter(Terminal.Slave::stopped).isPresent()))
          .put("input", terminal.input().map(Terminal.Input::queue).orElse(OptionalInt.empty()))
          .put("output", terminal.slave().map(Terminal.Slave::output).orElse(OptionalInt.empty()))
          .put(
              "lines",
              ModelRows.words(terminal.input().map(Terminal.Input::lines).orElse(List.of())));
    }
    for (PipeState pipe : checkpoint.pipes()) {
      row(Table.PIPES)
          .put("file", pipe.file())
          .put("present", bits(pipe.capacity().isPresent()))
          .put("capacity", pipe.capacity())
          .put("queue", pipe.queue())
          .put("packets", ModelRows.words(pipe.packets()));
    }
    for (MemoryObject object : checkpoint.objects()) {
      row(Table.OBJECTS)
          .put("id", object.id())
          .put("kind", object.kind().ordinal() + 1)
          .put("base", object.base().isPresent())
          .put("length", object.length())
          .put("base_object", object.base())
          .put("owner", object.owner());
    }
    checkpoint.origin().ifPresent(this::origin);
  }

  private void system(Host host) {
    row(Table.SYSTEM)
        .put(
            "present",
            bits(
                host.kernelRelease().isPresent(),
                host.cpuFeatures().isPresent(),
                host.xcr0().isPresent(),
                host.vdso().isPresent(),
                host.vdso().flatMap(Vdso::symbols).isPresent()))
        .put("flags", bits(checkpoint.partial(), checkpoint.redacted()))
        .put("kernel_release", host.kernelRelease())
        .put("cpu_features", host.cpuFeatures())
        .put("xcr0", host.xcr0())
        .put("len_xsave", host.xsaveBytes())
        .put("vdso_digest", host.vdso().map(Vdso::digest))
        .put("vdso_symbols", host.vdso().flatMap(Vdso::symbols));
  }

  private void description(OpenFile open) {
    Row row = row(Table.DESCRIPTIONS);
    row.put("id", open.id())
        .put("type", open.type().ordinal() + 1)
        .put(
            "present",
            bits(open.position().isPresent(), open.owner().isPresent(), open.signal().isPresent()))
        .put("file", open.file())
        .put("flags", open.flags())
        .put("position", open.position())
        .put("number", open.signal())
        .put("state", !open.captured());
    open.owner().ifPresent(o -> row.put("owner_type", o.type()).put("owner", o.id()));
    open.state().ifPresent(state -> state(open.id(), state));
  }

  private void state(int id, FdState state) {
    switch (state) {
      case FdState.Counter counter ->
          event(id, 1, bits(counter.semaphore())).put("number", counter.value());
      case FdState.SignalSet set -> event(id, 2, 0).put("number", set.mask());
      case FdState.Alarm alarm ->
          event(id, 3, bits(false, alarm.absolute(), alarm.cancelOnSet()))
              .put("clock", alarm.clock())
              .put("number", alarm.expirations())
              .put("value_nanos", alarm.valueNanos())
              .put("interval_nanos", alarm.intervalNanos());
      case FdState.ProcessReference process ->
          event(id, 4, bits(process.thread(), process.pid().isEmpty()) << 3)
              .put("number", process.pid().orElse(0));
      case FdState.Master master ->
          event(id, 5, bits(master.locked(), master.packetMode()) << 5)
              .put("number", master.index());
      case FdState.WatchList list -> list.watches().forEach(watch -> watch(id, watch));
      case FdState.NotifyList list -> list.watches().forEach(watch -> notify(id, watch));
      case FdState.Socket socket -> socket(id, socket);
    }
  }

  private Row event(int id, int kind, int flags) {
    return row(Table.EVENTS).put("description", id).put("kind", kind).put("flags", flags);
  }

  private void watch(int id, FdState.Watch watch) {
    row(Table.WATCHES)
        .put("description", id)
        .put("number", watch.number())
        .put("target", watch.target())
        .put("events", watch.events())
        .put("data", watch.data());
  }

  private void notify(int id, FdState.Notify watch) {
    row(Table.NOTIFY)
        .put("description", id)
        .put("number", watch.number())
        .put("file", watch.file())
        .put("mask", watch.mask());
  }

  private void socket(int id, FdState.Socket socket) {
    row(Table.SOCKETS)
        .put("description", id)
        .put(
            "present",
            bits(
                socket.backlog().isPresent(),
                socket.local().isPresent(),
                socket.remote().isPresent()))
        .put("family", socket.family())
        .put("kind", socket.kind())
        .put("state", socket.state())
        .put("protocol", socket.protocol())
        .put("backlog", socket.backlog())
        .put("shutdown", socket.shutdown())
        .put("local", socket.local())
        .put("remote", socket.remote())
        .put("peer", socket.peer())
        .put("node", socket.node())
        .put("queue", socket.queue());
    for (FdState.Option option : socket.options()) {
      row(Table.SOCKET_OPTIONS)
          .put("description", id)
          .put("level", option.level())
          .put("name", option.name())
          .put("value", option.value());
    }
    messages(id, socket.messages());
    socket.tcp().ifPresent(tcp -> tcp(id, tcp));
  }

  private void messages(int id, List<FdState.Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      FdState.Message message = messages.get(i);
      row(Table.MESSAGES)
          .put("description", id)
          .put("number", i)
          .put("present", bits(message.sender().isPresent(), message.control().isPresent()))
          .put("length", message.length())
          .put("sender", message.sender())
          .put("control", message.control());
    }
  }

  private void tcp(int id, FdState.Tcp tcp) {
    row(Table.TCP)
        .put("description", id)
        .put("present", bits(tcp.timestamp().isPresent(), tcp.window().isPresent()))
        .put("receive_sequence", tcp.receiveSequence())
        .put("send_sequence", tcp.sendSequence())
        .put("send_queue", tcp.sendQueue())
        .put("segment", tcp.segment())
        .put("unsent", tcp.unsent())
        .put("options", tcp.options())
        .put("send_scale", tcp.sendScale())
        .put("receive_scale", tcp.receiveScale())
        .put("timestamp", tcp.timestamp())
        .put("window", tcp.window());
  }

  private void file(FileFacts file) {
    FileFacts.Status status = file.status();
    Row row = row(Table.FILES);
    row.put("id", file.id())
        .put(
            "present",
            bits(
                file.inode().isPresent(),
                status.mode().isPresent(),
                status.btimeNanos().isPresent(),
                file.filesystem().isPresent(),
                file.filesystemId().isPresent(),
                file.handle().isPresent(),
                file.seals().isPresent(),
                file.buildId().isPresent(),
                status.length().isPresent(),
                status.links().isPresent(),
                status.owner().isPresent(),
                status.rdev().isPresent(),
                status.mtimeNanos().isPresent(),
                status.ctimeNanos().isPresent()))
        .put("path", file.path())
        .put("length", status.length())
        .put("mode", status.mode())
        .put("num_links", status.links())
        .put("rdev", status.rdev())
        .put("mtime_nanos", status.mtimeNanos())
        .put("ctime_nanos", status.ctimeNanos())
        .put("btime_nanos", status.btimeNanos())
        .put("filesystem", file.filesystem())
        .put("flags", file.deleted())
        .put("content", file.content())
        .put("filesystem_id", file.filesystemId())
        .put("seals", file.seals())
        .put("build_id", file.buildId());
    file.inode().ifPresent(i -> row.put("device", i.device()).put("inode", i.number()));
    status.owner().ifPresent(owner -> row.put("uid", owner.uid()).put("gid", owner.gid()));
    file.handle().ifPresent(h -> row.put("handle_type", h.type()).put("handle", h.bytes()));
  }

  private void origin(Origin origin) {
    row(Table.ORIGIN)
        .put(
            "present",
            bits(
                origin.createdNanos().isPresent(),
                origin.monotonicNanos().isPresent(),
                origin.boottimeNanos().isPresent(),
                origin.stopNanos().isPresent(),
                origin.copyNanos().isPresent(),
                origin.host().isPresent(),
                origin.tool().isPresent(),
                origin.codecs().isPresent(),
                origin.source().isPresent()))
        .put("created_nanos", origin.createdNanos())
        .put("monotonic_nanos", origin.monotonicNanos())
        .put("boottime_nanos", origin.boottimeNanos())
        .put("stop_nanos", origin.stopNanos())
        .put("copy_nanos", origin.copyNanos())
        .put("host", origin.host())
        .put("tool", origin.tool())
        .put("codecs", origin.codecs())
        .put("source", origin.source());
  }
}
