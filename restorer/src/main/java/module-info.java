/** Checkpoint → facts → audit → plan → process. Only {@code apply} changes the system. */
module org.ckimg.restorer {
  requires transitive org.ckimg.linux;
  requires transitive org.ckimg.reader;

  exports org.ckimg.restorer;
  exports org.ckimg.restorer.apply;
  exports org.ckimg.restorer.audit;
  exports org.ckimg.restorer.gather;
  exports org.ckimg.restorer.plan;
  exports org.ckimg.restorer.policy;
  exports org.ckimg.restorer.sockets;
  exports org.ckimg.restorer.tree;
}
