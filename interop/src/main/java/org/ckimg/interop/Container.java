package org.ckimg.interop;

import java.util.Optional;

/**
 * The container that was checkpointed; nothing in it is verified.
 *
 * @param name as its engine calls it
 * @param id as its engine counts it
 * @param image name of the image that it was made from
 * @param engine such as {@code podman}, {@code cri-o}, {@code containerd}
 * @param created when the container was made, as it is written there
 * @param checkpointed when it was frozen, as it is written there
 */
public record Container(
    Optional<String> name,
    Optional<String> id,
    Optional<String> image,
    Optional<String> engine,
    Optional<String> created,
    Optional<String> checkpointed) {}
