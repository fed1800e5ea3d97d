package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.PipeData;
import org.ckimg.interop.criu.proto.SocketPacket;
import org.ckimg.interop.criu.proto.TcpStream;
import org.ckimg.spec.model.MemoryObject;

/** Bytes on their way: in pipes, FIFOs, and sockets. */
final class Queues {
  private static final int ESTABLISHED = 1;
  private static final int TCP = 6;

  private final ImageSet set;
  private final ObjectTable objects;
  private final int pageShift;
  private final Map<Integer, Pipe> pipes = new HashMap<>();
  private final Map<Integer, Packets> packets = new LinkedHashMap<>();
  private final Map<Integer, Stream> streams = new HashMap<>();

  /** What is in a pipe. */
  record Pipe(Entry<PipeData> entry, Optional<ObjectTable.Slot> queue) {}

  /** What a socket received and nobody read. */
  static final class Packets {
    private final List<Entry<SocketPacket>> entries = new ArrayList<>();
    private final List<ByteStore.Piece> pieces = new ArrayList<>();
    private long length;
    private Optional<ObjectTable.Slot> queue = Optional.empty();

    /** Oldest first. */
    List<Entry<SocketPacket>> entries() {
      return entries;
    }

    /** Their bytes, one packet behind the other; empty when no packet has any. */
    Optional<ObjectTable.Slot> queue() {
      return queue;
    }
  }

  /** An established TCP connection. */
  record Stream(
      Entry<TcpStream> entry,
      Optional<ObjectTable.Slot> received,
      Optional<ObjectTable.Slot> sent) {}

  Queues(ImageSet set, ObjectTable objects, int pageShift) {
    this.set = set;
    this.objects = objects;
    this.pageShift = pageShift;
  }

  /** Finds all queues. */
  void read(FileImages images) throws IOException {
    readPipes("pipes-data.img", ImageKind.PIPES_DATA);
    readPipes("fifo-data.img", ImageKind.FIFO_DATA);
    readPackets();
    for (Entry<FileEntry> file : images.files().values()) {
      InetSocket socket = file.message().getIsk();
      if (socket.getProto() == TCP && socket.getState() == ESTABLISHED) {
        readStream(socket.getIno());
      }
    }
  }

  private void readPipes(String name, ImageKind kind) throws IOException {
    Optional<EntryReader> found = set.read(name, kind);
    if (found.isPresent()) {
      ByteSource source = set.demandKept(name);
      try (EntryReader reader = found.get()) {
        while (reader.next()) {
          Entry<PipeData> entry = reader.parse(PipeData.parser());
          Optional<ObjectTable.Slot> queue =
              queue(reader, source, Integer.toUnsignedLong(entry.message().getBytes()));
          if (pipes.putIfAbsent(entry.message().getPipeId(), new Pipe(entry, queue)) != null) {
            throw entry.malformed(CriuRule.REFERENCE, "the pipe is there twice");
          }
        }
      }
    }
  }

  private Optional<ObjectTable.Slot> queue(EntryReader reader, ByteSource source, long length)
      throws IOException {
    if (length == 0) {
      return Optional.empty();
    }
    long at = reader.skip(length, "a queue");
    return Optional.of(slot(length, List.of(new ByteStore.Piece(0, length, source, at))));
  }

  private ObjectTable.Slot slot(long length, List<ByteStore.Piece> pieces) {
    return objects.add(MemoryObject.Kind.QUEUE, length, new ByteStore(pieces, pageShift));
  }

  private void readPackets() throws IOException {
    String name = "sk-queues.img";
    Optional<EntryReader> found = set.read(name, ImageKind.SK_QUEUES);
    if (found.isPresent()) {
      ByteSource source = set.demandKept(name);
      try (EntryReader reader = found.get()) {
        while (reader.next()) {
          readPacket(reader, source);
        }
      }
    }
    for (Packets queued : packets.values()) {
      if (queued.length > 0) {
        queued.queue = Optional.of(slot(queued.length, queued.pieces));
      }
    }
  }

  private void readPacket(EntryReader reader, ByteSource source) throws IOException {
    Entry<SocketPacket> entry = reader.parse(SocketPacket.parser());
    long length = Integer.toUnsignedLong(entry.message().getLength());
    long at = reader.skip(length, "a packet");
    Packets queued = packets.computeIfAbsent(entry.message().getIdFor(), socket -> new Packets());
    queued.entries.add(entry);
    if (length > 0) {
      queued.pieces.add(new ByteStore.Piece(queued.length, length, source, at));
      queued.length += length;
    }
  }

  private void readStream(int inode) throws IOException {
    String name = "tcp-stream-" + Integer.toHexString(inode) + ".img";
    Optional<EntryReader> found = set.read(name, ImageKind.TCP_STREAM);
    if (found.isPresent()) {
      ByteSource source = set.demandKept(name);
      try (EntryReader reader = found.get()) {
        if (reader.next()) {
          Entry<TcpStream> entry = reader.parse(TcpStream.parser());
          TcpStream stream = entry.message();
          long received = Integer.toUnsignedLong(stream.getInqLen());
          long sent = Integer.toUnsignedLong(stream.getOutqLen());
          streams.put(
              inode,
              new Stream(entry, queue(reader, source, received), queue(reader, source, sent)));
        }
      }
    }
  }

  Optional<Pipe> pipe(int id) {
    return Optional.ofNullable(pipes.get(id));
  }

  /** By the number of the socket's file, in the order of the image. */
  Map<Integer, Packets> packets() {
    return packets;
  }

  Optional<Stream> stream(int inode) {
    return Optional.ofNullable(streams.get(inode));
  }
}
