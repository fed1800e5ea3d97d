package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FifoFile;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.FileOwner;
import org.ckimg.interop.criu.proto.FilePermissions;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.IpOptions;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.RemapPath;
import org.ckimg.interop.criu.proto.SenderCredentials;
import org.ckimg.interop.criu.proto.SocketOptions;
import org.ckimg.interop.criu.proto.SocketPacket;
import org.ckimg.interop.criu.proto.TcpOptions;
import org.ckimg.interop.criu.proto.TcpStream;
import org.ckimg.interop.criu.proto.TimeValue;
import org.ckimg.interop.criu.proto.UnixSocket;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.junit.jupiter.api.Test;

/** Open files that no sample has, in a set that is a sample's otherwise. */
class WriterKindsTest {
  private static final int FIRST_FD = 40;
  private static final String FDINFO = "fdinfo-2.img";

  private final MemoryFolder set = Sample.of("s05_unix").folder("img");
  private int fds = FIRST_FD;

  private static ByteString text(String value) {
    return ByteString.copyFromUtf8(value);
  }

  /** Puts entries behind those of an image. */
  private void append(String name, byte[]... entries) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(set.bytes(name));
    List.of(entries).forEach(all::writeBytes);
    set.put(name, all.toByteArray());
  }

  private static byte[] entry(MessageLite message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SetBuilder.word(message.getSerializedSize()));
    out.writeBytes(message.toByteArray());
    return out.toByteArray();
  }

  private void open(FileEntry.Builder file) {
    append("files.img", entry(file.build()));
    append(
        FDINFO,
        entry(
            FdinfoEntry.newBuilder()
                .setFd(fds++)
                .setId(file.getId())
                .setType(file.getType())
                .setFlags(0)
                .build()));
  }

  private static SocketOptions.Builder options() {
    return SocketOptions.newBuilder()
        .setSndbuf(5000)
        .setRcvbuf(6000)
        .setSndTmoSec(1)
        .setSndTmoUsec(2)
        .setRcvTmoSec(3)
        .setRcvTmoUsec(4);
  }

  private static FileOwner.Builder nobody() {
    return FileOwner.newBuilder().setUid(0).setEuid(0).setSignum(0).setPidType(0).setPid(0);
  }

  private static FileEntry.Builder unix(int id, UnixSocket.Builder socket) {
    return FileEntry.newBuilder()
        .setType(FileKind.UNIXSK.number())
        .setId(id)
        .setUsk(
            socket.setId(id).setIno(id + 1000).setFlags(2).setFown(nobody()).setOpts(options()));
  }

  private static InetSocket.Builder inet(int kind, int protocol, int state) {
    return InetSocket.newBuilder()
        .setFamily(2)
        .setType(kind)
        .setProto(protocol)
        .setState(state)
        .setSrcPort(80)
        .addSrcAddr(0x0100007f);
  }

  private static FileEntry.Builder inet(int id, InetSocket.Builder socket) {
    return FileEntry.newBuilder()
        .setType(FileKind.INETSK.number())
        .setId(id)
        .setIsk(socket.setId(id).setIno(id + 1000).setFlags(2).setFown(nobody()));
  }

  /** Writes the set and reads it again; the open file that was added first, in both. */
  private OpenFile assertSame() throws IOException {
    try (ForeignImage image = CriuImages.open(set)) {
      try (ForeignImage again = CriuImages.open(WriterTest.write(image.checkpoint()))) {
        assertEquals(List.of(), again.warnings());
        WriterTest.assertSameModel(image.checkpoint(), again.checkpoint());
      }
      return image.checkpoint().descriptions().stream()
          .filter(open -> open.id() == holder(image))
          .findFirst()
          .orElseThrow();
    }
  }

  private static int holder(ForeignImage image) {
    return image.checkpoint().processes().getFirst().fds().stream()
        .filter(fd -> fd.number() == FIRST_FD)
        .findFirst()
        .orElseThrow()
        .description();
  }

  private FdState.Socket assertSameSocket() throws IOException {
    return (FdState.Socket) assertSame().state().orElseThrow();
  }

  private void assertRefused(String text) throws IOException {
    try (ForeignImage image = CriuImages.open(set)) {
      UnsupportedImageException thrown =
          assertThrows(UnsupportedImageException.class, () -> WriterTest.write(image.checkpoint()));
      assertEquals(CriuRule.DEMANDED, thrown.finding().rule());
      assertTrue(thrown.getMessage().contains(text), thrown.getMessage());
    }
  }

  private static TcpStream.Builder stream() {
    return TcpStream.newBuilder()
        .setInqLen(3)
        .setInqSeq(0xf0000010)
        .setOutqLen(4)
        .setOutqSeq(20)
        .setUnsqLen(2)
        .setMssClamp(1460)
        .setOptMask(7)
        .setSndWscale(8)
        .setRcvWscale(9);
  }

  private void stream(int id, TcpStream.Builder stream) {
    SetBuilder built =
        new SetBuilder()
            .image(
                "stream",
                ImageKind.TCP_STREAM,
                stream.build(),
                "inqoutq".getBytes(StandardCharsets.US_ASCII));
    String name = "tcp-stream-" + Integer.toHexString(id + 1000) + ".img";
    set.put(name, built.bare().bytes("stream"));
  }

  @Test
  void connectionOfTcp() throws IOException {
    open(
        inet(
            100,
            inet(1, 6, FdState.Socket.ESTABLISHED)
                .setDstPort(40_000)
                .addDstAddr(0x0200007f)
                .setOpts(options().setKeepalive(true).setBoundDev(text("lo")))
                .setIpOpts(IpOptions.newBuilder().setTtl(7).setTos(16).setFreebind(true))
                .setTcpOpts(TcpOptions.newBuilder().setNodelay(true).setKeepcnt(5))));
    stream(
        100,
        stream()
            .setTimestamp(77)
            .setSndWl1(1)
            .setSndWnd(2)
            .setMaxWindow(3)
            .setRcvWnd(4)
            .setRcvWup(5));
    FdState.Socket socket = assertSameSocket();
    assertEquals(0xf0000010, socket.tcp().orElseThrow().receiveSequence());
    assertEquals(20, socket.tcp().orElseThrow().window().orElseThrow().length());
    assertEquals(3, socket.queuedBytes());
  }

  @Test
  void connectionOfIpv6WithoutWindow() throws IOException {
    open(
        inet(
            100,
            inet(1, 6, FdState.Socket.ESTABLISHED)
                .clearSrcAddr()
                .setFamily(10)
                .addAllSrcAddr(List.of(0, 0, 0, 0x01000000))
                .addAllDstAddr(List.of(0, 0, 0, 0x01000000))
                .setDstPort(9)
                .setShutdown(2)
                .setV6Only(true)
                .setOpts(options())));
    stream(100, stream());
    assertEquals(2, assertSameSocket().shutdown());
  }

  @Test
  void connectedUdp() throws IOException {
    open(
        inet(
            100,
            inet(2, 17, FdState.Socket.ESTABLISHED)
                .setDstPort(53)
                .addDstAddr(0x0100007f)
                .setOpts(options().setBroadcast(true))));
    assertTrue(assertSameSocket().remote().isPresent());
  }

  @Test
  void relativeName() throws IOException {
    open(
        unix(
            100,
            UnixSocket.newBuilder()
                .setType(1)
                .setState(FdState.Socket.LISTENING)
                .setBacklog(4)
                .setName(text("here/s\0"))
                .setNameDir(text("/srv/job"))
                .setFilePerms(FilePermissions.newBuilder().setMode(0140700).setUid(7).setGid(8))));
    int node = assertSameSocket().node().orElseThrow();
    try (ForeignImage image = CriuImages.open(set)) {
      FileFacts file = image.checkpoint().file(node);
      assertEquals(Bytes.utf8("/srv/job/here/s"), file.path());
      assertEquals(new FileFacts.Owner(7, 8), file.status().owner().orElseThrow());
      assertEquals(0140700, file.mode().orElseThrow());
    }
  }

  @Test
  void nameThatLeadsNowhere() throws IOException {
    open(
        unix(
            100,
            UnixSocket.newBuilder()
                .setType(2)
                .setState(FdState.Socket.CLOSED)
                .setName(text("/srv/gone\0"))
                .setDeleted(true)));
    assertTrue(assertSameSocket().node().isEmpty());
  }

  @Test
  void abstractNameAndFilter() throws IOException {
    UnixSocket.Builder socket =
        UnixSocket.newBuilder()
            .setType(2)
            .setState(FdState.Socket.CLOSED)
            .setName(text("\0hidden"));
    FileEntry.Builder file = unix(100, socket);
    file.getUskBuilder().getOptsBuilder().addFilter(0x0006_0102_ffff_fffeL).setPasscred(true);
    open(file);
    FdState.Option filter =
        assertSameSocket().options().stream()
            .filter(option -> option.level() == 1 && option.name() == 26)
            .findFirst()
            .orElseThrow();
    // struct sock_filter { u16 code; u8 jt, jf; u32 k; }
    assertEquals(
        Bytes.of(
            (byte) 6, (byte) 0, (byte) 1, (byte) 2, (byte) -2, (byte) -1, (byte) -1, (byte) -1),
        filter.value());
  }

  @Test
  void whoSentAMessage() throws IOException {
    open(unix(100, UnixSocket.newBuilder().setType(2).setState(FdState.Socket.CLOSED)));
    append(
        "sk-queues.img",
        entry(
            SocketPacket.newBuilder()
                .setIdFor(100)
                .setLength(2)
                .setUcred(SenderCredentials.newBuilder().setPid(3).setUid(4).setGid(5))
                .build()),
        "ab".getBytes(StandardCharsets.US_ASCII),
        entry(SocketPacket.newBuilder().setIdFor(100).setLength(0).build()));
    FdState.Socket socket = assertSameSocket();
    assertEquals(2, socket.messages().size());
    byte[] control = socket.messages().getFirst().control().orElseThrow().toArray();
    assertEquals(28, control[0]);
    assertEquals(3, control[16]);
    assertEquals(4, control[20]);
  }

  /** CRIU has the bytes as words of the machine. */
  @Test
  void buildId() throws IOException {
    RegFile.Builder program =
        RegFile.newBuilder()
            .setId(100)
            .setFlags(0)
            .setPos(0)
            .setFown(nobody())
            .setName(text("/srv/program"))
            .setMode(0100755)
            .setSize(5000)
            .addAllBuildId(List.of(0x04030201, 0x08070605));
    open(FileEntry.newBuilder().setType(FileKind.REG.number()).setId(100).setReg(program));
    int file = assertSame().file().orElseThrow();
    try (ForeignImage image = CriuImages.open(set)) {
      Bytes known = image.checkpoint().file(file).buildId().orElseThrow();
      assertEquals(Bytes.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), known);
    }
  }

  @Test
  void deletedFifo() throws IOException {
    append(
        "files.img",
        entry(
            FileEntry.newBuilder()
                .setType(FileKind.REG.number())
                .setId(101)
                .setReg(
                    RegFile.newBuilder()
                        .setId(101)
                        .setFlags(2)
                        .setPos(0)
                        .setFown(nobody())
                        .setName(text("/srv/fifo"))
                        .setMode(0010600))
                .build()));
    open(
        FileEntry.newBuilder()
            .setType(FileKind.FIFO.number())
            .setId(100)
            .setFifo(FifoFile.newBuilder().setId(100).setPipeId(55).setRegfId(101)));
    SetBuilder built =
        new SetBuilder()
            .image(
                "remap-fpath.img",
                ImageKind.REMAP_FPATH,
                RemapPath.newBuilder().setOrigId(101).setRemapId(9).setRemapType(1).build())
            .image(
                "ghost-file-9.img",
                ImageKind.GHOST_FILE,
                GhostFile.newBuilder()
                    .setUid(1)
                    .setGid(2)
                    .setMode(0010600)
                    .setMtim(TimeValue.newBuilder().setSec(5).setUsec(6))
                    .build());
    set.put("remap-fpath.img", built.bare().bytes("remap-fpath.img"));
    set.put("ghost-file-9.img", built.bare().bytes("ghost-file-9.img"));
    assertEquals(FdType.FIFO, assertSame().type());
  }

  @Test
  void halfAConnectionIsRefused() throws IOException {
    open(unix(100, UnixSocket.newBuilder().setType(1).setState(FdState.Socket.ESTABLISHED)));
    assertRefused("a connection with somebody who is not in the image is not written for CRIU");
  }

  @Test
  void aConnectionWithoutItsNumbersIsRefused() throws IOException {
    open(
        inet(
            100,
            inet(1, 6, FdState.Socket.ESTABLISHED)
                .setDstPort(9)
                .addDstAddr(0x0100007f)
                .setOpts(options())));
    assertRefused("CRIU demands the sequence numbers of a connection, which is not known");
  }

  @Test
  void aConnectionThatEndsIsRefused() throws IOException {
    open(inet(100, inet(1, 6, 8).setDstPort(9).addDstAddr(0x0100007f).setOpts(options())));
    assertRefused("a connection in state 8 is not written for CRIU");
  }

  @Test
  void aDatagramOfTheInternetIsRefused() throws IOException {
    open(inet(100, inet(2, 17, FdState.Socket.CLOSED).addDstAddr(0).setOpts(options())));
    append(
        "sk-queues.img",
        entry(SocketPacket.newBuilder().setIdFor(100).setLength(1).build()),
        new byte[] {1});
    assertRefused("a datagram that nobody has received is not written for CRIU");
  }
}
