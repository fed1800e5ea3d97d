/**
 * Container archives as Podman, CRI-O and containerd export them, and OCI image layouts with such
 * an archive as their layer.
 *
 * <pre>
 *   file -- Codec, DecodedStream --&gt; TarReader -- ArchiveReader --&gt; Archive -- ArchiveFolder --&gt; criu
 *                                                                     |
 *                                                    ContainerReader, RootChanges, Logs --&gt; Report
 * </pre>
 *
 * An uncompressed archive is read where it lies. A compressed one is decoded once, from its start
 * to its end; the bytes of its files go to a private file without a name.
 */
package org.ckimg.interop.archive;
