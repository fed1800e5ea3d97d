package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.interop.Annexes;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.criu.proto.BpfMapFile;
import org.ckimg.interop.criu.proto.ControlEntry;
import org.ckimg.interop.criu.proto.ExternalFile;
import org.ckimg.interop.criu.proto.FanotifyFile;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FifoFile;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FileOwner;
import org.ckimg.interop.criu.proto.GhostChunk;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.HandleEntry;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.InotifyFile;
import org.ckimg.interop.criu.proto.InotifyWatch;
import org.ckimg.interop.criu.proto.LockEntry;
import org.ckimg.interop.criu.proto.NamespaceFile;
import org.ckimg.interop.criu.proto.NetlinkSocket;
import org.ckimg.interop.criu.proto.PacketSocket;
import org.ckimg.interop.criu.proto.PidFd;
import org.ckimg.interop.criu.proto.PipeData;
import org.ckimg.interop.criu.proto.PipeFile;
import org.ckimg.interop.criu.proto.PtyEntry;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.RemapPath;
import org.ckimg.interop.criu.proto.SocketPacket;
import org.ckimg.interop.criu.proto.TcpStream;
import org.ckimg.interop.criu.proto.TermiosEntry;
import org.ckimg.interop.criu.proto.TtyFile;
import org.ckimg.interop.criu.proto.TtyInfo;
import org.ckimg.interop.criu.proto.TunFile;
import org.ckimg.interop.criu.proto.UnixSocket;
import org.ckimg.interop.criu.proto.WindowSize;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.Terminal;
import org.junit.jupiter.api.Test;

/** Kinds of files that no sample has. */
class KindsTest {
  private static ByteString text(String value) {
    return ByteString.copyFromUtf8(value);
  }

  private static FileEntry.Builder file(int type, int id) {
    return FileEntry.newBuilder().setType(type).setId(id);
  }

  private static FileEntry.Builder regular(int id, String path, int mode) {
    return file(1, id).setReg(RegFile.newBuilder().setName(text(path)).setMode(mode));
  }

  private static OpenFile description(ForeignImage image, int fd) {
    Checkpoint checkpoint = image.checkpoint();
    return checkpoint.description(checkpoint.processes().getFirst().fds().get(fd).description());
  }

  private static String path(ForeignImage image, int fd) {
    return image.checkpoint().file(description(image, fd).file().orElseThrow()).path().toString();
  }

  private static byte[] object(ForeignImage image, int id) throws IOException {
    Checkpoint checkpoint = image.checkpoint();
    int pages = (int) (checkpoint.object(id).length() + 4095) / 4096;
    byte[] bytes = new byte[pages * 4096];
    for (int page = 0; page < pages; page++) {
      if (checkpoint.memory().pages(id).contains(page)) {
        MemorySegment into = MemorySegment.ofArray(bytes).asSlice(page * 4096L, 4096);
        checkpoint.memory().read(id, page, 1, into);
      }
    }
    return Arrays.copyOf(bytes, (int) checkpoint.object(id).length());
  }

  private static TtyInfo.Builder pty(int id, int device) {
    return TtyInfo.newBuilder()
        .setId(id)
        .setType(1)
        .setRdev(device)
        .setLocked(true)
        .setPacketMode(true)
        .setPty(PtyEntry.newBuilder().setIndex(4))
        .setTermios(
            TermiosEntry.newBuilder()
                .setIflag(1)
                .setOflag(2)
                .setCflag(3)
                .setLflag(4)
                .setLine(5)
                .setIspeed(6)
                .setOspeed(7)
                .addAllCc(Collections.nCopies(19, 8)))
        .setWinsize(WindowSize.newBuilder().setRow(25).setCol(80));
  }

