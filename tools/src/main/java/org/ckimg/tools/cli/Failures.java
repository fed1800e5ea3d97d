package org.ckimg.tools.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ckimg.dumper.DumpRefusedException;
import org.ckimg.linux.remote.TargetBusyException;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.RestoreRefusedException;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.keys.KeyException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What went wrong, as one line and an exit code. The only place where one follows from the other.
 */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Console console;

  /** Messages go to the standard error of {@code console}. */
  public Failures(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    print(name + ": " + usage(failure, command));
    print("Try '" + name + " --help'.");
    return ExitCode.USAGE.number();
  }

  private static String usage(ParameterException failure, CommandLine command) {
    if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String argument = "'" + unmatched.getUnmatched().getFirst() + "'";
      List<String> close = unmatched.getSuggestions();
      return command.getSubcommands().isEmpty()
          ? argument + " is not expected here"
          : "there is no command "
              + argument
              + (close.isEmpty() ? "" : "; did you mean " + String.join(" or ", close) + "?");
    }
    return failure.getMessage().replace('\n', ' ');
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    return handle(failure, command, isDebug(parsed));
  }

  /** Reports what {@code command} died of. */
  public int handle(Throwable failure, CommandLine command, boolean debug) {
    Throwable cause = isUnnameable(failure, command) ? unnameable() : failure;
    ExitCode code = code(cause);
    String prefix = command.getCommandSpec().qualifiedName() + ": " + subject(command, cause);
    print(prefix + message(cause, code));
    if (code == ExitCode.SYSTEM) {
      // What could not be undone.
      for (Throwable left : cause.getSuppressed()) {
        print(prefix + message(left, code(left)));
      }
    }
    if (debug) {
      failure.printStackTrace(console.err());
    }
    return code.number();
  }

  private static boolean isUnnameable(Throwable failure, CommandLine command) {
    return failure instanceof InvalidPathException path
        && command.getParseResult().originalArgs().stream()
            .anyMatch(argument -> argument.endsWith(path.getInput()));
  }

  private static UsageException unnameable() {
    return new UsageException(
        "the character set of this locale has no such name; run again with LC_ALL=C.UTF-8");
  }

  private static boolean isDebug(ParseResult parsed) {
    return parsed.asCommandLineList().stream()
        .anyMatch(command -> command.getParseResult().hasMatchedOption("--debug"));
  }

  /** What the command works on, and the file that it failed at where that is another one. */
  private static String subject(CommandLine command, Throwable failure) {
    String subject =
        command.getCommand() instanceof HasSubject named ? named.subject().orElse("") : "";
    String file =
        failure instanceof FileSystemException e && e.getFile() != null
            ? Bytes.utf8(e.getFile()).toString()
            : "";
    return Stream.of(subject, file)
        .filter(name -> !name.isEmpty())
        .distinct()
        .map(name -> name + ": ")
        .collect(Collectors.joining());
  }

  private static ExitCode code(Throwable failure) {
    return switch (failure) {
      case UsageException _, KeyException _ -> ExitCode.USAGE;
      case ImageException _ -> ExitCode.NO_IMAGE;
      case DumpRefusedException _, RestoreRefusedException _ -> ExitCode.REFUSED;
      case IOException _ -> ExitCode.SYSTEM;
      default -> ExitCode.BUG;
    };
  }

  private static String message(Throwable failure, ExitCode code) {
    return switch (failure) {
      case SyscallException e -> e.getMessage() + advice(e.errno());
      case TargetBusyException e -> e.getMessage();
      case SystemRefusal e -> e.getMessage();
      case FileSystemException e -> system(e);
      case IOException e when code == ExitCode.SYSTEM -> system("read or write", e);
      case Throwable e when code == ExitCode.BUG ->
          "this is a bug in ckimg: " + e + "; run again with --debug and report it";
      default -> failure.getMessage();
    };
  }

  /** What a failure says of itself; of a file its name, and what is wrong with it. */
  public static String text(IOException failure) {
    return failure instanceof FileSystemException e && e.getFile() != null
        ? e.getFile() + ": " + system(e)
        : String.valueOf(failure.getMessage());
  }

  private static String system(FileSystemException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> system("open", Errno.ENOENT);
      case AccessDeniedException _ -> system("open", Errno.EACCES);
      case FileAlreadyExistsException _ -> system("open", Errno.EEXIST);
      default -> system("open", new IOException(failure.getReason(), failure));
    };
  }

  private static String system(String call, IOException failure) {
    OptionalInt errno = ErrorTexts.errno(String.valueOf(failure.getMessage()));
    return errno.isPresent() ? system(call, errno.getAsInt()) : call + ": " + failure.getMessage();
  }

  private static String system(String call, int errno) {
    return "%s: %s (%s)%s".formatted(call, Errno.name(errno), Errno.text(errno), advice(errno));
  }

  private static String advice(int errno) {
    String advice = ErrorTexts.advice(errno);
    return advice.isEmpty() ? "" : "; " + advice;
  }

  private void print(String line) {
    console.err().print(line + "\n");
    console.err().flush();
  }
}
