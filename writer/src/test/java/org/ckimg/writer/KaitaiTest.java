package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kaitai.struct.ByteBufferKaitaiStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Credentials;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The generated parser, with all its constraints, reads what was written and finds the values. */
class KaitaiTest {
  private static final Map<Integer, Object> TABLES = new HashMap<>();
  private static final List<CkimgImage.PageBlock> BLOCKS = new ArrayList<>();
  private static CkimgImage image;

  @BeforeAll
  static void parse() throws Exception {
    byte[] bytes = Samples.write(Samples.full());
    image = new CkimgImage(new ByteBufferKaitaiStream(bytes));
    assertEquals(bytes.length, image.footer().fileLength());
    long offset = 128;
    CkimgImage.Directory directory = (CkimgImage.Directory) image.directory().meta();
    for (CkimgImage.Entry entry : directory.entries()) {
      CkimgImage.Section section =
          new CkimgImage.Section(image._io(), image, image, offset(image, offset));
      assertEquals(entry.ofsSection(), section.head().selfOffset());
      assertEquals(entry.lenMeta(), section.head().lenMeta());
      if (section.meta() instanceof CkimgImage.PageBlock block) {
        block.extents();
        block.frames();
        assertEquals(2 * block.numPages(), block.slots().length);
        assertEquals(block.numStored(), entry.numStored());
        assertEquals(block.firstPage(), entry.firstPage());
        BLOCKS.add(block);
      } else {
        TABLES.put(section.head().type(), section.meta());
      }
      offset += section.span();
    }
    assertEquals(image.footer().directoryOffset(), offset);
  }

  private static long offset(CkimgImage image, long offset) {
    image._io().seek((int) offset);
    return offset;
  }

  private static <T> T table(int type, Class<T> as) {
    return as.cast(TABLES.get(type));
  }

  /** A blob's bytes. */
  private static byte[] blob(CkimgImage.Blob blob, byte[] heap) {
    int from = (int) blob.ofs();
    return Arrays.copyOfRange(heap, from, from + (int) blob.len());
  }

  @Test
  void header() {
    assertEquals(12, image.header().pageShift());
    assertEquals(62, image.header().elfMachine());
    assertEquals(1, image.header().elfData());
    assertEquals(3, image.header().chainDepth());
    assertArrayEquals(Samples.digest(7).value().toArray(), image.header().parent());
  }

  @Test
  void system() {
    CkimgImage.Systems table = table(1, CkimgImage.Systems.class);
    CkimgImage.SystemFacts record = table.records().getFirst();
    assertEquals(31, record.present());
    assertEquals(1, record.flags());
    assertEquals("6.12.0", new String(blob(record.kernelRelease(), table.heap())));
    assertEquals("avx avx2 sse", new String(blob(record.cpuFeatures(), table.heap())));
    assertEquals(0xe7, record.xcr0());
    assertEquals(2696, record.lenXsave());
    assertArrayEquals(Samples.digest(1).value().toArray(), record.vdsoDigest());
    assertEquals(60, record.vdsoSymbols().len());
  }

  @Test
  void processes() {
    CkimgImage.Processes table = table(2, CkimgImage.Processes.class);
    CkimgImage.ProcessState record = table.records().get(0);
    assertEquals(0x1fffff & ~(1 << 3), record.present());
    assertEquals(
        List.of(100L, 1L, 100L, 90L),
        List.of(record.pid(), record.ppid(), record.pgid(), record.sid()));
    assertEquals(2, record.state());
    assertEquals(1, record.dumpable());
    assertEquals(1, record.flags());
    assertEquals(List.of(1L, 2L, 0L), List.of(record.exe(), record.cwd(), record.root()));
    assertEquals(022, record.umask());
    assertArrayEquals(new byte[] {'a', 0, 'b', 0}, blob(record.cmdline(), table.heap()));
    assertEquals(0, record.environ().ofs());
    assertEquals(4, record.auxv().ofs());
    assertEquals(32, record.auxv().len());
    assertEquals(0x40000, record.personality());
    assertEquals(-1000, record.oomScoreAdj());
    assertEquals(0x33, record.coredumpFilter());
    assertEquals(0x8801, record.ttyNumber());
    assertEquals(-1, record.ttyPgrp());
    assertEquals(17, record.exitSignal());
    assertEquals(123_456_789, record.startNanos());
    assertEquals(
        List.of(1L, 2L, 3L, 4L, 5L, 6L),
        List.of(
            record.startCode(),
            record.endCode(),
            record.startData(),
            record.endData(),
            record.startBrk(),
            record.brk()));
    assertEquals(
        List.of(7L, 8L, 9L, 10L, 11L),
        List.of(
            record.startStack(),
            record.argStart(),
            record.argEnd(),
            record.envStart(),
            record.envEnd()));
    CkimgImage.ProcessState zombie = table.records().get(1);
    assertEquals(0b1001, zombie.present());
    assertEquals(4, zombie.state());
    assertEquals(0x0900, zombie.exitStatus());
  }

