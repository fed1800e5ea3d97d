package org.ckimg.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One process that has everything the format can say but what is in {@link SocketProcess}, in an
 * image with 4 KiB pages.
 */
final class FullProcess {
  private static final long VSYSCALL_PAGE = 0xffffffffff600L;
  private static final int PAGE = 4096;

  private final ImageBuilder image = new ImageBuilder();

  private FullProcess() {}

  /** All tables; the objects have no pages. */
  static ImageBuilder tables() {
    FullProcess full = new FullProcess();
    full.system();
    full.process();
    full.threads();
    full.signalsAndTimers();
    full.mappings();
    full.descriptors();
    full.files();
    full.credentials();
    full.objects();
    full.origin();
    return full.image;
  }

  /** All tables, and pages of every object. */
  static ImageBuilder withPages() {
    ImageBuilder image = tables();
    image.pages(1).page(0x700, (byte) 1).zeros(0x701, 1);
    image.pages(2).page(0, (byte) 2).page(1, (byte) 2);
    image.pages(3).page(0, (byte) 3).page(1, Pages.fill(5000 - PAGE, 4));
    image.pages(4).zeros(0, 1);
    image.pages(5).page(0, "hello queue".getBytes(StandardCharsets.US_ASCII));
    image.pages(6).page(0, "content gone".getBytes(StandardCharsets.US_ASCII));
    image.pages(7).page(0x402, (byte) 5).page(0x600, (byte) 6).page(0x601, (byte) 5);
    image.pages(7).zeros(0x602, 3).page(0x7ffe3, Pages.fill(PAGE, 7));
    return image;
  }

  private void system() {
    host(image)
        .put(
            "vdso_symbols",
            "0000000000000a00 __vdso_clock_gettime\n0000000000000c10 __vdso_getcpu\n");
  }

  /** The machine that samples ran on; of its vdso there is the digest. */
  static Row host(ImageBuilder image) {
    return image
        .table(Table.SYSTEM)
        .add(
            "present",
            31,
            "kernel_release",
            "6.1.0-test",
            "cpu_features",
            "avx fpu sse2",
            "xcr0",
            7,
            "len_xsave",
            832,
            "vdso_digest",
            Hashes.sha256(new byte[] {1}))
        .last();
  }

  private void process() {
    byte[] auxv = new byte[32];
    auxv[0] = 6;
    auxv[9] = 16;
    image
        .table(Table.PROCESSES)
        .add(
            "present", 0x1ffff7,
            "pid", 1000,
            "ppid", 1,
            "pgid", 1000,
            "sid", 900,
            "state", 2,
            "dumpable", 1,
            "flags", 3,
            "exe", 1,
            "cwd", 2,
            "root", 3,
            "umask", 022,
            "cmdline", "demo\0--slow\0",
            "environ", "A=1\0PATH=/bin\0",
            "auxv", auxv,
            "personality", 0x40000,
            "oom_score_adj", -500,
            "coredump_filter", 0x33,
            "tty_number", 0x8801,
            "tty_pgrp", 1000,
            "exit_signal", 17,
            "start_nanos", 123_450_000_000L,
            "start_code", 0x400000,
            "end_code", 0x401800,
            "start_data", 0x402000,
            "end_data", 0x402800,
            "start_brk", 0x600000,
            "brk", 0x608000,
            "start_stack", 0x7ffe3f00L,
            "arg_start", 0x7ffe3f80L,
            "arg_end", 0x7ffe3f8cL,
            "env_start", 0x7ffe3f8cL,
            "env_end", 0x7ffe3f9aL);
  }

  private void threads() {
    image
        .table(Table.THREADS)
        .add(
            "present", 0x7ff,
            "process", 0,
            "tid", 1000,
            "credentials", 1,
            "comm", "demo",
            "blocked", 0x2000,
            "altstack_address", 0x700000,
            "altstack_bytes", 8192,
            "altstack_flags", 0,
            "death_signal", 9,
            "robust_address", 0x600100,
            "robust_bytes", 24,
            "rseq_address", 0x600200,
            "rseq_bytes", 32,
            "rseq_signature", 0x53053053,
            "policy", 0,
            "nice", -5,
            "io_priority", 0x4004,
            "sched_flags", 1,
            "affinity", new byte[] {3},
            "timer_slack_nanos", 50_000,
            "clear_tid_address", 0x600300)
        .add("process", 0, "tid", 1003, "credentials", 2);
    image
        .table(Table.REGISTERS)
        .add("thread", 0, "note_type", 1, "data", registers(1))
        .add("thread", 0, "note_type", 0x202, "data", Pages.fill(832, 0))
        .add("thread", 1, "note_type", 1, "data", registers(2));
    image
        .table(Table.FILTERS)
        .add("thread", 1, "position", 0, "flags", 0, "program", allow())
        .add("thread", 1, "position", 1, "flags", 2, "program", allow());
  }

