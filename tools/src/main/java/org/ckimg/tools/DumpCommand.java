package org.ckimg.tools;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.dumper.Destination;
import org.ckimg.dumper.DumpOptions;
import org.ckimg.dumper.DumpRefusedException;
import org.ckimg.dumper.DumpSummary;
import org.ckimg.dumper.DumpWatcher;
import org.ckimg.dumper.Dumper;
import org.ckimg.dumper.ParentImage;
import org.ckimg.linux.probe.Yama;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.CompressionConverter;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.Interruption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.SignOption;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.cli.Template;
import org.ckimg.tools.input.OpenParent;
import org.ckimg.tools.policy.SystemPolicy;
import org.ckimg.tools.text.Human;
import org.ckimg.writer.Compression;
import org.ckimg.writer.ImageSigner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ckimg dump}. */
@Command(
    name = "dump",
    description = {
      "Freeze a running program into an image; it goes on afterwards.",
      "The program stands still only while its state is read and its memory is forked."
    })
final class DumpCommand implements Callable<Integer>, HasSubject {
  private static final String STANDARD_OUTPUT = "-";

  private final Console console;
  private final SystemPolicy system;

  @Parameters(index = "0", paramLabel = "PID", description = "The process to dump.")
  private int pid;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      defaultValue = Template.DEFAULT,
      description =
          "Where the image goes (default: ${DEFAULT-VALUE}); - is standard output. %%N is the"
              + " command name, %%P the pid, %%U the uid, %%T the time, %%C a count, %%%% a percent"
              + " sign.")
  private String output;

  @Option(
      names = "--stop",
      description = "Let the program stand still until the image is complete.")
  private boolean stop;

  @Option(names = "--kill", description = "End the program when the image is complete.")
  private boolean kill;

  @Option(
      names = "--partial",
      description = "Record what can be captured, for evidence; such an image is never restored.")
  private boolean partial;

  @Option(
      names = "--no-tree",
      description = "Dump this process without its descendants; one that has any is refused.")
  private boolean noTree;

  @Option(
      names = "--tcp",
      description = {
        "Record connections of TCP so that restore --tcp lets them go on; with --kill the other end"
            + " hears nothing of it.",
        "Needs CAP_NET_ADMIN. Until the restore a packet filter must drop what the other end sends,"
            + " or this host resets the connection."
      })
  private boolean tcp;

  @Option(
      names = "--compress",
      paramLabel = "CODEC",
      defaultValue = "none",
      converter = CompressionConverter.class,
      description = {
        "How pages are coded: none, lz4, zstd or zstd:LEVEL (default: ${DEFAULT-VALUE}).",
        "LEVEL is 1 (fast, what zstd alone is) to 22."
      })
  private Compression compression;

  @Option(
      names = "--parent",
      paramLabel = "IMAGE",
      description =
          "Store only what differs from IMAGE, an earlier dump of this program, which is needed"
              + " from then on, as are all that it continues.")
  private Optional<Path> parent = Optional.empty();

  @Mixin private SignOption sign;

  DumpCommand(Console console) {
    this(console, SystemPolicy.ofThisHost());
  }

  DumpCommand(Console console, SystemPolicy system) {
    this.console = console;
    this.system = system;
  }

  @Override
  public Optional<String> subject() {
    return Optional.empty();
  }

  @Override
  public Integer call() throws IOException {
    system.admit();
    Optional<ImageSigner> signer = sign.signer();
    try {
      requireProcess();
      Optional<Path> file = file();
      Destination destination =
          file.isPresent()
              ? new Destination.ToFile(file.get())
              : new Destination.ToStream(
                  Channels.newChannel(new FileOutputStream(FileDescriptor.out)));
      report(dump(destination, signer), file);
      return ExitCode.OK.number();
    } catch (DumpRefusedException e) {
      requireProcess();
      e.reasons().forEach(reason -> console.err().println("ckimg dump: " + safe(reason)));
      console.err().println("ckimg dump: refused; nothing was written, the program runs on");
      return ExitCode.REFUSED.number();
    } catch (IOException e) {
      requireProcess();
      throw e instanceof SyscallException failure ? explain(failure) : e;
    }
  }

  private DumpSummary dump(Destination destination, Optional<ImageSigner> signer)
      throws IOException {
    if (parent.isEmpty()) {
      return dump(options(Optional.empty(), signer), destination);
    }
    try (OpenParent open = OpenParent.open(parent.get())) {
      return dump(options(Optional.of(open.image()), signer), destination);
    }
  }

  private DumpOptions options(Optional<ParentImage> continued, Optional<ImageSigner> signer) {
    return new DumpOptions(
        stop,
        kill,
        partial,
        !noTree,
        tcp,
        compression,
        continued,
        Optional.empty(),
        signer,
        Optional.empty());
  }

  /** Who interrupts ckimg finds the program running and no half image. */
  private DumpSummary dump(DumpOptions options, Destination destination) throws IOException {
    try (Interruption interruption = Interruption.begin();
        Progress progress = new Progress(console, "dumping", 0)) {
      Bytes tool = Bytes.utf8("ckimg " + Version.number());
      return Dumper.dump(pid, options, destination, tool, watcher(interruption, progress));
    }
  }

  private static DumpWatcher watcher(Interruption interruption, Progress progress) {
    return new DumpWatcher() {
      @Override
      public boolean isCancelled() {
        return interruption.isAsked();
      }

      @Override
      public void copied(long bytes) {
        progress.accept(bytes);
      }
    };
  }

  /** A process that ends while it is looked at fails in many ways, and means one. */
  private void requireProcess() throws IOException {
    if (pid <= 0 || !ProcessCalls.exists(pid)) {
      throw new SystemRefusal("no such process " + pid, null);
    }
  }

  private static String safe(String text) {
    return Bytes.utf8(text).toString();
  }

  private Optional<Path> file() throws IOException {
    if (output.equals(STANDARD_OUTPUT)) {
      return Optional.empty();
    }
    String name = Bytes.of(Stat.read(pid).comm()).toString();
    Template template = new Template(name, pid, Status.read(pid).uids()[0], 0);
    return Optional.of(template.expand(output, Instant.now()));
  }

  /** What a person can do about the two errors that everybody meets. */
  private IOException explain(SyscallException failure) throws IOException {
    if (tcp && failure.call().equals("setsockopt") && failure.errno() == Errno.EPERM) {
      return new SystemRefusal("permission denied: --tcp needs CAP_NET_ADMIN", failure);
    }
    boolean denied = failure.call().startsWith("ptrace") && failure.errno() == Errno.EPERM;
    return denied ? new SystemRefusal(denied(pid, Yama.scope()), failure) : failure;
  }

  static String denied(int pid, int scope) {
    String needs = "permission denied: ptrace of pid %d needs CAP_SYS_PTRACE".formatted(pid);
    return scope == 0
        ? needs + " or the same user"
        : needs
            + " where kernel.yama.ptrace_scope is %d; a program that `ckimg run` starts needs none"
                .formatted(scope);
  }

  private void report(DumpSummary summary, Optional<Path> file) {
    summary.notes().forEach(note -> console.err().println("ckimg dump: " + safe(note)));
    console
        .err()
        .printf(
            "ckimg dump: %s: %s, %d pages stored, %d zero, %d repeated%s; stood still %s, took %s%n",
            file.map(path -> safe(path.toString())).orElse("standard output"),
            Human.bytes(summary.image().lengthBytes()),
            summary.image().pages().stored(),
            summary.image().pages().zero(),
            summary.image().pages().repeated(),
            parent.isPresent()
                ? ", %d as in the parent".formatted(summary.image().pages().inherited())
                : "",
            millis(summary.stopNanos()),
            millis(summary.copyNanos()));
  }

  private static String millis(long nanos) {
    return "%.1f ms".formatted(nanos / 1e6);
  }
}
