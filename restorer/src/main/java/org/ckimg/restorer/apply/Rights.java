package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.Sys;
import org.ckimg.restorer.plan.Step;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.ThreadState;

/** Capabilities and what goes with them; all of it is per thread, capabilities(7). */
final class Rights {
  private static final int CAPABILITY_VERSION_3 = 0x20080522;
  private static final int LAST_CAPABILITY = 40;
  private static final int CAP_SETPCAP = 8;
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_KEEPCAPS = 8;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_SET_SECUREBITS = 28;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_RAISE = 2;

  private final Construction construction;

  Rights(Construction construction) {
    this.construction = construction;
  }

  /** Gives a thread exactly what it had; nothing of what building needed stays. */
  void drop(Step.DropRights step) throws IOException {
    ThreadState thread = step.thread();
    int tid = construction.tid(thread.tid());
    Credentials wanted = thread.credentials().orElseThrow();
    takeOwnUser(tid, wanted);
    Status now = Status.readThread(construction.pid(), tid);
    boolean maySetRights = (now.capEffective() >>> CAP_SETPCAP & 1) != 0;
    construction.check(
        tid, "prctl(PR_SET_KEEPCAPS)", "capabilities", Sys.PRCTL, PR_SET_KEEPCAPS, 0);
    dropCapabilities(tid, wanted, now, maySetRights);
    if (step.noNewPrivileges()) {
      construction.check(tid, "prctl(PR_SET_NO_NEW_PRIVS)", "1", Sys.PRCTL, PR_SET_NO_NEW_PRIVS, 1);
    }
    if (step.deathSignal() != 0) {
      construction.check(
          tid,
          "prctl(PR_SET_PDEATHSIG)",
          "signal " + step.deathSignal(),
          Sys.PRCTL,
          PR_SET_PDEATHSIG,
          step.deathSignal());
    }
  }

  /** Threads are cloned with the leader's ids; a thread may have had others. */
  private void takeOwnUser(int tid, Credentials wanted) throws IOException {
    Credentials leader = construction.image().leader().credentials().orElseThrow();
    boolean differs =
        !wanted.ids().equals(leader.ids()) || !wanted.groups().equals(leader.groups());
    if (differs) {
      new Users(construction).change(tid, wanted);
    }
  }

  private void dropCapabilities(int tid, Credentials wanted, Status now, boolean maySetRights)
      throws IOException {
    Credentials.Capabilities sets = wanted.capabilities().orElseThrow();
    if (maySetRights) {
      dropBounding(tid, now.capBounding() & ~sets.bounding());
      setSecurebits(tid, wanted);
    }
    setCapabilities(tid, sets.permitted(), sets.permitted(), sets.inheritable());
    raiseAmbient(tid, sets.ambient());
    setCapabilities(tid, sets.effective(), sets.permitted(), sets.inheritable());
  }

  private void dropBounding(int tid, long capabilities) throws IOException {
    for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
      if ((capabilities >>> capability & 1) != 0) {
        construction.check(
            tid, "prctl(PR_CAPBSET_DROP)", "" + capability, Sys.PRCTL, PR_CAPBSET_DROP, capability);
      }
    }
  }

  private void setSecurebits(int tid, Credentials wanted) throws IOException {
    if (wanted.securebits().isPresent()) {
      construction.check(
          tid,
          "prctl(PR_SET_SECUREBITS)",
          "" + wanted.securebits().getAsInt(),
          Sys.PRCTL,
          PR_SET_SECUREBITS,
          wanted.securebits().getAsInt());
    }
  }

  private void raiseAmbient(int tid, long capabilities) throws IOException {
    for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
      if ((capabilities >>> capability & 1) != 0) {
        construction.check(
            tid,
            "prctl(PR_CAP_AMBIENT)",
            "" + capability,
            Sys.PRCTL,
            PR_CAP_AMBIENT,
            PR_CAP_AMBIENT_RAISE,
            capability,
            0,
            0);
      }
    }
  }

  /** capset(2) with the header and the two halves of {@code linux/capability.h}. */
  void setCapabilities(int tid, long effective, long permitted, long inheritable)
      throws IOException {
    ByteBuffer data = ByteBuffer.allocate(8 + 24).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(CAPABILITY_VERSION_3).putInt(0);
    for (int half = 0; half < 2; half++) {
      int shift = 32 * half;
      data.putInt((int) (effective >>> shift));
      data.putInt((int) (permitted >>> shift));
      data.putInt((int) (inheritable >>> shift));
    }
    long header = construction.workbench().put(data.array());
    construction.check(
        tid, "capset", "effective 0x%x".formatted(effective), Sys.CAPSET, header, header + 8);
  }
}
