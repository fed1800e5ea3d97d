package org.ckimg.restorer.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.restorer.gather.MemoryFacts;
import org.ckimg.restorer.space.AddressSpace;
import org.ckimg.spec.model.Bytes;

/**
 * Ways of a thread that go through the kernel: back from a signal, with registers of the program's
 * own memory, and out of a restartable sequence, rseq(2).
 */
final class KernelPathAudit {
  /** Places in {@code struct ucontext} of x86-64, with {@code struct sigcontext} in it. */
  private static final int RSP = 160;

  private static final int RIP = 168;
  private static final int EFLAGS = 176;
  private static final int CS = 184;
  private static final int SS = 190;
  private static final int FPSTATE = 224;
  private static final int USER_CS = 0x33;
  private static final int USER_SS = 0x2b;
  private static final int FPSTATE_BYTES = 512;

  private static final int START = 8;
  private static final int LENGTH = 16;
  private static final int ABORT = 24;

  private final MemoryFacts memory;
  private final AddressSpace space;
  private final Findings findings;

  KernelPathAudit(MemoryFacts memory, AddressSpace space, Findings findings) {
    this.memory = memory;
    this.space = space;
    this.findings = findings;
  }

  void run(String subject, int pid, int tid) {
    MemoryFacts.Place place = new MemoryFacts.Place(pid, tid);
    Bytes frame = memory.frames().get(place);
    if (frame != null) {
      findings.warn(
          "AU-REG-15",
          Severity.INFO,
          subject,
          "goes on by returning from a signal: all registers come from its stack");
      if (frame.length() == 0 || !isPlausible(words(frame))) {
        findings.refuse(
            "AU-REG-16",
            Severity.HIGH,
            subject,
            "would return from a signal that its stack does not know");
      }
    }
    Bytes section = memory.sections().get(place);
    if (section != null && (section.length() == 0 || !isSection(words(section)))) {
      findings.refuse(
          "AU-REG-17",
          Severity.MEDIUM,
          subject,
          "is in a restartable sequence that does not lead to code of the program");
    }
  }

  private static ByteBuffer words(Bytes bytes) {
    return ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What a register may not be when it comes from the image it may not be from there either. */
  private boolean isPlausible(ByteBuffer frame) {
    boolean segments =
        (frame.getShort(CS) & 0xffff) == USER_CS && (frame.getShort(SS) & 0xffff) == USER_SS;
    long extended = frame.getLong(FPSTATE);
    boolean readable = extended == 0 || space.isReadable(extended, FPSTATE_BYTES);
    return segments
        && readable
        && (frame.getLong(EFLAGS) & RegisterAudit.FORBIDDEN_FLAGS) == 0
        && space.isCode(frame.getLong(RIP))
        && space.isStack(frame.getLong(RSP));
  }

  private boolean isSection(ByteBuffer section) {
    long start = section.getLong(START);
    long length = section.getLong(LENGTH);
    return space.isCode(start)
        && length >= 0
        && space.isExecutable(start, length)
        && space.isCode(section.getLong(ABORT));
  }
}
