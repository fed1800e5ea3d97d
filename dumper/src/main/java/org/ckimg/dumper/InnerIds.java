package org.ckimg.dumper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessAttributes;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SharedWith;
import org.ckimg.spec.model.ThreadFs;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;

/**
 * Ids as the processes of a tree see them. In a pid namespace of their own, as of a program that
 * was restored in one, these are others than we see and call them by; an image has what the program
 * knows. What lies outside has no id there: 0.
 *
 * @param byOuter ids of threads, processes, groups and sessions, by what we call them
 */
record InnerIds(Map<Integer, Integer> byOuter) {
  private static final int CMSG_TYPE = 12;
  private static final int CMSG_HEADER = 16;
  private static final int SCM_CREDENTIALS = 2;

  /** The same here and there. */
  static final InnerIds SAME = new InnerIds(Map.of());

  /** Of stopped processes; those that nobody else is in a namespace with are {@link #SAME}. */
  static InnerIds of(Iterable<Integer> pids) throws IOException {
    Map<Integer, Integer> ids = new HashMap<>();
    boolean elsewhere = false;
    for (int pid : pids) {
      Status status = Status.read(pid);
      elsewhere |= status.namespacePids().size() > 1;
      put(ids, status.namespaceGroups());
      put(ids, status.namespaceSessions());
      for (int tid : Tasks.threads(pid)) {
        put(ids, Status.readThread(pid, tid).namespacePids());
      }
    }
    return elsewhere ? new InnerIds(ids) : SAME;
  }

  private static void put(Map<Integer, Integer> ids, List<Integer> ofOne) {
    if (!ofOne.isEmpty()) {
      ids.put(ofOne.getFirst(), ofOne.getLast());
    }
  }

  /** What somebody is called there. */
  int of(int outer) {
    return this == SAME || outer <= 0 ? outer : byOuter.getOrDefault(outer, 0);
  }

  private OptionalInt of(OptionalInt outer) {
    return outer.isPresent() ? OptionalInt.of(of(outer.getAsInt())) : outer;
  }

  /** A process with the ids that it knows. */
  ProcessState of(ProcessState p) {
    if (this == SAME) {
      return p;
    }
    ProcessIds ids =
        new ProcessIds(
            of(p.pid()), of(p.ids().parent()), of(p.ids().group()), of(p.ids().session()));
    List<ThreadState> threads = new ArrayList<>();
    p.threads().forEach(thread -> threads.add(of(thread)));
    SharedWith others = new SharedWith(of(p.sharedWith().files()), of(p.sharedWith().fs()));
    List<FdEntry> fds = p.fds().stream().map(this::of).sorted(FdEntry.ORDER).toList();
    return p.withIds(
            ids,
            attributes(p.attributes()),
            others,
            threads,
            p.timers().stream().map(this::of).toList())
        .withFds(fds);
  }

  private FdEntry of(FdEntry fd) {
    return new FdEntry(fd.number(), fd.description(), fd.closeOnExec(), of(fd.thread()));
  }

  private ThreadState of(ThreadState thread) {
    return thread.withIds(
        of(thread.tid()),
        thread
            .fs()
            .map(fs -> fs instanceof ThreadFs.Of other ? new ThreadFs.Of(of(other.tid())) : fs));
  }

  private ProcessAttributes attributes(ProcessAttributes a) {
    return new ProcessAttributes(
        a.personality(),
        a.dumpable(),
        a.oomScoreAdj(),
        a.coredumpFilter(),
        a.childSubreaper(),
        a.hugePagesDisabled(),
        a.ttyNumber(),
        of(a.ttyGroup()),
        a.exitSignal());
  }

  private Timer of(Timer timer) {
    return timer instanceof Timer.Posix t
        ? new Timer.Posix(
            t.id(),
            t.clock(),
            t.notifyKind(),
            t.signal(),
            t.sigval(),
            of(t.tid()),
            t.overrun(),
            t.intervalNanos(),
            t.valueNanos())
        : timer;
  }

  /** A description with the ids that the program knows; an owner that it cannot know is none. */
  OpenFile of(OpenFile o) {
    if (this == SAME) {
      return o;
    }
    Optional<OpenFile.Owner> owner =
        o.owner()
            .map(there -> new OpenFile.Owner(there.type(), of(there.id())))
            .filter(there -> there.id() != 0);
    return new OpenFile(
        o.id(),
        o.type(),
        o.file(),
        o.flags(),
        o.position(),
        owner,
        o.signal(),
        o.state().map(this::of),
        o.captured());
  }

  private FdState of(FdState state) {
    return switch (state) {
      case FdState.ProcessReference reference ->
          new FdState.ProcessReference(of(reference.pid()), reference.thread());
      case FdState.Socket socket -> of(socket);
      case FdState.Event event -> event;
      case FdState.Master master -> master;
    };
  }

  /** Who is at the other end, and who has sent what waits. */
  private FdState of(FdState.Socket s) {
    return new FdState.Socket(
        s.family(),
        s.kind(),
        s.protocol(),
        s.state(),
        s.backlog(),
        s.shutdown(),
        s.local(),
        s.remote(),
        s.peer(),
        s.node(),
        s.options().stream().map(this::of).toList(),
        s.queue(),
        s.messages().stream()
            .map(m -> new FdState.Message(m.length(), m.sender(), m.control().map(this::control)))
            .toList(),
        s.tcp());
  }

  private FdState.Option of(FdState.Option option) {
    return option.isPeerCredentials()
        ? FdState.Option.peerCredentials(withInnerPid(option.value().toArray(), 0))
        : option;
  }

  /** {@code struct ucred} begins with the pid. */
  private byte[] withInnerPid(byte[] bytes, int at) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(at, of(buffer.getInt(at)));
    return bytes;
  }

  private Bytes control(Bytes control) {
    byte[] bytes = control.toArray();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at + CMSG_HEADER + Integer.BYTES <= bytes.length) {
      if (buffer.getInt(at + CMSG_TYPE) == SCM_CREDENTIALS) {
        withInnerPid(bytes, at + CMSG_HEADER);
      }
      at += Math.max(CMSG_HEADER, buffer.getInt(at) + 7 & -8);
    }
    return Bytes.of(bytes);
  }
}
