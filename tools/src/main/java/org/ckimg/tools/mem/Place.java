package org.ckimg.tools.mem;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Vma;

/**
 * Where bytes are.
 *
 * @param pid of a process that has them in its address space
 * @param address there
 * @param vma the mapping; absent for bytes that no mapping shows
 * @param what the mapping and how far in it; else what the bytes are part of
 */
public record Place(OptionalInt pid, OptionalLong address, Optional<Vma> vma, String what) {}
