package org.ckimg.tools.stacks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.RegisterFile;
import org.ckimg.tools.memory.AddressSpace;
import org.ckimg.tools.stacks.Backtrace.End;
import org.ckimg.tools.symbols.Module;
import org.ckimg.tools.symbols.Place;
import org.ckimg.tools.symbols.Symbols;

/** Makes backtraces of the threads of a process of x86-64. For one thread. */
public final class Unwinder {
  private static final int MOST_FRAMES = 4096;
  private static final int FEWEST_FRAMES = 16;

  /** Of all threads together, so that many threads of a hostile image do not take forever. */
  private static final int MOST_FRAMES_OF_ALL = 1 << 20;

  private final Host host;
  private final Symbols symbols;
  private final AddressSpace memory;
  private final FrameIndex index;
  private final SignalReturns signals;
  private final int mostFrames;

  /** For the threads of {@code process}, to which {@code symbols} belong. */
  public Unwinder(ProcessState process, Symbols symbols) {
    this.symbols = symbols;
    this.memory = symbols.memory();
    this.host = memory.host();
    this.index = new FrameIndex(memory);
    this.signals = new SignalReturns(process, memory);
    int share = MOST_FRAMES_OF_ALL / Math.max(1, process.threads().size());
    this.mostFrames = Math.clamp(share, FEWEST_FRAMES, MOST_FRAMES);
  }

  /** Who called whom. */
  public Backtrace backtrace(ThreadState thread) throws IOException {
    if (!Registers.knows(host)) {
      return new Backtrace(List.of(), End.OTHER_MACHINE);
    }
    Registers registers = Registers.of(RegisterFile.of(thread, host));
    if (!registers.isWhole()) {
      return new Backtrace(List.of(), End.NO_REGISTERS);
    }
    List<Frame> frames = new ArrayList<>();
    try {
      End end = unwind(registers, frames);
      return new Backtrace(frames, end);
    } catch (ImageException _) {
      return new Backtrace(frames, End.DAMAGED);
    }
  }

  /** Adds frames; says why there are no more. */
  private End unwind(Registers start, List<Frame> frames) throws IOException {
    StackWords words = new StackWords(memory);
    Registers registers = start;
    Trust trust = Trust.REGISTERS;
    while (frames.size() < mostFrames) {
      boolean signal = signals.isAt(registers.instruction());
      // A call may be the last instruction of a function: who is called returns behind it.
      long within = trust == Trust.REGISTERS || trust == Trust.SIGNAL || signal ? 0 : 1;
      Optional<FrameEntry> entry = entry(registers.instruction() - within);
      boolean kernels = signal || entry.filter(e -> e.common().signalFrame()).isPresent();
      frames.add(frame(registers, within, trust, kernels));
      Step step = signal ? signals.interrupted(registers) : step(registers, entry, within, words);
      switch (checked(step, registers, kernels)) {
        case Step.Ended ended -> {
          return ended.why();
        }
        case Step.Caller caller -> {
          registers = caller.registers();
          trust = kernels ? Trust.SIGNAL : caller.trust();
        }
      }
    }
    return End.LIMIT;
  }

  private Optional<FrameEntry> entry(long address) throws IOException {
    Optional<Module> module = symbols.module(address);
    return module.isPresent() ? index.find(module.get(), address) : Optional.empty();
  }

  private Frame frame(Registers registers, long within, Trust trust, boolean signal)
      throws IOException {
    long address = registers.instruction();
    Optional<Place> place =
        symbols
            .at(address - within)
            .map(p -> new Place(p.module(), p.symbol(), p.offset() + within));
    return new Frame(address, registers.stack(), trust, signal, place);
  }

  private Step step(Registers registers, Optional<FrameEntry> entry, long within, StackWords words)
      throws IOException {
    if (entry.isEmpty()) {
      return words.step(registers);
    }
    try {
      return new CfiStep(entry.get(), registers.instruction() - within, registers, memory).take();
    } catch (BadFrameException _) {
      return new Step.Ended(End.LOST);
    }
  }

  /** Stacks grow down; only a signal may have led to another one. */
  private static Step checked(Step step, Registers callee, boolean signal) {
    if (!(step instanceof Step.Caller caller)) {
      return step;
    }
    Registers registers = caller.registers();
    boolean above =
        registers.isWhole()
            && (signal || Long.compareUnsigned(registers.stack(), callee.stack()) > 0);
    if (!above) {
      return new Step.Ended(End.LOST);
    }
    return registers.instruction() == 0 ? new Step.Ended(End.OUTERMOST) : step;
  }
}
