package org.ckimg.tools.json;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.SocketAddress;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.names.SocketNames;
import org.ckimg.tools.names.SocketOptions;

/** Sockets of {@code ckimg.inspect/1}. */
final class SocketJson {
  private static final List<String> DIRECTIONS = List.of("receive", "send");
  private static final List<String> TCP_OPTIONS = List.of("timestamps", "sack", "windowScaling");

  private final Json json;
  private final ImageFacts image;
  private final Checkpoint checkpoint;

  SocketJson(Json json, Subject subject) {
    this.json = json;
    this.image = subject.image();
    this.checkpoint = subject.checkpoint();
  }

  void socket(FdState.Socket socket) throws IOException {
    json.text("family", SocketNames.family(socket.family()));
    json.text("kind", SocketNames.kind(socket.kind()));
    json.text("protocol", SocketNames.protocol(socket));
    json.text("state", SocketNames.state(socket.state()));
    json.text("local", socket.local().map(this::address));
    json.text("remote", socket.remote().map(this::address));
    json.number("backlog", socket.backlog());
    json.strings("shutdown", set(socket.shutdown(), DIRECTIONS));
    json.number("peer", socket.peer());
    json.text("node", References.file(checkpoint, socket.node()).map(FileFacts::path));
    if (image.knows(SectionType.MESSAGES)) {
      json.number("queuedBytes", socket.queuedBytes());
      json.number("messages", socket.messages().size());
    }
    if (image.knows(SectionType.SOCKET_OPTIONS)) {
      json.objects("options", socket.options(), this::option);
    }
    if (socket.tcp().isPresent()) {
      json.object("tcp", () -> tcp(socket.tcp().get()));
    }
  }

  private String address(Bytes address) {
    return SocketAddress.text(checkpoint.host(), address);
  }

  private void option(FdState.Option option) throws IOException {
    json.text("level", SocketOptions.level(option.level()));
    json.text("name", SocketOptions.name(option.level(), option.name()));
    json.text("value", hex(option.value()));
  }

  private void tcp(FdState.Tcp tcp) throws IOException {
    json.id("receiveSequence", tcp.receiveSequence());
    json.id("sendSequence", tcp.sendSequence());
    if (tcp.sendQueue().isPresent()) {
      json.number("sendQueueBytes", checkpoint.object(tcp.sendQueue().getAsInt()).length());
    }
    json.number("unsentBytes", tcp.unsent());
    json.number("segmentBytes", tcp.segment());
    json.strings("options", set(tcp.options(), TCP_OPTIONS));
    json.number("sendScale", tcp.sendScale());
    json.number("receiveScale", tcp.receiveScale());
    if (tcp.timestamp().isPresent()) {
      json.id("timestamp", tcp.timestamp().getAsInt());
    }
    json.text("window", tcp.window().map(SocketJson::hex));
  }

  private static String hex(Bytes bytes) {
    return HexFormat.of().formatHex(bytes.toArray());
  }

  private static List<String> set(int bits, List<String> names) {
    List<String> set = new ArrayList<>();
    for (int bit = 0; bit < names.size(); bit++) {
      if ((bits >> bit & 1) != 0) {
        set.add(names.get(bit));
      }
    }
    return set;
  }
}
