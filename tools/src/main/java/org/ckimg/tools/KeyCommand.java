package org.ckimg.tools;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.reader.Signature;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.keys.KeyFile;
import org.ckimg.tools.keys.SecretKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ckimg key}, which has only subcommands. */
@Command(
    name = "key",
    description = "Make a key to sign images with, or show whose a key is.",
    synopsisSubcommandLabel = "COMMAND")
final class KeyCommand implements Runnable {
  private KeyCommand() {}

  /** With its subcommands. */
  static CommandLine of(Console console) {
    return new CommandLine(new KeyCommand())
        .addSubcommand("generate", new Generate(console))
        .addSubcommand("show", new Show(console));
  }

  @Override
  public void run() {
    throw new UsageException("a command is missing; try 'ckimg key --help'");
  }

  private static void print(Bytes key, Console console) {
    console.paper().line("fingerprint " + Signature.fingerprint(key));
    console.paper().line("public key  " + HexFormat.of().formatHex(key.toArray()));
  }

  @Command(
      name = "generate",
      description = {
        "Make an Ed25519 key.",
        "Whoever has the private key can sign; give the public one to those who are to trust it."
      })
  private static final class Generate implements Callable<Integer> {
    private final Console console;

    @Parameters(
        paramLabel = "FILE",
        description =
            "Where the private key goes, for you alone; the public one goes to FILE.pub. Both are"
                + " PEM, as OpenSSL has them.")
    private Path file;

    Generate(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
      try {
        print(SecretKey.generate(file, publicFile).publicKey(), console);
      } catch (FileAlreadyExistsException e) {
        Optional<String> there = Optional.ofNullable(e.getFile()).map(f -> Bytes.utf8(f) + " ");
        throw new SystemRefusal(
            there.orElse("a key ") + "is there, and is not overwritten; choose another name", e);
      }
      return ExitCode.OK.number();
    }
  }

  @Command(name = "show", description = "Print the fingerprint of a key, and its public half.")
  private static final class Show implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "A private or public key, PEM.")
    private Path file;

    Show(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      print(KeyFile.publicKey(file), console);
      return ExitCode.OK.number();
    }
  }
}
