/** Checkpoints of others as one model. */
package org.ckimg.interop;
