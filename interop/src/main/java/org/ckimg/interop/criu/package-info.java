/**
 * Image directories of CRIU, driven from the tree of tasks as CRIU's own restore is:
 *
 * <pre>
 *   inventory.img   pstree.img
 *                     |- core-TID   each thread: registers, signals, credentials
 *                     |- ids-PID    which objects are shared -&gt; fdinfo-ID -&gt; files.img
 *                     |- mm-PID     mappings            -&gt; files.img, pagemap-shmem-ID
 *                     |- fs-PID     directories         -&gt; files.img
 *                     `- pagemap-PID -&gt; pages-N.img     and, for what did not change, parent/
 * </pre>
 *
 * <p>A file that nothing of this leads to is listed, never read: a directory that is used twice
 * keeps images of tasks that are gone.
 */
package org.ckimg.interop.criu;
