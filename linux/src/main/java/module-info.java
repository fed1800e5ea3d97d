/** System calls, ptrace, remote calls and /proc: knows tasks, never images. */
module org.ckimg.linux {
  exports org.ckimg.linux.net;
  exports org.ckimg.linux.probe;
  exports org.ckimg.linux.proc;
  exports org.ckimg.linux.ptrace;
  exports org.ckimg.linux.remote;
  exports org.ckimg.linux.sys;
  exports org.ckimg.linux.tty;
}
