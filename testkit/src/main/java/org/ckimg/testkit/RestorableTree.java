package org.ckimg.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A program that the host that it comes from may restore: a process with two threads, a child, and
 * one that has ended. They have a descriptor of each kind that is restored but terminals, FIFOs and
 * connections; memory is almost all zero.
 */
final class RestorableTree {
  private static final int PARENT = 100;
  private static final int CHILD = 101;
  private static final int SECOND = 102;
  private static final int ENDED = 103;

  private static final long CODE = 0x400;
  private static final long DATA = 0x402;
  private static final long HEAP = 0x600;
  private static final long SHARED = 0x7f000;
  private static final long STACK = 0x7ffe3;
  private static final long STACK_TOP = STACK + 1 << 12;

  private static final int EXECUTABLE = 1;
  private static final int HOME = 2;
  private static final int ROOT = 3;
  private static final int LOG = 4;
  private static final int GONE = 5;
  private static final int PIPE = 6;
  private static final int TABLE = 7;
  private static final int NULL = 8;

  private static final int LOG_OPEN = 1;
  private static final int READ_END = 2;
  private static final int WRITE_END = 3;
  private static final int COUNTER = 4;
  private static final int SIGNALS = 5;
  private static final int TIMER = 6;
  private static final int POLL = 7;
  private static final int ONE_SOCKET = 8;
  private static final int OTHER_SOCKET = 9;
  private static final int GONE_OPEN = 10;
  private static final int CHILD_HANDLE = 11;
  private static final int NOTIFIER = 12;
  private static final int LISTENER = 13;
  private static final int MAILBOX = 14;
  private static final int TABLE_OPEN = 15;
  private static final int HOME_OPEN = 16;
  private static final int NULL_OPEN = 17;
  private static final int DESCRIPTIONS = 17;

  private static final int SEGMENT_OBJECT = 1;
  private static final int TABLE_CONTENT = 2;
  private static final int PIPE_QUEUE = 3;
  private static final int SOCKET_QUEUE = 4;
  private static final int CONTENT = 5;
  private static final int FIRST_MEMORY = 6;

  private final ImageBuilder image = new ImageBuilder();

  private RestorableTree() {}

  static ImageBuilder withPages() {
    RestorableTree tree = new RestorableTree();
    tree.host();
    tree.processes();
    tree.threads();
    tree.signalsAndTimers();
    tree.mappings();
    tree.descriptors();
    tree.events();
    tree.files();
    tree.objects();
    return tree.image;
  }

  private void host() {
    FullProcess.host(image);
    image
        .table(Table.ORIGIN)
        .add(
            "present", 7,
            "created_nanos", 1_750_000_000_000_000_000L,
            "monotonic_nanos", 5_000_000_000_000L,
            "boottime_nanos", 6_000_000_000_000L);
    FullProcess.user(image);
  }

  private void processes() {
    process(PARENT, 1, 2);
    process(CHILD, PARENT, 3);
    image
        .table(Table.PROCESSES)
        .add(
            "present",
            0x1000f,
            "pid",
            ENDED,
            "ppid",
            PARENT,
            "pgid",
            PARENT,
            "sid",
            PARENT,
            "state",
            4,
            "exit_status",
            0x100,
            "exit_signal",
            17);
    image
        .table(Table.LIMITS)
        .add("process", 0, "resource", 7, "soft", 1024, "hard", 4096)
        .add("process", 1, "resource", 7, "soft", 1024, "hard", 4096);
  }

