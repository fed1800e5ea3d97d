package org.ckimg.interop.criu;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.StackEntry;
import org.ckimg.interop.criu.proto.ThreadCore;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.RobustList;
import org.ckimg.spec.model.Rseq;
import org.ckimg.spec.model.Scheduling;
import org.ckimg.spec.model.ThreadState;

/** The image of one thread as the model has it. */
final class ThreadDecoder {
  private static final int MAX_SIGNAL = 64;

  private final SeccompTable seccomp;

  ThreadDecoder(SeccompTable seccomp) {
    this.seccomp = seccomp;
  }

  ThreadState decode(Task.Thread thread) throws MalformedImageException {
    Entry<CoreEntry> entry = thread.core();
    CoreEntry core = entry.message();
    Entry<ThreadCore> own = entry.with(core.getThreadCore());
    return new ThreadState(
        thread.tid(),
        comm(core),
        RegisterDecoder.decode(entry),
        blocked(core),
        own.message().hasSas() ? Optional.of(altStack(own.message().getSas())) : Optional.empty(),
        pending(own),
        robustList(own.message()),
        rseq(own.message()),
        clearTidAddress(core),
        deathSignal(own),
        own.message().hasCreds()
            ? Optional.of(CredentialsDecoder.decode(own, seccomp.present()))
            : Optional.empty(),
        seccomp.of(own),
        scheduling(own.message()),
        Optional.empty(),
        false);
  }

  private static Optional<Bytes> comm(CoreEntry core) {
    ThreadCore own = core.getThreadCore();
    if (own.hasComm()) {
      return Optional.of(bytes(own.getComm()));
    }
    return core.getTc().hasComm() ? Optional.of(bytes(core.getTc().getComm())) : Optional.empty();
  }

  static Bytes bytes(ByteString value) {
    return Bytes.of(value.toByteArray());
  }

  /** The mask of a leader stands with its task; that of a dead one is not known. */
  private static OptionalLong blocked(CoreEntry core) {
    if (core.getThreadCore().hasBlkSigset()) {
      return OptionalLong.of(core.getThreadCore().getBlkSigset());
    }
    boolean known = core.getTc().hasBlkSigset() && !Task.isDead(core.getTc().getTaskState());
    return known ? OptionalLong.of(core.getTc().getBlkSigset()) : OptionalLong.empty();
  }

  private static AltStack altStack(StackEntry stack) {
    return new AltStack(stack.getSp(), stack.getSize(), stack.getFlags());
  }

  private static Optional<List<PendingSignal>> pending(Entry<ThreadCore> own)
      throws MalformedImageException {
    return own.message().hasSignalsP()
        ? Optional.of(SignalDecoder.pending(own.with(own.message().getSignalsP())))
        : Optional.empty();
  }

  private static Optional<RobustList> robustList(ThreadCore own) {
    return own.getFutexRla() == 0
        ? Optional.empty()
        : Optional.of(
            new RobustList(own.getFutexRla(), Integer.toUnsignedLong(own.getFutexRlaLen())));
  }

  /** Flags are only for taking a registration back. */
  private static Optional<Rseq> rseq(ThreadCore own) {
    return own.getRseq().getPointer() == 0
        ? Optional.empty()
        : Optional.of(
            new Rseq(
                own.getRseq().getPointer(),
                own.getRseq().getSize(),
                own.getRseq().getSignature(),
                0));
  }

  private static OptionalLong clearTidAddress(CoreEntry core) {
    if (core.hasX86()) {
      return OptionalLong.of(core.getX86().getClearTidAddr());
    }
    if (core.hasAarch64()) {
      return OptionalLong.of(core.getAarch64().getClearTidAddr());
    }
    return OtherRegisters.clearTidAddress(core);
  }

  private static OptionalInt deathSignal(Entry<ThreadCore> own) throws MalformedImageException {
    if (!own.message().hasPdeathSig()) {
      return OptionalInt.empty();
    }
    int signal = own.message().getPdeathSig();
    own.check(signal >= 0 && signal <= MAX_SIGNAL, "death signal " + signal);
    return OptionalInt.of(signal);
  }

  /** On which processors a thread may run is not in the image. */
  private static Optional<Scheduling> scheduling(ThreadCore own) {
    return own.hasSchedPolicy()
        ? Optional.of(
            new Scheduling(
                own.getSchedPolicy(),
                own.getSchedNice(),
                own.getSchedPrio(),
                0,
                Bytes.EMPTY,
                OptionalInt.empty(),
                OptionalLong.empty()))
        : Optional.empty();
  }
}
