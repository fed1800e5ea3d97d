package org.ckimg.tools.diff;

import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.SocketAddress;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.EpollEvents;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.NotifyEvents;
import org.ckimg.tools.names.SignalNames;
import org.ckimg.tools.names.SocketNames;
import org.ckimg.tools.names.SocketOptions;

/** What is known of that which descriptors hold and no file does. */
final class StateFacts {
  private final Subject subject;
  private final Holders holders;
  private final Contents contents;

  StateFacts(Subject subject, Holders holders, Contents contents) {
    this.subject = subject;
    this.holders = holders;
    this.contents = contents;
  }

  /** What tells one from another of its type. */
  Facts identity(FdState state) {
    Facts facts = new Facts();
    switch (state) {
      case FdState.Socket socket -> {
        facts.put("socket.family", SocketNames.family(socket.family()));
        facts.put("socket.kind", SocketNames.kind(socket.kind()));
        facts.put("socket.protocol", SocketNames.protocol(socket));
        facts.put("socket.local", address(socket.local().orElse(Bytes.EMPTY)));
        facts.put("socket.remote", address(socket.remote().orElse(Bytes.EMPTY)));
      }
      case FdState.ProcessReference process -> facts.put("thread", process.thread());
      case FdState.Master master -> facts.put("index", master.index());
      case FdState.Counter _,
          FdState.SignalSet _,
          FdState.Alarm _,
          FdState.WatchList _,
          FdState.NotifyList _ -> {}
    }
    return facts;
  }

  private String address(Bytes address) {
    return address.length() == 0
        ? "none"
        : SocketAddress.text(subject.checkpoint().host(), address);
  }

  /** All the rest. */
  Facts of(FdState state) throws IOException {
    Facts facts = new Facts();
    switch (state) {
      case FdState.Counter counter -> {
        facts.put("counter", Long.toUnsignedString(counter.value()));
        facts.put("semaphore", counter.semaphore());
      }
      case FdState.SignalSet set ->
          facts.put("signals", SignalNames.of(subject.checkpoint().host()).mask(set.mask()));
      case FdState.Alarm alarm -> addAlarm(facts, alarm);
      case FdState.WatchList list -> facts.list("watches", watches(list));
      case FdState.NotifyList list -> facts.list("watches", watches(list));
      case FdState.ProcessReference process ->
          facts.put("pid", process.pid().isPresent() ? process.pid().getAsInt() : "gone");
      case FdState.Master master -> {
        facts.put("locked", master.locked());
        facts.put("packetMode", master.packetMode());
      }
      case FdState.Socket socket -> facts.putAll("socket", socket(socket));
    }
    return facts;
  }

  /** What is left of a timer that runs is a clock; a time of the clock at which it fires is not. */
  private static void addAlarm(Facts facts, FdState.Alarm alarm) {
    facts.put("clock", HostNames.clock(alarm.clock()));
    facts.put("absolute", alarm.absolute());
    facts.put("cancelOnSet", alarm.cancelOnSet());
    facts.put("armed", alarm.valueNanos() != 0);
    facts.put("intervalNanos", alarm.intervalNanos());
    if (alarm.intervalNanos() == 0) {
      facts.put("expirations", Long.toUnsignedString(alarm.expirations()));
    }
    if (alarm.absolute() && alarm.intervalNanos() == 0) {
      facts.put("valueNanos", alarm.valueNanos());
    }
  }

  private Map<String, String> watches(FdState.WatchList list) {
    Map<String, String> watches = new LinkedHashMap<>();
    for (FdState.Watch watch : list.watches()) {
      String name = "fd %d, %s".formatted(watch.number(), holders.of(watch.target()));
      String text = "%s data 0x%x".formatted(EpollEvents.of(watch.events()), watch.data());
      watches.put(name, text);
    }
    return watches;
  }

  private Map<String, String> watches(FdState.NotifyList list) {
    Map<String, String> watches = new LinkedHashMap<>();
    for (FdState.Notify watch : list.watches()) {
      watches.put(
          Integer.toString(watch.number()),
          "%s %s".formatted(path(OptionalInt.of(watch.file())), NotifyEvents.of(watch.mask())));
    }
    return watches;
  }

  private String path(OptionalInt file) {
    return References.file(subject.checkpoint(), file)
        .map(FileFacts::path)
        .map(Bytes::toString)
        .orElse("none");
  }

  private Facts socket(FdState.Socket socket) throws IOException {
    Facts facts = new Facts();
    facts.put("state", SocketNames.state(socket.state()));
    facts.put("backlog", socket.backlog(), Integer::toUnsignedString);
    facts.put("shutdown", socket.shutdown());
    facts.put("peer", holders.of(socket.peer()));
    facts.put("node", path(socket.node()));
    facts.put("queue", contents.of(socket.queue()));
    if (subject.image().knows(SectionType.MESSAGES)) {
      facts.put("messages", socket.messages());
    }
    if (subject.image().knows(SectionType.SOCKET_OPTIONS)) {
      Map<String, String> options = new LinkedHashMap<>();
      for (FdState.Option option : socket.options()) {
        options.put(
            SocketOptions.level(option.level())
                + "."
                + SocketOptions.name(option.level(), option.name()),
            HexFormat.of().formatHex(option.value().toArray()));
      }
      facts.list("options", options);
    }
    if (socket.tcp().isPresent()) {
      facts.putAll("tcp", tcp(socket.tcp().get()));
    }
    return facts;
  }

  /** The timestamp is a clock. */
  private Facts tcp(FdState.Tcp tcp) throws IOException {
    Facts facts = new Facts();
    facts.put("receiveSequence", Integer.toUnsignedString(tcp.receiveSequence()));
    facts.put("sendSequence", Integer.toUnsignedString(tcp.sendSequence()));
    facts.put("sendQueue", contents.of(tcp.sendQueue()));
    facts.put("unsentBytes", tcp.unsent());
    facts.put("segmentBytes", tcp.segment());
    facts.put("options", tcp.options());
    facts.put("sendScale", tcp.sendScale());
    facts.put("receiveScale", tcp.receiveScale());
    facts.put("window", tcp.window().map(w -> HexFormat.of().formatHex(w.toArray())));
    return facts;
  }
}
