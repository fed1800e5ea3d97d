package org.ckimg.tools;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.reader.Signature;
import org.ckimg.reader.verify.ChainVerdict;
import org.ckimg.reader.verify.ChainVerifier;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.keys.SecretKey;
import org.ckimg.writer.ImageFile;
import org.ckimg.writer.ImageSigner;
import org.ckimg.writer.SignedCopy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ckimg sign}. */
@Command(
    name = "sign",
    description = {
      "Write a signed copy of an image.",
      "Every byte is verified before; the copy has the same identity. A signature that is there is"
          + " replaced."
    })
final class SignCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      required = true,
      description = "Where the signed image goes; not IMAGE itself.")
  private Path output;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      required = true,
      description = "A file with a private key, as `ckimg key generate` makes it.")
  private Path key;

  SignCommand(Console console) {
    this.console = console;
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public Integer call() throws IOException {
    image.refuseAsOutput("-o", output.toString());
    ImageSigner signer = SecretKey.read(key);
    try (FileChannel file = image.open(console)) {
      ChainVerdict verdict = verify(file);
      if (!verdict.sound()) {
        return refuse(verdict);
      }
      write(file, verdict.image(), signer);
    }
    return ExitCode.OK.number();
  }

  private ChainVerdict verify(FileChannel file) throws IOException {
    try (Progress progress = new Progress(console, "checking", file.size())) {
      return ChainVerifier.verify(file, Depth.FULL, parents.of(image), progress);
    }
  }

  private int refuse(ChainVerdict verdict) {
    for (Verdict each : verdict.images()) {
      String which = each == verdict.image() ? "" : "a parent: ";
      for (Finding finding : each.findings()) {
        say(image.subject().orElseThrow() + ": " + which + finding);
      }
    }
    if (verdict.missing().isPresent()) {
      say(parents.hint(image));
    }
    say("not a sound image; nothing was written");
    return ExitCode.NO_IMAGE.number();
  }

  private void write(FileChannel file, Verdict verdict, ImageSigner signer) throws IOException {
    Digest identity = verdict.identity().orElseThrow();
    try (ImageFile target = ImageFile.create(output)) {
      SignedCopy.write(file, identity, target.channel(), signer);
      target.commit();
    }
    verdict
        .signature()
        .key()
        .ifPresent(old -> say("replaced the signature by " + Signature.fingerprint(old)));
    say(
        "%s: signed by %s; the identity is the same, %s"
            .formatted(
                Bytes.utf8(output.toString()),
                Signature.fingerprint(signer.publicKey()),
                identity));
  }

  private void say(String text) {
    console.err().print("ckimg sign: " + text + "\n");
  }
}
