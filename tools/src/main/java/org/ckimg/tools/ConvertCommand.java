package org.ckimg.tools;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ckimg.interop.Annex;
import org.ckimg.interop.core.CoreLosses;
import org.ckimg.interop.core.CoreWriter;
import org.ckimg.interop.core.WrittenCore;
import org.ckimg.interop.criu.write.CriuLosses;
import org.ckimg.interop.criu.write.CriuWriter;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.cli.CompressionConverter;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.convert.FreeId;
import org.ckimg.tools.convert.HostPages;
import org.ckimg.tools.convert.ImageDirectory;
import org.ckimg.tools.convert.Redaction;
import org.ckimg.tools.convert.Redactor;
import org.ckimg.tools.convert.Standalone;
import org.ckimg.tools.convert.TargetFormat;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.memory.ProvenFiles;
import org.ckimg.tools.text.Human;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageFile;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.InvalidCheckpointException;
import org.ckimg.writer.WriterSettings;
import org.ckimg.writer.WrittenImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg convert}. */
@Command(
    name = "convert",
    description = {
      "Write an image of any format that is known as a .ckimg image, as an ELF core, or as a"
          + " directory of CRIU images.",
      "What the new format cannot say is named on standard error. An incremental image is taken"
          + " together with all that it continues."
    })
final class ConvertCommand implements Callable<Integer>, HasSubject {
  private static final String STANDARD_OUTPUT = "-";

