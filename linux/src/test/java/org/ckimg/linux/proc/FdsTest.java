package org.ckimg.linux.proc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.proc.FdInfo.Lock;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdsTest {
  private static final int SELF = (int) ProcessHandle.current().pid();
  private static final int LOCK_EX = 2;

  @TempDir Path folder;

  @Test
  void locksOfEveryKind() {
    String text =
        """
        pos:\t4096
        flags:\t02100002
        mnt_id:\t24
        ino:\t2237547
        lock:\t1: POSIX  ADVISORY  WRITE 88144 fe:00:2237547 0 9
        lock:\t2: OFDLCK ADVISORY  READ -1 fe:1f:2237547 100 EOF
        lock:\t3: FLOCK  ADVISORY  READ 88144 fe:00:2237547 0 EOF
        lock:\t4: LEASE  ACTIVE    READ 88144 fe:00:2237547 0 EOF
        """;
    long device = 0xfeL << 32;
    assertEquals(
        new FdInfo(
            4096,
            02100002,
            24,
            List.of(
                new Lock(Lock.Kind.POSIX, true, 88144, device, 2237547, 0, 9),
                new Lock(Lock.Kind.OFD, false, -1, device | 0x1f, 2237547, 100, -1),
                new Lock(Lock.Kind.FLOCK, false, 88144, device, 2237547, 0, -1),
                new Lock(Lock.Kind.LEASE, false, 88144, device, 2237547, 0, -1)),
            Optional.empty(),
            0),
        FdInfo.parse(text.getBytes(ISO_8859_1)));
  }

  @Test
  void eventsOfEveryKind() {
    assertEquals(
        new FdEvents.Counter((1L << 40) + 3, true),
        events("eventfd-count:      10000000003\neventfd-id: 7\neventfd-semaphore: 1\n"));
    assertEquals(new FdEvents.SignalSet(0x800000000800L), events("sigmask:\t0000800000000800\n"));
    assertEquals(
        new FdEvents.Alarm(7, 20, 3, 1_000_000_005L, 250_000_000L),
        events(
            """
            clockid: 7
            ticks: 20
            settime flags: 03
            it_value: (1, 5)
            it_interval: (0, 250000000)
            """));
    assertEquals(
        new FdEvents.WatchList(
            List.of(new FdEvents.Watch(3, 0x19, 1), new FdEvents.Watch(78, 0x40000000, -1))),
        events(
            """
            tfd:        3 events:       19 data:                1  pos:0 ino:40f sdev:e
            tfd:       78 events: 40000000 data: ffffffffffffffff  pos:0 ino:40f sdev:e
            """));
  }

  @Test
  void watchesOfFilesAreReadWithTheirHandles() {
    FdEvents.NotifyList list =
        (FdEvents.NotifyList)
            events(
                """
                inotify wd:2 ino:20e356 sdev:fe00003 mask:84000fff ignored_mask:0 fhandle-bytes:8 fhandle-type:81 f_handle:56e320008bd2ba14
                inotify wd:1 ino:61af sdev:7 mask:200 ignored_mask:0\s
                """);
    FdEvents.Notify first = list.watches().getFirst();
    assertEquals(2, first.number());
    assertEquals(new InodePaths.Inode(0xfeL << 32 | 3, 0x20e356), first.file());
    assertEquals(0x84000fff, first.mask());
    assertEquals(0x81, first.handle().orElseThrow().type());
    assertArrayEquals(
        HexFormat.of().parseHex("56e320008bd2ba14"), first.handle().orElseThrow().bytes());
    assertEquals(
        new FdEvents.Notify(1, new InodePaths.Inode(7, 0x61af), 0x200, Optional.empty()),
        list.watches().getLast());
  }

  private static FdEvents events(String lines) {
    String text = "pos:\t0\nflags:\t02\nmnt_id:\t15\nino:\t1039\n" + lines;
    return FdInfo.parse(text.getBytes(ISO_8859_1)).events().orElseThrow();
  }

  @Test
  void fieldsOfOtherFilesDoNotDisturb() {
    String text =
        """
        pos:\t0
        flags:\t02000002
        mnt_id:\t15
        dma-something: 8
        """;
    assertEquals(
        new FdInfo(0, 02000002, 15, List.of(), Optional.empty(), 0),
        FdInfo.parse(text.getBytes(ISO_8859_1)));
  }

  @Test
  void descriptorsInTheQueueOfASocket() {
    byte[] text = "pos:\t0\nflags:\t02\nscm_fds: 3\n".getBytes(ISO_8859_1);
    assertEquals(3, FdInfo.parse(text).passedDescriptors());
  }

  @Test
  void anOwnFileIsFoundWithItsLock() throws Exception {
    Path file = Files.write(folder.resolve("with blank"), new byte[100]);
    byte[] path = file.toString().getBytes(ISO_8859_1);
    int fd = FileCalls.open(path, FileCalls.O_RDWR | FileCalls.O_APPEND | FileCalls.O_CLOEXEC, 0);
    try {
      FileCalls.seek(fd, 42, FileCalls.SEEK_SET);
      Syscalls.check("flock", Syscalls.call(Sys.FLOCK, fd, LOCK_EX), "test file");
      assertTrue(Fds.list(SELF).contains(fd));
      assertArrayEquals(path, Fds.link(SELF, fd));
      FdInfo info = FdInfo.read(SELF, fd);
      assertEquals(42, info.position());
      int wanted = FileCalls.O_RDWR | FileCalls.O_APPEND | FileCalls.O_CLOEXEC;
      assertEquals(wanted, info.flags() & (FileCalls.O_ACCMODE | wanted));
      FileCalls.FileStatus status = FileCalls.status(fd);
      Lock lock = info.locks().getFirst();
      assertEquals(
          new Lock(Lock.Kind.FLOCK, true, SELF, lock.device(), status.inode(), 0, -1), lock);
    } finally {
      FileCalls.close(fd);
    }
  }

  @Test
  void aClosedDescriptorIsENOENT() {
    SyscallException e = assertThrows(SyscallException.class, () -> Fds.link(SELF, 999_999));
    assertEquals(Errno.ENOENT, e.errno());
  }

  @Test
  void descriptorsAscendBeyondOneChunkOfTheDirectory() throws Exception {
    int first = FileCalls.open("/dev/null", FileCalls.O_RDONLY | FileCalls.O_CLOEXEC);
    int count = 2000;
    int[] copies = new int[count];
    try {
      for (int i = 0; i < count; i++) {
        copies[i] = (int) Syscalls.check("dup", Syscalls.call(Sys.DUP, first), "fd " + first);
      }
      List<Integer> listed = Fds.list(SELF);
      assertEquals(listed.stream().sorted().distinct().toList(), listed);
      for (int copy : copies) {
        assertTrue(listed.contains(copy));
      }
    } finally {
      for (int copy : copies) {
        if (copy > 0) {
          FileCalls.close(copy);
        }
      }
      FileCalls.close(first);
    }
  }
}
