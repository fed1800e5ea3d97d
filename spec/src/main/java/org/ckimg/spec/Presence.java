package org.ckimg.spec;

/**
 * Bits of the {@code present} fields: which optional fields of a record are known. FORMAT.md lists
 * them with the records.
 */
public final class Presence {
  private Presence() {}

  /** Bits of a SYSTEM record. */
  public static final class System {
    public static final int KERNEL_RELEASE = 1;
    public static final int CPU_FEATURES = 1 << 1;
    public static final int XCR0 = 1 << 2;
    public static final int VDSO = 1 << 3;
    public static final int VDSO_SYMBOLS = 1 << 4;

    private System() {}
  }

  /** Bits of a PROCESSES record. */
  public static final class Process {
    public static final int PARENT = 1;
    public static final int GROUP = 1 << 1;
    public static final int SESSION = 1 << 2;
    public static final int EXIT_STATUS = 1 << 3;
    public static final int UMASK = 1 << 4;
    public static final int CMDLINE = 1 << 5;
    public static final int ENVIRON = 1 << 6;
    public static final int AUXV = 1 << 7;
    public static final int PERSONALITY = 1 << 8;
    public static final int DUMPABLE = 1 << 9;
    public static final int OOM_SCORE_ADJ = 1 << 10;
    public static final int COREDUMP_FILTER = 1 << 11;
    public static final int CHILD_SUBREAPER = 1 << 12;
    public static final int HUGE_PAGES_DISABLED = 1 << 13;
    public static final int TTY_NUMBER = 1 << 14;
    public static final int TTY_GROUP = 1 << 15;
    public static final int EXIT_SIGNAL = 1 << 16;
    public static final int START = 1 << 17;
    public static final int LAYOUT = 1 << 18;
    public static final int ACTIONS = 1 << 19;
    public static final int PENDING = 1 << 20;

    private Process() {}
  }

  /** Bits of a THREADS record. */
  public static final class Thread {
    public static final int COMM = 1;
    public static final int BLOCKED = 1 << 1;
    public static final int ALTSTACK = 1 << 2;
    public static final int PENDING = 1 << 3;
    public static final int ROBUST_LIST = 1 << 4;
    public static final int RSEQ = 1 << 5;
    public static final int CLEAR_TID = 1 << 6;
    public static final int DEATH_SIGNAL = 1 << 7;
    public static final int SCHEDULING = 1 << 8;
    public static final int IO_PRIORITY = 1 << 9;
    public static final int TIMER_SLACK = 1 << 10;
    public static final int FS = 1 << 11;
    public static final int FILES = 1 << 12;

    private Thread() {}
  }

  /** Bits of a TIMERS record. */
  public static final class Timer {
    public static final int OVERRUN = 1;

    private Timer() {}
  }

  /** Bits of a VMAS record. */
  public static final class Vma {
    public static final int DIGEST = 1;
    public static final int NAME = 1 << 1;

    private Vma() {}
  }

  /** Bits of a DESCRIPTIONS record. */
  public static final class Description {
    public static final int POSITION = 1;
    public static final int OWNER = 1 << 1;
    public static final int SIGNAL = 1 << 2;

    private Description() {}
  }

  /** Bits of a FILES record. */
  public static final class File {
    public static final int INODE = 1;
    public static final int MODE = 1 << 1;
    public static final int BTIME = 1 << 2;
    public static final int FILESYSTEM = 1 << 3;
    public static final int FILESYSTEM_ID = 1 << 4;
    public static final int HANDLE = 1 << 5;
    public static final int SEALS = 1 << 6;
    public static final int BUILD_ID = 1 << 7;
    public static final int LENGTH = 1 << 8;
    public static final int LINKS = 1 << 9;
    public static final int OWNER = 1 << 10;
    public static final int RDEV = 1 << 11;
    public static final int MTIME = 1 << 12;
    public static final int CTIME = 1 << 13;

    private File() {}
  }

  /** Bits of a CREDENTIALS record. */
  public static final class Credentials {
    public static final int CAPABILITIES = 1;
    public static final int SECUREBITS = 1 << 1;
    public static final int NO_NEW_PRIVS_AND_SECCOMP = 1 << 2;

    private Credentials() {}
  }

  /** Bits of a SOCKETS record. */
  public static final class Socket {
    public static final int BACKLOG = 1;
    public static final int LOCAL = 1 << 1;
    public static final int REMOTE = 1 << 2;

    private Socket() {}
  }

  /** Bits of a MESSAGES record. */
  public static final class Message {
    public static final int SENDER = 1;
    public static final int CONTROL = 1 << 1;

    private Message() {}
  }

  /** Bits of a TERMINALS record. */
  public static final class Terminal {
    public static final int INPUT = 1;
    public static final int SLAVE = 1 << 1;

    private Terminal() {}
  }

  /** Bits of a PIPES record. */
  public static final class Pipe {
    public static final int CAPACITY = 1;

    private Pipe() {}
  }

  /** Bits of a TCP record. */
  public static final class Tcp {
    public static final int TIMESTAMP = 1;
    public static final int WINDOW = 1 << 1;

    private Tcp() {}
  }

  /** Bits of an ORIGIN record. */
  public static final class Origin {
    public static final int CREATED = 1;
    public static final int MONOTONIC = 1 << 1;
    public static final int BOOTTIME = 1 << 2;
    public static final int STOP = 1 << 3;
    public static final int COPY = 1 << 4;
    public static final int HOST = 1 << 5;
    public static final int TOOL = 1 << 6;
    public static final int CODECS = 1 << 7;
    public static final int SOURCE = 1 << 8;

    private Origin() {}
  }
}
