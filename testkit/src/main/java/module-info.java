/** Synthetic images and corrupters: an oracle that shares nothing with what it judges. */
module org.ckimg.testkit {
  exports org.ckimg.testkit;
  exports org.ckimg.testkit.attack;
}
