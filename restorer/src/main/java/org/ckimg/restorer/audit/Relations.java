package org.ckimg.restorer.audit;

import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.restorer.tree.Pipes;
import org.ckimg.restorer.tree.ProcFiles;
import org.ckimg.restorer.tree.Ptys;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;

/**
 * What the processes of an image have to do with each other, found out once for all of them.
 *
 * @param inherited what the caller gives
 * @param sockets all but those that the caller gives
 */
public record Relations(
    Checkpoint checkpoint,
    Tree tree,
    Ptys ptys,
    Pipes pipes,
    Inherited inherited,
    SocketGraph sockets,
    ProcFiles procFiles) {
  /**
   * Of an image whose processes are a tree.
   *
   * @throws java.util.NoSuchElementException when there is no process
   */
  public static Relations of(Checkpoint checkpoint, RestoreOptions options) {
    Tree tree = Tree.of(checkpoint);
    Inherited inherited = Inherited.of(checkpoint, options.inherit());
    return new Relations(
        checkpoint,
        tree,
        Ptys.of(checkpoint),
        Pipes.of(checkpoint),
        inherited,
        SocketGraph.of(checkpoint, tree, inherited, options.tcp()),
        ProcFiles.of(checkpoint));
  }
}
