package org.ckimg.interop.criu.write;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.ckimg.interop.criu.ImageKind;
import org.ckimg.interop.criu.proto.PipeData;
import org.ckimg.interop.criu.proto.SocketPacket;
import org.ckimg.interop.criu.proto.TcpStream;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/** Bytes on their way: in pipes, FIFOs, and sockets. */
final class QueueWriter {
  private final Checkpoint checkpoint;
  private final FileNumbers numbers;
  private final ImageFolder folder;
  private final ObjectCopy copy;

  QueueWriter(Checkpoint checkpoint, FileNumbers numbers, ImageFolder folder) {
    this.checkpoint = checkpoint;
    this.numbers = numbers;
    this.folder = folder;
    this.copy = new ObjectCopy(checkpoint);
  }

  void write() throws IOException {
    writePipes("pipes-data.img", ImageKind.PIPES_DATA, FdType.PIPE);
    writePipes("fifo-data.img", ImageKind.FIFO_DATA, FdType.FIFO);
    writeMessages(sockets(socket -> !socket.messages().isEmpty() && socket.tcp().isEmpty()));
    for (OpenFile open : sockets(socket -> socket.tcp().isPresent())) {
      writeStream(numbers.inode(open.id()), socket(open));
    }
  }

  /** Writes capacity and content. */
  private void writePipes(String name, ImageKind kind, FdType type) throws IOException {
    Set<Integer> open =
        checkpoint.descriptions().stream()
            .filter(description -> description.type() == type)
            .map(description -> description.file().orElseThrow())
            .collect(Collectors.toSet());
    List<PipeState> pipes =
        checkpoint.pipes().stream()
            .filter(pipe -> pipe.queue().isPresent() || pipe.capacity().isPresent())
            .filter(pipe -> open.contains(pipe.file()))
            .toList();
    if (!pipes.isEmpty()) {
      try (EntryWriter image = EntryWriter.create(folder, name, kind)) {
        for (PipeState pipe : pipes) {
          PipeData.Builder data =
              PipeData.newBuilder().setPipeId(pipe.file()).setBytes(length(pipe.queue()));
          pipe.capacity().ifPresent(data::setSize);
          image.add(data.build());
          copyAll(pipe.queue(), image);
        }
      }
    }
  }

  private int length(OptionalInt queue) {
    return queue.isPresent() ? (int) copy.length(queue.getAsInt()) : 0;
  }

  private void copyAll(OptionalInt queue, EntryWriter into) throws IOException {
    if (queue.isPresent()) {
      copy.all(queue.getAsInt(), into);
    }
  }

  private List<OpenFile> sockets(Predicate<FdState.Socket> wanted) {
    return checkpoint.descriptions().stream()
        .filter(open ->
            open.state().orElse(null) instanceof FdState.Socket socket && wanted.test(socket))
        .toList();
  }

  private static FdState.Socket socket(OpenFile open) {
    return (FdState.Socket) open.state().orElseThrow();
  }

  private void writeMessages(List<OpenFile> receivers) throws IOException {
    if (receivers.isEmpty()) {
      return;
    }
    try (EntryWriter image = EntryWriter.create(folder, "sk-queues.img", ImageKind.SK_QUEUES)) {
      for (OpenFile open : receivers) {
        long at = 0;
        for (FdState.Message message : socket(open).messages()) {
          SocketPacket.Builder packet =
              SocketPacket.newBuilder()
                  .setIdFor(numbers.description(open.id()))
                  .setLength((int) message.length());
          message.control().flatMap(SenderEncoder::encode).ifPresent(packet::setUcred);
          image.add(packet.build());
          if (message.length() > 0) {
            copy.range(socket(open).queue().orElseThrow(), at, message.length(), image);
          }
          at += message.length();
        }
      }
    }
  }

  private void writeStream(int inode, FdState.Socket socket) throws IOException {
    FdState.Tcp tcp = socket.tcp().orElseThrow();
    TcpStream.Builder stream =
        TcpStream.newBuilder()
            .setInqLen(length(socket.queue()))
            .setInqSeq(tcp.receiveSequence())
            .setOutqLen(length(tcp.sendQueue()))
            .setOutqSeq(tcp.sendSequence())
            .setOptMask(tcp.options())
            .setSndWscale(tcp.sendScale())
            .setMssClamp(tcp.segment())
            .setRcvWscale(tcp.receiveScale())
            .setUnsqLen((int) tcp.unsent());
    tcp.timestamp().ifPresent(stream::setTimestamp);
    tcp.window().ifPresent(window -> addWindow(window, stream));
    String name = "tcp-stream-" + Integer.toHexString(inode) + ".img";
    try (EntryWriter image = EntryWriter.create(folder, name, ImageKind.TCP_STREAM)) {
      image.add(stream.build());
      copyAll(socket.queue(), image);
      copyAll(tcp.sendQueue(), image);
    }
  }

  /** {@code struct tcp_repair_window} of linux/tcp.h. */
  private static void addWindow(Bytes window, TcpStream.Builder stream) {
    ByteBuffer words = ByteBuffer.wrap(window.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    stream
        .setSndWl1(words.getInt())
        .setSndWnd(words.getInt())
        .setMaxWindow(words.getInt())
        .setRcvWnd(words.getInt())
        .setRcvWup(words.getInt());
  }
}
