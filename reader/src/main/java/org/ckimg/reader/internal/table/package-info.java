/**
 * Tables. For each: a {@code TableFormat} that parses records, a {@code …Verifier} that checks what
 * the layout cannot, a {@code …Decoder} that makes model values of records that were verified.
 */
package org.ckimg.reader.internal.table;
