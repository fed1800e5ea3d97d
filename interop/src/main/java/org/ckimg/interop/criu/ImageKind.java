package org.ckimg.interop.criu;

import java.util.Locale;
import java.util.Optional;

/** Kinds of images by their magic word. */
public enum ImageKind {
  INVENTORY(0x58313116),
  PSTREE(0x50273030),
  CORE(0x55053847),
  IDS(0x54432030),
  MM(0x57492820),
  VMAS(0x54123737),
  PAGEMAP(0x56084025),
  FDINFO(0x56213732),
  FILES(0x56303138),
  REG_FILES(0x50363636),
  FS(0x51403912),
  PIPES(0x56513555),
  PIPES_DATA(0x56453709),
  FIFO(0x58364939),
  FIFO_DATA(0x59333054),
  UNIXSK(0x54373943),
  INETSK(0x56443851),
  PACKETSK(0x60454618),
  NETLINKSK(0x58005614),
  SK_QUEUES(0x56264026),
  TCP_STREAM(0x51465506),
  EVENTFD(0x44523722),
  EVENTPOLL(0x45023858),
  EVENTPOLL_TFD(0x44433746),
  SIGNALFD(0x57323820),
  TIMERFD(0x50493712),
  INOTIFY(0x48424431),
  INOTIFY_WD(0x54562009),
  FANOTIFY(0x55096122),
  REMAP_FPATH(0x59133954),
  GHOST_FILE(0x52583605),
  MEMFD(0x48453499),
  FILELOCKS(0x54323616),
  CREDS(0x54023547),
  SIGACTS(0x55344201),
  ITIMERS(0x57464056),
  POSIX_TIMERS(0x52603957),
  RLIMIT(0x57113925),
  SIGNAL(0x59255647),
  TTY(0x59433025),
  TTY_INFO(0x59453036),
  TTY_DATA(0x59413026),
  MOUNTPOINTS(0x55563928),
  UTSNS(0x54473203),
  IPCNS_VAR(0x53115007),
  IPCNS_SHM(0x46283044),
  IPCNS_MSG(0x55453737),
  IPCNS_SEM(0x59573019),
  NETNS(0x55933752),
  NETDEV(0x57373951),
  USERNS(0x55474906),
  PIDNS(0x61157326),
  TIMENS(0x43114433),
  CGROUP(0x59383330),
  SECCOMP(0x64413049),
  NS_FILES(0x61394011),
  TUNFILE(0x57143751),
  EXT_FILES(0x59255641),
  CPUINFO(0x61404013),
  AUTOFS(0x49353943),
  BINFMT_MISC(0x67343323),
  BPFMAP_FILE(0x57506142),
  BPFMAP_DATA(0x64324033),
  APPARMOR(0x59423047),
  PIDFD(0x54435556),
  STATS(0x57093306),
  IRMAP_CACHE(0x57004059);

  /** First word of all images but the inventory. */
  public static final int COMMON = 0x54564319;

  /** First word of what CRIU notes for itself. */
  public static final int SERVICE = 0x55105940;

  private final int magic;

  ImageKind(int magic) {
    this.magic = magic;
  }

  /** The word that only images of this kind have. */
  public int magic() {
    return magic;
  }

  /** The word in front of {@link #magic}; the inventory has none. */
  public Optional<Integer> family() {
    return switch (this) {
      case INVENTORY -> Optional.empty();
      case STATS, IRMAP_CACHE -> Optional.of(SERVICE);
      default -> Optional.of(COMMON);
    };
  }

  static Optional<ImageKind> of(int magic) {
    for (ImageKind kind : values()) {
      if (kind.magic == magic) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** As CRIU's file names have it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