  @Test
  void threads() {
    CkimgImage.Threads table = table(3, CkimgImage.Threads.class);
    assertEquals(List.of(100L, 99L, 101L), table.records().stream().map(t -> t.tid()).toList());
    assertEquals(List.of(1L, 2L, 1L), table.records().stream().map(t -> t.credentials()).toList());
    CkimgImage.ThreadState record = table.records().get(1);
    assertEquals(0x7ff, record.present());
    assertEquals(0, record.process());
    assertEquals("worker", new String(blob(record.comm(), table.heap())));
    assertEquals(-1, record.blocked());
    assertEquals(0x7000, record.altstackAddress());
    assertEquals(8192, record.altstackBytes());
    assertEquals(2, record.altstackFlags());
    assertEquals(15, record.deathSignal());
    assertEquals(0x100, record.robustAddress());
    assertEquals(24, record.robustBytes());
    assertEquals(0x200, record.rseqAddress());
    assertEquals(32, record.rseqBytes());
    assertEquals(0x53053053, record.rseqSignature());
    assertEquals(List.of(1L, 99L), List.of(record.policy(), record.priority()));
    assertEquals(-20, record.nice());
    assertEquals(5, record.ioPriority());
    assertEquals(1, record.schedFlags());
    assertArrayEquals(new byte[] {3}, blob(record.affinity(), table.heap()));
    assertEquals(6, record.timerSlackNanos());
    assertEquals(0x300, record.clearTidAddress());
  }

  @Test
  void registers() {
    CkimgImage.Registers table = table(4, CkimgImage.Registers.class);
    assertEquals(6, table.records().size());
    CkimgImage.Regset record = table.records().get(3);
    assertEquals(1, record.thread());
    assertEquals(0x202, record.noteType());
    assertArrayEquals(new byte[] {1, 2}, blob(record.data(), table.heap()));
  }

  @Test
  void signals() {
    CkimgImage.Signals table = table(5, CkimgImage.Signals.class);
    assertEquals(
        List.of(
            "1.0.1", "1.0.64", "2.0.12", "3.0.34", "3.0.3", "3.1.34", "3.1.3", "3.2.34", "3.2.3"),
        table.records().stream().map(r -> r.kind() + "." + r.thread() + "." + r.number()).toList());
    CkimgImage.SignalState action = table.records().getFirst();
    assertEquals(
        List.of(-1L, 2L, 3L, 4L),
        List.of(action.handler(), action.flags(), action.mask(), action.restorer()));
    assertArrayEquals(
        Samples.siginfo(12).toArray(), blob(table.records().get(2).siginfo(), table.heap()));
  }

  @Test
  void timersAndLimits() {
    List<CkimgImage.Timer> timers = table(6, CkimgImage.Timers.class).records();
    assertEquals(List.of(3, 4, 4), timers.stream().map(CkimgImage.Timer::kind).toList());
    assertEquals(
        List.of(1L, 2L), List.of(timers.get(0).intervalNanos(), timers.get(0).valueNanos()));
    CkimgImage.Timer posix = timers.get(1);
    assertEquals(1, posix.present());
    assertEquals(-6, posix.clock());
    assertEquals(4, posix.notifyKind());
    assertEquals(List.of(14L, 101L, 8L), List.of(posix.number(), posix.tid(), posix.overrun()));
    assertEquals(-1, posix.sigval());
    assertEquals(5, timers.get(2).id());
    List<CkimgImage.Limit> limits = table(7, CkimgImage.Limits.class).records();
    assertEquals(7, limits.get(1).resource());
    assertEquals(List.of(8L << 20, -1L), List.of(limits.get(0).soft(), limits.get(0).hard()));
  }

  @Test
  void vmas() {
    CkimgImage.Vmas table = table(8, CkimgImage.Vmas.class);
    CkimgImage.Vma file = table.records().get(0);
    assertEquals(
        List.of(4L, 0x400L, 3L, 0x400L, 16L, 1L),
        List.of(
            file.object(),
            file.firstPage(),
            file.numPages(),
            file.objectPage(),
            file.filePage(),
            file.file()));
    assertEquals(1 << 7 | 1 << 16, file.flags());
    assertEquals(5, file.protection());
    assertEquals(2, file.kind());
    assertEquals(1, file.present());
    assertArrayEquals(Samples.digest(5).value().toArray(), blob(file.digest(), table.heap()));
    CkimgImage.Vma shared = table.records().get(1);
    assertEquals(1, shared.flags());
    assertEquals("[anon_shmem:x]", new String(blob(shared.name(), table.heap())));
    assertEquals(0xfffffffff600L, table.records().get(2).firstPage());
  }