  @Test
  void terminals() throws IOException {
    SetBuilder set =
        new SetBuilder()
            .image(
                "tty-info.img", ImageKind.TTY_INFO, pty(1, 0x502).build(), pty(2, 0x8804).build())
            .file(regular(3, "/dev/pts/4", 0020620))
            .open(file(11, 1).setTty(TtyFile.newBuilder().setInfoId(1).setFlags(2)))
            .open(file(11, 2).setTty(TtyFile.newBuilder().setInfoId(2).setFlags(2).setRegfId(3)));
    try (ForeignImage image = CriuImages.open(set.build())) {
      assertEquals("/dev/ptmx", path(image, 0));
      assertEquals("/dev/pts/4", path(image, 1));
      assertEquals(Optional.of(new FdState.Master(4, true, true)), description(image, 0).state());
      assertEquals(Optional.empty(), description(image, 1).state());
      Terminal slave = image.checkpoint().terminals().getLast();
      assertEquals(25, slave.rows());
      assertEquals(80, slave.columns());
      byte[] modes = slave.modes().toArray();
      assertEquals(5, modes[16]);
      assertEquals(8, modes[35]);
      assertEquals(7, modes[40]);
    }
  }

  @Test
  void sockets() throws IOException {
    InetSocket.Builder tcp =
        InetSocket.newBuilder()
            .setIno(0xabc)
            .setFamily(10)
            .setType(1)
            .setProto(6)
            .setState(1)
            .setSrcPort(80)
            .setDstPort(40000)
            .addAllSrcAddr(List.of(0, 0, 0, 0x01000000))
            .addAllDstAddr(List.of(0, 0, 0, 0x01000000));
    SetBuilder set =
        new SetBuilder()
            .open(file(4, 1).setIsk(tcp))
            .open(
                file(10, 2)
                    .setPsk(PacketSocket.newBuilder().setType(3).setProtocol(8).setIfindex(2)))
            .open(
                file(13, 3).setNlsk(NetlinkSocket.newBuilder().setIno(9).setPortid(77).setState(7)))
            .open(
                file(5, 4)
                    .setUsk(
                        UnixSocket.newBuilder()
                            .setIno(5)
                            .setType(5)
                            .setState(10)
                            .setBacklog(6)
                            .setName(text("\0hidden"))))
            .image(
                "tcp-stream-abc.img",
                ImageKind.TCP_STREAM,
                TcpStream.newBuilder()
                    .setInqLen(3)
                    .setInqSeq(10)
                    .setOutqLen(4)
                    .setOutqSeq(20)
                    .setUnsqLen(2)
                    .setMssClamp(1460)
                    .setOptMask(7)
                    .setSndWscale(8)
                    .setRcvWscale(9)
                    .setSndWl1(1)
                    .setSndWnd(2)
                    .setMaxWindow(3)
                    .setRcvWnd(4)
                    .setRcvWup(5)
                    .build(),
                "inqoutq".getBytes(StandardCharsets.US_ASCII));
    try (ForeignImage image = CriuImages.open(set.build())) {
      FdState.Socket socket = (FdState.Socket) description(image, 0).state().orElseThrow();
      byte[] local = socket.local().orElseThrow().toArray();
      assertEquals(28, local.length);
      assertEquals(80, local[3]);
      assertEquals(1, local[23]);
      assertEquals("inq", new String(object(image, socket.queue().orElseThrow())));
      FdState.Tcp stream = socket.tcp().orElseThrow();
      assertEquals("outq", new String(object(image, stream.sendQueue().orElseThrow())));
      assertEquals(20, stream.window().orElseThrow().length());
      assertEquals(2, stream.unsent());
      assertEquals(FdType.PACKET, description(image, 1).type());
      assertEquals(FdType.NETLINK, description(image, 2).type());
      FdState.Socket hidden = (FdState.Socket) description(image, 3).state().orElseThrow();
      assertEquals(OptionalInt.of(6), hidden.backlog());
      assertEquals(Bytes.utf8("\1\0\0hidden"), hidden.local().orElseThrow());
    }
  }

