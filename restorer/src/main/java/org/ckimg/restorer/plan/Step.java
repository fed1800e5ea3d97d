package org.ckimg.restorer.plan;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.restorer.MappedImage;
import org.ckimg.restorer.tree.ThreadTables;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FileLock;
import org.ckimg.spec.model.Limit;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.PipeState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.Terminal;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.Vma;

/**
 * One operation of a plan. Steps are pure data; {@code toString} is for logs, {@link Plan} prints
 * them for people.
 */
public sealed interface Step {
  /** What the step does, in a few words. */
  String describe();

  /** Starts the process that everything is built in, as the tool's child. */
  record CreateProcess(OptionalInt pid, Isolation isolation) implements Step {
    @Override
    public String describe() {
      String where = isolation.needed() ? " in namespaces of its own: " + isolation.describe() : "";
      return (pid.isPresent() ? "create process " + pid.getAsInt() : "create a process") + where;
    }
  }

  /**
   * Makes a process under its old pid.
   *
   * @param maker the process that it is cloned from
   * @param sibling true when that one is not its parent, but another child of it
   * @param files true when both have one table of descriptors
   * @param fs true when both have one working directory, root and umask
   */
  record CreateChild(int maker, boolean sibling, boolean files, boolean fs, int exitSignal)
      implements Step {
    @Override
    public String describe() {
      return (sibling ? "clone from its sibling, process " : "fork from process ")
          + maker
          + (files ? ", with its table of descriptors" : "")
          + (fs ? ", with its working directory and umask" : "");
    }
  }

  /** Becomes the executable by execve(2), where the kernel lets no one else name it. */
  record BecomeExecutable(int file) implements Step {
    @Override
    public String describe() {
      return "execute file " + file + " and take its place before its first instruction";
    }
  }

  /** Makes a session or a process group. */
  record EnterGroup(boolean newSession) implements Step {
    @Override
    public String describe() {
      return newSession ? "lead a new session" : "lead a new process group";
    }
  }

  /** Joins a process group of its session. */
  record JoinGroup(int group) implements Step {
    @Override
    public String describe() {
      return "join process group " + group;
    }
  }

  /** Forks somebody who leads a process group whose leader has ended. */
  record HoldGroup(int group) implements Step {
    @Override
    public String describe() {
      return "stand in for the leader of process group " + group;
    }
  }

  /** Ends the one who stood in; the group lives on. */
  record ReleaseGroup(int group) implements Step {
    @Override
    public String describe() {
      return "end the stand-in for the leader of process group " + group;
    }
  }

  /** Ends the process as it had ended, for its parent to wait for. */
  record EndZombie(int status, Optional<Bytes> comm) implements Step {
    @Override
    public String describe() {
      int signal = status & 0x7f;
      return signal == 0 ? "exit with status " + (status >> 8) : "die by signal " + signal;
    }
  }

  /** Takes back what the kernel told the process of children that have ended. */
  record ForgetChildSignals() implements Step {
    @Override
    public String describe() {
      return "forget the SIGCHLD of children that were made to end";
    }
  }

  /** Makes a pseudo terminal the controlling one of the session. */
  record TakeTerminal(Optional<Terminal> modes) implements Step {
    @Override
    public String describe() {
      return "own a pseudo terminal" + (modes.isPresent() ? " with the recorded modes" : "");
    }
  }

  /**
   * Makes the slave of a pseudo terminal inside the program the controlling one of the session.
   *
   * @param ttyNumber as in {@code tty_nr} of proc(5), of the image
   */
  record TakeSlave(int ttyNumber, String name) implements Step {
    @Override
    public String describe() {
      return "own the pseudo terminal " + name;
    }
  }

  /**
   * Gives the controlling terminal to a process group of the session.
   *
   * @param ttyNumber of a pseudo terminal inside the program; absent for the one that ckimg stands
   *     behind
   */
  record SetForeground(int group, OptionalInt ttyNumber) implements Step {
    @Override
    public String describe() {
      return "process group %d in the foreground".formatted(group);
    }
  }

