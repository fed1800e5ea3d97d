package org.ckimg.testkit.dragonfly;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@code .ckpt} as the kernel of DragonFly writes it on x86-64: an ELF core, with records between
 * the notes and the memory that no program header tells of. Each of them is put down from its table
 * of offsets; nothing is aligned but the memory.
 */
public final class CheckpointBuilder {
  /** Bytes of a page. */
  public static final int PAGE = 4096;

  private static final int ELF_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int REGISTERS = 25;
  private static final int SIGNALS = 128;

  private record Thread(int id, long[] registers) {}

  private record Mapping(String handle, long address, long bytes, int flags) {}

  private record Open(int fd, int flags, long offset, String handle, int kind, int marks) {}

  private record Memory(long address, int flags, byte[] content) {}

  private final List<Thread> threads = new ArrayList<>();
  private final List<Mapping> mappings = new ArrayList<>();
  private final List<Open> files = new ArrayList<>();
  private final List<Memory> memory = new ArrayList<>();
  private final long[] handlers = new long[SIGNALS];
  private final Map<Integer, long[]> masks = new TreeMap<>();
  private final Map<String, List<Integer>> sets = new TreeMap<>();
  private final long[] timer = new long[4];
  private String name = "victim";
  private int padding = 4;
  private int exitSignal = 20;

  /** Of a process that has nothing yet. */
  public CheckpointBuilder() {}

  /** Name of the program, at most 16 bytes. */
  public CheckpointBuilder name(String name) {
    this.name = name;
    return this;
  }

  /** Notes are padded to 8 bytes, as some builds did. */
  public CheckpointBuilder wide() {
    padding = 8;
    return this;
  }

