package org.ckimg.testkit;

import java.util.Arrays;
import java.util.List;

/**
 * The tables of version 1. A layout is a list of {@code name:size}; {@code b} is a blob, 8 bytes in
 * the record and its bytes in the heap.
 */
public enum Table {
  SYSTEM(
      0x01,
      96,
      "present:4 flags:4 kernel_release:b cpu_features:b xcr0:8 len_xsave:4 reserved1:4"
          + " vdso_digest:32 vdso_symbols:b reserved2:16"),
  PROCESSES(
      0x02,
      256,
      "present:8 pid:4 ppid:4 pgid:4 sid:4 state:1 dumpable:1 flags:2 exit_status:4 exe:4 cwd:4"
          + " root:4 umask:4 cmdline:b environ:b auxv:b personality:4 oom_score_adj:4"
          + " coredump_filter:4 tty_number:4 tty_pgrp:4 exit_signal:4 start_nanos:8 start_code:8"
          + " end_code:8 start_data:8 end_data:8 start_brk:8 brk:8 start_stack:8 arg_start:8"
          + " arg_end:8 env_start:8 env_end:8 files_of:4 fs_of:4 reserved1:56"),
  THREADS(
      0x03,
      160,
      "present:4 process:4 tid:4 credentials:4 comm:b blocked:8 altstack_address:8"
          + " altstack_bytes:8 altstack_flags:4 death_signal:4 robust_address:8 robust_bytes:8"
          + " rseq_address:8 rseq_bytes:4 rseq_signature:4 rseq_flags:4 policy:4 nice:4 priority:4"
          + " io_priority:4 sched_flags:4 affinity:b timer_slack_nanos:8 clear_tid_address:8"
          + " cwd:4 root:4 umask:4 fs_of:4 reserved1:8"),
  REGISTERS(0x04, 24, "thread:4 note_type:4 data:b reserved1:8"),
  SIGNALS(
      0x05,
      64,
      "kind:1 reserved1:3 process:4 thread:4 number:4 handler:8 flags:8 mask:8 restorer:8"
          + " siginfo:b reserved2:8"),
  TIMERS(
      0x06,
      80,
      "process:4 kind:1 notify_kind:1 reserved1:2 present:4 id:4 clock:4 number:4 tid:4 overrun:4"
          + " sigval:8 interval_nanos:8 value_nanos:8 reserved2:24"),
  LIMITS(0x07, 24, "process:4 resource:4 soft:8 hard:8"),
  VMAS(
      0x08,
      96,
      "process:4 object:4 first_page:8 num_pages:8 object_page:8 file_page:8 flags:8 file:4"
          + " protection:1 kind:1 present:2 digest:b name:b reserved1:24"),
  DESCRIPTIONS(
      0x09,
      64,
      "id:4 type:2 present:2 file:4 flags:4 position:8 owner_type:4 owner:4 number:4 state:4"
          + " reserved1:24"),
  FDS(0x0a, 24, "process:4 number:4 description:4 flags:4 thread:4 reserved1:4"),
  FILES(
      0x0b,
      160,
      "id:4 present:4 path:b device:8 inode:8 length:8 mode:4 num_links:4 uid:4 gid:4 rdev:8"
          + " mtime_nanos:8 ctime_nanos:8 btime_nanos:8 filesystem:8 handle_type:4 flags:4 handle:b"
          + " content:4 reserved1:4 filesystem_id:8 seals:4 reserved2:4 build_id:b"
          + " reserved3:16"),
  CREDENTIALS(
      0x0c,
      128,
      "id:4 present:4 uid:4 euid:4 suid:4 fsuid:4 gid:4 egid:4 sgid:4 fsgid:4 groups:b"
          + " cap_effective:8 cap_permitted:8 cap_inheritable:8 cap_bounding:8 cap_ambient:8"
          + " securebits:4 no_new_privs:1 seccomp_mode:1 reserved1:2 reserved2:32"),
  FILTERS(0x0d, 32, "thread:4 position:4 flags:8 program:b reserved1:8"),
  LOCKS(
      0x0e,
      40,
      "process:4 file:4 description:4 kind:1 mode:1 reserved1:2 start:8 length:8 reserved2:8"),
  TERMINALS(
      0x0f,
      96,
      "file:4 modes:44 rows:2 columns:2 present:4 flags:4 input:4 output:4 reserved1:4 lines:b reserved2:16"),
  EVENTS(
      0x10,
      48,
      "description:4 kind:1 flags:1 reserved1:2 clock:4 reserved2:4 number:8 value_nanos:8"
          + " interval_nanos:8 reserved3:8"),
  WATCHES(0x11, 32, "description:4 number:4 target:4 events:4 data:8 reserved1:8"),
  SOCKETS(
      0x12,
      80,
      "description:4 present:4 family:2 kind:1 state:1 protocol:4 backlog:4 shutdown:1 reserved1:3"
          + " local:b remote:b peer:4 node:4 queue:4 reserved2:28"),
  SOCKET_OPTIONS(0x13, 32, "description:4 level:4 name:4 reserved1:4 value:b reserved2:8"),
  MESSAGES(
      0x14,
      48,
      "description:4 number:4 present:4 reserved1:4 length:8 sender:b control:b reserved2:8"),
  NOTIFY(0x15, 24, "description:4 number:4 file:4 mask:4 reserved1:8"),
  PIPES(0x16, 40, "file:4 present:4 capacity:4 queue:4 packets:b reserved1:16"),
  TCP(
      0x17,
      64,
      "description:4 present:4 receive_sequence:4 send_sequence:4 send_queue:4 segment:4 unsent:8"
          + " options:1 send_scale:1 receive_scale:1 reserved1:1 timestamp:4 window:b reserved2:16"),
  OBJECTS(0x20, 32, "id:4 kind:1 base:1 reserved1:2 length:8 base_object:4 owner:4 reserved2:8"),
  ORIGIN(
      0x60,
      128,
      "present:4 reserved1:4 created_nanos:8 monotonic_nanos:8 boottime_nanos:8 stop_nanos:8"
          + " copy_nanos:8 host:b tool:b codecs:b source:b reserved2:48");

  private final int type;
  private final int recordBytes;
  private final List<Field> fields;

  Table(int type, int recordBytes, String layout) {
    this.type = type;
    this.recordBytes = recordBytes;
    this.fields = Arrays.stream(layout.split(" ")).map(Field::parse).toList();
  }

  /**
   * A field of a record.
   *
   * @param name as in FORMAT.md
   * @param bytes in the record
   * @param blob true when the bytes are in the heap
   */
  public record Field(String name, int bytes, boolean blob) {
    private static Field parse(String text) {
      int colon = text.indexOf(':');
      String size = text.substring(colon + 1);
      boolean blob = size.equals("b");
      return new Field(text.substring(0, colon), blob ? 8 : Integer.parseInt(size), blob);
    }
  }

  /** Number in the section head. */
  public int type() {
    return type;
  }

  /** Size of a record. */
  public int recordBytes() {
    return recordBytes;
  }

  /** Fields in order. */
  public List<Field> fields() {
    return fields;
  }

  /** The field with this name. */
  public Field field(String name) {
    for (Field field : fields) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    throw new IllegalArgumentException("no field " + name + " in " + this);
  }

  /** Flags of a section of this type that is its last part. */
  public int flags() {
    return this == ORIGIN ? 0 : 1;
  }
}
