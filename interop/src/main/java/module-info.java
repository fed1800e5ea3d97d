/** Reads and writes what other checkpointers make: CRIU, container archives, cores, DragonFly. */
module org.ckimg.interop {
  requires transitive org.ckimg.spec;
  requires aircompressor.v3;
  requires com.fasterxml.jackson.databind;
  requires com.google.protobuf;
  requires org.apache.commons.compress;

  exports org.ckimg.interop;
  exports org.ckimg.interop.core;
  exports org.ckimg.interop.criu.write;
}
