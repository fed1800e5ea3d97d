/**
 * A second reader, written from FORMAT.md alone, slow and plain: what it reads, and whether it
 * reads it, is held against the real one.
 */
package org.ckimg.testkit.witness;
