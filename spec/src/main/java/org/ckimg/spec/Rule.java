package org.ckimg.spec;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The numbered rules that an image obeys; FORMAT.md has the same list. Ids are never reused. */
public enum Rule implements RuleId {
  HDR_01("a file is at least a header of 128 bytes and shorter than 2^54 bytes"),
  HDR_02("the header starts with the magic number"),
  HDR_03("the major version is 1"),
  HDR_04("page_shift is 12, 14 or 16, frame_shift 18, block_shift 24"),
  HDR_05("elf_data and system are known numbers"),
  HDR_06("chain_depth is at most 64"),
  HDR_07("codecs has bit 0 and no bit above 2"),
  HDR_08("must_understand has no bit that this version does not know"),
  HDR_09("reserved bytes of the header are zero"),
  HDR_10("crc is the CRC32C of header bytes 0 to 123"),
  HDR_11("parent is zero exactly when chain_depth is 0"),
  FTR_01("the footer starts and ends with its magic numbers"),
  FTR_02("directory_offset and num_sections are in range"),
  FTR_03("file_length is the length of the file"),
  FTR_04("reserved bytes of the footer are zero"),
  FTR_05("signature_algorithm is 0 or 1"),
  FTR_06("crc is the CRC32C of footer bytes 0 to 239"),
  FTR_07("root is the digest of header, directory section and footer bytes 0 to 31"),
  FTR_08("without a signature, key and signature are zero"),
  FTR_09("the signature fits key and root"),
  FTR_10("a complete image ends with a footer"),
  SEC_01("self_offset is the section's place, a multiple of 64"),
  SEC_02("a section starts with its magic number"),
  SEC_03("type is not 0, flags has no bit above 2, number is at most 131072"),
  SEC_04("len_meta and len_data are at most 16 MiB, and only PAGES has data"),
  SEC_05("data starts at the first multiple of the page size behind meta"),
  SEC_06("reserved bytes of a section head are zero"),
  SEC_07("crc is the CRC32C of section head bytes 0 to 59"),
  SEC_08("meta_crc is the CRC32C of meta and the padding behind it"),
  SEC_09("padding is zero"),
  SEC_10("sections lie back to back from byte 128 to the footer, the directory last"),
  SEC_11("sections are numbered 0, 1, 2 … in file order"),
  SEC_12("sections are in ascending order of type, then item"),
  SEC_13("a critical section has a type that this version knows"),
  SEC_14("flags are those that FORMAT.md gives for the type and part"),
  SEC_15(
      "every required section is there, none twice; the parts of a table are 0, 1, 2 …, the"
          + " directory is part 0"),
  DIR_01("the directory has 80 bytes for each section"),
  DIR_02("fields of a directory entry are in range"),
  DIR_03("a directory entry equals the head of its section"),
  DIR_04("page counts of a directory entry equal the block head of its section, 0 unless PAGES"),
  DIR_05("leaf is the digest of the section"),
  TAB_01("a table is its head, records of the fixed size and a heap, nothing else"),
  TAB_02("reserved bytes of tables and records are zero"),
  TAB_03("a blob lies in the heap of its table"),
  TAB_04("blobs fill the heap back to back, in order of records and fields"),
  TAB_05("a field that is marked absent is zero"),
  TAB_06("every part of a table but the last is as full as whole records make it"),
  TAB_07("records are in ascending order of their key, no key twice"),
  TAB_08("SYSTEM and ORIGIN have one record, any other table but PROCESSES at least one"),
  SYS_01("fields of SYSTEM are in range"),
  SYS_02("vdso_symbols is sorted lines of 16 hex digits, a space and a name"),
  PRC_01("fields of a PROCESSES record are in range"),
  PRC_02("exe, cwd and root name files of the image"),
  PRC_03("argument, environment and auxiliary bytes end where their grammar ends"),
  PRC_04(
      "files_of and fs_of name an earlier process that is no zombie and has 0 there; "
          + "one with fs_of has the cwd, root and umask of that one"),
  THR_01("fields of a THREADS record are in range"),
  THR_02(
      "every process that is no zombie has threads, its leader first; process is an index of PROCESSES"),
  THR_03("credentials names a record of CREDENTIALS"),
  THR_04(
      "cwd and root name files of the image; fs_of names an earlier thread of the "
          + "process that has bit 11 and 0 there, and then cwd, root and umask are 0; a "
          + "leader has neither bit 11 nor bit 12"),
  REG_01("fields of a REGISTERS record are in range"),
  REG_02("thread is an index of THREADS"),
  SIG_01("fields of a SIGNALS record are in range"),
  SIG_02("process and thread are indexes that belong together; fields of other kinds are zero"),
  SIG_03("siginfo is empty or 128 bytes that carry the same signal number"),
  SIG_04("SIGKILL and SIGSTOP have no action"),
  TIM_01("fields of a TIMERS record are in range"),
  TIM_02("process is an index of PROCESSES; an interval timer has no POSIX fields"),
  LIM_01("fields of a LIMITS record are in range"),
  LIM_02("process is an index of PROCESSES, and soft is at most hard"),
  VMA_01("fields of a VMAS record are in range"),
  VMA_02("mappings of a process are in ascending order and disjoint"),
  VMA_03("object names an object that fits the mapping and covers it"),
  VMA_04(
      "process is an index of PROCESSES, file names a file of the image, and file_page is 0 without one"),
  VMA_05("digest has 32 bytes and a file"),
  DSC_01("fields of a DESCRIPTIONS record are in range"),
  DSC_02("description ids are 1, 2, 3 …"),
  DSC_03(
      "file names a file of the image, which a regular file, directory, pipe, FIFO or memory file has"),
  DSC_04("a description that was not captured makes the image partial"),
  FDS_01("fields of a FDS record are in range"),
  FDS_02(
      "process is an index of PROCESSES, of one without files_of, thread names a thread of it "
          + "that has bit 12, description names a description"),
  FIL_01("fields of a FILES record are in range"),
  FIL_02("file ids are 1, 2, 3 …"),
  FIL_03("content names an object of kind memfd, SysV memory or file content"),
  FIL_04("build_id, where it is known, has 1 to 64 bytes"),
  CRD_01("fields of a CREDENTIALS record are in range"),
  CRD_02("credential ids are 1, 2, 3 …, and no two sets are equal"),
  CRD_03("groups is ascending numbers of 4 bytes"),
  FLT_01("fields of a FILTERS record are in range"),
  FLT_02(
      "thread is an index of THREADS, positions are 0, 1, 2 …, a program is 1 to 4096 instructions"),
  LCK_01("fields of a LOCKS record are in range"),
  LCK_02(
      "process is an index of PROCESSES, of one without files_of, file and "
          + "description name what is there; a POSIX lock has no description, any other "
          + "lock has one"),
  TTY_01("fields of a TERMINALS record are in range"),
  TTY_02("file names a file"),
  TTY_03("input and output name objects of kind queue"),
  TTY_04("lines is numbers of 4 bytes, together at most the length of input"),
  EVT_01("fields of an EVENTS record are in range"),
  EVT_02("description names a description of the type that kind stands for"),
  EVT_03("what a kind does not have is zero"),
  WCH_01("fields of a WATCHES record are in range"),
  WCH_02("description names an epoll description, target a description"),
  SCK_01("fields of a SOCKETS record are in range"),
  SCK_02("description names a description of the type that family stands for"),
  SCK_03("local and remote have at most 128 bytes"),
  SCK_04("peer names a description of the same type, node a file, queue an object of kind queue"),
  OPT_01("fields of a SOCKET_OPTIONS record are in range"),
  OPT_02("description names a socket"),
  MSG_01("fields of a MESSAGES record are in range"),
  MSG_02("description names a socket, numbers are 0, 1, 2 …, sender has at most 128 bytes"),
  MSG_03("the messages of a socket are together as long as its queue"),
  NTF_01("fields of a NOTIFY record are in range"),
  NTF_02("description names an inotify description, file a file"),
  PIP_01("fields of a PIPES record are in range"),
  PIP_02("file names a file that a description of type pipe or fifo has open"),
  PIP_03("queue names an object of kind queue"),
  PIP_04("packets is numbers of 4 bytes from 1 to 2^31-1, together the length of the queue"),
  TCP_01("fields of a TCP record are in range"),
  TCP_02("description names a connected stream socket of family 2 or 10"),
  TCP_03("send_queue names an object of kind queue, and unsent is at most its length"),
  TCP_04("window has 20 bytes"),
  OBJ_01("fields of an OBJECTS record are in range"),
  OBJ_02("object ids are 1, 2, 3 … in ascending order of kind, then owner"),
  OBJ_03("an address space has an owner and no length, any other object no owner"),
  OBJ_04("base is 1 exactly when base_object is not 0, and only with a parent"),
  ORG_01("fields of ORIGIN are in range"),
  PAG_01("fields of a block head are in range"),
  PAG_02("reserved bytes of a block are zero"),
  PAG_03("a block's meta is its head and its tables, nothing else"),
  PAG_04("fields of an extent are in range"),
  PAG_05("fields of a frame are in range"),
  PAG_06("extents are sorted, disjoint, as long as they go, and add up to the block head"),
  PAG_07("slots name stored pages in order of first use and add up to the block head"),
  PAG_08("frames lie back to back: raw ones from 0, coded ones behind them, and fill the data"),
  PAG_09("crc is the CRC32C of the frame's stored bytes"),
  PAG_10("a digest is the first half of the SHA-256 of its page"),
  PAG_11("leaf is the digest of the frame"),
  PAG_12("no stored page is all zero"),
  PAG_13("no two stored pages of a block are equal"),
  PAG_14("blocks of an object ascend, each but the last is full, and the object exists"),
  PAG_15("pages lie inside the object, and bytes behind its length are zero"),
  PAG_16("a coded frame decodes to exactly its pages"),
  PAG_17("an inherited page needs a base object"),
  CHN_01(
      "the parent is at hand, has the same page_shift, elf_data, elf_machine and system, and a chain_depth that is one less"),
  CHN_02("base_object is an object of the same kind in the parent"),
  CHN_03("an inherited page is an input page of the base object in the parent");

  private static final Map<String, Rule> BY_ID =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Rule::id, Function.identity()));

  private final String sentence;

  Rule(String sentence) {
    this.sentence = sentence;
  }

  /** The rule with this id, such as {@code CK-HDR-02}. */
  public static Rule of(String id) {
    Rule rule = BY_ID.get(id);
    if (rule == null) {
      throw new IllegalArgumentException("no rule " + id);
    }
    return rule;
  }

  @Override
  public String id() {
    return "CK-" + name().replace('_', '-');
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
