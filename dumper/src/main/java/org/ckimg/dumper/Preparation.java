package org.ckimg.dumper;

import java.io.IOException;
import org.ckimg.linux.remote.Infection;
import org.ckimg.linux.remote.NoGadgetException;
import org.ckimg.linux.remote.SeizedProcess;

/** What is read of a process before it is stopped, so that the stop finds it done. */
final class Preparation implements AutoCloseable {
  private final int pid;
  private final FileTable files = new FileTable();
  private final AreaCollector areas;
  private final HostCollector host;
  private final Infection infection;

  /** Reads; what cannot be captured goes to {@code refusals}. */
  Preparation(int pid, DumpOptions options, Refusals refusals) throws IOException {
    this.pid = pid;
    this.host = new HostCollector(pid);
    this.infection = infection(pid, refusals);
    this.areas = new AreaCollector(pid, files, options.tracker().isPresent());
    try {
      areas.collect(refusals);
      new DescriptorCollector(pid, new FileTable(), refusals).run();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Infection infection(int pid, Refusals refusals) throws IOException {
    try {
      return Infection.prepare(pid);
    } catch (NoGadgetException e) {
      refusals.add("process " + pid, e.getMessage());
      refusals.throwUnlessEmpty();
      throw e;
    }
  }

  /**
   * Reads everything else of the stopped process but its memory.
   *
   * @throws DumpRefusedException when something cannot be captured
   */
  Capture capture(SeizedProcess process, DumpOptions options, DumpWatcher watcher)
      throws IOException {
    return new CaptureBuilder(process, files, options, watcher).build(areas, host, infection);
  }

  int pid() {
    return pid;
  }

  @Override
  public void close() {
    areas.close();
  }
}
