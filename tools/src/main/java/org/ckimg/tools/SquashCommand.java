package org.ckimg.tools;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.reader.ImageReader;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.tools.cli.CompressionConverter;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.convert.Standalone;
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
      for (String loss : Standalone.losses(reader.checkpoint())) {
        console.err().println("ckimg squash: " + loss);
      }
      WrittenImage written = write(Standalone.of(reader.checkpoint()));
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

  private WrittenImage write(Checkpoint checkpoint) throws IOException {
    try (ImageFile file = ImageFile.create(output)) {
      WrittenImage written =
          ImageWriter.write(checkpoint, file.channel(), WriterSettings.defaults(compression));
      file.commit();
      return written;
    }
  }
}
