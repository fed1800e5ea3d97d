package org.ckimg.tools;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.verify.ChainVerdict;
import org.ckimg.reader.verify.ChainVerifier;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.restorer.ImageSource;
import org.ckimg.restorer.MappedImage;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.audit.AuditFinding;
import org.ckimg.restorer.audit.AuditReport;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.cli.TrustOption;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.convert.Standalone;
import org.ckimg.tools.input.FolderSource;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.Input;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.json.AuditJson;
import org.ckimg.tools.json.SarifJson;
import org.ckimg.tools.policy.EffectivePolicy;
import org.ckimg.tools.policy.PolicyOption;
import org.ckimg.tools.policy.SystemPolicy;
import org.ckimg.tools.run.ImageSources;
import org.ckimg.tools.run.RestoreRun;
import org.ckimg.tools.terminal.Returning;
import org.ckimg.tools.text.AuditText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ckimg restore}. */
@Command(
    name = "restore",
    description = {
      "Put a program back where it was, or refuse and say why.",
      "In the foreground ckimg is its parent and ends with its status."
    })
final class RestoreCommand implements Callable<Integer>, HasSubject {
  private static final String PID_RULE = "AU-PID-02";

  private final Console console;
  private final SystemPolicy system;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;
  @Mixin private TrustOption trust;
  @Mixin private PolicyOption policy;
  @Mixin private JsonOption json;

  @Option(
      names = "--verify",
      description = "Check every byte and print the audit; start nothing, change nothing.")
  private boolean verify;

  @Option(
      names = "--sarif",
      description = "With --verify: print the findings as SARIF 2.1.0, for pipelines.")
  private boolean sarif;

  @Option(names = "--plan", description = "Print what would be done; start nothing.")
  private boolean plan;

  @Option(
      names = "--pid",
      paramLabel = "auto|same|new|namespace",
      defaultValue = "auto",
      description = "Which pid the program gets (default: ${DEFAULT-VALUE}).")
  private PidMode pid;

  @Option(
      names = "--inherit",
      paramLabel = "FD",
      split = ",",
      description = "Descriptors of the program that become the caller's of the same number.")
  private List<Integer> inherit = List.of();

  @Option(names = "--detach", description = "Print the pid and leave; the program lives on alone.")
  private boolean detach;

  @Option(
      names = "--tcp",
      description = {
        "Let connections of TCP go on that dump --tcp has recorded. Needs CAP_NET_ADMIN.",
        "Without it they come back as reset by the other end."
      })
  private boolean tcp;

  @Option(
      names = "--map",
      description = {
        "Map the image and copy nothing that can be mapped: the program runs at once, and reads its"
            + " memory from the image when it needs it.",
        "The image must not change as long as the program lives. Memory that the program gives back"
            + " with MADV_DONTNEED reads as it is in the image, not as zeroes: use this only for"
            + " programs that do not rely on zeroes."
      })
  private boolean map;

  RestoreCommand(Console console) {
    this(console, SystemPolicy.ofThisHost());
  }