  /** A descriptor on its way through a socket is a description without a number. */
  @Test
  void descriptorsOnTheirWay() throws IOException {
    SetBuilder set =
        new SetBuilder()
            .open(file(5, 1).setUsk(UnixSocket.newBuilder().setIno(5).setType(2).setState(7)))
            .file(regular(2, "/secret", 0100600))
            .image(
                "sk-queues.img",
                ImageKind.SK_QUEUES,
                SocketPacket.newBuilder()
                    .setIdFor(1)
                    .setLength(0)
                    .addScm(ControlEntry.newBuilder().setType(1).addRights(2))
                    .build());
    try (ForeignImage image = CriuImages.open(set.build())) {
      assertEquals(2, image.checkpoint().descriptions().size());
      assertEquals(
          Map.of("socket", "1", "bytes", "0", "type", "1", "files", "2"),
          Annexes.rows(image, "socket-messages").getFirst());
      assertEquals(List.of("descriptors in the queue of a socket"), image.leftOut());
    }
  }

  @Test
  void notifications() throws IOException {
    HandleEntry handle =
        HandleEntry.newBuilder()
            .setBytes(5)
            .setType(1)
            .addHandle(0x0504030201L)
            .setPath(text("/watched"))
            .build();
    SetBuilder set =
        new SetBuilder()
            .open(
                file(8, 1)
                    .setIfy(
                        InotifyFile.newBuilder()
                            .setFown(FileOwner.newBuilder().setPid(100).setPidType(1).setSignum(0))
                            .addWatches(
                                InotifyWatch.newBuilder()
                                    .setWd(3)
                                    .setMask(0x100)
                                    .setInode(12)
                                    .setDevice(8 << 20 | 1)
                                    .setHandle(handle))))
            .open(file(20, 2).setPidfd(PidFd.newBuilder().setNspid(100)))
            .open(file(20, 3).setPidfd(PidFd.newBuilder().setNspid(-1).setFlags(0200)));
    try (ForeignImage image = CriuImages.open(set.build())) {
      FdState.NotifyList list = (FdState.NotifyList) description(image, 0).state().orElseThrow();
      FileFacts watched = image.checkpoint().file(list.watches().getFirst().file());
      assertEquals("/watched", watched.path().toString());
      assertEquals(new FileFacts.Inode(8L << 32 | 1, 12), watched.inode().orElseThrow());
      assertEquals(
          new FileFacts.Handle(1, Bytes.of((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5)),
          watched.handle().orElseThrow());
      assertEquals(Optional.of(new OpenFile.Owner(1, 100)), description(image, 0).owner());
      assertEquals(
          new FdState.ProcessReference(OptionalInt.of(100), false),
          description(image, 1).state().orElseThrow());
      assertEquals(
          new FdState.ProcessReference(OptionalInt.empty(), true),
          description(image, 2).state().orElseThrow());
    }
  }

  @Test
  void onlySeen() throws IOException {
    SetBuilder set =
        new SetBuilder()
            .open(file(12, 1).setFfy(FanotifyFile.newBuilder().setFlags(2)))
            .open(file(14, 2).setNsf(NamespaceFile.newBuilder().setNsId(8)))
            .open(file(15, 3).setTunf(TunFile.newBuilder().setNetdev(text("tap0"))))
            .open(file(16, 4).setExt(ExternalFile.newBuilder()))
            .open(file(19, 5).setBpf(BpfMapFile.newBuilder().setMapType(1)));
    try (ForeignImage image = CriuImages.open(set.build())) {
      for (int fd = 0; fd < 5; fd++) {
        assertEquals(FdType.OTHER, description(image, fd).type());
        assertFalse(description(image, fd).captured());
      }
      assertTrue(image.checkpoint().partial());
      assertEquals(5, Annexes.rows(image, "descriptors").size());
      assertEquals("tap0", Annexes.rows(image, "descriptors").get(2).get("device"));
    }
  }

  @Test
  void fifosAndLocks() throws IOException {
    SetBuilder set =
        new SetBuilder()
            .file(regular(9, "/run/fifo", 0010600))
            .open(file(3, 1).setFifo(FifoFile.newBuilder().setPipeId(4).setRegfId(9)))
            .open(regular(2, "/locked", 0100600))
            .image(
                "fifo-data.img",
                ImageKind.FIFO_DATA,
                PipeData.newBuilder().setPipeId(4).setBytes(2).setSize(65536).build(),
                new byte[] {'o', 'k'})
            .image(
                "filelocks.img",
                ImageKind.FILELOCKS,
                LockEntry.newBuilder().setFlag(4).setType(1).setPid(100).setFd(1).build(),
                LockEntry.newBuilder().setFlag(32).setType(1).setPid(100).setFd(1).build());
    try (ForeignImage image = CriuImages.open(set.build())) {
      assertEquals("/run/fifo", path(image, 0));
      assertEquals(FdType.FIFO, description(image, 0).type());
      int queue = image.checkpoint().pipes().getFirst().queue().orElseThrow();
      assertEquals("ok", new String(object(image, queue)));
      FileLock lock = image.checkpoint().processes().getFirst().locks().getFirst();
      assertEquals(FileLock.Kind.OFD, lock.kind());
      assertEquals(description(image, 1).id(), lock.description().orElseThrow());
      assertEquals(1, Annexes.rows(image, "other-locks").size());
    }
  }

  @Test
  void deletedFileWithHoles() throws IOException {
    GhostChunk first = GhostChunk.newBuilder().setOff(10).setLen(3).build();
    GhostChunk second = GhostChunk.newBuilder().setOff(9000).setLen(2).build();
    java.io.ByteArrayOutputStream payload = new java.io.ByteArrayOutputStream();
    payload.writeBytes(SetBuilder.word(first.getSerializedSize()));
    payload.writeBytes(first.toByteArray());
    payload.writeBytes("abc".getBytes(StandardCharsets.US_ASCII));
    payload.writeBytes(SetBuilder.word(second.getSerializedSize()));
    payload.writeBytes(second.toByteArray());
    payload.writeBytes("de".getBytes(StandardCharsets.US_ASCII));
    SetBuilder set =
        new SetBuilder()
            .open(regular(1, "/gone", 0100600))
            .image(
                "remap-fpath.img",
                ImageKind.REMAP_FPATH,
                RemapPath.newBuilder().setOrigId(1).setRemapId(0x1f).setRemapType(1).build())
            .image(
                "ghost-file-1f.img",
                ImageKind.GHOST_FILE,
                GhostFile.newBuilder().setMode(0100600).setChunks(true).setSize(20000).build(),
                payload.toByteArray());
    try (ForeignImage image = CriuImages.open(set.build())) {
      FileFacts gone = image.checkpoint().files().getFirst();
      assertTrue(gone.deleted());
      int content = gone.content().orElseThrow();
      byte[] expected = new byte[20000];
      System.arraycopy("abc".getBytes(StandardCharsets.US_ASCII), 0, expected, 10, 3);
      System.arraycopy("de".getBytes(StandardCharsets.US_ASCII), 0, expected, 9000, 2);
      assertEquals(Bytes.of(expected), Bytes.of(object(image, content)));
      assertEquals(2, image.checkpoint().memory().pages(content).numPages());
    }
  }

  /** Before CRIU 3 each kind of file had an image of its own. */
  @Test
  void oldTables() throws IOException {
    MemoryFolder folder =
        new SetBuilder()
            .image(
                "reg-files.img",
                ImageKind.REG_FILES,
                RegFile.newBuilder().setId(4).setName(text("/old")).setPos(6).build())
            .image(
                "pipes.img",
                ImageKind.PIPES,
                PipeFile.newBuilder().setId(5).setPipeId(77).setFlags(1).build())
            .image(
                "fdinfo-7.img",
                ImageKind.FDINFO,
                FdinfoEntry.newBuilder().setFd(0).setId(4).setType(1).build(),
                FdinfoEntry.newBuilder().setFd(1).setId(5).setType(2).build())
            .bare();
    try (ForeignImage image = CriuImages.open(folder)) {
      assertEquals("/old", path(image, 0));
      assertEquals(6, description(image, 0).position().orElseThrow());
      assertEquals("pipe:[77]", path(image, 1));
    }
  }
}
