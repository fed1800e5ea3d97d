meta:
  id: ckimg_image
  title: ckimg process checkpoint image, version 1
  file-extension: ckimg
  license: Apache-2.0
  ks-version: '0.10'
  endian: le
doc: |
  The executable half of FORMAT.md. Integers are little-endian; wire values stay integers, so that
  an unknown value is never lost. Only the header is read at once; everything else is lazy, and
  every size is bounded before it is read. `-rule` names the rule that a `valid` or `contents`
  states; the rules that no layout can state are listed in FORMAT.md.
seq:
  - id: header
    -rule: CK-HDR-01
    size: 128
    type: header
    valid:
      expr: _io.size <= 0x3fffffffffffff
instances:
  footer:
    doc: Only a complete file has one; an incomplete file is walked from `first`.
    pos: _io.size - 256
    size: 256
    type: footer
  directory:
    pos: footer.directory_offset
    type: section(footer.directory_offset)
  first:
    doc: Start of a walk; go on by `next_offset`, never by recursion.
    pos: 128
    type: section(128)
  page_size:
    value: 1 << header.page_shift
  block_pages:
    value: (1 << header.block_shift) >> header.page_shift
  frame_pages:
    value: (1 << header.frame_shift) >> header.page_shift
types:
  header:
    seq:
      - id: magic
        -rule: CK-HDR-02
        contents: [0x8f, 0x43, 0x4b, 0x49, 0x0d, 0x0a, 0x1a, 0x0a]
      - id: major
        -rule: CK-HDR-03
        type: u2
        valid: 1
      - id: minor
        type: u2
      - id: page_shift
        -rule: CK-HDR-04
        type: u1
        valid:
          any-of: [12, 14, 16]
      - id: frame_shift
        -rule: CK-HDR-04
        type: u1
        valid: 18
      - id: block_shift
        -rule: CK-HDR-04
        type: u1
        valid: 24
      - id: elf_data
        -rule: CK-HDR-05
        doc: byte order of the target (ELF EI_DATA); the image itself is little-endian
        type: u1
        valid:
          any-of: [1, 2]
      - id: elf_machine
        doc: ELF e_machine of the target
        type: u2
      - id: system
        -rule: CK-HDR-05
        doc: 1 Linux, 2 DragonFly, 3 FreeBSD, 4 other
        type: u2
        valid:
          min: 1
          max: 4
      - id: chain_depth
        -rule: CK-HDR-06
        doc: 0 has no parent, else the parent's + 1
        type: u2
        valid:
          max: 64
      - id: codecs
        -rule: CK-HDR-07
        doc: codecs that may occur; bit 0 raw (always set), 1 LZ4 block, 2 Zstandard
        type: u2
        valid:
          any-of: [1, 3, 5, 7]
      - id: must_understand
        -rule: CK-HDR-08
        type: u8
        valid: 0
      - id: may_ignore
        type: u8
      - id: parent
        doc: root digest of the parent, zero when chain_depth is 0
        size: 32
      - id: reserved1
        -rule: CK-HDR-09
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      - id: crc
        doc: CRC32C of bytes 0..123
        type: u4
  footer:
    seq:
      - id: magic
        -rule: CK-FTR-01
        contents: [0x43, 0x4b, 0x46, 0x4f, 0x4f, 0x54, 0x31, 0x0a]
      - id: directory_offset
        -rule: CK-FTR-02
        type: u8
        valid:
          expr: _ >= 128 and _ <= _root._io.size - 384 and _ % 64 == 0
      - id: file_length
        -rule: CK-FTR-03
        type: u8
        valid:
          expr: _ == _root._io.size
      - id: num_sections
        -rule: CK-FTR-02
        doc: without the directory
        type: u4
        valid:
          max: 131072
      - id: reserved1
        -rule: CK-FTR-04
        contents: [0, 0, 0, 0]
      - id: root
        doc: the image's identity
        size: 32
      - id: signature_algorithm
        -rule: CK-FTR-05
        doc: 0 none, 1 Ed25519
        type: u2
        valid:
          max: 1
      - id: reserved2
        -rule: CK-FTR-04
        contents: [0, 0, 0, 0, 0, 0]
      - id: key
        size: 32
      - id: signature
        size: 64
      - id: reserved3
        -rule: CK-FTR-04
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      - id: crc
        doc: CRC32C of footer bytes 0..239
        type: u4
      - id: reserved4
        -rule: CK-FTR-04
        contents: [0, 0, 0, 0]
      - id: end_magic
        -rule: CK-FTR-01
        contents: [0x8f, 0x43, 0x4b, 0x45, 0x0d, 0x0a, 0x1a, 0x0a]
  section:
    params:
      - id: expected_offset
        doc: a param and not _io.pos, which the Java runtime cuts to 32 bits
        type: u8
    seq:
      - id: head
        -rule: CK-SEC-01
        size: 64
        type: section_head
        valid:
          expr: _.self_offset == expected_offset
    instances:
      span:
        doc: |
          Bytes from this section's start to the next one's, less than 2^26. A value instance is a
          Java int, so no file offset is ever put into one.
        value: '(head.len_data == 0 ? 64 + head.len_meta : head.ofs_data + head.len_data) + 63 & ~63'
      meta:
        doc: Absent when the file is cut before its end; unknown types stay bytes.
        if: head.self_offset + 64 + head.len_meta <= _root._io.size
        io: _root._io
        pos: head.self_offset + 64
        size: head.len_meta
        type:
          switch-on: head.type
          cases:
            0x0001: systems
            0x0002: processes
            0x0003: threads
            0x0004: registers
            0x0005: signals
            0x0006: timers
            0x0007: limits
            0x0008: vmas
            0x0009: descriptions
            0x000a: fds
            0x000b: files
            0x000c: credential_sets
            0x000d: filters
            0x000e: locks
            0x000f: terminals
            0x0010: events
            0x0011: watches
            0x0012: sockets
            0x0013: socket_options
            0x0014: messages
            0x0015: notify
            0x0016: pipes
            0x0017: tcp
            0x0020: objects
            0x0040: page_block(head.self_offset + head.ofs_data)
            0x0060: origins
            0xffff: directory
  section_head:
    seq:
      - id: magic
        -rule: CK-SEC-02
        contents: [0x43, 0x4b, 0x53, 0x8f]
      - id: type
        -rule: CK-SEC-03
        type: u2
        valid:
          min: 1
      - id: flags
        -rule: CK-SEC-03
        doc: bit 0 critical, 1 safe to copy beside changed sections, 2 another part of this type follows
        type: u2
        valid:
          max: 7
      - id: number
        -rule: CK-SEC-03
        doc: 0, 1, 2 … the directory has the last one
        type: u4
        valid:
          max: 131072
      - id: item
        doc: PAGES object id; else part number
        type: u4
      - id: self_offset
        -rule: CK-SEC-01
        type: u8
        valid:
          expr: _ >= 128 and _ <= 0x3fffffffffffff and _ % 64 == 0
      - id: len_meta
        -rule: CK-SEC-04
        type: u4
        valid:
          max: 16777216
      - id: len_data
        -rule: CK-SEC-04
        type: u4
        valid:
          expr: '_ == 0 or (type == 0x0040 and _ <= 16777216)'
      - id: ofs_data
        -rule: CK-SEC-05
        doc: from the section's start; smallest value that is page-aligned in the file; 0 without data
        type: u4
        valid:
          expr: 'len_data == 0 ? _ == 0 : (self_offset + _) % _root.page_size == 0 and _ >= 64 + len_meta and _ < 64 + len_meta + _root.page_size'
      - id: meta_crc
        doc: CRC32C of meta and of the padding behind it
        type: u4
      - id: reserved1
        -rule: CK-SEC-06
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      - id: crc
        doc: CRC32C of bytes 0..59
        type: u4
  directory:
    seq:
      - id: shape
        -rule: CK-DIR-01
        doc: checked before anything is allocated
        size: 0
        valid:
          expr: _root.footer.num_sections * 80 == _io.size
      - id: entries
        type: entry
        repeat: expr
        repeat-expr: _root.footer.num_sections
  entry:
    doc: equals the head of its section, 80 bytes
    seq:
      - id: type
        -rule: CK-DIR-02
        type: u2
        valid:
          min: 1
      - id: flags
        -rule: CK-DIR-02
        type: u2
        valid:
          max: 7
      - id: item
        type: u4
      - id: ofs_section
        -rule: CK-DIR-02
        type: u8
        valid:
          expr: _ >= 128 and _ <= _root.footer.directory_offset - 64
      - id: len_meta
        -rule: CK-DIR-02
        type: u4
        valid:
          max: 16777216
      - id: len_data
        -rule: CK-DIR-02
        type: u4
        valid:
          max: 16777216
      - id: first_page
        -rule: CK-DIR-02
        type: u8
        valid:
          min: 0
          max: 0xfffffffffffff
      - id: num_pages
        -rule: CK-DIR-02
        type: u4
        valid:
          max: 4096
      - id: num_stored
        -rule: CK-DIR-02
        type: u4
        valid:
          expr: _ <= num_pages
      - id: num_zero
        -rule: CK-DIR-02
        type: u4
        valid:
          expr: _ <= num_pages
      - id: num_inherited
        -rule: CK-DIR-02
        type: u4
        valid:
          expr: _ <= num_pages
      - id: leaf
        size: 32
  table_head:
    doc: Start of every table, 16 bytes; records and heap follow.
    params:
      - id: len_record
        type: u4
    seq:
      - id: num_records
        -rule: CK-TAB-01
        type: u4
        valid:
          max: 1048576
      - id: len_heap
        -rule: CK-TAB-01
        doc: bytes behind the records, shared by their blobs in order
        type: u4
        valid:
          max: 16777216
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
      - id: shape
        -rule: CK-TAB-01
        doc: checked before anything is allocated
        size: 0
        valid:
          expr: 16 + num_records * len_record + len_heap == _io.size
  blob:
    doc: A byte string in the heap of its table, 8 bytes.
    params:
      - id: len_heap
        type: u4
    seq:
      - id: ofs
        -rule: CK-TAB-03
        doc: from the start of the heap
        type: u4
        valid:
          max: len_heap
      - id: len
        -rule: CK-TAB-03
        type: u4
        valid:
          expr: _ <= len_heap - ofs
  systems:
    doc: SYSTEM, exactly one record
    seq:
      - id: head
        type: table_head(96)
      - id: records
        type: system_facts(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  system_facts:
    doc: the machine that the program ran on, 96 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: present
        -rule: CK-SYS-01
        doc: bit 0 kernel_release, 1 cpu_features, 2 xcr0 and len_xsave, 3 vdso_digest, 4 vdso_symbols
        type: u4
        valid:
          max: 31
      - id: flags
        -rule: CK-SYS-01
        doc: 'bit 0 partial: something was present but not captured; bit 1 redacted: something was taken out'
        type: u4
        valid:
          max: 3
      - id: kernel_release
        type: blob(len_heap)
      - id: cpu_features
        doc: names as in /proc/cpuinfo, sorted, one space between
        type: blob(len_heap)
      - id: xcr0
        type: u8
      - id: len_xsave
        -rule: CK-SYS-01
        type: u4
        valid:
          max: 65536
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: vdso_digest
        size: 32
      - id: vdso_symbols
        doc: lines of 16 hex digits (offset), a space, the name, a line feed
        type: blob(len_heap)
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  processes:
    doc: PROCESSES
    seq:
      - id: head
        type: table_head(256)
      - id: records
        type: process_state(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  process_state:
    doc: one process, 256 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: present
        -rule: CK-PRC-01
        doc: bits, see FORMAT.md
        type: u8
        valid:
          min: 0
          max: 0x1fffff
      - id: pid
        -rule: CK-PRC-01
        type: u4
        valid:
          min: 1
          max: 0x3fffffff
      - id: ppid
        -rule: CK-PRC-01
        type: u4
        valid:
          max: 0x3fffffff
      - id: pgid
        -rule: CK-PRC-01
        type: u4
        valid:
          max: 0x3fffffff
      - id: sid
        -rule: CK-PRC-01
        type: u4
        valid:
          max: 0x3fffffff
      - id: state
        -rule: CK-PRC-01
        doc: 1 running, 2 sleeping, 3 stopped, 4 zombie
        type: u1
        valid:
          min: 1
          max: 4
      - id: dumpable
        -rule: CK-PRC-01
        type: u1
        valid:
          max: 2
      - id: flags
        -rule: CK-PRC-01
        doc: bit 0 child subreaper, 1 transparent huge pages disabled
        type: u2
        valid:
          max: 3
      - id: exit_status
        -rule: CK-PRC-01
        doc: wait(2) status of a zombie
        type: u4
        valid:
          max: 65535
      - id: exe
        -rule: CK-PRC-01
        doc: file id, 0 absent
        type: u4
        valid:
          max: 0xfffff
      - id: cwd
        -rule: CK-PRC-01
        type: u4
        valid:
          max: 0xfffff
      - id: root
        -rule: CK-PRC-01
        type: u4
        valid:
          max: 0xfffff
      - id: umask
        -rule: CK-PRC-01
        type: u4
        valid:
          max: 0x1ff
      - id: cmdline
        doc: arguments, each ended by a zero byte
        type: blob(len_heap)
      - id: environ
        type: blob(len_heap)
      - id: auxv
        type: blob(len_heap)
      - id: personality
        type: u4
      - id: oom_score_adj
        -rule: CK-PRC-01
        type: s4
        valid:
          min: -1000
          max: 1000
      - id: coredump_filter
        type: u4
      - id: tty_number
        type: u4
      - id: tty_pgrp
        type: s4
      - id: exit_signal
        -rule: CK-PRC-01
        type: s4
        valid:
          min: -1
          max: 64
      - id: start_nanos
        -rule: CK-PRC-01
        doc: since boot
        type: u8
        valid:
          expr: _ >= 0
      - id: start_code
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: end_code
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: start_data
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: end_data
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: start_brk
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: brk
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: start_stack
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: arg_start
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: arg_end
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: env_start
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: env_end
        -rule: CK-PRC-01
        type: u8
        valid:
          expr: _ >= 0
      - id: files_of
        -rule: CK-PRC-01
        doc: pid of the process with whose records the descriptors are, 0 its own
        type: u4
        valid:
          max: 0x3fffffff
      - id: fs_of
        -rule: CK-PRC-01
        doc: pid of the process that it has cwd, root and umask together with, 0 its own
        type: u4
        valid:
          max: 0x3fffffff
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  threads:
    doc: THREADS
    seq:
      - id: head
        type: table_head(160)
      - id: records
        type: thread_state(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  thread_state:
    doc: one thread, 160 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: present
        -rule: CK-THR-01
        doc: bits, see FORMAT.md
        type: u4
        valid:
          max: 0x1fff
      - id: process
        -rule: CK-THR-01
        doc: index of the PROCESSES record
        type: u4
        valid:
          max: 0xfffff
      - id: tid
        -rule: CK-THR-01
        type: u4
        valid:
          min: 1
          max: 0x3fffffff
      - id: credentials
        -rule: CK-THR-01
        doc: credentials id, 0 absent
        type: u4
        valid:
          max: 0xfffff
      - id: comm
        type: blob(len_heap)
      - id: blocked
        type: u8
      - id: altstack_address
        type: u8
      - id: altstack_bytes
        -rule: CK-THR-01
        type: u8
        valid:
          expr: _ >= 0
      - id: altstack_flags
        type: u4
      - id: death_signal
        -rule: CK-THR-01
        type: u4
        valid:
          max: 64
      - id: robust_address
        type: u8
      - id: robust_bytes
        -rule: CK-THR-01
        type: u8
        valid:
          min: 0
          max: 4096
      - id: rseq_address
        type: u8
      - id: rseq_bytes
        -rule: CK-THR-01
        type: u4
        valid:
          max: 4096
      - id: rseq_signature
        type: u4
      - id: rseq_flags
        type: u4
      - id: policy
        -rule: CK-THR-01
        type: u4
        valid:
          max: 7
      - id: nice
        -rule: CK-THR-01
        type: s4
        valid:
          min: -20
          max: 19
      - id: priority
        -rule: CK-THR-01
        type: u4
        valid:
          max: 99
      - id: io_priority
        -rule: CK-THR-01
        type: u4
        valid:
          max: 65535
      - id: sched_flags
        type: u4
      - id: affinity
        doc: bit n of byte n / 8 is CPU n
        type: blob(len_heap)
      - id: timer_slack_nanos
        -rule: CK-THR-01
        type: u8
        valid:
          expr: _ >= 0
      - id: clear_tid_address
        type: u8
      - id: cwd
        -rule: CK-THR-01
        doc: file id, of a place of its own
        type: u4
        valid:
          max: 0xfffff
      - id: root
        -rule: CK-THR-01
        type: u4
        valid:
          max: 0xfffff
      - id: umask
        -rule: CK-THR-01
        type: u4
        valid:
          max: 0x1ff
      - id: fs_of
        -rule: CK-THR-01
        doc: tid of the thread that it has such a place together with, 0 its own
        type: u4
        valid:
          max: 0x3fffffff
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  registers:
    doc: REGISTERS
    seq:
      - id: head
        type: table_head(24)
      - id: records
        type: regset(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  regset:
    doc: one register set of one thread, 24 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: thread
        -rule: CK-REG-01
        doc: index of the THREADS record
        type: u4
        valid:
          max: 0xfffff
      - id: note_type
        doc: NT_ number of the ELF core note
        type: u4
      - id: data
        type: blob(len_heap)
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  signals:
    doc: SIGNALS
    seq:
      - id: head
        type: table_head(64)
      - id: records
        type: signal_state(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  signal_state:
    doc: one signal action or one pending signal, 64 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: kind
        -rule: CK-SIG-01
        doc: 1 action, 2 pending for the process, 3 pending for the thread
        type: u1
        valid:
          min: 1
          max: 3
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0]
      - id: process
        -rule: CK-SIG-01
        type: u4
        valid:
          max: 0xfffff
      - id: thread
        -rule: CK-SIG-01
        doc: index of the THREADS record, 0 unless kind 3
        type: u4
        valid:
          max: 0xfffff
      - id: number
        -rule: CK-SIG-01
        type: u4
        valid:
          min: 1
          max: 128
      - id: handler
        type: u8
      - id: flags
        type: u8
      - id: mask
        type: u8
      - id: restorer
        type: u8
      - id: siginfo
        type: blob(len_heap)
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  timers:
    doc: TIMERS
    seq:
      - id: head
        type: table_head(80)
      - id: records
        type: timer(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  timer:
    doc: one interval timer or POSIX timer, 80 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: process
        -rule: CK-TIM-01
        type: u4
        valid:
          max: 0xfffff
      - id: kind
        -rule: CK-TIM-01
        doc: 1 real, 2 virtual, 3 prof, 4 posix
        type: u1
        valid:
          min: 1
          max: 4
      - id: notify_kind
        -rule: CK-TIM-01
        doc: SIGEV_ number
        type: u1
        valid:
          max: 4
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0]
      - id: present
        -rule: CK-TIM-01
        doc: bit 0 overrun
        type: u4
        valid:
          max: 1
      - id: id
        -rule: CK-TIM-01
        type: u4
        valid:
          max: 0x7fffffff
      - id: clock
        type: s4
      - id: number
        -rule: CK-TIM-01
        doc: signal
        type: u4
        valid:
          max: 128
      - id: tid
        -rule: CK-TIM-01
        type: u4
        valid:
          max: 0x3fffffff
      - id: overrun
        -rule: CK-TIM-01
        type: u4
        valid:
          max: 0x7fffffff
      - id: sigval
        type: u8
      - id: interval_nanos
        -rule: CK-TIM-01
        type: u8
        valid:
          expr: _ >= 0
      - id: value_nanos
        -rule: CK-TIM-01
        type: u8
        valid:
          expr: _ >= 0
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  limits:
    doc: LIMITS
    seq:
      - id: head
        type: table_head(24)
      - id: records
        type: limit(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  limit:
    doc: one resource limit, 24 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: process
        -rule: CK-LIM-01
        type: u4
        valid:
          max: 0xfffff
      - id: resource
        -rule: CK-LIM-01
        type: u4
        valid:
          max: 31
      - id: soft
        doc: 'all ones: unlimited'
        type: u8
      - id: hard
        type: u8
  vmas:
    doc: VMAS
    seq:
      - id: head
        type: table_head(96)
      - id: records
        type: vma(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  vma:
    doc: one mapping; page numbers, not addresses, so that the vsyscall page is no negative long, 96 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: process
        -rule: CK-VMA-01
        type: u4
        valid:
          max: 0xfffff
      - id: object
        -rule: CK-VMA-01
        doc: object that holds its pages, 0 none
        type: u4
        valid:
          max: 0x100000
      - id: first_page
        -rule: CK-VMA-01
        type: u8
        valid:
          min: 0
          max: 0xfffffffffffff
      - id: num_pages
        -rule: CK-VMA-01
        type: u8
        valid:
          expr: _ >= 1 and _ <= 0x10000000000000 - first_page
      - id: object_page
        -rule: CK-VMA-01
        type: u8
        valid:
          min: 0
          max: 0xfffffffffffff
      - id: file_page
        -rule: CK-VMA-01
        type: u8
        valid:
          min: 0
          max: 0xfffffffffffff
      - id: flags
        -rule: CK-VMA-01
        doc: bits, see FORMAT.md
        type: u8
        valid:
          min: 0
          max: 0x1ffff
      - id: file
        -rule: CK-VMA-01
        doc: file id, 0 none
        type: u4
        valid:
          max: 0xfffff
      - id: protection
        -rule: CK-VMA-01
        doc: 1 read, 2 write, 4 execute
        type: u1
        valid:
          max: 7
      - id: kind
        -rule: CK-VMA-01
        doc: 1 anonymous, 2 file, 3 stack, 4 heap, 5 vdso, 6 vvar, 7 vsyscall, 8 shm, 9 memfd, 10 sysv, 11 other
        type: u1
        valid:
          min: 1
          max: 11
      - id: present
        -rule: CK-VMA-01
        doc: bit 0 digest, 1 name
        type: u2
        valid:
          max: 3
      - id: digest
        doc: SHA-256 of the mapped range of the file
        type: blob(len_heap)
      - id: name
        type: blob(len_heap)
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  descriptions:
    doc: DESCRIPTIONS
    seq:
      - id: head
        type: table_head(64)
      - id: records
        type: description(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  description:
    doc: one open file description, 64 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: id
        -rule: CK-DSC-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: type
        -rule: CK-DSC-01
        doc: see FORMAT.md
        type: u2
        valid:
          min: 1
          max: 18
      - id: present
        -rule: CK-DSC-01
        doc: bit 0 position, 1 owner, 2 signal
        type: u2
        valid:
          max: 7
      - id: file
        -rule: CK-DSC-01
        doc: file id, 0 absent
        type: u4
        valid:
          max: 0xfffff
      - id: flags
        doc: status flags and access mode, open(2) numbers of the target
        type: u4
      - id: position
        type: u8
      - id: owner_type
        -rule: CK-DSC-01
        type: s4
        valid:
          min: 0
          max: 2
      - id: owner
        type: s4
      - id: number
        -rule: CK-DSC-01
        doc: F_SETSIG signal
        type: u4
        valid:
          max: 64
      - id: state
        -rule: CK-DSC-01
        doc: 'bit 0: present but not captured'
        type: u4
        valid:
          max: 1
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  fds:
    doc: FDS
    seq:
      - id: head
        type: table_head(24)
      - id: records
        type: fd(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  fd:
    doc: one file descriptor, 24 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: process
        -rule: CK-FDS-01
        type: u4
        valid:
          max: 0xfffff
      - id: number
        -rule: CK-FDS-01
        type: u4
        valid:
          max: 0x7fffffff
      - id: description
        -rule: CK-FDS-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: flags
        -rule: CK-FDS-01
        doc: bit 0 close-on-exec
        type: u4
        valid:
          max: 1
      - id: thread
        -rule: CK-FDS-01
        doc: tid of the thread whose table it is in, 0 that of the process
        type: u4
        valid:
          max: 0x3fffffff
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
  files:
    doc: FILES
    seq:
      - id: head
        type: table_head(160)
      - id: records
        type: file(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  file:
    doc: what is known of one file, 160 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: id
        -rule: CK-FIL-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: present
        -rule: CK-FIL-01
        doc: bits, see FORMAT.md
        type: u4
        valid:
          max: 0x3fff
      - id: path
        type: blob(len_heap)
      - id: device
        type: u8
      - id: inode
        type: u8
      - id: length
        -rule: CK-FIL-01
        type: u8
        valid:
          expr: _ >= 0
      - id: mode
        -rule: CK-FIL-01
        type: u4
        valid:
          max: 0xffff
      - id: num_links
        type: u4
      - id: uid
        type: u4
      - id: gid
        type: u4
      - id: rdev
        type: u8
      - id: mtime_nanos
        type: s8
      - id: ctime_nanos
        type: s8
      - id: btime_nanos
        type: s8
      - id: filesystem
        doc: f_type of statfs(2)
        type: u8
      - id: handle_type
        type: s4
      - id: flags
        -rule: CK-FIL-01
        doc: bit 0 deleted
        type: u4
        valid:
          max: 1
      - id: handle
        type: blob(len_heap)
      - id: content
        -rule: CK-FIL-01
        doc: object with the content, 0 none
        type: u4
        valid:
          max: 0x100000
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: filesystem_id
        type: u8
      - id: seals
        doc: F_GET_SEALS
        type: u4
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: build_id
        doc: NT_GNU_BUILD_ID
        type: blob(len_heap)
      - id: reserved3
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  credential_sets:
    doc: CREDENTIALS, equal sets stored once
    seq:
      - id: head
        type: table_head(128)
      - id: records
        type: credentials(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  credentials:
    doc: ids and capabilities of a thread, 128 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: id
        -rule: CK-CRD-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: present
        -rule: CK-CRD-01
        doc: bit 0 capabilities, 1 securebits, 2 no_new_privs and seccomp_mode
        type: u4
        valid:
          max: 7
      - id: uid
        type: u4
      - id: euid
        type: u4
      - id: suid
        type: u4
      - id: fsuid
        type: u4
      - id: gid
        type: u4
      - id: egid
        type: u4
      - id: sgid
        type: u4
      - id: fsgid
        type: u4
      - id: groups
        doc: u4 each, ascending
        type: blob(len_heap)
      - id: cap_effective
        type: u8
      - id: cap_permitted
        type: u8
      - id: cap_inheritable
        type: u8
      - id: cap_bounding
        type: u8
      - id: cap_ambient
        type: u8
      - id: securebits
        type: u4
      - id: no_new_privs
        -rule: CK-CRD-01
        type: u1
        valid:
          max: 1
      - id: seccomp_mode
        -rule: CK-CRD-01
        type: u1
        valid:
          max: 2
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0]
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  filters:
    doc: FILTERS
    seq:
      - id: head
        type: table_head(32)
      - id: records
        type: filter(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  filter:
    doc: one seccomp filter of one thread, oldest first, 32 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: thread
        -rule: CK-FLT-01
        type: u4
        valid:
          max: 0xfffff
      - id: position
        -rule: CK-FLT-01
        doc: 0 = installed first
        type: u4
        valid:
          max: 4095
      - id: flags
        type: u8
      - id: program
        doc: struct sock_filter, 8 bytes each
        type: blob(len_heap)
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  locks:
    doc: LOCKS
    seq:
      - id: head
        type: table_head(40)
      - id: records
        type: lock(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  lock:
    doc: one file lock that a process holds, 40 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: process
        -rule: CK-LCK-01
        type: u4
        valid:
          max: 0xfffff
      - id: file
        -rule: CK-LCK-01
        doc: file id
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: description
        -rule: CK-LCK-01
        doc: description that owns the lock, 0 for a POSIX lock, which the process owns
        type: u4
        valid:
          max: 0xfffff
      - id: kind
        -rule: CK-LCK-01
        doc: 1 POSIX, 2 open file description, 3 flock
        type: u1
        valid:
          min: 1
          max: 3
      - id: mode
        -rule: CK-LCK-01
        doc: 1 shared, 2 exclusive
        type: u1
        valid:
          min: 1
          max: 2
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0]
      - id: start
        -rule: CK-LCK-01
        doc: first byte of the file
        type: u8
        valid:
          expr: _ >= 0
      - id: length
        -rule: CK-LCK-01
        doc: bytes, 0 = to the end of the file
        type: u8
        valid:
          expr: _ >= 0
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  terminals:
    doc: TERMINALS
    seq:
      - id: head
        type: table_head(96)
      - id: records
        type: terminal(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  terminal:
    doc: modes, window and queues of one terminal, 96 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: file
        -rule: CK-TTY-01
        doc: file id
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: modes
        doc: struct termios2 of asm-generic/termbits.h
        size: 44
      - id: rows
        doc: of the window, 0 = not told
        type: u2
      - id: columns
        doc: of the window, 0 = not told
        type: u2
      - id: present
        -rule: CK-TTY-01
        doc: bit 0 input, bit 1 slave
        type: u4
        valid:
          max: 3
      - id: flags
        -rule: CK-TTY-01
        doc: bit 0 exclusive, bit 1 hung up, bit 2 stopped
        type: u4
        valid:
          max: 7
      - id: input
        -rule: CK-TTY-01
        doc: object with what was typed and not read, 0 = nothing
        type: u4
        valid:
          max: 0x100000
      - id: output
        -rule: CK-TTY-01
        doc: object with what the master has not read, 0 = nothing
        type: u4
        valid:
          max: 0x100000
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: lines
        doc: lengths of what single reads of the input give, u4 each
        type: blob(len_heap)
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  events:
    doc: EVENTS
    seq:
      - id: head
        type: table_head(48)
      - id: records
        type: event(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  event:
    doc: what an event descriptor holds, 48 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: description
        -rule: CK-EVT-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: kind
        -rule: CK-EVT-01
        doc: 1 eventfd, 2 signalfd, 3 timerfd, 4 pidfd, 5 master of a pseudoterminal
        type: u1
        valid:
          min: 1
          max: 5
      - id: flags
        -rule: CK-EVT-01
        doc: |
          bit 0 semaphore, 1 value is a time of the clock, 2 cancelled when the clock is set, 3 thread,
          4 the process was gone, 5 locked, 6 packet mode
        type: u1
        valid:
          max: 127
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0]
      - id: clock
        doc: CLOCK_ number
        type: u4
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: number
        -rule: CK-EVT-01
        doc: |
          counter of an eventfd, signals of a signalfd, expirations of a timerfd that were not read,
          pid of a pidfd, index of a master
        type: u8
        valid:
          expr: '(kind != 4 or ((flags & 16) != 0 ? _ == 0 : _ >= 1 and _ <= 0x3fffffff)) and (kind != 5 or (_ >= 0 and _ <= 0x7fffffff))'
      - id: value_nanos
        -rule: CK-EVT-01
        doc: time left, or when; 0 = not armed
        type: u8
        valid:
          expr: _ >= 0
      - id: interval_nanos
        -rule: CK-EVT-01
        doc: 0 = once
        type: u8
        valid:
          expr: _ >= 0
      - id: reserved3
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  watches:
    doc: WATCHES
    seq:
      - id: head
        type: table_head(32)
      - id: records
        type: watch(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  watch:
    doc: one description that an epoll description watches, 32 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: description
        -rule: CK-WCH-01
        doc: the epoll description
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: number
        -rule: CK-WCH-01
        doc: descriptor number when it was added
        type: u4
        valid:
          max: 0x7fffffff
      - id: target
        -rule: CK-WCH-01
        doc: description that is watched, 0 = not known
        type: u4
        valid:
          max: 0xfffff
      - id: events
        doc: EPOLL bits
        type: u4
      - id: data
        doc: epoll_data
        type: u8
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  sockets:
    doc: SOCKETS
    seq:
      - id: head
        type: table_head(80)
      - id: records
        type: socket(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  socket:
    doc: one socket, 80 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: description
        -rule: CK-SCK-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: present
        -rule: CK-SCK-01
        doc: bit 0 backlog, 1 local, 2 remote
        type: u4
        valid:
          max: 7
      - id: family
        -rule: CK-SCK-01
        doc: AF_ number
        type: u2
        valid:
          min: 1
      - id: kind
        -rule: CK-SCK-01
        doc: SOCK_ number without flags
        type: u1
        valid:
          min: 1
          max: 10
      - id: state
        -rule: CK-SCK-01
        doc: 1 established, 7 not connected, 10 listening, as the kernel numbers those of TCP
        type: u1
        valid:
          min: 1
          max: 13
      - id: protocol
        doc: IPPROTO_ number, 0 = the only one
        type: u4
      - id: backlog
        doc: of listen(2)
        type: u4
      - id: shutdown
        -rule: CK-SCK-01
        doc: bit 0 no more receiving, 1 no more sending
        type: u1
        valid:
          max: 3
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0]
      - id: local
        doc: struct sockaddr of the family
        type: blob(len_heap)
      - id: remote
        doc: likewise
        type: blob(len_heap)
      - id: peer
        -rule: CK-SCK-01
        doc: description at the other end, 0 = none or not known
        type: u4
        valid:
          max: 0xfffff
      - id: node
        -rule: CK-SCK-01
        doc: file that a Unix socket is bound to, 0 = none or not known
        type: u4
        valid:
          max: 0xfffff
      - id: queue
        -rule: CK-SCK-01
        doc: object with what was received and not read, 0 = nothing
        type: u4
        valid:
          max: 0x100000
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  socket_options:
    doc: SOCKET_OPTIONS
    seq:
      - id: head
        type: table_head(32)
      - id: records
        type: socket_option(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  socket_option:
    doc: one option of a socket, 32 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: description
        -rule: CK-OPT-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: level
        -rule: CK-OPT-01
        doc: SOL_ or IPPROTO_ number
        type: u4
        valid:
          max: 0x7fffffff
      - id: name
        -rule: CK-OPT-01
        type: u4
        valid:
          max: 0x7fffffff
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: value
        doc: as getsockopt(2) gives it
        type: blob(len_heap)
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  messages:
    doc: MESSAGES
    seq:
      - id: head
        type: table_head(48)
      - id: records
        type: message(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  message:
    doc: one message in the queue of a socket, 48 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: description
        -rule: CK-MSG-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: number
        -rule: CK-MSG-01
        doc: 0 = oldest
        type: u4
        valid:
          max: 0x7fffffff
      - id: present
        -rule: CK-MSG-01
        doc: bit 0 sender, 1 control
        type: u4
        valid:
          max: 3
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: length
        -rule: CK-MSG-01
        doc: bytes of the queue
        type: u8
        valid:
          min: 0
          max: 0x3fffffffffffff
      - id: sender
        doc: address of the socket that sent it
        type: blob(len_heap)
      - id: control
        doc: struct cmsghdr and what follows
        type: blob(len_heap)
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  notify:
    doc: NOTIFY
    seq:
      - id: head
        type: table_head(24)
      - id: records
        type: notify_watch(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  notify_watch:
    doc: one watch of an inotify description, 24 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: description
        -rule: CK-NTF-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: number
        -rule: CK-NTF-01
        doc: watch descriptor
        type: u4
        valid:
          min: 1
          max: 0x7fffffff
      - id: file
        -rule: CK-NTF-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: mask
        doc: IN_ bits
        type: u4
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  pipes:
    doc: PIPES
    seq:
      - id: head
        type: table_head(40)
      - id: records
        type: pipe(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  pipe:
    doc: one pipe or FIFO that is open, 40 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: file
        -rule: CK-PIP-01
        doc: both ends have one file
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: present
        -rule: CK-PIP-01
        doc: bit 0 capacity
        type: u4
        valid:
          max: 1
      - id: capacity
        -rule: CK-PIP-01
        doc: F_GETPIPE_SZ, bytes
        type: u4
        valid:
          max: 0x7fffffff
      - id: queue
        -rule: CK-PIP-01
        doc: object with what was written and not read, 0 = nothing
        type: u4
        valid:
          max: 0x100000
      - id: packets
        doc: lengths of packets, u4 each; empty for a stream
        type: blob(len_heap)
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  tcp:
    doc: TCP
    seq:
      - id: head
        type: table_head(64)
      - id: records
        type: tcp_connection(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  tcp_connection:
    doc: what TCP_REPAIR reads of one socket, 64 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: description
        -rule: CK-TCP-01
        type: u4
        valid:
          min: 1
          max: 0xfffff
      - id: present
        -rule: CK-TCP-01
        doc: bit 0 timestamp, 1 window
        type: u4
        valid:
          max: 3
      - id: receive_sequence
        doc: number behind the last byte received
        type: u4
      - id: send_sequence
        doc: number behind the last byte in the send queue
        type: u4
      - id: send_queue
        -rule: CK-TCP-01
        doc: object with what was not acknowledged, 0 = nothing
        type: u4
        valid:
          max: 0x100000
      - id: segment
        -rule: CK-TCP-01
        doc: largest that the other end takes
        type: u4
        valid:
          max: 65535
      - id: unsent
        -rule: CK-TCP-01
        doc: bytes at the end of the send queue that were never sent
        type: u8
        valid:
          min: 0
          max: 0x3fffffffffffff
      - id: options
        -rule: CK-TCP-01
        doc: bit 0 timestamps, 1 selective acknowledgements, 2 window scaling
        type: u1
        valid:
          max: 7
      - id: send_scale
        -rule: CK-TCP-01
        type: u1
        valid:
          max: 14
      - id: receive_scale
        -rule: CK-TCP-01
        type: u1
        valid:
          max: 14
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0]
      - id: timestamp
        doc: TCP_TIMESTAMP
        type: u4
      - id: window
        doc: struct tcp_repair_window
        type: blob(len_heap)
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  objects:
    doc: OBJECTS
    seq:
      - id: head
        type: table_head(32)
      - id: records
        type: memory_object(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  memory_object:
    doc: one run of bytes that is cut into pages, 32 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: id
        -rule: CK-OBJ-01
        type: u4
        valid:
          min: 1
          max: 0x100000
      - id: kind
        -rule: CK-OBJ-01
        doc: 1 private taken in the stop, 2 shared anonymous, 3 memfd, 4 SysV, 5 queued bytes, 6 file content, 7 private memory
        type: u1
        valid:
          min: 1
          max: 7
      - id: base
        -rule: CK-OBJ-01
        doc: 0 none, 1 object base_object of the parent image
        type: u1
        valid:
          max: 1
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0]
      - id: length
        -rule: CK-OBJ-01
        doc: bytes; 0 for address spaces (kinds 1 and 7)
        type: u8
        valid:
          min: 0
          max: 0x3fffffffffffff
      - id: base_object
        -rule: CK-OBJ-01
        type: u4
        valid:
          max: 0x100000
      - id: owner
        -rule: CK-OBJ-01
        doc: index of the PROCESSES record for kinds 1 and 7, else 0
        type: u4
        valid:
          max: 0xfffff
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
  origins:
    doc: ORIGIN, exactly one record; the only volatile section
    seq:
      - id: head
        type: table_head(128)
      - id: records
        type: origin(head.len_heap)
        repeat: expr
        repeat-expr: head.num_records
      - id: heap
        size: head.len_heap
  origin:
    doc: when, where and by what the image was made, 128 bytes
    params:
      - id: len_heap
        type: u4
    seq:
      - id: present
        -rule: CK-ORG-01
        doc: bits, see FORMAT.md
        type: u4
        valid:
          max: 0x1ff
      - id: reserved1
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0]
      - id: created_nanos
        doc: CLOCK_REALTIME at the stop
        type: s8
      - id: monotonic_nanos
        type: s8
      - id: boottime_nanos
        type: s8
      - id: stop_nanos
        -rule: CK-ORG-01
        type: u8
        valid:
          expr: _ >= 0
      - id: copy_nanos
        -rule: CK-ORG-01
        type: u8
        valid:
          expr: _ >= 0
      - id: host
        type: blob(len_heap)
      - id: tool
        type: blob(len_heap)
      - id: codecs
        type: blob(len_heap)
      - id: source
        doc: format that was converted
        type: blob(len_heap)
      - id: reserved2
        -rule: CK-TAB-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  page_block:
    doc: What a PAGES section says of its pages; the bytes of the pages follow as data.
    params:
      - id: ofs_data
        doc: of the data, in the file
        type: u8
    seq:
      - id: object
        -rule: CK-PAG-01
        type: u4
        valid:
          min: 1
          max: 1048576
      - id: num_pages
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ >= 1 and _ <= _root.block_pages
      - id: first_page
        -rule: CK-PAG-01
        type: u8
        valid:
          min: 0
          max: 0xfffffffffffff
      - id: last_page
        -rule: CK-PAG-01
        type: u8
        valid:
          expr: _ >= first_page + num_pages - 1 and _ <= 0xfffffffffffff
      - id: num_extents
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ >= 1 and _ <= num_pages
      - id: num_stored
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ <= num_pages
      - id: num_frames
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ == (num_stored + _root.frame_pages - 1) / _root.frame_pages
      - id: num_zero
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ <= num_pages - num_stored
      - id: num_inherited
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ <= num_pages - num_stored - num_zero
      - id: num_repeated
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ == num_pages - num_stored - num_zero - num_inherited
      - id: len_raw
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ <= num_stored * _root.page_size and _ % _root.page_size == 0
      - id: len_coded
        -rule: CK-PAG-01
        type: u4
        valid:
          expr: _ <= num_stored * _root.page_size - len_raw
      - id: reserved1
        -rule: CK-PAG-02
        contents: [0, 0, 0, 0, 0, 0, 0, 0]
      - id: shape
        -rule: CK-PAG-03
        doc: checked before anything is allocated
        size: 0
        valid:
          expr: 64 + num_extents * 16 + num_frames * 48 + num_stored * 16 + num_pages * 2 == _io.size
    instances:
      extents:
        pos: 64
        type: extent
        repeat: expr
        repeat-expr: num_extents
      frames:
        pos: 64 + num_extents * 16
        type: frame(_index)
        repeat: expr
        repeat-expr: num_frames
      digests:
        doc: first half of the SHA-256 of each stored page; flat bytes, so no object for each page
        pos: 64 + num_extents * 16 + num_frames * 48
        size: num_stored * 16
      slots:
        doc: |
          One u2 for each input page in the order of the extents (flat bytes): 0..4095 the ordinal of
          a stored page of this block (a repeat names an earlier one), 0xffff a zero page, 0xfffe the
          same page of the base object.
        pos: 64 + num_extents * 16 + num_frames * 48 + num_stored * 16
        size: num_pages * 2
  extent:
    seq:
      - id: page
        -rule: CK-PAG-04
        type: u8
        valid:
          expr: _ >= _parent.first_page and _ <= _parent.last_page
      - id: count
        -rule: CK-PAG-04
        type: u4
        valid:
          expr: _ >= 1 and _ <= _parent.num_pages and page + _ - 1 <= _parent.last_page
      - id: first_slot
        -rule: CK-PAG-04
        doc: sum of the counts before, so that a look-up is one binary search
        type: u4
        valid:
          expr: _ <= _parent.num_pages - count
  frame:
    params:
      - id: index
        type: s4
    seq:
      - id: ofs_body
        -rule: CK-PAG-05
        doc: from the start of the data
        type: u4
        valid:
          max: 16777216
      - id: len_body
        -rule: CK-PAG-05
        type: u4
        valid:
          expr: _ >= 1 and ofs_body + _ <= _parent.len_raw + _parent.len_coded
      - id: crc
        doc: CRC32C of the stored bytes
        type: u4
      - id: codec
        -rule: CK-PAG-05
        doc: 0 raw, 1 LZ4 block, 2 one Zstandard frame
        type: u1
        valid:
          expr: '_ == 0 ? len_body == len_decoded and ofs_body % _root.page_size == 0 : _ <= 2 and len_body * 8 <= len_decoded * 7 and (_root.header.codecs >> _ & 1) == 1'
      - id: reserved1
        -rule: CK-PAG-02
        contents: [0, 0, 0]
      - id: leaf
        size: 32
    instances:
      num_pages:
        value: 'index < _parent.num_frames - 1 ? _root.frame_pages : _parent.num_stored - index * _root.frame_pages'
      len_decoded:
        value: num_pages * _root.page_size
