/** Synthetic images and corrupters: an oracle that shares nothing with what it judges. */
module org.ckimg.testkit {
  requires aircompressor.v3;
  requires org.apache.commons.compress;

  exports org.ckimg.testkit;
  exports org.ckimg.testkit.archive;
  exports org.ckimg.testkit.attack;
  exports org.ckimg.testkit.dragonfly;
  exports org.ckimg.testkit.witness;
}
