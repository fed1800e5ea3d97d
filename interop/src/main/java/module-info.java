/** Reads and writes what other checkpointers make: CRIU, container archives, cores, DragonFly. */
module org.ckimg.interop {
  requires transitive org.ckimg.spec;
  requires com.google.protobuf;

  exports org.ckimg.interop;
}