  private void process(int pid, int parent, int state) {
    image
        .table(Table.PROCESSES)
        .add(
            "present",
            0x1ffff7,
            "pid",
            pid,
            "ppid",
            parent,
            "pgid",
            PARENT,
            "sid",
            PARENT,
            "state",
            state,
            "dumpable",
            1,
            "exe",
            EXECUTABLE,
            "cwd",
            HOME,
            "root",
            ROOT,
            "umask",
            022,
            "cmdline",
            "demo\0",
            "environ",
            "A=1\0",
            "auxv",
            new byte[16],
            "coredump_filter",
            0x33,
            "tty_pgrp",
            -1,
            "exit_signal",
            17,
            "start_nanos",
            123_450_000_000L,
            "start_code",
            CODE << 12,
            "end_code",
            (CODE << 12) + 0x1800,
            "start_data",
            DATA << 12,
            "end_data",
            (DATA << 12) + 0x800,
            "start_brk",
            HEAP << 12,
            "brk",
            HEAP + 2 << 12,
            "start_stack",
            STACK_TOP - 0x100,
            "arg_start",
            STACK_TOP - 0x80,
            "arg_end",
            STACK_TOP - 0x7b,
            "env_start",
            STACK_TOP - 0x7b,
            "env_end",
            STACK_TOP - 0x77);
  }

  private void threads() {
    thread(0, PARENT, 0);
    thread(0, SECOND, 0x400);
    thread(1, CHILD, 0);
    image.table(Table.THREADS).add("present", 1, "process", 2, "tid", ENDED, "comm", "ended");
  }

  /**
   * A thread.
   *
   * @param below how far its stack pointer is below that of the leader
   */
  private void thread(int process, int tid, int below) {
    int index = image.table(Table.THREADS).rows().size();
    image
        .table(Table.THREADS)
        .add(
            "present",
            0x7df,
            "process",
            process,
            "tid",
            tid,
            "credentials",
            1,
            "comm",
            "demo",
            "blocked",
            0x2000,
            "altstack_flags",
            2,
            "robust_address",
            (HEAP << 12) + 0x100,
            "robust_bytes",
            24,
            "affinity",
            new byte[] {3},
            "timer_slack_nanos",
            50_000,
            "clear_tid_address",
            (HEAP << 12) + 0x300);
    image
        .table(Table.REGISTERS)
        .add("thread", index, "note_type", 1, "data", registers(STACK_TOP - 0x200 - below))
        .add("thread", index, "note_type", 0x202, "data", extended());
  }