  @Test
  void descriptionsAndFds() {
    CkimgImage.Description open = table(9, CkimgImage.Descriptions.class).records().getFirst();
    assertEquals(1, open.type());
    assertEquals(7, open.present());
    assertEquals(02002, open.flags());
    assertEquals(77, open.position());
    assertEquals(List.of(2, -5), List.of(open.ownerType(), open.owner()));
    assertEquals(10, open.number());
    assertEquals(1, open.state());
    List<CkimgImage.Fd> fds = table(10, CkimgImage.Fds.class).records();
    assertEquals(255, fds.get(1).number());
    assertEquals(List.of(0L, 1L), List.of(fds.get(0).flags(), fds.get(1).flags()));
  }

  @Test
  void files() {
    CkimgImage.Files table = table(11, CkimgImage.Files.class);
    CkimgImage.File known = table.records().getFirst();
    assertEquals(0x15ff, known.present());
    assertEquals(4096, known.length());
    assertEquals(0100644, known.mode());
    assertEquals(List.of(1000L, 0xffffffffL), List.of(known.uid(), known.gid()));
    assertEquals(List.of(-1L, 13L), List.of(known.mtimeNanos(), known.btimeNanos()));
    assertEquals(0xffffffffL, known.seals());
    assertArrayEquals(new byte[] {7, 8, 9}, blob(known.buildId(), table.heap()));
    CkimgImage.File file = table.records().get(1);
    assertEquals(0x2a39, file.present());
    assertEquals("/f/2", new String(blob(file.path(), table.heap())));
    assertEquals(0x800000001L, file.device());
    assertEquals(42, file.inode());
    assertEquals(List.of(1L, 7L, 12L), List.of(file.numLinks(), file.rdev(), file.ctimeNanos()));
    assertEquals(List.of(0L, 0L, 0L), List.of(file.length(), file.mode(), file.mtimeNanos()));
    assertEquals(List.of(0xef53L, -9L), List.of(file.filesystem(), file.filesystemId()));
    assertEquals(1, file.handleType());
    assertArrayEquals(new byte[] {1, 2, 3}, blob(file.handle(), table.heap()));
    assertEquals(1, file.flags());
    assertEquals(3, file.content());
    assertEquals(0, file.seals());
    assertEquals(0, file.buildId().len());
  }

  @Test
  void equalCredentialsAreStoredOnce() {
    CkimgImage.CredentialSets table = table(12, CkimgImage.CredentialSets.class);
    assertEquals(2, table.records().size());
    Credentials expected = Samples.credentials(5);
    CkimgImage.Credentials record = table.records().get(1);
    assertEquals(2, record.id());
    assertEquals(7, record.present());
    assertEquals(expected.ids().fsuid(), record.fsuid());
    assertEquals(expected.ids().fsgid(), record.fsgid());
    assertArrayEquals(
        new byte[] {4, 0, 0, 0, 4, 0, 0, 0, -2, -1, -1, -1}, blob(record.groups(), table.heap()));
    assertEquals(
        List.of(1L, 2L, 3L, -1L, 5L),
        List.of(
            record.capEffective(),
            record.capPermitted(),
            record.capInheritable(),
            record.capBounding(),
            record.capAmbient()));
    assertEquals(47, record.securebits());
    assertEquals(1, record.noNewPrivs());
    assertEquals(2, record.seccompMode());
  }

  @Test
  void filtersAndLocks() {
    CkimgImage.Filters table = table(13, CkimgImage.Filters.class);
    assertEquals(
        List.of("0.0", "0.1", "1.0", "1.1", "2.0", "2.1"),
        table.records().stream().map(r -> r.thread() + "." + r.position()).toList());
    assertEquals(16, table.records().get(1).program().len());
    assertEquals(2, table.records().get(1).flags());
    List<CkimgImage.Lock> locks = table(14, CkimgImage.Locks.class).records();
    assertEquals(List.of(1, 3), locks.stream().map(CkimgImage.Lock::kind).toList());
    assertEquals(List.of(1, 2), locks.stream().map(CkimgImage.Lock::mode).toList());
    assertEquals(List.of(0L, 1L), locks.stream().map(CkimgImage.Lock::description).toList());
  }

