package org.ckimg.tools.triage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.restorer.audit.AuditFinding.Severity;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.RegisterFile;
import org.ckimg.tools.names.SignalNames;

/** Looks at where threads go on, and where signals lead. */
final class FlowChecks {
  /** SIG_DFL and SIG_IGN. */
  private static final long LAST_SPECIAL_HANDLER = 1;

  private final Scene scene;

  FlowChecks(Scene scene) {
    this.scene = scene;
  }

  void run() {
    for (ThreadState thread : scene.process().threads()) {
      RegisterFile registers = RegisterFile.of(thread, scene.checkpoint().host());
      instruction(thread, registers.instruction());
      stack(thread, registers.stack());
    }
    SignalNames names = SignalNames.of(scene.checkpoint().host());
    for (SignalAction action : scene.process().actions().orElse(List.of())) {
      if (Long.compareUnsigned(action.handler(), LAST_SPECIAL_HANDLER) > 0) {
        handler(names.name(action.number()), action.handler());
      }
    }
  }

  private void instruction(ThreadState thread, OptionalLong at) {
    if (at.isEmpty() || scene.process().vmas().isEmpty()) {
      return;
    }
    String about = "thread " + thread.tid();
    Optional<Vma> vma = scene.mappings().at(at.getAsLong());
    Map<String, String> evidence = Evidence.of("instruction", Evidence.hex(at.getAsLong()));
    if (vma.isEmpty()) {
      scene.add(
          TriageRule.INSTRUCTION_UNMAPPED,
          about,
          "it goes on at %s, where nothing is mapped".formatted(Evidence.hex(at.getAsLong())),
          evidence);
    } else {
      outside(TriageRule.RUNS_OUTSIDE_CODE, about, "it goes on at ", at.getAsLong(), vma.get());
    }
  }

  private void handler(String signal, long handler) {
    Optional<Vma> vma = scene.mappings().at(handler);
    if (vma.isPresent()) {
      outside(TriageRule.HANDLER_OUTSIDE_CODE, signal, "its handler is ", handler, vma.get());
    } else if (!scene.process().vmas().isEmpty()) {
      scene.add(
          TriageRule.HANDLER_OUTSIDE_CODE,
          signal,
          "its handler is %s, where nothing is mapped".formatted(Evidence.hex(handler)),
          Evidence.of("address", Evidence.hex(handler)));
    }
  }

  /** Adds a finding for an address that is not code of a file. */
  private void outside(TriageRule rule, String about, String what, long address, Vma vma) {
    boolean executable = (vma.protection() & Vma.EXECUTE) != 0;
    boolean known = scene.file(vma).isPresent() || isKernels(vma);
    if (executable && known) {
      return;
    }
    boolean compiled = executable && scene.compiler().isPresent();
    String where =
        executable
            ? "code of no file" + scene.compiler().map(c -> ", as " + c + " makes it").orElse("")
            : "memory that is not executable";
    scene.add(
        rule,
        compiled ? Severity.INFO : rule.severity(),
        about,
        what + Evidence.hex(address) + ", in " + where,
        Evidence.of(
            "address",
            Evidence.hex(address),
            "mapping",
            scene.range(vma),
            "what",
            scene.mappings().name(vma)));
  }

  private static boolean isKernels(Vma vma) {
    return vma.kind() == Vma.Kind.VDSO || vma.kind() == Vma.Kind.VSYSCALL;
  }

  private void stack(ThreadState thread, OptionalLong at) {
    boolean mapped =
        at.isEmpty()
            || scene.process().vmas().isEmpty()
            || scene.mappings().at(at.getAsLong()).isPresent()
            // An empty stack starts behind the last byte of its mapping.
            || scene.mappings().at(at.getAsLong() - 1).isPresent();
    if (!mapped) {
      scene.add(
          TriageRule.STACK_UNMAPPED,
          "thread " + thread.tid(),
          "its stack is at %s, where nothing is mapped".formatted(Evidence.hex(at.getAsLong())),
          Evidence.of("stack", Evidence.hex(at.getAsLong())));
    }
  }
}