  /** {@code struct user_regs_struct}. */
  private static byte[] registers(long stackPointer) {
    ByteBuffer registers = ByteBuffer.allocate(27 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    registers.putLong(15 * Long.BYTES, -1);
    registers.putLong(16 * Long.BYTES, (CODE << 12) + 0x100);
    registers.putLong(17 * Long.BYTES, 0x33);
    registers.putLong(18 * Long.BYTES, 0x202);
    registers.putLong(19 * Long.BYTES, stackPointer);
    registers.putLong(20 * Long.BYTES, 0x2b);
    registers.putLong(21 * Long.BYTES, (HEAP << 12) + 0x800);
    return registers.array();
  }

  /** In their first state, but for the control words of x87 and of SSE. */
  private static byte[] extended() {
    ByteBuffer area = ByteBuffer.allocate(832).order(ByteOrder.LITTLE_ENDIAN);
    area.putShort(0, (short) 0x37f).putInt(24, 0x1f80).putInt(28, 0xffff);
    area.putLong(464, 7).putLong(512, 3);
    return area.array();
  }

  private void signalsAndTimers() {
    byte[] siginfo = new byte[128];
    siginfo[0] = 14;
    image
        .table(Table.SIGNALS)
        .add("kind", 1, "number", 2, "handler", 1)
        .add(
            "kind", 1,
            "number", 10,
            "handler", (CODE << 12) + 0x180,
            "flags", 0x14000000,
            "mask", 0x4000,
            "restorer", (CODE << 12) + 0x200)
        .add("kind", 2, "number", 14, "siginfo", siginfo);
    image
        .table(Table.TIMERS)
        .add("kind", 1, "interval_nanos", 1_000_000_000L, "value_nanos", 300_000_000L)
        .add(
            "kind", 4,
            "present", 1,
            "id", 0,
            "clock", 1,
            "notify_kind", 4,
            "number", 34,
            "tid", SECOND,
            "interval_nanos", 5_000_000L,
            "value_nanos", 1_000_000L);
  }

  private void mappings() {
    for (int process = 0; process < 2; process++) {
      int memory = FIRST_MEMORY + process;
      mapping(process, 2, 5, CODE, 2, "file", EXECUTABLE, "present", 1, "digest", hash(2));
      mapping(
          process,
          2,
          3,
          DATA,
          1,
          "file",
          EXECUTABLE,
          "file_page",
          2,
          "object",
          memory,
          "object_page",
          DATA,
          "present",
          1,
          "digest",
          hash(3));
      mapping(process, 4, 3, HEAP, 2, "object", memory, "object_page", HEAP);
      mapping(process, 8, 3, SHARED, 2, "object", SEGMENT_OBJECT, "flags", 1);
      mapping(process, 3, 3, STACK, 1, "object", memory, "object_page", STACK, "flags", 2);
      mapping(process, 6, 1, STACK + 5, 4);
      mapping(process, 5, 5, STACK + 9, 2);
    }
  }

  private void mapping(int process, int kind, int prot, long first, int pages, Object... more) {
    Row row = image.table(Table.VMAS).add(more).last();
    row.put("process", process).put("kind", kind).put("protection", prot);
    row.put("first_page", first).put("num_pages", pages);
  }

  private static byte[] hash(int seed) {
    return Hashes.sha256(new byte[] {(byte) seed});
  }

  private void descriptors() {
    Rows descriptions = image.table(Table.DESCRIPTIONS);
    descriptions
        .add("id", LOG_OPEN, "type", 1, "present", 1, "file", LOG, "flags", 02001, "position", 100)
        .add("id", READ_END, "type", 3, "file", PIPE)
        .add("id", WRITE_END, "type", 3, "file", PIPE, "flags", 04001)
        .add("id", COUNTER, "type", 11, "flags", 2)
        .add("id", SIGNALS, "type", 13, "flags", 2)
        .add("id", TIMER, "type", 14, "flags", 2)
        .add("id", POLL, "type", 12, "flags", 2)
        .add("id", ONE_SOCKET, "type", 7, "flags", 2)
        .add("id", OTHER_SOCKET, "type", 7, "flags", 2)
        .add("id", GONE_OPEN, "type", 1, "present", 1, "file", GONE, "flags", 2, "position", 12)
        .add("id", CHILD_HANDLE, "type", 17, "flags", 2)
        .add("id", NOTIFIER, "type", 16)
        .add("id", LISTENER, "type", 8, "flags", 2)
        .add("id", MAILBOX, "type", 7, "flags", 2)
        .add("id", TABLE_OPEN, "type", 15, "present", 1, "file", TABLE, "flags", 2)
        .add("id", HOME_OPEN, "type", 2, "present", 1, "file", HOME, "flags", 0200000)
        .add("id", NULL_OPEN, "type", 6, "file", NULL, "flags", 2);
    for (int id = 1; id <= DESCRIPTIONS; id++) {
      image.table(Table.FDS).add("process", 0, "number", id + 2, "description", id);
    }
    image.table(Table.FDS).add("process", 1, "number", 4, "description", READ_END);
    image
        .table(Table.LOCKS)
        .add("file", LOG, "kind", 1, "mode", 2, "start", 10, "length", 20)
        .add("file", LOG, "description", LOG_OPEN, "kind", 3, "mode", 2);
  }

  private void events() {
    image
        .table(Table.EVENTS)
        .add("description", COUNTER, "kind", 1, "number", 3)
        .add("description", SIGNALS, "kind", 2, "number", 0x4002)
        .add(
            "description",
            TIMER,
            "kind",
            3,
            "clock",
            1,
            "value_nanos",
            90_000_000_000L,
            "interval_nanos",
            250_000_000L)
        .add("description", CHILD_HANDLE, "kind", 4, "number", CHILD);
    image
        .table(Table.WATCHES)
        .add("description", POLL, "number", COUNTER + 2, "target", COUNTER, "events", 1, "data", 4);
    image
        .table(Table.NOTIFY)
        .add("description", NOTIFIER, "number", 1, "file", HOME, "mask", 0x100);
    image
        .table(Table.SOCKETS)
        .add(
            "description",
            ONE_SOCKET,
            "family",
            1,
            "kind",
            1,
            "state",
            1,
            "peer",
            OTHER_SOCKET,
            "queue",
            SOCKET_QUEUE)
        .add("description", OTHER_SOCKET, "family", 1, "kind", 1, "state", 1, "peer", ONE_SOCKET);
    SocketProcess.listener(image, LISTENER);
    image
        .table(Table.SOCKETS)
        .add(
            "description", MAILBOX,
            "present", 2,
            "family", 1,
            "kind", 2,
            "state", 7,
            "local", SocketProcess.unix("\0demo"));
    image.table(Table.MESSAGES).add("description", ONE_SOCKET, "length", 4);
    image
        .table(Table.PIPES)
        .add("file", PIPE, "present", 1, "capacity", 65536, "queue", PIPE_QUEUE);
  }

  private void files() {
    file(EXECUTABLE, "/usr/bin/demo", 0100755, 12_288);
    file(HOME, "/home/demo", 0040755, 4096);
    file(ROOT, "/", 0040755, 4096);
    file(LOG, "/home/demo/log", 0100644, 100);
    file(GONE, "/tmp/gone", 0100600, 12).put("flags", 1).put("content", CONTENT);
    image.table(Table.FILES).add("id", PIPE, "path", "pipe:[81]");
    image
        .table(Table.FILES)
        .add(
            "id", TABLE,
            "present", 0x142,
            "path", "/memfd:table",
            "length", 5,
            "mode", 0100777,
            "flags", 1,
            "content", TABLE_CONTENT)
        .add(
            "id",
            NULL,
            "present",
            0x802,
            "path",
            "/dev/null",
            "mode",
            0020666,
            "rdev",
            1L << 32 | 3);
  }

  private Row file(int id, String path, int mode, int length) {
    return image
        .table(Table.FILES)
        .add(
            "id",
            id,
            "present",
            0x370b,
            "path",
            path,
            "device",
            0x800000001L,
            "inode",
            4711 + id,
            "length",
            length,
            "mode",
            mode,
            "num_links",
            1,
            "uid",
            1000,
            "gid",
            1000,
            "mtime_nanos",
            1_700_000_000_000_000_001L,
            "ctime_nanos",
            1_700_000_000_000_000_002L,
            "filesystem",
            0xef53)
        .last();
  }

  private void objects() {
    image
        .table(Table.OBJECTS)
        .add("id", SEGMENT_OBJECT, "kind", 2, "length", 8192)
        .add("id", TABLE_CONTENT, "kind", 3, "length", 5)
        .add("id", PIPE_QUEUE, "kind", 5, "length", 5)
        .add("id", SOCKET_QUEUE, "kind", 5, "length", 4)
        .add("id", CONTENT, "kind", 6, "length", 12)
        .add("id", FIRST_MEMORY, "kind", 7)
        .add("id", FIRST_MEMORY + 1, "kind", 7, "owner", 1);
    image.pages(PIPE_QUEUE).page(0, "hello".getBytes(StandardCharsets.US_ASCII));
    for (int object : List.of(TABLE_CONTENT, SOCKET_QUEUE, CONTENT)) {
      image.pages(object).zeros(0, 1);
    }
    image.pages(SEGMENT_OBJECT).zeros(0, 2);
    image.pages(FIRST_MEMORY).zeros(DATA, 1).zeros(HEAP, 2).page(STACK, (byte) 7);
    image.pages(FIRST_MEMORY + 1).zeros(DATA, 1).zeros(HEAP, 2).zeros(STACK, 1);
  }
}