  /** The next thread; register n is {@code seed + n}, in the order of {@code struct reg}. */
  public CheckpointBuilder thread(int id, long seed) {
    long[] registers = new long[REGISTERS];
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = seed + i;
    }
    threads.add(new Thread(id, registers));
    return this;
  }

  /** A mapped file; the handle is 28 bytes in hex. */
  public CheckpointBuilder mapping(String handle, long address, long pages, int flags) {
    mappings.add(new Mapping(handle, address, pages * PAGE, flags));
    return this;
  }

  /** An open file; flags are those of the kernel, 1 read and 2 write. */
  public CheckpointBuilder open(int fd, int flags, long offset, String handle, int marks) {
    files.add(new Open(fd, flags, offset, handle, 1, marks));
    return this;
  }

  /** Memory with content, whole pages. */
  public CheckpointBuilder memory(long address, int flags, byte[] content) {
    memory.add(new Memory(address, flags, content));
    return this;
  }

  /** What is done at a signal, and what is blocked then. */
  public CheckpointBuilder handler(int signal, long handler, int... blocked) {
    handlers[signal - 1] = handler;
    masks.put(signal, set(blocked));
    return in(handler == 1 ? "ignore" : "catch", signal);
  }

  /**
   * Puts a signal into one of the sets of {@code struct sigacts}: ignore, catch, onstack, intr,
   * reset, nodefer, siginfo, or into {@code blocked}, the mask of the thread.
   */
  public CheckpointBuilder in(String set, int signal) {
    sets.computeIfAbsent(set, _ -> new ArrayList<>()).add(signal);
    return this;
  }

  /** The timer of real time: seconds and microseconds of the interval, then of what is left. */
  public CheckpointBuilder timer(long... words) {
    System.arraycopy(words, 0, timer, 0, timer.length);
    return this;
  }

  /** Signal to the parent at the end. */
  public CheckpointBuilder exitSignal(int signal) {
    exitSignal = signal;
    return this;
  }

  private static long[] set(int... signals) {
    long[] words = new long[4];
    for (int signal : signals) {
      words[signal - 1 >>> 5] |= 1L << (signal - 1 & 31);
    }
    return words;
  }

  /** All of it, with the places of its fields. */
  public CheckpointFile build() {
    CheckpointFile out = new CheckpointFile();
    int notes = noteBytes();
    int headers = ELF_HEADER + PROGRAM_HEADER * (memory.size() + 1);
    int records = 96 + 4 + 120 * mappings.size() + 3296 + 40 + 80 * files.size();
    int start = (headers + notes + records + PAGE - 1) / PAGE * PAGE;
    header(out);
    program(out, "note", 4, 0, headers, 0, notes, 0, 0);
    int at = start;
    for (int i = 0; i < memory.size(); i++) {
      Memory part = memory.get(i);
      program(
          out,
          "load/" + i,
          1,
          part.flags,
          at,
          part.address,
          part.content.length,
          part.content.length,
          PAGE);
      at += part.content.length;
    }
    notes(out);
    virtualMemory(out);
    mappings(out);
    signals(out);
    files(out);
    out.place("padding").zeroes(start - out.length());
    for (int i = 0; i < memory.size(); i++) {
      out.place("memory/" + i).bytes(memory.get(i).content);
    }
    return out;
  }

  private int noteBytes() {
    int head = padding == 4 ? 20 : 24;
    return head + 120 + threads.size() * (2 * head + 248 + 512);
  }

  private void header(CheckpointFile out) {
    out.place("elf").bytes(HexFormat.of().parseHex("7f454c46020101000000000000000000"));
    out.place("elf/type").half(4);
    out.place("elf/machine").half(62);
    out.word(1).word64(0);
    out.place("elf/programs").word64(ELF_HEADER);
    out.word64(0).word(0).half(ELF_HEADER);
    out.place("elf/program_bytes").half(PROGRAM_HEADER);
    out.place("elf/num_programs").half(memory.size() + 1);
    out.half(64).half(0).half(0);
  }

  private static void program(
      CheckpointFile out,
      String name,
      int type,
      int flags,
      long offset,
      long address,
      long fileBytes,
      long memoryBytes,
      long align) {
    out.place(name + "/type").word(type).word(flags);
    out.place(name + "/offset").word64(offset);
    out.place(name + "/address").word64(address).word64(0);
    out.place(name + "/file_bytes").word64(fileBytes);
    out.place(name + "/memory_bytes").word64(memoryBytes).word64(align);
  }

  private void note(CheckpointFile out, String place, int type, int bytes) {
    out.place(place + "/name_bytes").word(5);
    out.place(place + "/bytes").word(bytes);
    out.place(place + "/type").word(type);
    out.text("CORE", padding == 4 ? 8 : 12);
  }

  private void notes(CheckpointFile out) {
    note(out, "process", 3, 120);
    out.place("process/version").word(1).word(0);
    out.place("process/size").word64(120);
    out.place("process/name").text(name, 17).text(name, 81).zeroes(6);
    for (int i = 0; i < threads.size(); i++) {
      String place = "thread/" + i;
      note(out, place, 1, 248);
      out.place(place + "/version").word(1).word(0);
      out.place(place + "/size").word64(248).word64(200).word64(512);
      out.word(400_000).word(33);
      out.place(place + "/id").word(threads.get(i).id).word(0);
      out.place(place + "/registers");
      for (long register : threads.get(i).registers) {
        out.word64(register);
      }
      note(out, place + "/float", 2, 512);
      // The x87 state: control word, then the rest of 28 bytes, eight registers of 10 bytes.
      out.place(place + "/x87").word(0x37f).zeroes(508);
    }
  }

  private static void virtualMemory(CheckpointFile out) {
    out.place("vm/data_pages").word64(3);
    out.place("vm/text_pages").word64(2).zeroes(32);
    out.place("vm/data_address").word64(0x600000);
    out.place("vm/text_address").word64(0x400000).zeroes(32);
  }

  private void mappings(CheckpointFile out) {
    out.place("mappings").word(mappings.size());
    for (int i = 0; i < mappings.size(); i++) {
      Mapping mapping = mappings.get(i);
      String place = "mapping/" + i;
      out.place(place + "/handle").bytes(HexFormat.of().parseHex(mapping.handle)).word(0);
      program(out, place, 1, mapping.flags, 0, mapping.address, mapping.bytes, mapping.bytes, PAGE);
      out.zeroes(32);
    }
  }

  private void signals(CheckpointFile out) {
    out.place("signals/size").word(3296).word(0);
    for (int i = 0; i < SIGNALS; i++) {
      out.place("signals/handler/" + (i + 1)).word64(handlers[i]);
    }
    for (int i = 1; i <= SIGNALS; i++) {
      words(out, masks.getOrDefault(i, new long[4]));
    }
    for (String set :
        List.of("ignore", "catch", "onstack", "intr", "reset", "nodefer", "siginfo", "usertramp")) {
      out.place("signals/" + set);
      set(out, set);
    }
    out.place("signals/references").word(1).word(0);
    out.place("signals/timer");
    for (long word : timer) {
      out.word64(word);
    }
    out.place("signals/parent").word(exitSignal);
    out.place("signals/blocked");
    set(out, "blocked");
    out.zeroes(28);
  }

  private void set(CheckpointFile out, String name) {
    words(
        out,
        set(sets.getOrDefault(name, List.of()).stream().mapToInt(Integer::intValue).toArray()));
  }

  private static void words(CheckpointFile out, long[] words) {
    for (long word : words) {
      out.word((int) word);
    }
  }

  private void files(CheckpointFile out) {
    out.place("files/magic").word(0);
    out.place("files").word(files.size()).zeroes(32);
    for (int i = 0; i < files.size(); i++) {
      Open file = files.get(i);
      String place = "file/" + i;
      out.place(place + "/fd").word(file.fd);
      out.place(place + "/flags").word(file.flags);
      out.place(place + "/offset").word64(file.offset);
      out.place(place + "/handle").bytes(HexFormat.of().parseHex(file.handle));
      out.place(place + "/kind").word(file.kind);
      out.place(place + "/marks").word(file.marks).zeroes(28);
    }
  }
}
