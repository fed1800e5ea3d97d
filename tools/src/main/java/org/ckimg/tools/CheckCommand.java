package org.ckimg.tools;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.reader.Signature;
import org.ckimg.reader.verify.ChainVerdict;
import org.ckimg.reader.verify.ChainVerifier;
import org.ckimg.reader.verify.Depth;
import org.ckimg.reader.verify.Verdict;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.json.CheckJson;
import org.ckimg.tools.text.Human;
import org.ckimg.tools.text.Paper;
import org.ckimg.tools.text.Style;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ckimg check}. */
@Command(
    name = "check",
    description = {
      "Say whether an image is sound, and every rule that it breaks.",
      "Every byte is read. Whether this host can restore it is another question:"
          + " 'ckimg restore --verify'."
    })
final class CheckCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  @Mixin private ImageArgument image;
  @Mixin private ParentsOption parents;
  @Mixin private JsonOption json;

  CheckCommand(Console console) {
    this.console = console;
  }

  @Override
  public Optional<String> subject() {
    return image.subject();
  }

  @Override
  public Integer call() throws IOException {
    if (image.isDirectory()) {
      try (OpenImage open = image.openImage(console)) {
        return checkForeign(open.subject());
      }
    }
    try (FileChannel file = image.openAny(console)) {
      Optional<OpenImage> foreign = OpenImage.foreign(image.subject().orElseThrow(), file);
      return foreign.isPresent() ? checkForeign(foreign.get().subject()) : check(file);
    }
  }

  /** Other formats have no checksums: that every page is there is all that can be said. */
  private int checkForeign(Subject subject) throws IOException {
    ImageFacts facts = subject.image();
    long pages = ForeignCheck.read(subject.checkpoint());
    if (json.isSet()) {
      CheckJson.write(facts, console.out());
    } else {
      print(facts, pages, console.paper());
    }
    return (facts.isSound() ? ExitCode.OK : ExitCode.NO_IMAGE).number();
  }

  private void print(ImageFacts facts, long pages, Paper paper) {
    String name = image.subject().orElseThrow();
    facts.warnings().forEach(warning -> paper.line(name + ": " + warning));
    paper.line(
        "%s: a %s image, %s; all %d pages can be read, and nothing proves what is in them: the format has no checksums"
            .formatted(name, facts.format(), facts.complete() ? "complete" : "cut short", pages));
    if (!facts.isSound()) {
      paper.line(name + ": not sound, " + Human.count(facts.findings().size(), "finding"));
    }
  }

  private int check(FileChannel file) throws IOException {
    ChainVerdict verdict = verify(file);
    if (json.isSet()) {
      CheckJson.write(verdict, console.out());
    } else {
      print(verdict, console.paper());
    }
    return (verdict.sound() ? ExitCode.OK : ExitCode.NO_IMAGE).number();
  }

  private ChainVerdict verify(FileChannel file) throws IOException {
    try (Progress progress = new Progress(console, "checking", file.size())) {
      return ChainVerifier.verify(file, Depth.FULL, parents.of(image), progress);
    }
  }

  private void print(ChainVerdict verdict, Paper paper) {
    String name = image.subject().orElseThrow();
    print(name, verdict.image(), paper);
    int depth = 0;
    for (Verdict parent : verdict.images().subList(1, verdict.images().size())) {
      depth++;
      print("%s, parent %d".formatted(name, depth), parent, paper);
    }
    if (verdict.missing().isPresent()) {
      paper.line(name + ": " + parents.hint(image));
    }
  }

  private static void print(String name, Verdict verdict, Paper paper) {
    Style style = paper.style();
    if (verdict.sound()) {
      String identity = verdict.identity().map(id -> ", identity " + id).orElse("");
      paper.line(name + ": " + style.good("sound") + identity);
    }
    for (Finding finding : verdict.findings()) {
      paper.line(name + ": " + style.bad(finding.toString()));
    }
    verdict.signature().key().ifPresent(key -> signature(name, verdict, key, paper));
    if (!verdict.sound()) {
      String cut = verdict.complete() ? "" : ", the file is cut short";
      paper.line(name + ": not sound, " + Human.count(verdict.findings().size(), "finding") + cut);
    }
  }

  private static void signature(String name, Verdict verdict, Bytes key, Paper paper) {
    String text =
        (verdict.signature().valid() ? "signed by " : "signature does not fit the key of ")
            + Signature.fingerprint(key);
    paper.line(name + ": " + text);
  }
}
