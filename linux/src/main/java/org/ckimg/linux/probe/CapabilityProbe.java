package org.ckimg.linux.probe;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Capabilities of the caller, capabilities(7). */
final class CapabilityProbe {
  private static final Map<Integer, String> COST =
      new TreeMap<>(
          Map.of(
              Capabilities.SETGID, "programs keep only groups that the caller has",
              Capabilities.SETUID, "programs of other users cannot be restored",
              Capabilities.SETPCAP, "the capability bounding set cannot be restored",
              Capabilities.SYS_CHROOT, "another root directory cannot be restored",
              Capabilities.SYS_PTRACE, "programs of other users cannot be dumped",
              Capabilities.SYS_NICE, "raised priorities cannot be restored",
              Capabilities.SYS_RESOURCE, "hard limits above the caller's cannot be restored",
              Capabilities.CHECKPOINT_RESTORE,
                  "without CAP_SYS_ADMIN old pids need an own namespace, and /proc/PID/exe comes"
                      + " from executing the program anew"));

  private CapabilityProbe() {}

  static List<Feature> features(long effective) {
    return COST.entrySet().stream()
        .map(use -> feature(use.getKey(), use.getValue(), effective))
        .toList();
  }

  private static Feature feature(int capability, String cost, long effective) {
    String name = Capabilities.name(capability);
    Question question =
        new Question(name, Feature.Need.FOR_SOME, cost, "run as root, or grant " + name);
    return Capabilities.has(effective, capability)
        ? question.yes()
        : question.no("the caller does not have it");
  }
}
