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
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vdso;

/** A host with a terminal and with none of an image's files. */
public final class TestHost {
  static final IpcFacts IPC = new IpcFacts(1 << 20, Map.of(), List.of());

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

  /** The host where this became of the files of an image. */
  static HostFacts of(Map<Integer, FileLookup> files, long capabilities, IpcFacts ipc) {
    return new HostFacts(
        4096,
        Set.of(),
        7,
        832,
        new Vdso(Digest.of(new byte[Digest.LENGTH]), Optional.empty()),
        new HostFacts.Clocks(0, 0),
        new HostFacts.Caller(
            0,
            0,
            List.of(),
            capabilities,
            capabilities,
            capabilities,
            0,
            true,
            Map.of(),
            0,
            0,
            Optional.of(0)),
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

  /** Texts of what a rule found, by subject. */
  static Map<String, String> found(AuditReport report, String rule) {
    Map<String, String> texts = new HashMap<>();
    report.findings().stream()
        .filter(finding -> finding.rule().equals(rule))
        .forEach(finding -> texts.put(finding.subject(), finding.text()));
    return texts;
  }
}
