package org.ckimg.tools.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.RegisterFile;

/**
 * Takes out of a checkpoint what is nobody's business, and keeps its structure: pages and registers
 * become zero, letters of arguments and of the environment asterisks. Sections that are not
 * understood are left out. Names of files, programs and hosts and addresses of sockets stay.
 */
public final class Redactor {
  private static final int DISABLED = 2;

  private final Checkpoint checkpoint;
  private final Set<Redaction> what;
  private final HiddenMemory memory;
  private final int shift;
  private final List<String> notes = new ArrayList<>();

  private Redactor(Checkpoint checkpoint, Set<Redaction> what) {
    this.checkpoint = checkpoint;
    this.what = what;
    Host host = checkpoint.host();
    shift = host.pageShift();
    memory = new HiddenMemory(checkpoint.memory(), host.pageSize(), what.contains(Redaction.HEAP));
  }

  /**
   * What is left, and what there is to say about it.
   *
   * @param checkpoint that calls itself redacted
   * @param notes for people
   */
  public record Redacted(Checkpoint checkpoint, List<String> notes) {}

  /**
   * Does it.
   *
   * @param what at least one
   */
  public static Redacted redact(Checkpoint checkpoint, List<Redaction> what) {
    return new Redactor(checkpoint, Redaction.meant(what)).redact();
  }

  private Redacted redact() {
    List<ProcessState> processes = checkpoint.processes().stream().map(this::process).toList();
    int extras = checkpoint.extras().size();
    if (extras > 0) {
      notes.add("left out: %d sections that are not understood".formatted(extras));
    }
    Checkpoint left =
        new Checkpoint(
            checkpoint.host(),
            checkpoint.parent(),
            checkpoint.partial(),
            true,
            processes,
            checkpoint.descriptions(),
            checkpoint.files(),
            checkpoint.terminals(),
            checkpoint.pipes(),
            checkpoint.objects(),
            checkpoint.origin(),
            List.of(),
            memory.close());
    return new Redacted(left, List.copyOf(notes));
  }

  private ProcessState process(ProcessState process) {
    boolean arguments = what.contains(Redaction.ARGUMENTS);
    boolean environment = what.contains(Redaction.ENVIRONMENT);
    long[] stacks = stackPages(process);
    process.vmas().forEach(vma -> mapping(vma, stacks));
    if (arguments || environment) {
      strings(process, arguments, environment);
    }
    return process.withContents(
        arguments ? process.cmdline().map(Redactor::tails) : process.cmdline(),
        environment ? process.environ().map(Redactor::values) : process.environ(),
        process.threads().stream().map(this::thread).toList());
  }

  private void mapping(Vma vma, long[] stacks) {
    if (isStack(vma, stacks)) {
      set(vma, what.contains(Redaction.STACKS));
    } else if (isCode(vma)) {
      set(vma, false);
    } else {
      set(vma, what.contains(Redaction.HEAP));
    }
  }

  private void set(Vma vma, boolean hidden) {
    if (hidden) {
      memory.hide(vma);
    } else {
      memory.show(vma);
    }
  }

  /** What is no stack of the kernel's making is one when a thread is on it, or would be. */
  private static boolean isStack(Vma vma, long[] stacks) {
    int at = Arrays.binarySearch(stacks, vma.firstPage());
    int next = at < 0 ? -at - 1 : at;
    return vma.kind() == Vma.Kind.STACK || next < stacks.length && stacks[next] < vma.endPage();
  }

  private long[] stackPages(ProcessState process) {
    return process.threads().stream()
        .flatMapToLong(this::stacks)
        .map(address -> address >>> shift)
        .sorted()
        .toArray();
  }

  private LongStream stacks(ThreadState thread) {
    LongStream own = RegisterFile.of(thread, checkpoint.host()).stack().stream();
    LongStream other =
        thread.altstack().filter(s -> (s.flags() & DISABLED) == 0).stream()
            .mapToLong(s -> s.address());
    return LongStream.concat(own, other);
  }

  /** Files that the program cannot write to, and what the kernel maps. */
  private static boolean isCode(Vma vma) {
    return switch (vma.kind()) {
      case FILE -> (vma.protection() & Vma.WRITE) == 0;
      case VDSO, VVAR, VSYSCALL -> true;
      case ANONYMOUS, STACK, HEAP, SHM, MEMFD, SYSV, OTHER -> false;
    };
  }

  /** Where the kernel put arguments and environment; without knowing it, all that may be it. */
  private void strings(ProcessState process, boolean arguments, boolean environment) {
    Optional<MemoryLayout> layout = process.layout();
    if (layout.isEmpty()) {
      List<Vma> stacks =
          process.vmas().stream().filter(vma -> vma.kind() == Vma.Kind.STACK).toList();
      stacks.forEach(memory::hide);
      notes.add(
          "process %d: where its arguments and environment are is not known: %d stacks are hidden"
              .formatted(process.pid(), stacks.size()));
      return;
    }
    MemoryLayout at = layout.get();
    for (Vma vma : process.vmas()) {
      if (arguments) {
        int first = process.cmdline().map(Redactor::firstLength).orElse(0);
        memory.hide(vma, at.argStart() + first, at.argEnd());
      }
      if (environment) {
        memory.hide(vma, at.envStart(), at.envEnd());
      }
    }
  }

  private static int firstLength(Bytes cmdline) {
    int length = 0;
    while (length < cmdline.length() && cmdline.at(length) != 0) {
      length++;
    }
    return length;
  }

  private static Bytes tails(Bytes cmdline) {
    return masked(cmdline, firstLength(cmdline));
  }

  /** Names stay. */
  private static Bytes values(Bytes environ) {
    byte[] left = environ.toArray();
    boolean inName = true;
    for (int i = 0; i < left.length; i++) {
      if (left[i] == 0) {
        inName = true;
      } else if (!inName) {
        left[i] = '*';
      } else if (left[i] == '=') {
        inName = false;
      }
    }
    return Bytes.of(left);
  }

  private static Bytes masked(Bytes strings, int from) {
    byte[] left = strings.toArray();
    for (int i = from; i < left.length; i++) {
      left[i] = left[i] == 0 ? 0 : (byte) '*';
    }
    return Bytes.of(left);
  }

  private ThreadState thread(ThreadState thread) {
    if (!what.contains(Redaction.STACKS)) {
      return thread;
    }
    return thread.withRegsets(thread.regsets().stream().map(this::registers).toList());
  }

  private Regset registers(Regset set) {
    Bytes left =
        set.noteType() == Regset.NT_PRSTATUS
            ? RegisterFile.placesOf(set.data(), checkpoint.host())
            : Bytes.of(new byte[set.data().length()]);
    return new Regset(set.noteType(), left);
  }
}
