package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.ImageSource;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vdso;
import org.junit.jupiter.api.Test;

/** An image may hold more than can be given back; that is refused by name. */
class DescriptorRefusalTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sockets.ckimg");
  private static final Set<Integer> PIPE = Set.of(18, 19);
  private static final RestoreOptions OPTIONS =
      new RestoreOptions(
          PidMode.AUTO,
          Set.of(),
          false,
          Optional.empty(),
          new ImageSource(OptionalInt.empty(), Optional.empty()),
          new Trusted(false, Set.of()),
          Profile.DEFAULT.policy());

  private static AuditReport audit() throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      Checkpoint checkpoint = reader.checkpoint();
      return Auditor.audit(checkpoint, host(checkpoint), OPTIONS);
    }
  }

  /** A host with a terminal and with none of the files. */
  private static HostFacts host(Checkpoint checkpoint) {
    Map<Integer, FileLookup> files = new HashMap<>();
    checkpoint.files().forEach(file -> files.put(file.id(), new FileLookup.NotLookedFor()));
    return new HostFacts(
        4096,
        Set.of(),
        7,
        832,
        new Vdso(Digest.of(new byte[Digest.LENGTH]), Optional.empty()),
        new HostFacts.Clocks(0, 0),
        new HostFacts.Caller(0, 0, List.of(), -1, true, Map.of(), 0, Optional.of(0)),
        List.of(),
        files,
        Map.of());
  }

  @Test
  void everyKindIsRefusedByName() throws IOException {
    AuditReport report = audit();
    assertFalse(report.allowed());
    Map<String, String> refused = new HashMap<>();
    report.findings().stream()
        .filter(finding -> finding.rule().equals("AU-FD-02"))
        .forEach(finding -> refused.put(finding.subject(), finding.text()));
    // Descriptor n + 2 is description n: sockets to 12, inotify, pidfd, master, pipe, fifo, memfd.
    for (int fd = 3; fd <= 21; fd++) {
      assertEquals(
          !PIPE.contains(fd), refused.containsKey("fd " + fd), "fd " + fd + ": " + refused);
    }
    assertEquals("INET (inet) is not supported by this version", refused.get("fd 3"));
    assertEquals("UNIX (unix) is not supported by this version", refused.get("fd 6"));
    assertEquals("PIDFD (pidfd) is not supported by this version", refused.get("fd 15"));
    assertEquals("/dev/pts/ptmx is the master of a pseudo terminal", refused.get("fd 17"));
  }
}