  /** Changes to the final users and groups, keeping what building needs. */
  record ChangeUser(Credentials credentials) implements Step {
    @Override
    public String describe() {
      Credentials.Ids ids = credentials.ids();
      return "become uid %d, gid %d, groups %s"
          .formatted(ids.euid(), ids.egid(), credentials.groups());
    }
  }

  /** Unmaps everything and puts the kernel's vdso where the program knows it. */
  record ClearMemory(long vvarAddress) implements Step {
    @Override
    public String describe() {
      return "unmap everything; vdso data at 0x%x".formatted(vvarAddress);
    }
  }

  /** Maps one range. */
  record MapRange(Vma vma) implements Step {
    @Override
    public String describe() {
      return "map 0x%x, %d pages, %s"
          .formatted(
              vma.firstPage() << 12,
              vma.numPages(),
              vma.file().isPresent() ? "file " + vma.file().getAsInt() : "anonymous");
    }
  }

  /** Maps shared memory that several processes have, where none of them has anything. */
  record MapShared(int object) implements Step {
    @Override
    public String describe() {
      return "make object %d, shared memory of several processes".formatted(object);
    }
  }

  /** Writes the pages of an object into the mappings that show it, checking each digest. */
  record FillObject(int object) implements Step {
    @Override
    public String describe() {
      return "write the pages of object " + object;
    }
  }

  /** Maps the long runs of raw pages of an object from the image, and writes the other pages. */
  record MapObject(int object, MappedImage image) implements Step {
    @Override
    public String describe() {
      return "map the pages of object " + object + " from the image";
    }
  }

  /** Properties of a range that must come after its pages. */
  record AdviseRange(Vma vma) implements Step {
    @Override
    public String describe() {
      return "advise 0x%x: %s".formatted(vma.firstPage() << 12, vma.flags());
    }
  }

  /** Makes a file with its recorded content, for no path leads to the old one. */
  record MakeFile(int file) implements Step {
    @Override
    public String describe() {
      return "make file " + file + " with its recorded content";
    }
  }

  /** Gives a file that was made its mode and its seals, when all have opened it. */
  record FinishFile(int file) implements Step {
    @Override
    public String describe() {
      return "mode and seals of file " + file;
    }
  }

  /** Bounds of the address space, auxiliary vector, executable. */
  record SetLayout(MemoryLayout layout, OptionalInt exe) implements Step {
    @Override
    public String describe() {
      return "set the bounds of the address space, brk 0x%x".formatted(layout.brk());
    }
  }

  /** Opens a description and gives it its numbers. */
  record OpenDescription(OpenFile description, List<FdEntry> fds) implements Step {
    /** Copies the list. */
    public OpenDescription {
      fds = List.copyOf(fds);
    }

    @Override
    public String describe() {
      return "open description %d as fd %s"
          .formatted(description.id(), fds.stream().map(FdEntry::number).toList());
    }
  }

  /** Opens a description that several processes have, under a number above all of theirs. */
  record OpenShared(OpenFile description) implements Step {
    @Override
    public String describe() {
      return "open description %d, which several processes have".formatted(description.id());
    }
  }

  /** Gives a description that the first process has opened its numbers here. */
  record ShareDescription(int description, List<FdEntry> fds) implements Step {
    /** Copies the list. */
    public ShareDescription {
      fds = List.copyOf(fds);
    }

    @Override
    public String describe() {
      return "description %d as fd %s"
          .formatted(description, fds.stream().map(FdEntry::number).toList());
    }
  }

  /** Gets a description from another process, and gives it its numbers here, if it has any. */
  record ReceiveDescription(int description, int sender, int number, List<FdEntry> fds)
      implements Step {
    /** Copies the list. */
    public ReceiveDescription {
      fds = List.copyOf(fds);
    }

    @Override
    public String describe() {
      return "get description %d from process %d, which has it as fd %d, as fd %s"
          .formatted(description, sender, number, fds.stream().map(FdEntry::number).toList());
    }
  }

