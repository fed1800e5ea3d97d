package org.ckimg.tools.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ckimg.reader.ParentSource;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.input.Input;
import org.ckimg.tools.input.OpenImage;
import picocli.CommandLine.Parameters;

/** The IMAGE of a command. */
public final class ImageArgument {
  private static final String STANDARD_INPUT = "-";

  @Parameters(index = "0", paramLabel = "IMAGE", description = "An image; - is standard input.")
  private String image;

  /** Filled in by picocli. */
  public ImageArgument() {}

  /** An image that was named elsewhere on the command line. */
  public static ImageArgument of(String image) {
    ImageArgument argument = new ImageArgument();
    argument.image = image;
    return argument;
  }

  /** Opens an image of any format. */
  public OpenImage openImage(Console console) throws IOException {
    return openImage(console, ParentSource.NONE);
  }

  /** The same, with the images that an incremental one continues. */
  public OpenImage openImage(Console console, ParentSource parents) throws IOException {
    String name = subject().orElseThrow();
    if (isDirectory()) {
      return OpenImage.open(name, Path.of(image));
    }
    return OpenImage.open(name, openAny(console), parents);
  }

  /**
   * Opens an image of ckimg's own format for random access.
   *
   * @param console where standard input comes from
   * @throws org.ckimg.spec.UnsupportedImageException naming the format, when it is of another one
   */
  public FileChannel open(Console console) throws IOException {
    FileChannel file = openAny(console);
    try {
      OpenImage.requireOwn(subject().orElseThrow(), file);
      return file;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Opens a file of any format for random access. */
  public FileChannel openAny(Console console) throws IOException {
    return isStandardInput() ? Input.spool(console.in()) : Input.file(Path.of(image));
  }

  /** True for a directory, which holds an image of another format if any. */
  public boolean isDirectory() {
    return !isStandardInput() && Files.isDirectory(Path.of(image));
  }

  /** True for {@code -}. */
  public boolean isStandardInput() {
    return STANDARD_INPUT.equals(image);
  }

  /**
   * Its path.
   *
   * @throws UsageException for standard input
   */
  public Path path(String option) {
    if (isStandardInput()) {
      throw new UsageException(option + " needs an image in a file");
    }
    return Path.of(image);
  }

  /**
   * Refuses to write to the image itself.
   *
   * @param option that names the output
   * @param output a path, or - for standard output
   * @throws UsageException when it is the same file
   */
  public void refuseAsOutput(String option, String output) throws IOException {
    if (isStandardInput() || output.equals("-")) {
      return;
    }
    Path target = Path.of(output);
    if (Files.exists(target)
        && Files.exists(Path.of(image))
        && Files.isSameFile(target, Path.of(image))) {
      throw new UsageException(option + " names IMAGE itself, which is never overwritten");
    }
  }

  /** The folder that it is in; the working directory for standard input. */
  public Path folder() {
    Path here = Path.of("").toAbsolutePath();
    Path folder = isStandardInput() ? here : here.resolve(image).getParent();
    return folder == null ? here : folder;
  }

  /** As it was given. */
  public String name() {
    return isStandardInput() ? "standard input" : image;
  }

  /** What messages call it. */
  public Optional<String> subject() {
    return Optional.ofNullable(image)
        .map(name -> name.equals(STANDARD_INPUT) ? "standard input" : Bytes.utf8(name).toString());
  }
}
