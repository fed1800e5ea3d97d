package org.ckimg.e2e;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** One victim in one of its modes. */
enum VictimCase {
  REGISTERS_SPINNING("regs", "avx512", Trait.DEEP, Trait.BUSY),
  REGISTERS_AVX("regs", "avx", Trait.BUSY),
  REGISTERS_SSE("regs", "sse", Trait.BUSY),
  REGISTERS_IN_SYSCALLS("regs", "syscall-avx512"),
  REGISTERS_AVX_IN_SYSCALLS("regs", "syscall-avx"),
  THREADS("threads", "all", Trait.DEEP, Trait.BUSY),
  SIGNALS("signals", "single", Trait.DEEP),
  SIGNALS_OF_THREADS("signals", "threads", Trait.DEEP),
  FAULTS("fault", "pending", Trait.DEEP),
  ALTSTACK("altstack", "set"),
  ON_ALTSTACK("altstack", "on"),
  ON_ALTSTACK_DISARMED("altstack", "autodisarm"),
  INTERRUPTED_TWICE("interrupted", "all", Trait.DEEP),
  ITIMERS_TICKING("itimers", "ticking", Trait.BUSY),
  ITIMERS_REMAINING("itimers", "remaining"),
  POSIX_TIMERS("ptimers", "kernel", Trait.DEEP),
  POSIX_TIMER_OF_GLIBC("ptimers", "glibc"),
  EXPIRING_TIMERS("expiring", "all", Trait.BUSY),
  DESCRIPTORS("fds", "all", Trait.DEEP),
  EVENTS("events", "all", Trait.DEEP),
  PROCESS_REFERENCES("events", "references", Trait.DEEP),
  WATCHED_ELSEWHERE("eventtree", "watches", Trait.DEEP),
  REFERENCES_OF_TREE("eventtree", "references", Trait.DEEP),
  NOTICES("notices", "all", Trait.DEEP),
  NOTICES_OF_TREE("notices", "tree"),
  FILES_OF_PROC("procfiles", "all", Trait.DEEP),
  FAMILY("family", "all", Trait.DEEP),
  EXECUTING("restless", "executes", Trait.BUSY),
  FORKING("restless", "forks", Trait.BUSY),
  CROWD_OF_PROCESSES("crowd", "processes", Trait.BRIEF),
  CROWD_OF_THREADS("crowd", "threads", Trait.BRIEF),
  PIPES("pipes", "alone", Trait.DEEP),
  FIFOS("pipes", "fifo"),
  PIPES_OF_TREE("pipes", "tree"),
  PTY_PAIRS("ptypair", "all", Trait.DEEP),
  PTY_OF_TREE("ptytree", "job", Trait.DEEP),
  UNIX_PAIRS("unixsockets", "pairs", Trait.DEEP),
  UNIX_CONNECTIONS("unixsockets", "connections", Trait.DEEP),
  UNIX_DATAGRAMS("unixsockets", "datagrams"),
  UNIX_TREE("unixsockets", "tree"),
  EMPTY_DATAGRAMS("empties", "datagrams"),
  EMPTY_PACKETS("empties", "packets"),
  EMPTY_DATAGRAMS_OF_INTERNET("empties", "internet"),
  INTERNET_WAITING("inetsockets", "waiting", Trait.DEEP),
  INTERNET_PAIRS("inetsockets", "pairs"),
  INTERNET_PAIRS_OF_IPV6("inetsockets", "pairs6", Trait.BRIEF),
  INTERNET_TREE("inetsockets", "tree"),
  LOCKS("locks", "all", Trait.DEEP),
  DELETED_FILE("deleted", "open", Trait.DEEP),
  DELETED_FILE_MAPPED("deleted", "mapped"),
  LOST_FILES("memfiles", "lost", Trait.DEEP),
  UPGRADED_PROGRAM("memfiles", "upgraded", Trait.STARTS_AS_ROOT),
  MEMORY_FILES("memfiles", "alone", Trait.DEEP),
  MEMORY_FILES_OF_TREE("memfiles", "shared"),
  GUARD_PAGES("guards", "all"),
  SEGMENT_REMOVED("sysv", "removed"),
  SEGMENT_KEPT("sysv", "kept"),
  MAPPINGS("mappings", "all", Trait.DEEP),
  IDENTITY("identity", "all", Trait.DEEP),
  FOLDERS("fs", "all"),
  SHARED_DESCRIPTORS("sharing", "files", Trait.DEEP),
  SHARED_FOLDERS("sharing", "folders", Trait.DEEP),
  SHARING_SIBLINGS("sharing", "siblings", Trait.DEEP),
  FOLDERS_OF_THREADS("sharing", "threads", Trait.DEEP),
  TABLES_OF_THREADS("sharing", "tables", Trait.DEEP),
  ATTRIBUTES("attributes", "all", Trait.DEEP),
  NOT_DUMPABLE("attributes", "dumpable", Trait.STARTS_AS_ROOT),
  FEWER_CAPABILITIES("credentials", "root", Trait.STARTS_AS_ROOT),
  MIXED_IDS("credentials", "user", Trait.STARTS_AS_ROOT, Trait.DEEP),
  ORDINARY_IDS("credentials", "plain", Trait.STARTS_AS_ROOT),
  IDS_OF_THREADS("credentials", "threads", Trait.STARTS_AS_ROOT),
  KERNEL_WORDS("kernelwords", "single"),
  KERNEL_WORDS_OF_THREADS("kernelwords", "threads"),
  BLOCKED_CALLS("blocked", "all", Trait.DEEP),
  BLOCKED_NANOSLEEP("blocked", "nanosleep", Trait.BRIEF),
  BLOCKED_CLOCK("blocked", "clock", Trait.BRIEF),
  BLOCKED_POLL("blocked", "poll", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_PPOLL("blocked", "ppoll", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_SELECT("blocked", "select", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_PSELECT("blocked", "pselect", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_EPOLL("blocked", "epoll", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_READ("blocked", "read", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_FUTEX("blocked", "futex", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_PAUSE("blocked", "pause", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_SIGSUSPEND("blocked", "sigsuspend", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_SIGTIMEDWAIT("blocked", "sigtimedwait", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_RECEIVE("blocked", "receive", Trait.BRIEF, Trait.SIGNALLED),
  BLOCKED_ACCEPT("blocked", "accept", Trait.BRIEF, Trait.SIGNALLED),
  CLOCKS("clocks", "all", Trait.BUSY),
  MEMORY("memory", "64", Trait.DEEP);

  private enum Trait {
    /** Worth a second checkpoint after the restore, and every other mode. */
    DEEP,
    /** One restore is enough: its sibling has the same state. */
    BRIEF,
    /** It sets up what only root can. */
    STARTS_AS_ROOT,
    /** It waits for SIGUSR1 after the go. */
    SIGNALLED,
    /** It takes all the processor time that it gets, also while it waits for the go. */
    BUSY
  }

  private final String program;
  private final String mode;
  private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

  VictimCase(String program, String mode, Trait... traits) {
    this.program = program;
    this.mode = mode;
    this.traits.addAll(Set.of(traits));
  }

  /** Name of the program. */
  String program() {
    return program;
  }

  /** What it does. */
  String mode() {
    return mode;
  }

  /** Starts it; it is ready. */
  Victim start(Account account) throws Exception {
    if (traits.contains(Trait.STARTS_AS_ROOT)) {
      Account.assumeRoot();
    }
    return Victim.program(account, program, mode);
  }

  /** Lets it check itself, wherever it is now. */
  void go(Victim victim, Task now) throws Exception {
    victim.go();
    if (traits.contains(Trait.SIGNALLED)) {
      now.signal("USR1");
    }
  }

  static Stream<VictimCase> all() {
    return Stream.of(values());
  }

  static Stream<VictimCase> deep() {
    return all().filter(victim -> victim.traits.contains(Trait.DEEP));
  }

  static Stream<VictimCase> notBrief() {
    return all().filter(victim -> !victim.traits.contains(Trait.BRIEF));
  }

  static Stream<VictimCase> ofOrdinaryUsers() {
    return notBrief().filter(victim -> !victim.traits.contains(Trait.STARTS_AS_ROOT));
  }

  /** Of which many can run at once, and none is skipped where the processor has no AVX-512. */
  static Stream<VictimCase> quiet() {
    return ofOrdinaryUsers()
        .filter(victim -> !victim.traits.contains(Trait.BUSY))
        .filter(victim -> !victim.mode.endsWith("avx512"));
  }
}