  private final Console console;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "Where it goes; - is standard output, and needs --to.")
  private String output;

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      description =
          "${COMPLETION-CANDIDATES}. Default: what the name of OUT says: NAME.ckimg, NAME.core,"
              + " core or core.PID. For criu OUT is a directory that is made.")
  private TargetFormat to;

  @Option(
      names = "--pid",
      paramLabel = "N",
      description = "The process that becomes a core, where the image has several.")
  private Integer pid;

  @Option(
      names = "--partial",
      description =
          "Take an image that was cut short as far as it goes, for evidence; a .ckimg that is made"
              + " of it is never restored.")
  private boolean partial;

  @Option(
      names = "--compress",
      paramLabel = "CODEC",
      defaultValue = "none",
      converter = CompressionConverter.class,
      description = "How pages of a .ckimg are coded, as for dump (default: ${DEFAULT-VALUE}).")
  private Compression compression;

  @Option(
      names = "--redact",
      paramLabel = "WHAT",
      split = ",",
      description = {
        "Take this out of a .ckimg before others may see it: ${COMPLETION-CANDIDATES}; several with"
            + " commas. heap is all that the program wrote but its stacks. The image says that it is"
            + " redacted, and is never restored. Names of files and hosts stay."
      })
  private List<Redaction> redactions = List.of();

  ConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public Integer call() throws IOException {
    TargetFormat format = format();
    if (!redactions.isEmpty() && format != TargetFormat.CKIMG) {
      throw new UsageException("--redact makes a .ckimg, which can say that it is redacted");
    }
    image.refuseAsOutput("OUT", output);
    try (OpenImage open = image.openImage(console, parents.of(image))) {
      parents.requireAll(open.missing(), image);
      Subject subject = open.subject();
      requireComplete(subject.image());
      subject.image().warnings().forEach(this::say);
      switch (format) {
        case CKIMG -> toImage(subject);
        case CORE -> toCore(subject);
        case CRIU -> toCriu(subject);
      }
    }
    return ExitCode.OK.number();
  }

  private TargetFormat format() {
    if (to != null) {
      return to;
    }
    Path name = isStandardOutput() ? null : Path.of(output).getFileName();
    return Optional.ofNullable(name)
        .flatMap(file -> TargetFormat.ofName(file.toString()))
        .orElseThrow(
            () -> new UsageException("the name of OUT does not say which format; --to does"));
  }

  private boolean isStandardOutput() {
    return output.equals(STANDARD_OUTPUT);
  }

  private void requireComplete(ImageFacts facts) throws TruncatedImageException {
    if (!facts.complete() && !partial) {
      throw new TruncatedImageException(
          new Finding(
              Rule.FTR_10,
              "image",
              facts.lengthBytes(),
              "it was cut short; --partial takes it as far as it goes"));
    }
  }

  private void say(String message) {
    console.err().println("ckimg convert: " + message);
  }

  private void toImage(Subject subject) throws IOException {
    if (pid != null) {
      throw new UsageException("--pid is for cores; a .ckimg takes all processes");
    }
    Standalone.losses(subject.checkpoint()).forEach(this::say);
    for (Annex annex : subject.image().annexes()) {
      say("left out: table '%s', %d rows".formatted(annex.name(), annex.rows().size()));
    }
    FreeId.of(subject.checkpoint())
        .ifPresent(
            id -> say("no process or thread can be 0 there: %d stands for it".formatted(id)));
    Checkpoint checkpoint = redacted(Standalone.of(subject));
    WriterSettings settings = WriterSettings.defaults(compression);
    try {
      WrittenImage written = write(out -> ImageWriter.write(checkpoint, out, settings));
      say("%s: %s".formatted(target(), Human.bytes(written.lengthBytes())));
    } catch (InvalidCheckpointException e) {
      throw new UnsupportedImageException(
          new Finding(e.rule(), "checkpoint", 0, "no .ckimg can hold it: " + e.getMessage()));
    }
  }

  private Checkpoint redacted(Checkpoint checkpoint) {
    if (redactions.isEmpty()) {
      return checkpoint;
    }
    Redactor.Redacted redacted = Redactor.redact(checkpoint, redactions);
    redacted.notes().forEach(this::say);
    return redacted.checkpoint();
  }

  private void toCriu(Subject subject) throws IOException {
    if (pid != null || isStandardOutput()) {
      throw new UsageException("--to criu takes all processes and makes a directory");
    }
    Checkpoint checkpoint = Standalone.of(subject);
    CriuLosses.of(checkpoint).forEach(loss -> say("not in CRIU images: " + loss));
    for (Annex annex : subject.image().annexes()) {
      say("left out: table '%s', %d rows".formatted(annex.name(), annex.rows().size()));
    }
    try (ProvenFiles files = new ProvenFiles(subject);
        ImageDirectory directory = ImageDirectory.create(Path.of(output))) {
      HostPages pages = new HostPages(files, checkpoint.host().pageShift());
      List<String> demands = CriuWriter.demands(checkpoint, pages);
      demands.stream().skip(1).forEach(this::say);
      CriuWriter.write(checkpoint, pages, directory);
      directory.commit();
      say(
          "%s: %s in %d images"
              .formatted(target(), Human.bytes(directory.lengthBytes()), directory.numFiles()));
    }
  }

  private void toCore(Subject subject) throws IOException {
    Checkpoint checkpoint = subject.checkpoint();
    ProcessState process = process(checkpoint);
    CoreLosses.of(checkpoint, process).forEach(loss -> say("not in a core: " + loss));
    try (ProvenFiles files = new ProvenFiles(subject)) {
      HostPages pages = new HostPages(files, checkpoint.host().pageShift());
      WrittenCore written = write(out -> CoreWriter.write(checkpoint, process, pages, out));
      pages.missing().forEach(this::say);
      say(
          "%s: %s, %d threads, %d segments"
              .formatted(
                  target(),
                  Human.bytes(written.lengthBytes()),
                  written.threads(),
                  written.segments()));
    }
  }

  private ProcessState process(Checkpoint checkpoint) {
    OptionalInt wanted = pid == null ? OptionalInt.empty() : OptionalInt.of(pid);
    if (wanted.isEmpty() && checkpoint.processes().size() == 1) {
      return checkpoint.processes().getFirst();
    }
    if (checkpoint.processes().isEmpty()) {
      throw new UsageException("the image has no process");
    }
    String pids =
        checkpoint.processes().stream().map(p -> "" + p.pid()).collect(Collectors.joining(", "));
    return checkpoint.processes().stream()
        .filter(p -> wanted.isPresent() && p.pid() == wanted.getAsInt())
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                wanted.isPresent()
                    ? "no process %d in the image; it has %s".formatted(pid, pids)
                    : "a core has one process, the image has %s: --pid chooses".formatted(pids)));
  }

  private String target() {
    return isStandardOutput() ? "standard output" : Bytes.utf8(output).toString();
  }

  /** Writes to a channel and says what was written. */
  private interface Writing<T> {
    T to(WritableByteChannel out) throws IOException;
  }

  private <T> T write(Writing<T> writing) throws IOException {
    if (isStandardOutput()) {
      return writing.to(Channels.newChannel(console.sink()));
    }
    try (ImageFile file = ImageFile.create(Path.of(output))) {
      T written = writing.to(file.channel());
      file.commit();
      return written;
    }
  }
}