  private static byte[] registers(int seed) {
    byte[] registers = new byte[216];
    for (int i = 0; i < registers.length; i++) {
      registers[i] = (byte) (i * seed);
    }
    return registers;
  }

  /** {@code return ALLOW}. */
  private static byte[] allow() {
    return new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f};
  }

  private void signalsAndTimers() {
    byte[] siginfo = new byte[128];
    siginfo[0] = 15;
    image
        .table(Table.SIGNALS)
        .add("kind", 1, "number", 2, "handler", 1)
        .add(
            "kind", 1,
            "number", 10,
            "handler", 0x400100,
            "flags", 0x14000000,
            "mask", 0x4000,
            "restorer", 0x400200)
        .add("kind", 2, "number", 15, "siginfo", siginfo)
        .add("kind", 3, "thread", 0, "number", 12);
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
            "tid", 1003,
            "overrun", 2,
            "sigval", 0xdeadL,
            "interval_nanos", 5_000_000L,
            "value_nanos", 0);
    image
        .table(Table.LIMITS)
        .add("resource", 3, "soft", 8 << 20, "hard", -1)
        .add("resource", 7, "soft", 1024, "hard", 4096);
  }

  private void mappings() {
    Rows vmas = image.table(Table.VMAS);
    byte[] digest = Hashes.sha256(new byte[] {2});
    vma(vmas, 2, 5, 0x400, 2, "file", 1, "present", 1, "digest", digest);
    vma(vmas, 2, 3, 0x402, 1, "file", 1, "file_page", 2, "object", 7, "object_page", 0x402);
    vma(vmas, 4, 3, 0x600, 8, "object", 7, "object_page", 0x600);
    vma(
        vmas,
        1,
        3,
        0x700,
        2,
        "object",
        1,
        "object_page",
        0x700,
        "flags",
        1 << 5,
        "present",
        2,
        "name",
        "[anon:arena]");
    vma(vmas, 8, 3, 0x7f000, 2, "object", 2, "flags", 1);
    vma(vmas, 9, 3, 0x7f010, 2, "object", 3, "flags", 1);
    vma(vmas, 10, 1, 0x7f020, 1, "object", 4, "flags", 1);
    vma(vmas, 11, 1, 0x7f030, 1, "present", 2, "name", "anon_inode:[perf_event]");
    vma(vmas, 3, 3, 0x7ffe3, 1, "object", 7, "object_page", 0x7ffe3, "flags", 1 << 1);
    vma(vmas, 6, 1, 0x7ffe8, 4);
    vma(vmas, 5, 5, 0x7ffec, 2);
    vma(vmas, 7, 4, VSYSCALL_PAGE, 1);
  }

  private static void vma(Rows rows, int kind, int prot, long first, int count, Object... more) {
    Object[] all = Arrays.copyOf(more, more.length + 8);
    System.arraycopy(
        new Object[] {"kind", kind, "protection", prot, "first_page", first, "num_pages", count},
        0,
        all,
        more.length,
        8);
    rows.add(all);
  }

  private void descriptors() {
    image
        .table(Table.DESCRIPTIONS)
        .add(
            "id", 1,
            "type", 1,
            "present", 7,
            "file", 5,
            "flags", 02002,
            "position", 100,
            "owner_type", 1,
            "owner", 1000,
            "number", 34)
        .add("id", 2, "type", 3, "file", 6, "flags", 04001)
        .add("id", 3, "type", 1, "present", 1, "file", 4, "flags", 2, "position", 12)
        .add("id", 4, "type", 11, "flags", 04002)
        .add("id", 5, "type", 13, "flags", 2)
        .add("id", 6, "type", 14, "flags", 2)
        .add("id", 7, "type", 12, "flags", 2);
    image
        .table(Table.FDS)
        .add("number", 1, "description", 1)
        .add("number", 2, "description", 1)
        .add("number", 3, "description", 2, "flags", 1)
        .add("number", 4, "description", 4)
        .add("number", 5, "description", 5)
        .add("number", 6, "description", 6)
        .add("number", 7, "description", 7, "flags", 1)
        .add("number", 1000, "description", 3);
    image
        .table(Table.LOCKS)
        .add("file", 4, "description", 3, "kind", 3, "mode", 2)
        .add("file", 5, "kind", 1, "mode", 1, "start", 10, "length", 20);
    image
        .table(Table.TERMINALS)
        .add("file", 6, "modes", terminalModes(), "rows", 24, "columns", 80);
    events();
  }

  private void events() {
    image
        .table(Table.EVENTS)
        .add("description", 4, "kind", 1, "flags", 1, "number", 3)
        .add("description", 5, "kind", 2, "number", 0x4002)
        .add(
            "description", 6,
            "kind", 3,
            "flags", 2,
            "clock", 1,
            "number", 5,
            "value_nanos", 90_000_000_000L,
            "interval_nanos", 250_000_000L);
    image
        .table(Table.WATCHES)
        .add("description", 7, "number", 4, "target", 4, "events", 0x19, "data", 4)
        .add("description", 7, "number", 9, "target", 6, "events", 0x8000001dL, "data", -1);
  }

  /** Canonical mode with echo and signals, 38400 baud. */
  static byte[] terminalModes() {
    ByteBuffer modes = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    modes.putInt(0x500).putInt(5).putInt(0xbf).putInt(0x8a3b);
    return modes.putInt(36, 38400).putInt(40, 38400).array();
  }

  private void files() {
    Rows files = image.table(Table.FILES);
    files
        .add(
            "id",
            1,
            "present",
            0x3f3f,
            "path",
            "/usr/bin/demo",
            "device",
            0x800000001L,
            "inode",
            4711,
            "length",
            9000,
            "mode",
            0100755,
            "num_links",
            1,
            "mtime_nanos",
            1_700_000_000_000_000_001L,
            "ctime_nanos",
            1_700_000_000_000_000_002L,
            "btime_nanos",
            1_600_000_000_000_000_003L,
            "filesystem",
            0xef53,
            "filesystem_id",
            0x1234567890L,
            "handle_type",
            1,
            "handle",
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
        .add("id", 2, "present", 1, "path", "/home/demo", "device", 0x800000001L, "inode", 2)
        .add("id", 3, "path", "/")
        .add(
            "id", 4,
            "present", 0x1502,
            "path", "/tmp/gone",
            "length", 12,
            "mode", 0100600,
            "uid", 1000,
            "gid", 1000,
            "mtime_nanos", -1,
            "flags", 1,
            "content", 6)
        .add("id", 5, "path", "/var/log/demo.log")
        .add("id", 6, "path", "pipe:[4711]");
  }

  private void credentials() {
    user(image)
        .put("groups", new byte[] {27, 0, 0, 0, (byte) 0xe8, 3, 0, 0})
        .put("seccomp_mode", 2);
    image
        .table(Table.CREDENTIALS)
        .add("id", 2, "uid", 1000, "euid", 1000, "suid", 1000, "fsuid", 1000);
  }

  /** A user who has given up new privileges. */
  static Row user(ImageBuilder image) {
    return image
        .table(Table.CREDENTIALS)
        .add(
            "id", 1,
            "present", 7,
            "uid", 1000,
            "euid", 1000,
            "suid", 1000,
            "fsuid", 1000,
            "gid", 1000,
            "egid", 1000,
            "sgid", 1000,
            "fsgid", 1000,
            "cap_bounding", 0x1ffffffffffL,
            "no_new_privs", 1)
        .last();
  }

  private void objects() {
    image
        .table(Table.OBJECTS)
        .add("id", 1, "kind", 1)
        .add("id", 2, "kind", 2, "length", 8192)
        .add("id", 3, "kind", 3, "length", 5000)
        .add("id", 4, "kind", 4, "length", 4096)
        .add("id", 5, "kind", 5, "length", 11)
        .add("id", 6, "kind", 6, "length", 12)
        .add("id", 7, "kind", 7);
  }

  private void origin() {
    image
        .table(Table.ORIGIN)
        .add(
            "present",
            0x1ff,
            "created_nanos",
            1_750_000_000_000_000_000L,
            "monotonic_nanos",
            5_000_000_000_000L,
            "boottime_nanos",
            6_000_000_000_000L,
            "stop_nanos",
            12_000_000,
            "copy_nanos",
            800_000_000,
            "host",
            "testbed",
            "tool",
            "testkit 1",
            "codecs",
            "none",
            "source",
            "synthetic");
  }
}
