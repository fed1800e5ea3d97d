package org.ckimg.restorer.apply;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ckimg.linux.remote.NamespaceInit;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.Plan;
import org.ckimg.restorer.plan.Step;
import org.ckimg.restorer.tree.ThreadTables;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;

/**
 * Executes a plan, all of it or nothing: a step that fails ends the half-built processes, and the
 * host is as it was. Runs on the tracing thread.
 */
public final class Applier {
  private final Site site;
  private final Construction root;
  private final Map<Integer, Builder> builders = new HashMap<>();

  private Applier(Site site) {
    this.site = site;
    this.root = site.process(Tree.of(site.checkpoint()).root().pid());
    for (Construction process : site.processes()) {
      builders.put(process.image().pid(), new Builder(process));
    }
  }

  /**
   * A program that runs again, a child of this process.
   *
   * @param pid here, of its first process
   * @param terminal the side of its pseudo terminal that the caller now has to read and write
   */
  public record Restored(int pid, OptionalInt terminal) {}

  /**
   * Executes every step.
   *
   * @param watcher of the building
   */
  public static Restored apply(
      Checkpoint checkpoint, HostFacts host, Plan plan, RestoreWatcher watcher) throws IOException {
    Checkpoint built = ThreadTables.of(checkpoint).checkpoint();
    try (Inheritance inheritance = Inheritance.of(built, host, plan)) {
      Site site = new Site(built, host, inheritance, watcher);
      inheritance.ptys().notes().forEach(site::note);
      Applier applier = new Applier(site);
      try {
        for (Plan.Task task : plan.tasks()) {
          watcher.before(task.step());
          applier.execute(task);
        }
        site.madeSockets().keep();
        return new Restored(applier.root.pid(), inheritance.releaseMaster());
      } catch (IOException | RuntimeException | Error e) {
        site.connections().undo(e);
        applier.discard(e);
        site.madeSockets().undo(e);
        site.madeSegments().undo(e);
        throw e;
      } finally {
        site.processes().forEach(Construction::close);
        site.connections().close();
        site.madeFiles().close();
        site.madeSegments().close();
        site.madeSockets().close();
        site.init().ifPresent(NamespaceInit::close);
      }
    }
  }

  private void execute(Plan.Task task) throws IOException {
    builders.get(task.pid()).execute(task.step());
    if (task.step() instanceof Step.LetGo && task.pid() == root.image().pid()) {
      releaseInit();
    }
  }

  private void releaseInit() throws IOException {
    if (site.init().isPresent()) {
      site.init().get().release();
    }
  }

  /** All are killed before one is waited for: none sees another one die. */
  private void discard(Throwable cause) {
    List<Discarded> there = site.processes().stream().flatMap(Discarded::allOf).toList().reversed();
    there.forEach(process -> process.kill(cause));
    there.forEach(process -> process.await(cause));
    endNamespace(cause);
  }

  /** With everything else that lives there, such as processes that the program had left. */
  private void endNamespace(Throwable cause) {
    try {
      if (site.init().isPresent()) {
        site.init().get().end();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
