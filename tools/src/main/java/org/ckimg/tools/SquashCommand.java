package org.ckimg.tools;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.ckimg.reader.ImageReader;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.UnknownSection;
import org.ckimg.tools.cli.CompressionConverter;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.text.Human;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageFile;
import org.ckimg.writer.ImageWriter;
import org.ckimg.writer.WriterSettings;
import org.ckimg.writer.WrittenImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ckimg squash}. */
@Command(
    name = "squash",
    description = {
      "Make one image of an incremental one and all that it continues.",
      "The new image says the same and needs no other; every page is proven on the way."
    })
final class SquashCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      required = true,
      description = "Where the new image goes.")
  private Path output;

  @Option(
      names = "--compress",
      paramLabel = "CODEC",
      defaultValue = "none",
      converter = CompressionConverter.class,
      description = "How pages are coded, as for dump (default: ${DEFAULT-VALUE}).")
  private Compression compression;

  SquashCommand(Console console) {
    this.console = console;
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public Integer call() throws IOException {
    try (FileChannel file = image.open(console);
        ImageReader reader = ImageReader.open(file, parents.of(image))) {
      parents.requireAll(reader, image);
      sayWhatIsLeftOut(reader.checkpoint());
      WrittenImage written = write(alone(reader.checkpoint()));
      console
          .err()
          .printf(
              "ckimg squash: %s: %s, %d pages stored, %d zero, %d repeated%n",
              output,
              Human.bytes(written.lengthBytes()),
              written.pages().stored(),
              written.pages().zero(),
              written.pages().repeated());
    }
    return ExitCode.OK.number();
  }

  /** What speaks of other sections may be wrong in the new image. */
  private void sayWhatIsLeftOut(Checkpoint checkpoint) {
    for (UnknownSection section : checkpoint.extras()) {
      if (!section.safeToCopy()) {
        console
            .err()
            .printf("ckimg squash: section 0x%04x is not safe to copy: left out%n", section.type());
      }
    }
  }

  /** The same without a parent; sections that may speak of it are left out. */
  private static Checkpoint alone(Checkpoint checkpoint) {
    List<MemoryObject> objects =
        checkpoint.objects().stream()
            .map(
                o -> new MemoryObject(o.id(), o.kind(), o.length(), o.owner(), OptionalInt.empty()))
            .toList();
    return new Checkpoint(
        checkpoint.host(),
        Optional.empty(),
        checkpoint.partial(),
        checkpoint.processes(),
        checkpoint.descriptions(),
        checkpoint.files(),
        checkpoint.terminals(),
        checkpoint.pipes(),
        objects,
        checkpoint.origin(),
        checkpoint.extras().stream().filter(UnknownSection::safeToCopy).toList(),
        checkpoint.memory());
  }

  private WrittenImage write(Checkpoint checkpoint) throws IOException {
    try (ImageFile file = ImageFile.create(output)) {
      WrittenImage written =
          ImageWriter.write(checkpoint, file.channel(), WriterSettings.defaults(compression));
      file.commit();
      return written;
    }
  }
}
