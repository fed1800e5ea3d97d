/** Reads and writes what other checkpointers make: CRIU, container archives, cores, DragonFly. */
module org.ckimg.interop {
  requires transitive org.ckimg.spec;

  exports org.ckimg.interop;
  exports org.ckimg.interop.core;
}
