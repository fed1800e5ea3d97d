package org.ckimg.testkit.dragonfly;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Ready checkpoints: sound ones by name, and for each way to be wrong one that is. */
public final class Checkpoints {
  /** A file on a file system of id 2211:3344. */
  public static final String DATA = "112200004433000008000000dea1000001000000000000000000ffee";

  /** Another one. */
  public static final String TEXT = "112200004433000008000000beb1000001000000000000000000ffee";

  /** What a file system that has no handles leaves. */
  public static final String NONE = "00".repeat(28);

  private Checkpoints() {}

  /** One thread, memory, mapped and open files, signals and a timer. */
  public static CheckpointBuilder process() {
    return new CheckpointBuilder()
        .name("victim")
        .thread(1, 0x7000_0000_0000L)
        .mapping(TEXT, 0x400000, 2, 5)
        .mapping(DATA, 0x601000, 1, 6)
        .open(3, 1, 25, DATA, 0)
        .open(4, 2 | 8, 4096, TEXT, 0)
        .open(5, 3, 0, NONE, 1)
        .memory(0x600000, 6, page(1))
        .memory(0x601000, 6, page(2))
        .memory(0x7fff_ffff_0000L, 6, Arrays.copyOf(page(3), 2 * CheckpointBuilder.PAGE))
        .handler(2, 0x400123, 1, 15)
        .handler(13, 1)
        .handler(30, 0x400456)
        .in("onstack", 2)
        .in("intr", 2)
        .in("nodefer", 30)
        .in("siginfo", 30)
        .in("blocked", 1)
        .in("blocked", 31)
        .timer(1, 500_000, 0, 250_000);
  }

  /** A page of one byte. */
  public static byte[] page(int value) {
    byte[] page = new byte[CheckpointBuilder.PAGE];
    Arrays.fill(page, (byte) value);
    return page;
  }

  /** All of these are sound. */
  public static Map<String, byte[]> sound() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("process", process().build().build());
    files.put("wide-notes", wide().build().build());
    files.put("threads", threads(256).build().build());
    files.put("nothing", new CheckpointBuilder().thread(0, 0).build().build());
    return files;
  }

  private static CheckpointBuilder wide() {
    return process().wide().thread(2, 0x1000);
  }

  /** A process with many threads, each with its number in its registers. */
  public static CheckpointBuilder threads(int number) {
    CheckpointBuilder builder = new CheckpointBuilder().memory(0x600000, 6, page(1));
    for (int i = 0; i < number; i++) {
      builder.thread(i, 1000L * i);
    }
    return builder;
  }

  /**
   * What breaks a rule, by the rule and what is wrong: {@code CK-DFL-03 name}. Rules 09 to 11 are
   * broken where the rest can be read.
   */
  public static Map<String, Supplier<byte[]>> broken() {
    Map<String, Supplier<byte[]>> files = new LinkedHashMap<>();
    lie(files, "CK-DFL-01 osabi", f -> f.put(7, (byte) 9));
    lie(files, "CK-DFL-01 machine", f -> f.set("elf/machine", 183 | 1 << 16));
    lie(files, "CK-DFL-01 programs", f -> f.setLong("note/offset", 300));
    lie(files, "CK-DFL-02 process-size", f -> f.setLong("process/size", 121));
    lie(files, "CK-DFL-02 thread-version", f -> f.set("thread/0/version", 7));
    lie(files, "CK-DFL-02 thread-size", f -> f.setLong("thread/0/size", 240));
    lie(files, "CK-DFL-03 order", f -> f.set("thread/0/type", 2));
    lie(files, "CK-DFL-03 name", f -> f.set("thread/0/name_bytes", 9));
    lie(files, "CK-DFL-03 size", f -> f.set("thread/0/bytes", 0x7fffffff));
    files.put("CK-DFL-03 threads", () -> threads(257).build().build());
    files.put("CK-DFL-03 none", () -> new CheckpointBuilder().build().build());
    lie(files, "CK-DFL-04 negative", f -> f.set("thread/0/id", -1));
    files.put("CK-DFL-04 twice", () -> process().thread(1, 0).build().build());
    lie(files, "CK-DFL-05 mappings", f -> f.set("mappings", 1000));
    lie(files, "CK-DFL-05 mappings-negative", f -> f.set("mappings", -1));
    lie(files, "CK-DFL-05 files", f -> f.set("files", 1000));
    lie(files, "CK-DFL-05 files-huge", f -> f.set("files", 0x7fffffff));
    lie(files, "CK-DFL-06 place", f -> f.setLong("mapping/0/address", 0x400001));
    lie(files, "CK-DFL-06 length", f -> f.setLong("mapping/0/memory_bytes", 0));
    lie(files, "CK-DFL-06 end", f -> f.setLong("mapping/0/address", -4096));
    lie(files, "CK-DFL-06 overlap", f -> f.setLong("mapping/0/address", 0x601000));
    lie(files, "CK-DFL-07 size", f -> f.set("signals/size", 3312));
    lie(
        files,
        "CK-DFL-07 timer",
        f -> f.put(f.at("signals/timer") + 8, new byte[] {0x40, 0x42, 0x0f}));
    lie(files, "CK-DFL-07 timer-negative", f -> f.setLong("signals/timer", -1));
    lie(files, "CK-DFL-08 twice", f -> f.set("file/1/fd", 3));
    lie(files, "CK-DFL-08 kind", f -> f.set("file/0/kind", 2));
    lie(files, "CK-DFL-08 mode", f -> f.set("file/0/flags", 8));
    lie(files, "CK-DFL-08 offset", f -> f.setLong("file/0/offset", -1));
    lie(files, "CK-DFL-09 padding", f -> f.put(f.at("padding") + 3, (byte) 1));
    lie(files, "CK-DFL-10 kill", f -> f.setLong("signals/handler/9", 0x400000));
    lie(files, "CK-DFL-10 stop", f -> f.setLong("signals/handler/17", 1));
    lie(files, "CK-DFL-10 exit", f -> f.set("signals/parent", 129));
    lie(files, "CK-DFL-10 exit-negative", f -> f.set("signals/parent", -5));
    lie(files, "CK-DFL-11 standard", f -> f.set("file/0/fd", 2));
    return files;
  }

  private static void lie(
      Map<String, Supplier<byte[]>> files, String name, Consumer<CheckpointFile> lie) {
    files.put(
        name,
        () -> {
          CheckpointFile file = process().build();
          lie.accept(file);
          return file.build();
        });
  }
}