  /** Makes sockets, or connects or fills them. */
  record OnSocket(SocketStep step) implements Step {
    @Override
    public String describe() {
      return step.describe();
    }
  }

  /** Sets the capacity of a pipe and writes what was in it. */
  record FillPipe(PipeState pipe) implements Step {
    @Override
    public String describe() {
      return "fill pipe " + pipe.file();
    }
  }

  /** Takes the caller's descriptor of the same number. */
  record InheritDescriptor(int callerFd, List<FdEntry> fds) implements Step {
    /** Copies the list. */
    public InheritDescriptor {
      fds = List.copyOf(fds);
    }

    @Override
    public String describe() {
      return "the caller's fd %d as fd %s"
          .formatted(callerFd, fds.stream().map(FdEntry::number).toList());
    }
  }

  /** The pseudo terminal, as a descriptor. */
  record UseTerminal(List<FdEntry> fds) implements Step {
    /** Copies the list. */
    public UseTerminal {
      fds = List.copyOf(fds);
    }

    @Override
    public String describe() {
      return "the pseudo terminal as fd %s".formatted(fds.stream().map(FdEntry::number).toList());
    }
  }

  /** A side of a pseudo terminal inside the program, as a descriptor. */
  record UsePty(int description, List<FdEntry> fds) implements Step {
    /** Copies the list. */
    public UsePty {
      fds = List.copyOf(fds);
    }

    @Override
    public String describe() {
      return "a side of a pseudo terminal of the program, description %d, as fd %s"
          .formatted(description, fds.stream().map(FdEntry::number).toList());
    }
  }

  /** Lets an epoll instance watch what it watched. */
  record WatchDescriptors(int fd, FdState.WatchList list) implements Step {
    @Override
    public String describe() {
      return "epoll fd %d watches %d descriptors".formatted(fd, list.watches().size());
    }
  }

  /** Lets an inotify instance watch what it watched. */
  record WatchFiles(int fd, FdState.NotifyList list) implements Step {
    @Override
    public String describe() {
      return "inotify fd %d watches %d files".formatted(fd, list.watches().size());
    }
  }

  /** Arms a timer that is a descriptor. */
  record ArmDescriptor(int fd, FdState.Alarm alarm) implements Step {
    @Override
    public String describe() {
      return "arm timer fd %d".formatted(fd);
    }
  }

  /** Gives a thread a table of descriptors of its own, with nothing but what it had. */
  record LeaveTable(ThreadTables.Leaving thread) implements Step {
    @Override
    public String describe() {
      return "thread %d: a table of its own, with fd %s"
          .formatted(
              thread.tid(), thread.fds().stream().map(moved -> moved.fd().number()).toList());
    }
  }

  /**
   * Closes every descriptor that is not the program's.
   *
   * @param tid a thread that has the table
   */
  record CloseOthers(int tid, List<FdEntry> fds) implements Step {
    /** Copies the list. */
    public CloseOthers {
      fds = List.copyOf(fds);
    }

    @Override
    public String describe() {
      return "close every other descriptor";
    }
  }

  /**
   * Working directory and file mode creation mask.
   *
   * @param tid the thread that sets them, for all that it has them together with
   */
  record SetPlace(int tid, int cwd, int umask) implements Step {
    @Override
    public String describe() {
      return "thread %d: working directory file %d, umask %04o".formatted(tid, cwd, umask);
    }
  }

  /** Gives a thread a working directory, root and umask of its own. */
  record LeavePlace(int tid) implements Step {
    @Override
    public String describe() {
      return "thread %d: a working directory and umask of its own".formatted(tid);
    }
  }

