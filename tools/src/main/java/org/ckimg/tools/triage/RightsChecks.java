package org.ckimg.tools.triage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.decode.RegisterFile;
import org.ckimg.tools.decode.Strings;
import org.ckimg.tools.names.CapabilityNames;

/** Looks at rights, and at what was loaded by the environment. */
final class RightsChecks {
  private static final int SETUID_OR_SETGID = 06000;
  private static final List<String> LOADERS = List.of("LD_PRELOAD=", "LD_AUDIT=");

  /** ptrace(2), process_vm_readv(2), process_vm_writev(2) of x86-64. */
  private static final Map<Long, String> REACHING =
      Map.of(101L, "ptrace", 310L, "process_vm_readv", 311L, "process_vm_writev");

  private final Scene scene;

  RightsChecks(Scene scene) {
    this.scene = scene;
  }

  void run() {
    environment();
    executable();
    for (ThreadState thread : scene.process().threads()) {
      thread.credentials().ifPresent(credentials -> credentials(thread, credentials));
      calls(thread);
    }
  }

  private void environment() {
    for (Bytes entry : scene.process().environ().map(Strings::split).orElse(List.of())) {
      for (String loader : LOADERS) {
        if (entry.startsWith(loader) && entry.length() > loader.length()) {
          preload(
              loader.substring(0, loader.length() - 1),
              entry.slice(loader.length(), entry.length()));
        }
      }
    }
  }

  private void preload(String variable, Bytes value) {
    Map<String, String> evidence = Evidence.of(variable, value);
    List<String> mapped = new ArrayList<>();
    for (String name : value.toString().split("[: ]")) {
      for (Vma vma : scene.process().vmas()) {
        Optional<FileFacts> file =
            scene.file(vma).filter(f -> !name.isEmpty() && isCalled(f.path().toString(), name));
        if (file.isPresent() && (vma.protection() & Vma.EXECUTE) != 0) {
          mapped.add(file.get().path() + " at " + scene.range(vma));
        }
      }
    }
    evidence.put("mapped", mapped.isEmpty() ? "nothing of that name" : String.join("; ", mapped));
    scene.add(
        TriageRule.PRELOAD, "environment", "%s loads %s".formatted(variable, value), evidence);
  }

  private static boolean isCalled(String path, String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    return path.equals(name) || path.endsWith("/" + last);
  }

  private void executable() {
    Optional<FileFacts> exe = References.file(scene.checkpoint(), scene.process().exe());
    int mode = exe.map(f -> f.mode().orElse(0)).orElse(0);
    if ((mode & SETUID_OR_SETGID) != 0) {
      scene.add(
          TriageRule.SETUID,
          "executable",
          "%s gives the rights of its owner".formatted(exe.get().path()),
          Evidence.of("executable", exe.get().path(), "mode", "%04o".formatted(mode & 07777)));
    }
  }

  private void credentials(ThreadState thread, Credentials credentials) {
    Credentials.Ids ids = credentials.ids();
    boolean one =
        ids.uid() == ids.euid()
            && ids.uid() == ids.suid()
            && ids.gid() == ids.egid()
            && ids.gid() == ids.sgid();
    String about = "thread " + thread.tid();
    if (!one) {
      scene.add(
          TriageRule.SETUID,
          about,
          "it can change between users",
          Evidence.of(
              "uid", users(ids.uid(), ids.euid(), ids.suid()),
              "gid", users(ids.gid(), ids.egid(), ids.sgid())));
    }
    long held = credentials.capabilities().map(c -> c.effective() | c.permitted()).orElse(0L);
    if (held != 0 && ids.euid() != 0) {
      scene.add(
          TriageRule.CAPABILITIES,
          about,
          "user %s has %s"
              .formatted(Integer.toUnsignedString(ids.euid()), CapabilityNames.of(held)),
          Evidence.of("euid", Integer.toUnsignedString(ids.euid()), "held", Evidence.hex(held)));
    }
  }

  private static String users(int real, int effective, int saved) {
    return "real %s, effective %s, saved %s"
        .formatted(
            Integer.toUnsignedString(real),
            Integer.toUnsignedString(effective),
            Integer.toUnsignedString(saved));
  }

  private void calls(ThreadState thread) {
    Long call = RegisterFile.of(thread, scene.checkpoint().host()).values().get("orig_rax");
    if (call != null && REACHING.containsKey(call)) {
      scene.add(
          TriageRule.TRACES,
          "thread " + thread.tid(),
          "it is in %s(2)".formatted(REACHING.get(call)),
          Evidence.of("call", REACHING.get(call)));
    }
  }
}
