package org.ckimg.linux.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;
import org.junit.jupiter.api.Test;

class KernelFeaturesTest {
  private static final Question QUESTION =
      new Question("thing", Feature.Need.FOR_SOME, "nothing works", "a newer kernel");

  private static Map<String, Feature> probe() throws Exception {
    return KernelFeatures.probe().stream()
        .collect(Collectors.toMap(Feature::name, Function.identity()));
  }

  @Test
  void reasonAndRemedyAreThereWhenTheFeatureIsNot() throws Exception {
    for (Feature feature : KernelFeatures.probe()) {
      assertEquals(feature.available(), feature.reason().isEmpty(), feature::toString);
      assertEquals(feature.available(), feature.remedy().isEmpty(), feature::toString);
    }
  }

  @Test
  void whatOtherTestsHereUseIsAvailable() throws Exception {
    Map<String, Feature> features = probe();
    for (String name : List.of("ptrace", "process_vm_readv", "process_vm_writev")) {
      assertTrue(features.get(name).available(), () -> features.get(name).toString());
    }
  }

  @Test
  void probingLeavesNoProcess() throws Exception {
    int self = Self.pid();
    List<Integer> before = Tasks.children(self);
    KernelFeatures.probe();
    assertEquals(before, Tasks.children(self));
  }

  @Test
  void capabilitiesAreThoseOfTheCaller() throws Exception {
    List<String> held = Capabilities.names(Status.read(Self.pid()).capEffective());
    for (Feature feature : probe().values()) {
      if (feature.name().startsWith("CAP_")) {
        assertEquals(held.contains(feature.name()), feature.available(), feature::toString);
      }
    }
  }

  @Test
  void pidsCanBeChosenByThoseWhoMay() throws Exception {
    List<String> held = Capabilities.names(Status.read(Self.pid()).capEffective());
    Feature chosen = probe().get("clone3(set_tid)");
    if (held.isEmpty()) {
      assertFalse(chosen.available());
      assertTrue(chosen.reason().contains("EPERM"), chosen::toString);
    }
    assertEquals(-Errno.EINVAL, DoomedClone.attempt(0, -1));
  }

  @Test
  void namesOfCapabilities() {
    assertEquals(List.of(), Capabilities.names(0));
    assertEquals(
        List.of("CAP_CHOWN", "CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_CHECKPOINT_RESTORE"),
        Capabilities.names(1 | 1 << 19 | 1 << 21 | 1L << 40));
    assertEquals(List.of("capability 63"), Capabilities.names(1L << 63));
  }

  @Test
  void anErrorThatProvesTheFeature() {
    assertTrue(QUESTION.answered("call", 0).available());
    assertTrue(QUESTION.answered("call", -Errno.EBADF, Errno.EFAULT, Errno.EBADF).available());
    Feature missing = QUESTION.answered("call", -Errno.EINVAL, Errno.EBADF);
    assertEquals(
        new Feature(
            "thing",
            Feature.Need.FOR_SOME,
            false,
            "call gives EINVAL (invalid argument): nothing works",
            "a newer kernel"),
        missing);
  }

  @Test
  void aTrialThatFailsGivesItsErrorAsReason() {
    Feature missing =
        QUESTION.tried(() -> {
          throw new SyscallException("kcmp", Errno.ENOSYS, "1 and 2");
        });
    assertFalse(missing.available());
    assertEquals("kcmp gives ENOSYS (function not implemented): nothing works", missing.reason());
  }

  @Test
  void yamaKeepsStrangersFromTracing() {
    assertTrue(TracingProbe.others(0, false).available());
    assertFalse(TracingProbe.others(1, false).available());
    assertTrue(TracingProbe.others(1, true).available());
    assertTrue(TracingProbe.others(2, true).available());
    Feature nobody = TracingProbe.others(3, true);
    assertFalse(nobody.available());
    assertTrue(nobody.remedy().contains("reboot"));
  }
}
