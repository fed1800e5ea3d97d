/** What a checkpoint is: layouts, rules, constants and the model. No code that does I/O. */
module org.ckimg.spec {
  requires transitive kaitai.struct.runtime;

  exports org.ckimg.spec;
  exports org.ckimg.spec.ksy;
  exports org.ckimg.spec.model;
  exports org.ckimg.spec.x86;
}