  RestoreCommand(Console console, SystemPolicy system) {
    this.console = console;
    this.system = system;
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public Integer call() throws IOException {
    if (sarif && (!verify || json.isSet())) {
      throw new UsageException("--sarif goes with --verify, and not with --json");
    }
    EffectivePolicy granted = policy.admittedBy(system);
    if (image.isDirectory()) {
      ImageSource source = FolderSource.of(image.path("--map"));
      try (OpenImage open = image.openImage(console)) {
        return restore(open.subject(), source, granted);
      }
    }
    if (image.isStandardInput()) {
      try (FileChannel file = image.openAny(console)) {
        return restore(file, OptionalInt.empty(), granted);
      }
    }
    int fd = MappedImage.open(image.path("--map"));
    try (FileChannel file = Input.file(Path.of("/proc/self/fd/" + fd))) {
      return restore(file, OptionalInt.of(fd), granted);
    } finally {
      FileCalls.close(fd);
    }
  }

  private int restore(FileChannel file, OptionalInt fd, EffectivePolicy granted)
      throws IOException {
    Optional<OpenImage> foreign = OpenImage.foreign(image.subject().orElseThrow(), file);
    if (foreign.isPresent()) {
      try (OpenImage open = foreign.get()) {
        return restore(open.subject(), ImageSources.of(fd, Optional.empty()), granted);
      }
    }
    return restoreOwn(file, fd, granted);
  }

  /** An image of another format, which has no checksums: it is believed, and the audit says so. */
  private int restore(Subject subject, ImageSource source, EffectivePolicy granted)
      throws IOException {
    if (map) {
      throw new UsageException("--map needs an image of ckimg's own format");
    }
    ImageFacts facts = subject.image();
    String name = image.subject().orElseThrow();
    facts.warnings().forEach(text -> console.err().println("ckimg restore: " + name + ": " + text));
    if (!facts.isSound()) {
      console.err().println("ckimg restore: " + name + ": not a sound image; nothing was started");
      return ExitCode.NO_IMAGE.number();
    }
    if (verify) {
      ForeignCheck.read(subject.checkpoint());
    }
    Checkpoint checkpoint = Standalone.of(subject);
    RestoreOptions options = options(Optional.empty(), source, trust.under(granted), granted);
    try (Restorer restorer = Restorer.prepare(checkpoint, options)) {
      return restore(restorer, checkpoint, facts.lengthBytes(), 0);
    }
  }

  private RestoreOptions options(
      Optional<MappedImage> mapped, ImageSource source, Trusted trusted, EffectivePolicy granted) {
    return new RestoreOptions(
        pid, Set.copyOf(inherit), detach, tcp, mapped, source, trusted, granted.policy());
  }

  private int restoreOwn(FileChannel file, OptionalInt fd, EffectivePolicy granted)
      throws IOException {
    Trusted trusted = trust.under(granted);
    long start = System.nanoTime();
    ChainVerdict verdict = verify(file, depth(trusted));
    long checkNanos = System.nanoTime() - start;
    if (!verdict.sound()) {
      return refuseUnsound(verdict);
    }
    try (ImageReader reader = ImageReader.open(file, parents.of(image))) {
      RestoreOptions options =
          options(
              mapped(fd, reader), ImageSources.of(fd, verdict.image(), reader), trusted, granted);
      try (Restorer restorer = Restorer.prepare(reader.checkpoint(), options)) {
        return restore(restorer, reader.checkpoint(), file.size(), checkNanos);
      }
    }
  }

  private Optional<MappedImage> mapped(OptionalInt fd, ImageReader reader) throws IOException {
    if (!map) {
      return Optional.empty();
    }
    if (fd.isEmpty()) {
      throw new UsageException("--map needs an image in a file");
    }
    return Optional.of(MappedImage.of(fd.getAsInt(), reader));
  }

  /** A checksum finds damage, and no page that was made to fit it: a signature needs digests. */
  private Depth depth(Trusted trusted) {
    if (verify || map && trusted.required()) {
      return Depth.FULL;
    }
    return map ? Depth.CHECKSUMS : Depth.METADATA;
  }

  private ChainVerdict verify(FileChannel file, Depth depth) throws IOException {
    try (Progress progress = new Progress(console, "checking", file.size())) {
      return ChainVerifier.verify(file, depth, parents.of(image), progress);
    }
  }

  private int refuseUnsound(ChainVerdict verdict) {
    String name = image.subject().orElseThrow();
    for (Verdict each : verdict.images()) {
      String which = each == verdict.image() ? "" : "a parent: ";
      for (Finding finding : each.findings()) {
        console.err().println("ckimg restore: " + name + ": " + which + finding);
      }
    }
    if (verdict.missing().isPresent()) {
      console.err().println("ckimg restore: " + name + ": " + parents.hint(image));
    }
    console.err().println("ckimg restore: " + name + ": not a sound image; nothing was started");
    return ExitCode.NO_IMAGE.number();
  }

  private int restore(Restorer restorer, Checkpoint checkpoint, long bytes, long checkNanos)
      throws IOException {
    AuditReport report = restorer.report();
    if (verify || plan) {
      return print(restorer, report);
    }
    requirePid(report);
    if (!report.allowed()) {
      AuditText.printRefusals(report, console.err(), "ckimg restore: ");
      console.err().println("ckimg restore: refused by the audit; nothing was started");
      return ExitCode.REFUSED.number();
    }
    AuditText.printAdjustments(report, console.err(), "ckimg restore: ");
    OptionalLong checked = map ? OptionalLong.of(checkNanos) : OptionalLong.empty();
    RestoreRun run =
        new RestoreRun(console, "ckimg restore", Returning.of(checkpoint), detach, checked);
    return run.of(restorer, new Progress(console, "restoring", bytes));
  }

  /** Asked for by name, a pid that cannot be had is the system's refusal and not the audit's. */
  private void requirePid(AuditReport report) throws SystemRefusal {
    if (pid != PidMode.SAME) {
      return;
    }
    for (AuditFinding finding : report.findings()) {
      if (finding.rule().equals(PID_RULE)) {
        throw new SystemRefusal(
            finding.text() + "; leave out --pid same to take another one", null);
      }
    }
  }

  private int print(Restorer restorer, AuditReport report) throws IOException {
    if (sarif) {
      SarifJson.write(report, image.name(), Version.number(), console.out());
    } else if (json.isSet()) {
      AuditJson.write(report, console.out());
    } else {
      AuditText.print(report, console.paper());
    }
    if (plan && report.allowed() && !json.isSet() && !sarif) {
      console.out().println(restorer.plan());
    }
    return (report.allowed() ? ExitCode.OK : ExitCode.REFUSED).number();
  }
}