  @Test
  void sockets() {
    CkimgImage.Sockets table = table(0x12, CkimgImage.Sockets.class);
    CkimgImage.Socket socket = table.records().getFirst();
    assertEquals(7, socket.present());
    assertEquals(0xffffffffL, socket.backlog());
    assertEquals(
        List.of(10, 1, 1, 3),
        List.of(socket.family(), socket.kind(), socket.state(), socket.shutdown()));
    assertEquals(List.of(6L, 2L, 2L), List.of(socket.peer(), socket.node(), socket.queue()));
    assertArrayEquals(new byte[128], blob(socket.remote(), table.heap()));
    CkimgImage.SocketOptions options = table(0x13, CkimgImage.SocketOptions.class);
    assertEquals(3, options.records().get(1).name());
    assertArrayEquals(
        new byte[] {1, 0, 0, 0}, blob(options.records().get(2).value(), options.heap()));
    CkimgImage.Messages messages = table(0x14, CkimgImage.Messages.class);
    assertEquals(
        List.of("6.0 5", "6.1 0", "6.2 4091", "7.0 0", "8.0 0"),
        messages.records().stream()
            .map(r -> r.description() + "." + r.number() + " " + r.length())
            .toList());
    assertEquals("sender", new String(blob(messages.records().get(2).sender(), messages.heap())));
    CkimgImage.TcpConnection tcp = table(0x17, CkimgImage.Tcp.class).records().getFirst();
    assertEquals(
        List.of(0xffffffffL, 2L, 2L, 65535L, 4096L),
        List.of(
            tcp.receiveSequence(),
            tcp.sendSequence(),
            tcp.sendQueue(),
            tcp.segment(),
            tcp.unsent()));
    assertEquals(List.of(7, 14, 0), List.of(tcp.options(), tcp.sendScale(), tcp.receiveScale()));
    assertEquals(0xfffffffeL, tcp.timestamp());
  }

  @Test
  void otherStates() {
    List<CkimgImage.Event> events = table(0x10, CkimgImage.Events.class).records();
    assertEquals(
        List.of("10 4 0 7", "11 4 24 0", "12 5 32 3"),
        events.subList(3, 6).stream()
            .map(r -> r.description() + " " + r.kind() + " " + r.flags() + " " + r.number())
            .toList());
    CkimgImage.NotifyWatch watch = table(0x15, CkimgImage.Notify.class).records().getFirst();
    assertEquals(List.of(9L, 1L, 2L), List.of(watch.description(), watch.number(), watch.file()));
    CkimgImage.Pipes pipes = table(0x16, CkimgImage.Pipes.class);
    CkimgImage.Pipe pipe = pipes.records().getFirst();
    assertEquals(List.of(1L, 4096L, 2L), List.of(pipe.file(), pipe.capacity(), pipe.queue()));
    assertArrayEquals(
        new byte[] {5, 0, 0, 0, (byte) 0xfb, 15, 0, 0}, blob(pipe.packets(), pipes.heap()));
  }

  @Test
  void objectsAndBlocks() {
    List<CkimgImage.MemoryObject> objects = table(0x20, CkimgImage.Objects.class).records();
    assertEquals(List.of(2, 5, 6, 7), objects.stream().map(CkimgImage.MemoryObject::kind).toList());
    assertEquals(1, objects.get(0).base());
    assertEquals(4, objects.get(0).baseObject());
    assertEquals(8192, objects.get(0).length());
    assertEquals(
        List.of(1L, 2L, 3L, 4L), BLOCKS.stream().map(CkimgImage.PageBlock::object).toList());
    assertEquals(0x7ff1, BLOCKS.getLast().lastPage());
    assertEquals(2, BLOCKS.getLast().extents().size());
  }

  @Test
  void origin() {
    CkimgImage.Origins table = table(0x60, CkimgImage.Origins.class);
    CkimgImage.Origin record = table.records().getFirst();
    assertEquals(0x1ff, record.present());
    assertEquals(1_700_000_000_000_000_001L, record.createdNanos());
    assertEquals(
        List.of(2L, 3L, 4L, 5L),
        List.of(
            record.monotonicNanos(),
            record.boottimeNanos(),
            record.stopNanos(),
            record.copyNanos()));
    assertEquals("node", new String(blob(record.host(), table.heap())));
    assertEquals("ckimg 1", new String(blob(record.tool(), table.heap())));
    assertEquals(0, record.codecs().len());
    assertEquals("criu", new String(blob(record.source(), table.heap())));
  }
}
