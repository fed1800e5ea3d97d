package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.restorer.ImageSource;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.gather.IpcFacts;
import org.ckimg.restorer.gather.MemoryFacts;
import org.ckimg.restorer.gather.SocketFacts;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Origin;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.Vdso;

/** A host with a terminal and with none of an image's files. */
public final class TestHost {
  static final IpcFacts IPC = new IpcFacts(1 << 20, Map.of(), List.of());

  private static final Vdso VDSO = new Vdso(Digest.of(new byte[Digest.LENGTH]), Optional.empty());

  /** mov $15, %rax; syscall: what handlers return to. */
  private static final Bytes RESTORER =
      Bytes.of(new byte[] {0x48, (byte) 0xc7, (byte) 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05});

  /** What is asked for there. */
  public static final RestoreOptions OPTIONS =
      new RestoreOptions(
          PidMode.AUTO,
          Set.of(),
          false,
          false,
          Optional.empty(),
          ImageSource.UNKNOWN,
          new Trusted(false, Set.of()),
          Profile.DEFAULT.policy());

  private TestHost() {}

  /**
   * What the audit says there.
   *
   * @param capabilities of the caller
   */
  static AuditReport audit(Checkpoint checkpoint, long capabilities, IpcFacts ipc) {
    return Auditor.audit(checkpoint, of(checkpoint, capabilities, ipc), OPTIONS);
  }

  /** The host as it looks for an image, to a caller with these capabilities. */
  public static HostFacts of(Checkpoint checkpoint, long capabilities) {
    return of(checkpoint, capabilities, IPC);
  }

  private static HostFacts of(Checkpoint checkpoint, long capabilities, IpcFacts ipc) {
    Map<Integer, FileLookup> files = new HashMap<>();
    checkpoint.files().forEach(file -> files.put(file.id(), new FileLookup.NotLookedFor()));
    return of(files, capabilities, ipc);
  }

  /**
   * The host that an image comes from: everything is as it was recorded.
   *
   * @param id user and group of the caller
   * @param capabilities of the caller
   */
  public static HostFacts origin(Checkpoint checkpoint, int id, long capabilities) {
    Map<Integer, FileLookup> files = new HashMap<>();
    checkpoint.files().forEach(file -> files.put(file.id(), RecordedFiles.lookup(file)));
    Host host = checkpoint.host();
    return new HostFacts(
        host.pageSize(),
        host.cpuFeatures().map(names -> Set.of(names.toString().split(" "))).orElse(Set.of()),
        host.xcr0().orElse(7),
        host.xsaveBytes().orElse(832),
        host.vdso().orElse(VDSO),
        checkpoint.origin().map(TestHost::clocks).orElse(new HostFacts.Clocks(0, 0)),
        caller(id, capabilities),
        List.of(),
        files,
        SocketFacts.NONE,
        RecordedFiles.ranges(checkpoint),
        IPC,
        true,
        List.of(),
        new HostFacts.Room(Long.MAX_VALUE, 0),
        memory(checkpoint),
        Optional.empty());
  }

  /** The host where this became of the files of an image. */
  static HostFacts of(Map<Integer, FileLookup> files, long capabilities, IpcFacts ipc) {
    return new HostFacts(
        4096,
        Set.of(),
        7,
        832,
        VDSO,
        new HostFacts.Clocks(0, 0),
        caller(0, capabilities),
        List.of(),
        files,
        SocketFacts.NONE,
        Map.of(),
        ipc,
        true,
        List.of(),
        new HostFacts.Room(Long.MAX_VALUE, 0),
        new MemoryFacts(Map.of(), Map.of(), Map.of()),
        Optional.empty());
  }

  /** Somebody with a terminal. */
  private static HostFacts.Caller caller(int id, long capabilities) {
    return new HostFacts.Caller(
        id,
        id,
        List.of(),
        capabilities,
        capabilities,
        capabilities,
        0,
        true,
        Map.of(),
        0,
        0,
        Optional.of(0));
  }

  private static HostFacts.Clocks clocks(Origin origin) {
    return new HostFacts.Clocks(
        origin.monotonicNanos().orElse(0), origin.boottimeNanos().orElse(0));
  }

  private static MemoryFacts memory(Checkpoint checkpoint) {
    Map<MemoryFacts.Place, Bytes> restorers = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      for (SignalAction action : process.actions().orElse(List.of())) {
        restorers.put(new MemoryFacts.Place(process.pid(), action.restorer()), RESTORER);
      }
    }
    return new MemoryFacts(restorers, Map.of(), Map.of());
  }

  /** Texts of what a rule found, by subject. */
  static Map<String, String> found(AuditReport report, String rule) {
    Map<String, String> texts = new HashMap<>();
    report.findings().stream()
        .filter(finding -> finding.rule().equals(rule))
        .forEach(finding -> texts.put(finding.subject(), finding.text()));
    return texts;
  }
}
