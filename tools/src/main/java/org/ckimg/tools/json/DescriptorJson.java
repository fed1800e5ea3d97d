package org.ckimg.tools.json;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;
import org.ckimg.tools.decode.Pipes;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.Times;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.EpollEvents;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.NotifyEvents;
import org.ckimg.tools.names.OpenFlags;
import org.ckimg.tools.names.SealNames;
import org.ckimg.tools.names.SignalNames;

/** Descriptors and locks of {@code ckimg.inspect/1}. */
final class DescriptorJson {
  private final Json json;
  private final Checkpoint checkpoint;
  private final SocketJson sockets;
  private final Pipes pipes;

  DescriptorJson(Json json, Subject subject) {
    this.json = json;
    this.checkpoint = subject.checkpoint();
    this.sockets = new SocketJson(json, subject);
    this.pipes = new Pipes(checkpoint);
  }

  void fd(FdEntry fd) throws IOException {
    json.number("fd", fd.number());
    json.number("ofThread", fd.thread());
    json.flag("closeOnExec", fd.closeOnExec());
    json.number("description", fd.description());
    Optional<OpenFile> open = References.description(checkpoint, fd.description());
    if (open.isPresent()) {
      description(open.get());
    }
  }

  private void description(OpenFile open) throws IOException {
    Optional<FileFacts> file = References.file(checkpoint, open.file());
    json.text("type", open.type().name().toLowerCase(Locale.ROOT));
    json.text("path", file.map(FileFacts::path));
    json.strings("flags", OpenFlags.of(checkpoint.host(), open.flags()));
    json.number("position", open.position());
    json.flag("captured", open.captured());
    if (file.isPresent()) {
      file(file.get());
    }
    if (pipes.of(open).isPresent()) {
      pipe(pipes.of(open).get());
    }
    if (open.state().isPresent()) {
      state(open.state().get());
    }
  }

  private void state(FdState state) throws IOException {
    switch (state) {
      case FdState.Counter counter -> {
        json.unsigned("counter", counter.value());
        json.flag("semaphore", counter.semaphore());
      }
      case FdState.SignalSet set ->
          json.strings("signals", SignalNames.of(checkpoint.host()).mask(set.mask()));
      case FdState.Alarm alarm -> {
        json.text("clock", HostNames.clock(alarm.clock()));
        json.flag("absolute", alarm.absolute());
        json.flag("cancelOnSet", alarm.cancelOnSet());
        json.unsigned("expirations", alarm.expirations());
        json.number("valueNanos", alarm.valueNanos());
        json.number("intervalNanos", alarm.intervalNanos());
      }
      case FdState.WatchList list -> json.objects("watches", list.watches(), this::watch);
      case FdState.NotifyList list -> json.objects("watches", list.watches(), this::watch);
      case FdState.ProcessReference process -> {
        json.number("pid", process.pid());
        json.flag("thread", process.thread());
      }
      case FdState.Master master -> {
        json.number("index", master.index());
        json.flag("locked", master.locked());
        json.flag("packetMode", master.packetMode());
      }
      case FdState.Socket socket -> json.object("socket", () -> sockets.socket(socket));
    }
  }

  private void pipe(PipeState pipe) throws IOException {
    json.number("capacity", pipe.capacity());
    if (pipe.queue().isPresent()) {
      json.number("queuedBytes", checkpoint.object(pipe.queue().getAsInt()).length());
    }
    json.ids("packets", pipe.packets());
  }

  private void watch(FdState.Notify watch) throws IOException {
    json.number("watch", watch.number());
    json.text(
        "path", References.file(checkpoint, OptionalInt.of(watch.file())).map(FileFacts::path));
    json.strings("mask", NotifyEvents.of(watch.mask()));
  }

  private void watch(FdState.Watch watch) throws IOException {
    json.number("fd", watch.number());
    json.number("description", watch.target());
    json.strings("events", EpollEvents.of(watch.events()));
    json.hex("data", watch.data());
  }

  private void file(FileFacts file) throws IOException {
    json.flag("deleted", file.deleted());
    if (file.seals().isPresent()) {
      json.strings("seals", SealNames.of(file.seals().getAsInt()));
    }
    if (file.inode().isPresent()) {
      json.hex("device", file.inode().get().device());
      json.unsigned("inode", file.inode().get().number());
    }
    if (file.mode().isPresent()) {
      json.text("mode", "0%o".formatted(file.mode().getAsInt()));
    }
    json.number("bytes", file.length());
    if (file.status().mtimeNanos().isPresent()) {
      json.text("modified", Times.iso(file.status().mtimeNanos().getAsLong()));
    }
  }

  void lock(FileLock lock) throws IOException {
    json.text("kind", lock.kind().name().toLowerCase(Locale.ROOT));
    json.text(
        "path", References.file(checkpoint, OptionalInt.of(lock.file())).map(FileFacts::path));
    json.number("description", lock.description());
    json.flag("exclusive", lock.exclusive());
    json.number("start", lock.start());
    json.number("length", lock.length());
  }
}
