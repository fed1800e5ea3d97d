package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every victim in every mode: what it finds wrong in itself afterwards fails the test. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("victims")
class VictimTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("org.ckimg.e2e.VictimCase#notBrief")
  void goesOnAfterTheDump(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      victim.dump();
      finish(subject, victim);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.ckimg.e2e.VictimCase#deep")
  void goesOnAfterAStop(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      victim.dump("--stop");
      finish(subject, victim);
    }
  }

  private static void finish(VictimCase subject, Victim victim) throws Exception {
    assertTrue(victim.task().isAlive(), victim::report);
    subject.go(victim, victim.task());
    assertEquals(0, victim.awaitStatus(), victim::report);
    victim.assertPassed();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.ckimg.e2e.VictimCase#all")
  void comesBack(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      Path image = victim.dumpAndKill();
      Audit.assertHarmless(image);
      comeBack(subject, victim, image);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.ckimg.e2e.VictimCase#ofOrdinaryUsers")
  void comesBackForAnOrdinaryUser(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.NOBODY)) {
      comeBack(subject, victim, victim.dumpAndKill());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.ckimg.e2e.VictimCase#deep")
  void comesBackTwice(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      Path first = victim.dumpAndKill();
      Path second;
      try (Restored restored = Restored.inForeground(victim.account(), first)) {
        second = restored.dumpAndKill(victim);
      }
      comeBack(subject, victim, second);
    }
  }

  private static void comeBack(VictimCase subject, Victim victim, Path image) throws Exception {
    try (Restored restored = Restored.inForeground(victim.account(), image)) {
      subject.go(victim, restored.task());
      assertEquals(0, restored.awaitStatus(), () -> victim.report() + describe(restored));
    }
    victim.assertPassed();
  }

  private static String describe(Restored restored) {
    try {
      return "; ckimg said: " + restored.messages();
    } catch (Exception e) {
      return "; " + e;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("detachable")
  void comesBackAndIsLeftAlone(VictimCase subject) throws Exception {
    try (Victim victim = subject.start(Account.SELF)) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.detached(victim.account(), image)) {
        subject.go(victim, restored.task());
        restored.awaitEnd();
      }
      victim.assertPassed();
    }
  }

  static VictimCase[] detachable() {
    return new VictimCase[] {
      VictimCase.THREADS, VictimCase.IDENTITY, VictimCase.DESCRIPTORS, VictimCase.BLOCKED_PAUSE
    };
  }
}
