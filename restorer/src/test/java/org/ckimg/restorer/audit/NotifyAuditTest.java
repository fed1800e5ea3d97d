package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.model.FdState;
import org.junit.jupiter.api.Test;

/** What a program may watch: AU-FD-16. */
class NotifyAuditTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sockets.ckimg");
  private static final int CREATE = 0x100;

  /** A file of the image that is here as {@code path}. */
  private static FileLookup here(String path, boolean readable) throws IOException {
    int fd = FileCalls.open(path, FileCalls.O_PATH | FileCalls.O_CLOEXEC);
    try {
      return new FileLookup.Found(
          new OpenedFile(
              fd,
              FileCalls.status(path.getBytes(StandardCharsets.US_ASCII)),
              FileCalls.filesystem(fd),
              Optional.empty(),
              readable,
              false,
              false,
              Optional.empty()),
          Optional.empty());
    } finally {
      FileCalls.close(fd);
    }
  }

  /** What is found about watches of files 1, 2 and so on, which became these. */
  private static List<String> found(List<String> roots, int mask, FileLookup... files)
      throws IOException {
    Policy.Files policy =
        new Policy.Files(
            Policy.Answer.REFUSE,
            roots,
            roots,
            roots,
            Policy.Answer.REFUSE,
            Policy.Answer.REFUSE,
            List.of(),
            List.of());
    Map<Integer, FileLookup> byId =
        IntStream.range(0, files.length)
            .boxed()
            .collect(Collectors.toMap(i -> i + 1, i -> files[i]));
    List<FdState.Notify> watches =
        byId.keySet().stream().sorted().map(id -> new FdState.Notify(id, id, mask)).toList();
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      Findings findings = new Findings(1);
      new NotifyAudit(reader.checkpoint(), TestHost.of(byId, 0, TestHost.IPC), policy, findings)
          .run("fd 13", new FdState.NotifyList(watches));
      return findings.report().findings().stream()
          .map(finding -> finding.rule() + " " + finding.text())
          .toList();
    }
  }

  @Test
  void whatIsHereAndMayBeReadIsWatched() throws IOException {
    List<String> roots = List.of("/", "pipe:[81]");
    assertEquals(List.of(), found(roots, CREATE, here("/", true), here("/proc", true)));
  }

  @Test
  void whatTheProgramMayNotReadIsNot() throws IOException {
    assertEquals(
        List.of("AU-FD-16 watches /run/demo.sock, which the program's own user may not read"),
        found(List.of("/"), CREATE, here("/", false)));
    assertEquals(
        List.of("AU-FD-16 watches /run/demo.sock, which the policy does not let be read"),
        found(List.of("/srv"), CREATE, here("/", true)));
  }

  @Test
  void whatIsNotHereOrTwiceHereIsNot() throws IOException {
    assertEquals(
        List.of("AU-FD-16 watches /run/demo.sock, which is not here"),
        found(List.of("/"), CREATE, new FileLookup.NotLookedFor()));
    assertEquals(
        List.of("AU-FD-16 watches pipe:[81] under two numbers"),
        found(List.of("/", "pipe:[81]"), CREATE, here("/", true), here("/", true)).stream()
            .filter(text -> text.endsWith("numbers"))
            .toList());
  }

  @Test
  void aMaskHasEventsAndNothingOfHowToAddIt() throws IOException {
    assertEquals(List.of(), found(List.of("/"), 0x84000fff, here("/", true)));
    for (int mask : new int[] {0, 0x4000000, CREATE | 0x2000000, CREATE | 0x20000000}) {
      assertEquals(
          List.of(
              "AU-FD-16 watches /run/demo.sock for 0x%x, which is no set of events"
                  .formatted(mask)),
          found(List.of("/"), mask, here("/", true)));
    }
  }
}
