package org.ckimg.tools;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.cli.AddressRange;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.Extraction;
import org.ckimg.tools.text.Human;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg mem IMAGE extract}. */
@Command(
    name = "extract",
    description = {
      "Write what an image has of its processes into files, laid out as /proc has it.",
      "Files are named by numbers, never by names from the image; none is overwritten, and only"
          + " their owner can read them. A page that the image leaves to a file is a hole."
    })
final class MemExtractCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  private final MemCommand mem;

  @Parameters(paramLabel = "DIR", description = "Where the files go; made when it is not there.")
  private Path folder;

  @ArgGroup private Choice choice = new Choice();

  /** A part of a process. */
  static final class Choice {
    @Option(
        names = "--mapping",
        paramLabel = "ADDR",
        description = "Only the mapping that has this address, in hex.")
    private String mapping;

    @Option(
        names = "--elf",
        paramLabel = "ADDR",
        description =
            "Only the ELF file whose header is at this address, put together from its segments.")
    private String elf;

    @Option(
        names = "--deleted",
        description = "Only deleted files and what waits in pipes and sockets, by descriptor.")
    private boolean deleted;
  }

  MemExtractCommand(Console console, MemCommand mem) {
    this.console = console;
    this.mem = mem;
  }

  @Override
  public Optional<String> subject() {
    return mem.subject();
  }

  @Override
  public Integer call() throws IOException {
    try (OpenImage open = mem.open()) {
      Subject subject = open.subject();
      Extraction extraction = new Extraction(subject.checkpoint(), folder);
      extract(subject, extraction);
      String holes =
          extraction.pagesElsewhere() == 0
              ? ""
              : "; %s that the image leaves to files are holes"
                  .formatted(Human.count(extraction.pagesElsewhere(), "page"));
      console
          .paper()
          .line(Human.count(extraction.written().size(), "file") + " in " + name(folder) + holes);
    } catch (FileAlreadyExistsException e) {
      String there = Bytes.utf8(e.getFile()).toString();
      throw new SystemRefusal(
          there + " is there, and is not overwritten; choose another folder", e);
    }
    return ExitCode.OK.number();
  }

  private static String name(Path path) {
    return Bytes.utf8(path.toString()).toString();
  }

  private void extract(Subject subject, Extraction extraction) throws IOException {
    if (choice.mapping != null) {
      extraction.mapping(mapping(subject.checkpoint(), mem.process(subject)));
    } else if (choice.elf != null) {
      elf(mem.process(subject), extraction);
    } else if (choice.deleted) {
      extraction.descriptors(mem.process(subject));
    } else {
      List<ProcessState> all =
          mem.pid(subject).isPresent()
              ? List.of(mem.process(subject))
              : subject.checkpoint().processes();
      for (ProcessState process : all) {
        extraction.process(process);
      }
    }
  }

  private Vma mapping(Checkpoint checkpoint, ProcessState process) {
    return new Mappings(checkpoint, process)
        .at(AddressRange.address(choice.mapping))
        .orElseThrow(() -> new UsageException("nothing is mapped at " + choice.mapping));
  }

  private void elf(ProcessState process, Extraction extraction) throws IOException {
    try {
      extraction.elf(process, AddressRange.address(choice.elf));
    } catch (NoSuchElementException e) {
      throw new UsageException("the image has no header of a 64-bit ELF file at " + choice.elf, e);
    }
  }
}
