package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ParentFolder;
import org.ckimg.reader.verify.ChainVerdict;
import org.ckimg.reader.verify.ChainVerifier;
import org.ckimg.reader.verify.Depth;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.terminal.Key;
import org.ckimg.tools.terminal.Returning;
import org.ckimg.tools.terminal.Session;
import org.ckimg.tools.text.AuditText;

/** Goes on from the newest image of a command that is sound and may come back. */
public final class Resumption implements AutoCloseable {
  private static final String SPEAKER = "ckimg run: ";

  private final Console console;
  private final ResumeFolder folder;
  private final Policy policy;
  private final Trusted trusted;
  private final List<FoundImage> images;
  private boolean refused;

  /** Looks what there is. */
  public Resumption(Console console, ResumeFolder folder, Policy policy, Trusted trusted)
      throws IOException {
    this.console = console;
    this.folder = folder;
    this.policy = policy;
    this.trusted = trusted;
    this.images = folder.images(console.err()::println);
  }

  /**
   * Restores; empty when there is no sound image.
   *
   * @param key to watch for, where ckimg stands behind the program's terminal
   */
  public Optional<Session> start(Optional<Key> key) throws IOException {
    for (FoundImage image : images) {
      try {
        Optional<Session> session = restore(image, key);
        if (session.isPresent()) {
          return session;
        }
      } catch (ImageException e) {
        ResumeFolder.skip(console.err()::println, image.file(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** True when a sound image may not come back: then nothing begins anew by itself. */
  public boolean isRefused() {
    return refused;
  }

  private Optional<Session> restore(FoundImage image, Optional<Key> key) throws IOException {
    ParentFolder parents = new ParentFolder(folder.path());
    long bytes = image.channel().size();
    // A checksum finds damage, and no page that was made to fit it: a signature needs digests.
    Depth depth = trusted.required() ? Depth.FULL : Depth.CHECKSUMS;
    ChainVerdict verdict;
    try (Progress progress = new Progress(console, "checking", bytes)) {
      verdict = ChainVerifier.verify(image.channel(), depth, parents, progress);
    }
    if (!verdict.sound()) {
      String why =
          verdict.images().stream()
              .flatMap(each -> each.findings().stream())
              .map(Object::toString)
              .findFirst()
              .orElseThrow();
      ResumeFolder.skip(console.err()::println, image.file(), why);
      return Optional.empty();
    }
    try (ImageReader reader = ImageReader.open(image.channel(), parents);
        Restorer restorer =
            Restorer.prepare(reader.checkpoint(), options(image, verdict, reader))) {
      return restore(image, reader, restorer, new Progress(console, "restoring", bytes), key);
    }
  }

  private RestoreOptions options(FoundImage image, ChainVerdict verdict, ImageReader reader)
      throws IOException {
    return new RestoreOptions(
        PidMode.AUTO,
        Set.of(),
        false,
        false,
        Optional.empty(),
        ImageSources.of(OptionalInt.of(image.fd()), verdict.image(), reader),
        trusted,
        policy);
  }

  private Optional<Session> restore(
      FoundImage image, ImageReader reader, Restorer restorer, Progress progress, Optional<Key> key)
      throws IOException {
    AuditReport report = restorer.report();
    String name = Bytes.utf8(image.file().toString()).toString();
    if (!report.allowed()) {
      refused = true;
      AuditText.printRefusals(report, console.err(), SPEAKER);
      console.err().println(SPEAKER + name + ": refused by the audit");
      return Optional.empty();
    }
    AuditText.printAdjustments(report, console.err(), SPEAKER);
    console.err().println(SPEAKER + "goes on from " + name);
    Returning returning = Returning.of(reader.checkpoint());
    RestoreRun run = new RestoreRun(console, "ckimg run", returning, false, OptionalLong.empty());
    return Optional.of(run.start(restorer, progress, key));
  }

  /** What is there as chains, the oldest first, each with its complete image first. */
  List<List<Path>> chains() {
    List<List<Path>> chains = new ArrayList<>();
    List<List<Digest>> identities = new ArrayList<>();
    for (FoundImage image : images.reversed()) {
      int chain = chainOf(image, identities);
      if (chain < 0) {
        chains.add(new ArrayList<>());
        identities.add(new ArrayList<>());
        chain = chains.size() - 1;
      }
      chains.get(chain).add(image.file());
      identities.get(chain).add(image.identity());
    }
    return chains;
  }

  private static int chainOf(FoundImage image, List<List<Digest>> chains) {
    for (int i = 0; image.parent().isPresent() && i < chains.size(); i++) {
      if (chains.get(i).contains(image.parent().get())) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    for (FoundImage image : images) {
      image.close();
    }
  }
}
