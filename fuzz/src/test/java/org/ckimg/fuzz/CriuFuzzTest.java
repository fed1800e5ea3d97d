package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.ckimg.interop.criu.CriuImages;
import org.ckimg.interop.criu.ImageKind;
import org.ckimg.interop.criu.MemoryFolder;
import org.ckimg.interop.criu.Sample;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * Sets of CRIU in which one image has changed messages or is a new one, by what the image is about:
 * a sound model, or one refusal with a rule.
 */
@Tag("fuzz")
@Timeout(60)
class CriuFuzzTest {
  private static final List<ImageKind> TASKS =
      List.of(
          ImageKind.INVENTORY,
          ImageKind.PSTREE,
          ImageKind.CORE,
          ImageKind.IDS,
          ImageKind.CREDS,
          ImageKind.RLIMIT,
          ImageKind.SECCOMP,
          ImageKind.CGROUP,
          ImageKind.APPARMOR);

  private static final List<ImageKind> SIGNALS =
      List.of(ImageKind.SIGACTS, ImageKind.SIGNAL, ImageKind.ITIMERS, ImageKind.POSIX_TIMERS);

  private static final List<ImageKind> MEMORY =
      List.of(
          ImageKind.MM,
          ImageKind.VMAS,
          ImageKind.PAGEMAP,
          ImageKind.MEMFD,
          ImageKind.IPCNS_SHM,
          ImageKind.IPCNS_MSG,
          ImageKind.IPCNS_SEM);

  private static final List<ImageKind> FILES =
      List.of(
          ImageKind.FILES,
          ImageKind.FDINFO,
          ImageKind.FS,
          ImageKind.REG_FILES,
          ImageKind.EXT_FILES,
          ImageKind.NS_FILES,
          ImageKind.REMAP_FPATH,
          ImageKind.GHOST_FILE,
          ImageKind.FILELOCKS,
          ImageKind.MOUNTPOINTS,
          ImageKind.AUTOFS,
          ImageKind.BINFMT_MISC,
          ImageKind.BPFMAP_FILE,
          ImageKind.BPFMAP_DATA);

  private static final List<ImageKind> PIPES =
      List.of(
          ImageKind.PIPES,
          ImageKind.PIPES_DATA,
          ImageKind.FIFO,
          ImageKind.FIFO_DATA,
          ImageKind.TTY,
          ImageKind.TTY_INFO,
          ImageKind.TTY_DATA);

  private static final List<ImageKind> SOCKETS =
      List.of(
          ImageKind.UNIXSK,
          ImageKind.INETSK,
          ImageKind.PACKETSK,
          ImageKind.NETLINKSK,
          ImageKind.SK_QUEUES,
          ImageKind.TCP_STREAM,
          ImageKind.TUNFILE,
          ImageKind.NETDEV);

  private static final List<ImageKind> EVENTS =
      List.of(
          ImageKind.EVENTFD,
          ImageKind.EVENTPOLL,
          ImageKind.EVENTPOLL_TFD,
          ImageKind.SIGNALFD,
          ImageKind.TIMERFD,
          ImageKind.INOTIFY,
          ImageKind.INOTIFY_WD,
          ImageKind.FANOTIFY,
          ImageKind.PIDFD,
          ImageKind.IRMAP_CACHE);

  private static final List<ImageKind> NAMESPACES =
      List.of(
          ImageKind.UTSNS,
          ImageKind.IPCNS_VAR,
          ImageKind.NETNS,
          ImageKind.USERNS,
          ImageKind.PIDNS,
          ImageKind.TIMENS,
          ImageKind.CPUINFO,
          ImageKind.STATS);

  /** By what they are about: the kinds of each target. */
  static final List<List<ImageKind>> GROUPS =
      List.of(TASKS, SIGNALS, MEMORY, FILES, PIPES, SOCKETS, EVENTS, NAMESPACES);

  /** All pages are read each time: more of them make every try slow. */
  private static final int LARGE = 300_000;

  private static final List<Map<String, byte[]>> SETS =
      Sample.NAMES.stream()
          .map(name -> Sample.of(name).images("img"))
          .filter(set -> set.values().stream().mapToInt(image -> image.length).sum() < LARGE)
          .toList();

  private static final Map<ImageKind, List<Place>> PLACES = places();

  /** An image of a set. */
  private record Place(Map<String, byte[]> set, String name) {}

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void tasks(FuzzedDataProvider data) throws IOException {
    judge(data, TASKS);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void signals(FuzzedDataProvider data) throws IOException {
    judge(data, SIGNALS);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void memory(FuzzedDataProvider data) throws IOException {
    judge(data, MEMORY);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void files(FuzzedDataProvider data) throws IOException {
    judge(data, FILES);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void pipes(FuzzedDataProvider data) throws IOException {
    judge(data, PIPES);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void sockets(FuzzedDataProvider data) throws IOException {
    judge(data, SOCKETS);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void events(FuzzedDataProvider data) throws IOException {
    judge(data, EVENTS);
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "/criu.dict")
  void namespaces(FuzzedDataProvider data) throws IOException {
    judge(data, NAMESPACES);
  }

  /** One image of one of these kinds is changed, or added to a set. */
  private static void judge(FuzzedDataProvider data, List<ImageKind> kinds) throws IOException {
    ImageKind kind = data.pickValue(kinds);
    MemoryFolder folder = folder(data, kind);
    ForeignFuzzTest.judge("CRI", () -> CriuImages.open(folder));
  }

  private static MemoryFolder folder(FuzzedDataProvider data, ImageKind kind) {
    List<Place> places = PLACES.get(kind);
    MemoryFolder folder;
    if (places.isEmpty() || data.consumeInt(0, 9) == 0) {
      folder = new MemoryFolder(SETS.get(data.consumeInt(0, SETS.size() - 1)));
      String suffix = data.consumeBoolean() ? ".img" : "-1.img";
      folder.put(kind.text() + suffix, CriuEdits.fresh(kind, data));
    } else {
      Place place = places.get(data.consumeInt(0, places.size() - 1));
      folder = new MemoryFolder(place.set());
      folder.put(place.name(), CriuEdits.changed(place.set().get(place.name()), kind, data));
    }
    return folder;
  }

  private static Map<ImageKind, List<Place>> places() {
    Map<ImageKind, List<Place>> all = new EnumMap<>(ImageKind.class);
    for (ImageKind kind : ImageKind.values()) {
      Pattern names = Pattern.compile(kind.text() + "(-shmem)?(-[0-9]+)?[.]img");
      List<Place> places = new ArrayList<>();
      for (Map<String, byte[]> set : SETS) {
        set.keySet().stream()
            .filter(name -> names.matcher(name).matches())
            .forEach(name -> places.add(new Place(set, name)));
      }
      all.put(kind, places);
    }
    return all;
  }
}