  /** Signal actions. */
  record SetActions(List<SignalAction> actions) implements Step {
    /** Copies the list. */
    public SetActions {
      actions = List.copyOf(actions);
    }

    @Override
    public String describe() {
      return "set %d signal actions".formatted(actions.size());
    }
  }

  /**
   * Makes a thread.
   *
   * @param maker tid of the thread that it comes from, and that it is in one place with
   * @param sameTid true when it gets its old tid
   */
  record CloneThread(ThreadState thread, int maker, boolean sameTid) implements Step {
    @Override
    public String describe() {
      return sameTid ? "create thread " + thread.tid() : "create a thread for " + thread.tid();
    }
  }

  /** Everything of a thread but registers, mask and final rights. */
  record SetUpThread(ThreadState thread) implements Step {
    @Override
    public String describe() {
      return "set up thread " + thread.tid();
    }
  }

  /** Resource limits. */
  record SetLimits(List<Limit> limits) implements Step {
    /** Copies the list. */
    public SetLimits {
      limits = List.copyOf(limits);
    }

    @Override
    public String describe() {
      return "set %d resource limits".formatted(limits.size());
    }
  }

  /** Personality, dumpability and the like. */
  record SetAttributes() implements Step {
    @Override
    public String describe() {
      return "set process attributes";
    }
  }

  /** Takes a file lock again, or fails when another holds it. */
  record TakeLock(FileLock lock) implements Step {
    @Override
    public String describe() {
      return "lock file %d, %s".formatted(lock.file(), lock.kind());
    }
  }

  /** Creates and arms timers. */
  record StartTimers(List<Timer> timers) implements Step {
    /** Copies the list. */
    public StartTimers {
      timers = List.copyOf(timers);
    }

    @Override
    public String describe() {
      return "start %d timers".formatted(timers.size());
    }
  }

  /** Sends the process the signals that it had not yet seen. */
  record QueueSignals(List<PendingSignal> process, List<ThreadState> threads) implements Step {
    /** Copies the lists. */
    public QueueSignals {
      process = List.copyOf(process);
      threads = List.copyOf(threads);
    }

    @Override
    public String describe() {
      return "queue %d pending signals"
          .formatted(
              process.size()
                  + threads.stream().mapToInt(t -> t.pending().map(List::size).orElse(0)).sum());
    }
  }

  /**
   * Gives a thread its final rights.
   *
   * @param deathSignal 0 for none
   * @param noNewPrivileges true when no_new_privs is set
   */
  record DropRights(ThreadState thread, int deathSignal, boolean noNewPrivileges) implements Step {
    @Override
    public String describe() {
      return "final rights of thread %d%s"
          .formatted(thread.tid(), noNewPrivileges ? ", no new privileges" : "");
    }
  }

  /** Removes the last trace of the builder and sets all registers. */
  record Finish(List<ThreadState> threads) implements Step {
    /** Copies the list. */
    public Finish {
      threads = List.copyOf(threads);
    }

    @Override
    public String describe() {
      return "set the registers of %d threads".formatted(threads.size());
    }
  }

  /** The process is not told of children that stop. */
  record MuteStops() implements Step {
    @Override
    public String describe() {
      return "hear nothing of children that stop";
    }
  }

  /** Everything is built: whoever waits for it is told. */
  record HandOver() implements Step {
    @Override
    public String describe() {
      return "hand the terminal over";
    }
  }

  /** Connections of TCP that were made speak again. */
  record ResumeConnections(Set<Integer> sockets) implements Step {
    /** Copies the set. */
    public ResumeConnections {
      sockets = Collections.unmodifiableSet(new TreeSet<>(sockets));
    }

    @Override
    public String describe() {
      return "the connections of sockets %s go on".formatted(sockets);
    }
  }

  /** Lets the process run, or stand still as it did. */
  record LetGo(boolean stopped) implements Step {
    @Override
    public String describe() {
      return stopped ? "let go, stopped" : "let go";
    }
  }
}
